// The damage matrix: every kind of damage on several databases, what repair brings back of each, and what other readers
// get out of the same damaged file.
//
//   node bench/damage.mjs [--write FILE] [DATABASE...]     (npm run bench:damage)
//
// Needs `npm run build`, and for the other readers a Python with pyesedb and impacket ($ESEKIT_PYTHON, python3 or
// /usr/bin/python3). Without arguments: databases of the corpus ($ESEKIT_CORPUS or .corpus).
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { performance } from 'node:perf_hooks';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { toHex } from '../dist/binary/hex.js';
import { isSystemTable } from '../dist/ese/catalog/table-def.js';
import { Database } from '../dist/ese/database.js';
import { BufferSource } from '../dist/ese/io/buffer-source.js';
import { hasEccFormat, sealLegacyPage, sealPage } from '../dist/ese/page/checksum-page.js';
import { xorChecksum } from '../dist/ese/page/checksum-xor.js';
import { scanTable } from '../dist/ese/table-scan.js';
import { repairDatabase } from '../dist/eseutil/repair/repair-database.js';
import { KINDS, Victim } from './damage/damage-kinds.mjs';

const engine = {
  Database,
  BufferSource,
  isSystemTable,
  scanTable,
  hasEccFormat,
  sealPage,
  sealLegacyPage,
  xorChecksum,
};
const CORPUS = process.env['ESEKIT_CORPUS'] ?? fileURLToPath(new URL('../.corpus', import.meta.url));
const DATABASES = [
  'engine-made/build/p4-default/test.edb',
  'engine-made/build/p32-default/test.edb',
  'recovery/srum-win10-clean/SRUDB.dat',
  'ese/dsinternals/ntds.dit',
  'ese/windows-search/Clean/Windows.edb',
  'ese/plaso/Catalog1.edb',
];
const PEERS = ['pyesedb', 'impacket'];
const PEER_TIMEOUT_MS = 20_000;
const PYTHONS = [process.env['ESEKIT_PYTHON'], 'python3', '/usr/bin/python3'].filter((name) => name !== undefined);

/** Rows by table and bookmark, with their values, of all but the engine's own bookkeeping, which repair writes anew. */
function ownRows(db) {
  const rows = new Map();
  for (const table of db.tables) {
    if (/^MSys(Obj|Locales)/.test(table.name)) continue;
    for (const { record, node, page } of scanTable(db, table)) {
      const values = table.columns.map(
        (column) =>
          `${column.name}=${record
            .values(column)
            .map((value) => toHex(value))
            .join()}`,
      );
      rows.set(`${table.name}/${toHex(node.key())}`, { values: values.sort().join(';'), pgno: page.pgno, table });
    }
  }
  return rows;
}

function pythonWith(peer) {
  const module = peer === 'impacket' ? 'impacket.ese' : peer;
  return PYTHONS.find((python) => spawnSync(python, ['-c', `import ${module}`]).status === 0);
}

/** Fingerprints of the rows a peer reads; `end` says how that ended when not well. */
function peerRows(peer, python, path) {
  const script = fileURLToPath(new URL(`./damage/rows_${peer}.py`, import.meta.url));
  const { stdout, status, signal } = spawnSync(python, [script, path], {
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    timeout: PEER_TIMEOUT_MS,
  });
  const rows = (stdout ?? '').split('\n').filter((line) => line !== '');
  return { rows, end: signal !== null ? 'hangs' : status === 0 ? '' : 'fails' };
}

/** How many of `rows` are among `true_` rows, each counted as often as it is there. */
function common(rows, true_) {
  const left = new Map();
  for (const row of true_) left.set(row, (left.get(row) ?? 0) + 1);
  let count = 0;
  for (const row of rows) {
    const n = left.get(row) ?? 0;
    if (n === 0) continue;
    left.set(row, n - 1);
    count++;
  }
  return count;
}

/** What repair brings back: rows kept, those of them whole, rows that never were; rows kept apart, those of them right. */
function judge(truth, bytes, result) {
  const tally = { kept: 0, whole: 0, invented: 0, apart: 0, right: 0, raw: 0 };
  const values = new Set([...truth.values()].map((row) => `${row.table.name}/${row.values}`));
  for (const [key, row] of ownRows(new Database(new BufferSource(bytes)))) {
    const { name } = row.table;
    if (name.startsWith('Recovered_')) continue;
    if (name.startsWith('Unverified_')) {
      tally.apart++;
      if (values.has(`${name.slice('Unverified_'.length)}/${row.values}`)) tally.right++;
      continue;
    }
    const original = truth.get(key);
    if (original === undefined) tally.invented++;
    else tally.kept++;
    if (original?.values === row.values) tally.whole++;
  }
  for (const { table, recordsKept } of result.tables) if (/^Recovered_\d/.test(table)) tally.raw += recordsKept;
  return tally;
}

function intactRows(truth, victim, damaged) {
  const { pageSize } = victim;
  const isIntact = new Map();
  let count = 0;
  for (const { pgno } of truth.values()) {
    let intact = isIntact.get(pgno);
    if (intact === undefined) {
      const at = victim.offset(pgno);
      intact =
        at + pageSize <= damaged.length &&
        Buffer.compare(
          Buffer.from(damaged.subarray(at, at + pageSize)),
          Buffer.from(victim.bytes.subarray(at, at + pageSize)),
        ) === 0;
      isIntact.set(pgno, intact);
    }
    if (intact) count++;
  }
  return count;
}

function peerCell({ rows, end }, pristine) {
  const right = common(rows, pristine);
  const wrong = rows.length - right;
  return [`${right}`, wrong === 0 ? '' : `+ ${wrong} wrong`, end].filter((text) => text !== '').join(' ');
}

function measure(path, folder, pythons) {
  const good = new Uint8Array(readFileSync(path));
  const truth = ownRows(new Database(new BufferSource(good)));
  const pristine = Object.fromEntries(
    Object.entries(pythons).map(([peer, python]) => [peer, peerRows(peer, python, path).rows]),
  );
  const lines = [];
  for (const [kind, { what, damage }] of Object.entries(KINDS)) {
    const victim = new Victim(good, engine);
    const damaged = damage(victim);
    if (damaged === undefined) continue;
    const target = join(folder, 'damaged.edb');
    writeFileSync(target, damaged);
    const peers = Object.entries(pythons).map(([peer, python]) =>
      peerCell(peerRows(peer, python, target), pristine[peer]),
    );
    const started = performance.now();
    const result = repairDatabase(target, {});
    const ms = performance.now() - started;
    const { kept, whole, invented, apart, right, raw } = judge(truth, new Uint8Array(readFileSync(target)), result);
    const intact = intactRows(truth, victim, damaged);
    const cells = [
      kind,
      what,
      truth.size,
      intact,
      raw === 0 ? kept : `${kept} + ${raw} raw`,
      whole,
      invented,
      apart === 0 ? '' : `${right} of ${apart}`,
      ...peers,
      `${ms.toFixed(0)} ms`,
    ];
    lines.push(`| ${cells.join(' | ')} |`);
    for (const name of ['damaged.edb', 'damaged.edb.REPAIR.RAW']) rmSync(join(folder, name), { force: true });
  }
  return lines;
}

function main(args) {
  const write = args[0] === '--write' ? args.splice(0, 2)[1] : undefined;
  const paths = args.length > 0 ? args : DATABASES.map((name) => join(CORPUS, name));
  const pythons = Object.fromEntries(
    PEERS.map((peer) => [peer, pythonWith(peer)]).filter(([, python]) => python !== undefined),
  );
  for (const peer of PEERS)
    if (pythons[peer] === undefined) console.error(`*** ${peer} is not installed: left out ***`);
  const folder = mkdtempSync(join(tmpdir(), 'esekit-damage-'));
  const text = [];
  for (const path of paths) {
    if (!existsSync(path)) {
      console.error(`*** ${path} is not there: left out ***`);
      continue;
    }
    const name = path.startsWith(CORPUS) ? path.slice(CORPUS.length + 1) : path;
    const columns = [
      'kind',
      'damage',
      'rows',
      'on intact pages',
      'repair',
      'of them whole',
      'invented',
      'kept apart, right',
      ...Object.keys(pythons),
      'time',
    ];
    const block = [
      `### ${name}`,
      '',
      `| ${columns.join(' | ')} |`,
      `|${columns.map(() => '---|').join('')}`,
      ...measure(path, folder, pythons),
      '',
    ];
    console.log(block.join('\n'));
    text.push(...block);
  }
  rmSync(folder, { recursive: true, force: true });
  if (write === undefined) return;
  const before = existsSync(write) ? readFileSync(write, 'utf8').split('<!-- table -->')[0] : '# Damage matrix\n\n';
  writeFileSync(write, `${before}<!-- table -->\n\n${text.join('\n')}`);
}

main(process.argv.slice(2));
