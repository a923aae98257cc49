// How long it takes to verify all checksums of a large file, beside the time it takes to read it at all.
//
//   npm run build && node bench/checksum.mjs [--size BYTES] [--runs N] [--cpus LIST] [--source DB]
//
// Whole processes are timed, start included. Default: 2 GiB, 7 runs, cpus 0,1 (where taskset exists). --source gives
// the database whose pages are repeated; of $ESEKIT_CORPUS one is taken, else noise. The file is kept in .bench/.
import { spawnSync } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync, readSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { makeBigFile } from './make-big-file.mjs';
import { sideBySide } from './side-by-side.mjs';

const { values } = parseArgs({
  options: {
    size: { type: 'string', default: String(2 ** 31) },
    runs: { type: 'string', default: '7' },
    cpus: { type: 'string', default: '0,1' },
    source: { type: 'string' },
  },
});
const at = (name) => fileURLToPath(new URL(`../${name}`, import.meta.url));

/** The database to repeat: the one asked for, one of the corpus, or none. */
function sourceDatabase() {
  if (values.source !== undefined) return values.source;
  const inCorpus = `${process.env.ESEKIT_CORPUS ?? at('.corpus')}/engine-made/build/p8-default/test.edb`;
  return existsSync(inCorpus) ? inCorpus : undefined;
}

/** Path of the file to scan, made if it is not there. */
function bigFile(size) {
  const path = at('.bench/checksum.edb');
  if (existsSync(path) && Math.abs(statSync(path).size - size) < 65536 && values.source === undefined) return path;
  mkdirSync(at('.bench'), { recursive: true });
  console.log(`making ${path}`);
  makeBigFile(path, size, sourceDatabase());
  return path;
}

/** The command line if it is built, else the bare scan. */
function scanCommand(path) {
  const cli = at('dist/bin/esekit.js');
  if (existsSync(cli)) return [process.execPath, cli, 'check', path, '--checksums-only'];
  const header = Buffer.alloc(4096);
  const file = openSync(path, 'r');
  readSync(file, header);
  closeSync(file);
  return [process.execPath, at('bench/checksum-scan-entry.mjs'), path, String(header.readUInt32LE(236) || 4096)];
}

const hasTaskset = spawnSync('taskset', ['-c', values.cpus, 'true']).status === 0;
const pinned = (command) => (hasTaskset ? ['taskset', '-c', values.cpus, ...command] : command);
const size = Number(values.size);
const path = bigFile(size);
const results = sideBySide(
  { cat: pinned(['cat', path]), esekit: pinned(scanCommand(path)), 'node -e 0': pinned([process.execPath, '-e', '0']) },
  Number(values.runs),
);
console.log(`${size} bytes, ${values.runs} runs each${hasTaskset ? `, cpus ${values.cpus}` : ''}`);
for (const [name, { median, min, max }] of Object.entries(results)) {
  console.log(`${name.padEnd(10)} ${median.toFixed(3)} s (${min.toFixed(3)}..${max.toFixed(3)})`);
}
console.log(`esekit / cat = ${(results.esekit.median / results.cat.median).toFixed(2)}`);
