// How well bounces are read, and how fast: against the published results of a leading parser for the same mails.
//
//   npm run build && node bench/ndr.mjs [--seconds N] [--wrong] [--module FILE]
//
// Needs the corpus ($ESEKIT_CORPUS, else .corpus): ndr/set-of-emails, ndr/not-a-bounce, ndr/expected.tsv. Rows without
// an expectation are not scored. An expected address in `.invalid` is that parser's stand-in for "no address": none may
// be reported then. Status is scored where the mail has a literal Status field; a status of ours that does not stand in
// the mail counts as invented. --wrong lists what differs.
import { readdirSync, readFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '3' },
    wrong: { type: 'boolean', default: false },
    module: { type: 'string', default: fileURLToPath(new URL('../dist/diagnose/ndr/index.js', import.meta.url)) },
  },
});
const { readNdr, splitMbox } = await import(values.module);
const corpus = `${process.env.ESEKIT_CORPUS ?? fileURLToPath(new URL('../.corpus', import.meta.url))}/ndr`;

/** Rows of the table by file. */
function expectations() {
  const [head, ...rows] = readFileSync(`${corpus}/expected.tsv`, 'utf8').trimEnd().split('\n');
  const names = head.split('\t');
  const byFile = new Map();
  for (const row of rows) {
    const cells = row.split('\t');
    const record = Object.fromEntries(names.map((name, i) => [name, cells[i] ?? '']));
    byFile.set(record.file, [...(byFile.get(record.file) ?? []), record]);
  }
  return byFile;
}

const lower = (text) => text.toLowerCase();

/** The record of ours for each expected row: same address, else same place. */
function pairs(rows, recipients) {
  const left = [...recipients];
  const take = (test) => {
    const at = left.findIndex(test);
    return at === -1 ? undefined : left.splice(at, 1)[0];
  };
  const byAddress = rows.map((row) => take((one) => lower(one.recipient) === lower(row.recipient)));
  return rows.map((row, i) => [row, byAddress[i] ?? left.shift()]);
}

/** The mail's text with its base64 lines decoded behind it. */
function plain(bytes) {
  const text = bytes.toString('latin1');
  const blocks = text.match(/^(?:[A-Za-z0-9+/]{40,}\r?\n)*[A-Za-z0-9+/]{4,}={0,2}\r?$/gm) ?? [];
  return (
    text.replace(/=\r?\n/g, '') + blocks.map((block) => Buffer.from(block, 'base64').toString('latin1')).join('\n')
  );
}

const expected = expectations();
const score = { recipients: [0, 0], status: [0, 0], reason: [0, 0] };
let invented = 0;
const wrong = [];
const mails = readdirSync(`${corpus}/set-of-emails`).map((name) => [
  name,
  readFileSync(`${corpus}/set-of-emails/${name}`),
]);

function count(part, right, line) {
  score[part][1]++;
  if (right) score[part][0]++;
  else wrong.push(`${part.padEnd(10)} ${line}`);
}

for (const [name, bytes] of mails) {
  const rows = (expected.get(name) ?? []).filter(({ source }) => source !== 'none');
  const reports = [...splitMbox(bytes)].map(readNdr);
  const report = { ...reports[0], recipients: reports.flatMap(({ recipients }) => recipients) };
  const text = plain(bytes);
  invented += report.recipients.filter(({ status }) => status !== null && !text.includes(status)).length;
  if (rows.length === 0) continue;
  const noAddress = rows.every(({ recipient }) => recipient.endsWith('.invalid'));
  const ours = report.recipients.map(({ recipient }) => lower(recipient)).sort();
  const theirs = rows.map(({ recipient }) => lower(recipient)).sort();
  for (const [row, one] of pairs(rows, report.recipients)) {
    count(
      'recipients',
      noAddress ? report.recipients.length === 0 : ours.join() === theirs.join(),
      `${name}: ${one?.recipient} for ${row.recipient}`,
    );
    if (row.dsn_status !== '')
      count('status', one?.status === row.dsn_status, `${name}: ${one?.status} for ${row.dsn_status}`);
    if (row.reason !== '') {
      const reason = one?.reason ?? (noAddress && report.kind === 'feedback' ? 'feedback' : undefined);
      count(
        'reason',
        reason === row.reason,
        `${name}: ${reason} for ${row.reason} | ${one?.status} ${one?.replyStatus} ${one?.replyCode} ${one?.command} | ${one?.rule} | ${one?.diagnostic.slice(0, 300)}`,
      );
    }
  }
}

const others = readdirSync(`${corpus}/not-a-bounce`).filter(
  (name) => readNdr(readFileSync(`${corpus}/not-a-bounce/${name}`)).bounce,
);
let best = 0;
let done = 0;
const until = performance.now() + Number(values.seconds) * 1000;
while (performance.now() < until) {
  const started = performance.now();
  for (const [, bytes] of mails) readNdr(bytes);
  best = Math.max(best, (mails.length / (performance.now() - started)) * 1000);
  done++;
}
if (values.wrong) console.log(wrong.join('\n'));
for (const [part, [right, all]] of Object.entries(score))
  console.log(`${part.padEnd(12)} ${(right / all).toFixed(4)}  ${right} of ${all}`);
console.log(
  `not a bounce ${others.length} of ${readdirSync(`${corpus}/not-a-bounce`).length} taken for one ${others.join(' ')}`,
);
console.log(`invented     ${invented} status codes`);
console.log(`speed        ${Math.round(best)} mails/s (best of ${done} rounds over ${mails.length} mails)`);
