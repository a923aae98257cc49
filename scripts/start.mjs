// `npm start -- FILE`: builds what is missing, then gives the verdict. Without a file: the demonstration.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const entry = join(root, 'dist', 'bin', 'esekit.js');
const stamp = join(root, 'dist', '.tsbuildinfo');

/** Time of the newest source file. */
function newestSource(folder) {
  return readdirSync(folder, { withFileTypes: true }).reduce((newest, item) => {
    const path = join(folder, item.name);
    return Math.max(newest, item.isDirectory() ? newestSource(path) : statSync(path).mtimeMs);
  }, 0);
}

function run(args) {
  return (
    spawnSync(process.execPath, args, { stdio: 'inherit', cwd: process.env.INIT_CWD ?? process.cwd() }).status ?? 1
  );
}

if (!existsSync(entry) || !existsSync(stamp) || statSync(stamp).mtimeMs < newestSource(join(root, 'src'))) {
  const tsc = createRequire(import.meta.url).resolve('typescript/lib/tsc.js');
  const status = run([tsc, '-p', join(root, 'tsconfig.build.json')]) || run([join(root, 'scripts', 'pack-cli.mjs')]);
  if (status !== 0) process.exit(status);
}
const args = process.argv.slice(2);
process.exit(run([entry, ...(args.length === 0 ? ['demo'] : args)]));
