// dbstate (format 1.5; jethdr.w): was the database closed properly?

/** Values of `dbstate`. */
export const DbState = {
  JustCreated: 1,
  DirtyShutdown: 2,
  CleanShutdown: 3,
  BeingConverted: 4,
  ForceDetach: 5,
  IncrementalReseedInProgress: 6,
  DirtyAndPatchedShutdown: 7,
  RevertInProgress: 8,
} as const;

const NAMES: Readonly<Record<number, string>> = {
  1: 'Just Created',
  2: 'Dirty Shutdown',
  3: 'Clean Shutdown',
  4: 'Being Converted',
  6: 'Incremental Reseed In Progress',
  7: 'Dirty and Patched Shutdown',
  8: 'Database Revert in Progress',
};

/** The state in the engine's words, which scripts parse: `Clean Shutdown`, `Dirty Shutdown`; `Illegal` for the rest. */
export function dbStateName(dbstate: number): string {
  return NAMES[dbstate] ?? 'Illegal';
}
