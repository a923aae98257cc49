// All cases.
import type { Case } from '../case.ts';
import { BOUNCE_CASES } from './bounces.ts';
import { DAMAGE_CASES } from './damage.ts';
import { RECOVERY_CASES } from './recovery.ts';
import { HELD_OUT_CASES } from './held-out.ts';
import { STORE_CASES } from './store.ts';

export const ALL_CASES: readonly Case[] = [
  ...DAMAGE_CASES,
  ...RECOVERY_CASES,
  ...STORE_CASES,
  ...BOUNCE_CASES,
  ...HELD_OUT_CASES,
];
