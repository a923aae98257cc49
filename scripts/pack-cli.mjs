// Packs the command line (dist/cli/main.js and its worker threads) into the few files of dist/bin. Loading a hundred
// small modules took longer than most verbs take to work; the library in dist stays one file for one file.
import { readFileSync, readdirSync, rmSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';

const dist = join(dirname(fileURLToPath(import.meta.url)), '..', 'dist');
const target = join(dist, 'bin');
const main = join(dist, 'cli', 'main.js');

/** A module and all that it imports at once, of our own. */
function closure(entry) {
  const found = new Set([entry]);
  for (const file of found)
    for (const [, name] of readFileSync(file, 'utf8').matchAll(/^(?:import|export)\b[^'"]*?['"](\.[^'"]+)['"]/gm))
      found.add(resolve(dirname(file), name));
  return found;
}

/** Threads are started from the file beside the one that asks for them, so each is an entry that keeps its name. */
const workers = readdirSync(dist, { recursive: true })
  .filter((file) => file.endsWith('-worker.js') && !file.startsWith('bin'))
  .map((file) => [basename(file, '.js'), join(dist, file)]);

/** What `info` needs beyond the start goes into one file: finding a file costs more than its size. */
const atStart = closure(main);
const reading = new Set([...closure(join(dist, 'cli', 'commands', 'info.js'))].filter((file) => !atStart.has(file)));

rmSync(target, { recursive: true, force: true });
const bundle = await rolldown({
  input: { esekit: main, ...Object.fromEntries(workers) },
  platform: 'node',
  external: [/^node:/],
  preserveEntrySignatures: 'allow-extension',
});
await bundle.write({
  dir: target,
  format: 'esm',
  entryFileNames: '[name].js',
  chunkFileNames: '[name]-[hash].js',
  codeSplitting: {
    includeDependenciesRecursively: false,
    groups: [
      { name: 'reading', test: (file) => reading.has(file) },
      { name: 'start', test: (file) => file !== main && atStart.has(file) },
    ],
  },
});
await bundle.close();
