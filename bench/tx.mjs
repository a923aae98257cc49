// The transactional engine beside better-sqlite3 (write-ahead log, synchronous=FULL), with the same 64 MB of cache, in
// turns: rows of 1 KB with a GUID as primary key and two secondary indexes.
//
//   node bench/tx.mjs [--rows ROWS] [--growth ROWS]
//
// Default 200,000 rows; the full run is --rows 1000000. Inserts in durable groups of 100; durable inserts of one row each
// (64 sessions at once, against one writer); warm reads by key, a scan of the table, ranges of a secondary index, all of
// them giving every column as a value; values of 10 MB; recovery after a kill in the middle of inserting. --growth: what
// an insert of a row of 100 bytes costs at each doubling, without a peer. Installs better-sqlite3 into .bench by npm.
// Needs `npm run build`.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { setTimeout } from 'node:timers';
import { fileURLToPath } from 'node:url';

/** Milliseconds of inserting before the kill: several times what the checkpoint lags behind. */
const LOAD_MS = 20_000;
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

/** `work` with a folder of its own, which goes afterwards. */
async function inFolder(name, work) {
  const files = `${folder}/${name}`;
  rmSync(files, { recursive: true, force: true });
  try {
    return await work(files);
  } finally {
    rmSync(files, { recursive: true, force: true });
  }
}

const measure = (engine, rows) =>
  inFolder(engine, (files) => JSON.parse(run(process.execPath, [entry, engine, files, String(rows)])));

/** What the next start takes after a kill. */
function measureRecovery() {
  return inFolder('recovery', async (files) => {
    const load = spawn(process.execPath, [entry, 'load', files], { stdio: ['ignore', 'ignore', 'inherit'] });
    const ended = new Promise((resolve) => {
      load.on('exit', (code, signal) => {
        resolve(signal);
      });
    });
    setTimeout(() => load.kill('SIGKILL'), LOAD_MS);
    if ((await ended) !== 'SIGKILL') throw new Error('the load ended by itself');
    return JSON.parse(run(process.execPath, [entry, 'recover', files]));
  });
}

const number = (value) => Math.round(value).toLocaleString('en');
const perSecond = (rate) => `${number(rate)}/s`.padStart(12);
const megabytes = (bytes) => `${(bytes / 1e6).toFixed(0)} MB`;

function printParts(name, { inserts, memory }) {
  console.log(`${name}: inserts by tenths ${inserts.parts.join(' ')} rows/s`);
  console.log(`${name}: ${inserts.cpu} microseconds of processor time a row, ${megabytes(memory)} of memory at most`);
}

async function compare(rows) {
  const ours = await measure('esekit', rows);
  const theirs = await measure('sqlite', rows);
  console.log(`${number(rows)} rows`.padEnd(32) + 'esekit'.padStart(12) + 'sqlite'.padStart(12) + '   ratio');
  const line = (text, mine, other, show = perSecond) => {
    console.log(text.padEnd(32) + show(mine) + show(other) + (mine / other).toFixed(2).padStart(8));
  };
  const speed = (rate) => `${megabytes(rate)}/s`.padStart(12);
  line('inserts, durable groups of 100', ours.inserts.rate, theirs.inserts.rate);
  line('single durable inserts', ours.singles, theirs.singles);
  line('warm reads by key', ours.reads, theirs.reads);
  line('scan of the table', ours.scan, theirs.scan);
  line('range of a secondary index', ours.range, theirs.range);
  line('values of 10 MB, written', ours.longIn, theirs.longIn, speed);
  line('values of 10 MB, read', ours.longOut, theirs.longOut, speed);
  printParts('esekit', ours);
  printParts('sqlite', theirs);
}

function numberAfter(flag) {
  const at = process.argv.indexOf(flag);
  return at < 0 ? undefined : Number(process.argv[at + 1]);
}

const growth = numberAfter('--growth');
const rows = numberAfter('--rows') ?? 200_000;
if (!(rows > 0) || (growth !== undefined && !(growth > 0))) {
  console.error('node bench/tx.mjs [--rows ROWS] [--growth ROWS]');
  process.exit(2);
}
mkdirSync(folder, { recursive: true });
console.log(`load of the machine before: ${loadavg()[0].toFixed(1)}`);
if (growth !== undefined) {
  await inFolder('growth', (files) => {
    run(process.execPath, [entry, 'growth', files, String(growth)], { stdio: ['ignore', 'inherit', 'inherit'] });
  });
} else {
  installPeer();
  await compare(rows);
  const recovery = await measureRecovery();
  console.log(
    `recovery after a kill while inserting: ${recovery.seconds.toFixed(2)} s (${number(recovery.rows)} rows` +
      `${recovery.wasRecovered ? '' : ', nothing was recovered'})`,
  );
}
