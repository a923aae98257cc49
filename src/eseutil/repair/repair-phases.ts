// The parts of a repair, and how much of the work each is.
import type { PhaseShares } from '../phase-progress.ts';

/** Parts of the work, in order. */
export type RepairPhase = 'scan' | 'check' | 'rebuild' | 'verify' | 'replace';

/** Their shares in the progress, in hundredths. */
export const REPAIR_SHARES: PhaseShares<RepairPhase> = [
  ['scan', 10],
  ['check', 20],
  ['rebuild', 40],
  ['verify', 25],
  ['replace', 5],
];
