// The transactional engine beside better-sqlite3 (write-ahead log, synchronous=FULL), with the same 64 MB of cache, in
// turns: rows of 1 KB with a GUID as primary key and two secondary indexes.
//
//   node bench/tx.mjs [ROWS] [--large]        default 200,000; the full run is 1,000,000; --large: 10,000,000, no peer
//
// Inserts in durable groups of 100; warm reads by key; a scan of the table; durable inserts of one row each (64 sessions
// at once, against one writer). Installs better-sqlite3 into .bench by npm. Needs `npm run build`.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const LARGE = 10_000_000;
const folder = fileURLToPath(new URL('../.bench/tx', import.meta.url));
const entry = fileURLToPath(new URL('./tx-entry.mjs', import.meta.url));

function run(program, args, options = {}) {
  const { status, stdout, error } = spawnSync(program, args, {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
    ...options,
  });
  if (error !== undefined) throw error;
  if (status !== 0) throw new Error(`${program} ${args.join(' ')}: exit status ${status}`);
  return stdout;
}

function installPeer() {
  if (existsSync(`${folder}/node_modules/better-sqlite3`)) return;
  writeFileSync(`${folder}/package.json`, '{ "private": true }\n');
  run('npm', ['install', '--no-audit', '--no-fund', 'better-sqlite3@12'], { cwd: folder });
}

function measure(engine, rows) {
  const files = `${folder}/${engine}`;
  rmSync(files, { recursive: true, force: true });
  try {
    return JSON.parse(run(process.execPath, [entry, engine, files, String(rows)]));
  } finally {
    rmSync(files, { recursive: true, force: true });
  }
}

const perSecond = (rate) => `${Math.round(rate).toLocaleString('en')}/s`.padStart(12);
const megabytes = (bytes) => `${(bytes / 1e6).toFixed(0)} MB`;

function printParts(name, { inserts, memory }) {
  console.log(`${name}: inserts by tenths ${inserts.parts.join(' ')} rows/s`);
  console.log(`${name}: ${inserts.cpu} microseconds of processor time a row, ${megabytes(memory)} of memory at most`);
}

function compare(rows) {
  const ours = measure('esekit', rows);
  const theirs = measure('sqlite', rows);
  console.log(
    `${rows.toLocaleString('en')} rows`.padEnd(32) + 'esekit'.padStart(12) + 'sqlite'.padStart(12) + '   ratio',
  );
  const line = (text, mine, other) => {
    console.log(text.padEnd(32) + perSecond(mine) + perSecond(other) + (mine / other).toFixed(2).padStart(8));
  };
  line('inserts, durable groups of 100', ours.inserts.rate, theirs.inserts.rate);
  line('single durable inserts', ours.singles, theirs.singles);
  line('warm reads by key', ours.reads, theirs.reads);
  line('scan', ours.scan, theirs.scan);
  printParts('esekit', ours);
  printParts('sqlite', theirs);
}

const large = process.argv.includes('--large');
const rows = Number(process.argv.slice(2).find((arg) => !arg.startsWith('--')) ?? 200_000);
if (!(rows > 0)) {
  console.error('node bench/tx.mjs [ROWS] [--large]');
  process.exit(2);
}
mkdirSync(folder, { recursive: true });
installPeer();
compare(rows);
if (large) printParts(`esekit, ${LARGE.toLocaleString('en')} rows`, measure('esekit', LARGE));
