// Soft recovery, measured: megabytes of log replayed a second, single-threaded, with pages in the cache.
//
//   node bench/recover.mjs FOLDER BASE [--dist DIR] [--cache BYTES] [--runs N]
//
// FOLDER holds logs and databases of a stream (for instance a crash folder of the corpus); nothing in it is changed. All
// files are read into memory first, so that no disk is measured. The checkpoint is not used: all logs are replayed.
// Target: 50 MB/s and more. Needs `npm run build`.
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { dist: { type: 'string' }, cache: { type: 'string' }, runs: { type: 'string' } },
});
const [folder, base] = positionals;
if (folder === undefined || base === undefined) throw new Error('FOLDER and BASE are needed');
const dist = values.dist === undefined ? fileURLToPath(new URL('../dist', import.meta.url)) : resolve(values.dist);
const load = (name) => import(pathToFileURL(join(dist, 'ese', name)).href);

const { arrangeLogs } = await load('log/log-set.js');
const { BufferSource } = await load('io/buffer-source.js');
const { MemoryPageStore } = await load('cache/memory-page-store.js');
const { readDbHeader } = await load('header/read-db-header.js');
const { recoverStream } = await load('recovery/recover-stream.js');

const files = new Map(readdirSync(folder).map((name) => [name, new Uint8Array(readFileSync(join(folder, name)))]));
const logs = arrangeLogs(files.keys(), base);
const logNames = [...logs.archived.map(({ name }) => name), ...(logs.current === undefined ? [] : [logs.current])];
const logBytes = logNames.reduce((sum, name) => sum + files.get(name).length, 0);

function recoverOnce() {
  const stores = new Map();
  const find = (path) => {
    const name = path.split(/[\\/]/).at(-1);
    const bytes = stores.get(name)?.bytes ?? files.get(name);
    if (bytes === undefined) return { kind: 'missing', name, reason: 'it is not there' };
    const header = readDbHeader(new BufferSource(bytes, name));
    const open = () => {
      if (!stores.has(name)) stores.set(name, new MemoryPageStore(header.format, files.get(name), name));
      return stores.get(name);
    };
    return { kind: 'found', name, headerBytes: header.bytes, open };
  };
  const start = process.hrtime.bigint();
  const result = recoverStream({
    logs,
    open: (name) => new BufferSource(files.get(name), name),
    host: { find },
    now: () => new Date(),
    random: () => 1,
    ...(values.cache === undefined ? {} : { cacheSize: Number(values.cache) }),
  });
  return { seconds: Number(process.hrtime.bigint() - start) / 1e9, result };
}

const runs = Array.from({ length: Number(values.runs ?? 15) }, recoverOnce);
const sorted = runs.map(({ seconds }) => seconds).sort((a, b) => a - b);
const { result } = runs[0];
const rate = (seconds) => (logBytes / 1e6 / seconds).toFixed(1);
console.log(
  `${folder}: ${(logBytes / 1e6).toFixed(1)} MB of logs, ${result.records} records, ${result.redone} page changes`,
);
console.log(
  `first run ${rate(runs[0].seconds)} MB/s, median ${rate(sorted[sorted.length >> 1])} MB/s, best ${rate(sorted[0])} MB/s`,
);
console.log(`resident memory at the end: ${(process.memoryUsage().rss / 2 ** 20).toFixed(0)} MB`);
