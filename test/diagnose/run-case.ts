// Writes a case to a folder, gathers it as the command line does, and diagnoses it.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { diagnose } from '../../src/diagnose/diagnose.ts';
import type { Diagnosis } from '../../src/diagnose/diagnosis.ts';
import { gatherEvidence } from '../../src/diagnose/gather/gather.ts';
import type { Case } from './case.ts';

/** The answer to a case. This machine is left out. */
export function runCase({ files = {}, databases = {} }: Pick<Case, 'files' | 'databases'>): Diagnosis {
  const folder = mkdtempSync(join(tmpdir(), 'esekit-case-'));
  try {
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
    for (const [name, bytes] of Object.entries(databases)) writeFileSync(join(folder, name), bytes());
    return diagnose(gatherEvidence([folder]).set);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
