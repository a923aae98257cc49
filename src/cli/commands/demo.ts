// `esekit demo` (and `npm start` without a file): the whole of it on a machine with nothing else.
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CommandIo } from '../command-io.ts';
import { buildSampleStore, damageLikeAScanner } from '../demo-store.ts';
import { ExitStatus } from '../exit-status.ts';
import { runDefrag } from './defrag.ts';
import { runRepair } from './repair.ts';
import { runVerdict } from './verdict.ts';

/** Runs the verb; returns 0 when the repaired store is sound. */
export async function runDemo(io: CommandIo): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'esekit-demo-'));
  const sample = join(folder, 'sample.edb');
  const damaged = join(folder, 'priv1.edb');
  let step = 0;
  const heading = (text: string): void => {
    io.out(`\n${++step}. ${text}\n${'-'.repeat(text.length + 3)}\n\n`);
  };

  heading('A store with 3000 messages is built');
  buildSampleStore(sample, new Date(), () => Math.floor(Math.random() * 2 ** 32));
  runVerdict(sample, io);

  heading('A virus scanner writes into a copy of it');
  damageLikeAScanner(sample, damaged);
  runVerdict(damaged, io);

  heading('esekit repair');
  await runRepair(damaged, { yes: true, keep: true }, io);

  heading('esekit defrag');
  await runDefrag(damaged, {}, io);

  heading('The verdict after it');
  const status = runVerdict(damaged, io);
  io.out(
    `\nThe files are left in ${folder}:\n  sample.edb         the store as it was\n  priv1.edb.damaged  what the scanner made of it\n  priv1.edb          repaired and defragmented\n`,
  );
  return status === ExitStatus.Clean ? ExitStatus.Clean : ExitStatus.Failed;
}
