// Runs once before all tests: finds the corpus of real files, unpacking it into .corpus when its archive is at hand.
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export function setup(): void {
  if (process.env['ESEKIT_CORPUS'] !== undefined) return;
  const unpack = fileURLToPath(new URL('../../shared/tools/unpack-corpus', import.meta.url));
  const folder = fileURLToPath(new URL('../.corpus', import.meta.url));
  if (existsSync(unpack)) {
    execFileSync(unpack, [folder], { stdio: 'inherit' });
    process.env['ESEKIT_CORPUS'] = folder;
  } else if (existsSync(`${folder}/.unpacked`)) {
    process.env['ESEKIT_CORPUS'] = folder;
  } else {
    console.warn(
      '\n*** No corpus of real files ($ESEKIT_CORPUS is not set): every test against real files is SKIPPED. ***\n',
    );
  }
}
