// Exports databases with esekit and reads them with its peers, all in one run, and prints medians and ratios.
//
//   node bench/export.mjs [--runs N] [--format jsonl|csv|parquet] DATABASE...
//
// Peers (each is left out when it is not installed): esedbexport (libesedb-utils), pyesedb (python3-libesedb) and
// impacket (python3-impacket); the Python ones by the scripts in bench/peers, which read every column of every record.
// Whole processes are measured, from start to exit, in turns, so that what else the machine does hits all alike. A peer
// that fails, loses rows or reads values wrongly is timed all the same, and its exit status is shown.
// Needs `npm run build`.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { median } from './side-by-side.mjs';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const CLI = here('../dist/bin/esekit.js');
const TIMEOUT_MS = 600_000;
/** Time of GNU, which tells the peak of memory, where it is to be had. */
const TIME = '/usr/bin/time';
const PYTHON = '/usr/bin/python3';

const { runs, format, databases } = parseArguments(process.argv.slice(2));
if (databases.length === 0) {
  console.error('usage: node bench/export.mjs [--runs N] [--format jsonl|csv|parquet] DATABASE...');
  process.exit(2);
}

function parseArguments(args) {
  const options = { runs: 5, format: 'jsonl', databases: [] };
  while (args.length > 0) {
    const arg = args.shift();
    if (arg === '--runs') options.runs = Number(args.shift());
    else if (arg === '--format') options.format = args.shift();
    else options.databases.push(arg);
  }
  return options;
}

/** The contenders: a name, and the command line for a database and an empty folder. */
function contenders() {
  const python = (module, script) => {
    const installed = spawnSync(PYTHON, ['-c', `import ${module}`]).status === 0;
    return installed
      ? [{ name: module.split('.')[0], command: (file) => [PYTHON, here(`peers/${script}`), file] }]
      : [];
  };
  const esedbexport = spawnSync('esedbexport', ['-V']).error === undefined;
  return [
    {
      name: 'esekit',
      command: (file, out) => [process.execPath, CLI, 'export', file, '--out', out, '--format', format],
    },
    ...(esedbexport ? [{ name: 'esedbexport', command: (file, out) => ['esedbexport', '-t', out, file] }] : []),
    ...python('pyesedb', 'read_pyesedb.py'),
    ...python('impacket.ese', 'read_impacket.py'),
  ];
}

/** Runs one command; seconds, peak MiB (undefined where it cannot be told), exit status. */
function measure(command) {
  const timed = existsSync(TIME) ? [TIME, '-f', 'peak=%M', ...command] : command;
  const started = process.hrtime.bigint();
  const { status, stderr } = spawnSync(timed[0], timed.slice(1), {
    timeout: TIMEOUT_MS,
    maxBuffer: 1 << 28,
    encoding: 'utf8',
  });
  const seconds = Number(process.hrtime.bigint() - started) / 1e9;
  const peak = /peak=(\d+)\s*$/.exec(stderr ?? '');
  return { seconds, peak: peak === null ? undefined : Number(peak[1]) / 1024, status };
}

function benchmark(database, all) {
  const results = new Map(all.map(({ name }) => [name, []]));
  for (let run = 0; run < runs; run++) {
    for (const { name, command } of all) {
      const folder = mkdtempSync(join(tmpdir(), 'esekit-bench-'));
      results.get(name).push(measure(command(database, join(folder, 'out'))));
      rmSync(folder, { recursive: true });
    }
  }
  return all.map(({ name }) => {
    const measured = results.get(name);
    const seconds = measured.map((one) => one.seconds);
    return {
      name,
      median: median(seconds),
      least: Math.min(...seconds),
      most: Math.max(...seconds),
      peak: median(measured.map((one) => one.peak ?? NaN)),
      status: measured[0].status,
    };
  });
}

function table(rows) {
  const widths = rows[0].map((_, i) => Math.max(...rows.map((row) => row[i].length)));
  return rows
    .map((row) => row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]) : cell.padStart(widths[i]))).join('  '))
    .join('\n');
}

const all = contenders();
for (const database of databases) {
  const size = statSync(database).size;
  const results = benchmark(database, all);
  const ours = results[0].median;
  const rows = results.map(({ name, median: seconds, least, most, peak, status }) => [
    name,
    `${seconds.toFixed(2)} s`,
    `${least.toFixed(2)}..${most.toFixed(2)}`,
    `${(size / seconds / 1e6).toFixed(1)} MB/s`,
    Number.isNaN(peak) ? '-' : `${peak.toFixed(0)} MiB`,
    name === 'esekit' ? '' : `${(seconds / ours).toFixed(1)} x`,
    status === null ? 'timeout' : status === 0 ? '' : `status ${status}`,
  ]);
  console.log(`\n${basename(database)}: ${(size / 1e6).toFixed(1)} MB, ${runs} runs each, export --format ${format}\n`);
  console.log(table([['', 'median', 'range', 'input', 'peak', 'against esekit', ''], ...rows]));
}
