// Reading logs: megabytes of log a second that `dump log` verifies (whole processes, start-up included), and that the
// record reader walks in a warm process, beside `cat` of the same file in the same run.
//
//   node bench/logs.mjs FOLDER BASE [MEGABYTES]
//
// FOLDER holds a real log stream; its records are written again and again into one log of MEGABYTES (default 256).
// Target: 150 MB/s and more. Needs `npm run build`.
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { BufferSource } from '../dist/ese/io/buffer-source.js';
import { LogFileReader } from '../dist/ese/log/log-file-reader.js';
import { LogRecordView } from '../dist/ese/log/log-record-view.js';
import { arrangeLogs } from '../dist/ese/log/log-set.js';
import { median, sideBySide } from './side-by-side.mjs';

const [folder, base, megabytes = '256'] = process.argv.slice(2);
if (folder === undefined || base === undefined) throw new Error('FOLDER and BASE are needed');
const CLI = fileURLToPath(new URL('../dist/bin/esekit.js', import.meta.url));
const RUNS = 5;
const work = mkdtempSync(join(tmpdir(), 'esekit-logs-'));

/** As many copies of the real logs as make up the size, in a folder of their own each: a stream must not repeat itself. */
function copies() {
  const set = arrangeLogs(readdirSync(folder), base);
  const names = set.archived.map(({ name }) => name);
  const files = names.map((name) => readFileSync(join(folder, name)));
  const size = files.reduce((sum, file) => sum + file.length, 0);
  const paths = [];
  for (let total = 0; total < Number(megabytes) * 1e6; total += size)
    files.forEach((file, i) => {
      const path = join(work, `${paths.length}-${names[i]}`);
      writeFileSync(path, file);
      paths.push(path);
    });
  return { paths, bytes: (paths.length / files.length) * size };
}

function walk(files) {
  const record = new LogRecordView();
  let records = 0;
  let buffer;
  for (const file of files) {
    const reader = new LogFileReader(new BufferSource(file), buffer === undefined ? {} : { buffer });
    while (reader.next(record)) records++;
    buffer = reader.buffer;
  }
  return records;
}

try {
  const { paths, bytes } = copies();
  const rate = (seconds) => `${seconds.toFixed(2)} s ${(bytes / 1e6 / seconds).toFixed(0)} MB/s`;
  const times = sideBySide(
    { cat: ['cat', ...paths], 'dump log': [process.execPath, CLI, 'dump', 'log', ...paths, '--json'] },
    RUNS,
  );
  console.log(`${paths.length} logs, ${(bytes / 1e6).toFixed(0)} MB`);
  for (const [name, { median: seconds }] of Object.entries(times)) console.log(`${name.padEnd(9)} ${rate(seconds)}`);
  const files = paths.map((path) => new Uint8Array(readFileSync(path)));
  const walks = Array.from({ length: RUNS }, () => {
    const start = process.hrtime.bigint();
    walk(files);
    return Number(process.hrtime.bigint() - start) / 1e9;
  });
  console.log(`records   ${rate(median(walks))} (${walk(files)} records, checksums verified, in memory)`);
} finally {
  rmSync(work, { recursive: true, force: true });
}
