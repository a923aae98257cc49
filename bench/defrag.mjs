// Defragmentation of databases of several sizes beside `cp` and `sync` of the same file, in turns in the same run.
//
//   node bench/defrag.mjs [GIB...]          sizes in GiB; default 0.25 and 1
//
// Target: 100 MB/s and more, in less than 256 MB of memory. Needs `npm run build`.
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, rmSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { median } from './side-by-side.mjs';

const RUNS = 3;
const folder = fileURLToPath(new URL('../.bench/defrag', import.meta.url));
const here = (name) => fileURLToPath(new URL(name, import.meta.url));

function run(program, ...args) {
  const { status, stdout, error } = spawnSync(program, args, {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (error !== undefined) throw error;
  if (status !== 0) throw new Error(`${program} ${args.join(' ')}: exit status ${status}`);
  return stdout;
}

function timeCopy(from, to) {
  rmSync(to, { force: true });
  run('sync');
  const start = process.hrtime.bigint();
  run('cp', from, to);
  run('sync', to);
  return Number(process.hrtime.bigint() - start) / 1e9;
}

function measure(gib) {
  const original = `${folder}/original.edb`;
  const work = `${folder}/work.edb`;
  const copy = `${folder}/copy.edb`;
  rmSync(original, { force: true });
  run(process.execPath, here('./make-database.mjs'), original, String(Math.round(gib * 2 ** 30)));
  const { size } = statSync(original);
  const [copies, defrags, memory] = [[], [], []];
  for (let i = 0; i < RUNS; i++) {
    copies.push(timeCopy(original, copy));
    rmSync(work, { force: true });
    copyFileSync(original, work);
    run('sync');
    const result = JSON.parse(run(process.execPath, here('./defrag-entry.mjs'), work));
    defrags.push(result.seconds);
    memory.push(result.memory);
  }
  const rate = (seconds) => `${(size / 1e6 / seconds).toFixed(0)} MB/s`.padStart(9);
  const [cp, defrag] = [median(copies), median(defrags)];
  console.log(
    `${(size / 2 ** 30).toFixed(2)} GiB: cp + sync ${cp.toFixed(2)} s ${rate(cp)}; defrag ${defrag.toFixed(2)} s ${rate(defrag)}, ` +
      `${(defrag / cp).toFixed(1)} times as long, ${(Math.max(...memory) / 1e6).toFixed(0)} MB of memory at most`,
  );
}

mkdirSync(folder, { recursive: true });
try {
  for (const gib of process.argv.length > 2 ? process.argv.slice(2).map(Number) : [0.25, 1]) measure(gib);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
