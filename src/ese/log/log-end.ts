// How and why a log ends: data, never an exception.
import type { JetErrorSymbol } from '../../errors/jet-errors.data.ts';
import type { Lgpos } from '../header/lgpos.ts';

/**
 * Where the records of a log end.
 * - `end`: all of it was read; the log was closed, or goes on in the next generation, or its writer was killed between
 *   two writes.
 * - `torn`: the last write did not get to disk as a whole. What it holds in full is there; without `jet` the engine
 *   goes on from here.
 * - `corrupt`: damage (or a file that is no log of a known version); records before it were read.
 * - `unknown-record`: a record of a type that is not known, at `lgpos`.
 */
export interface LogEnd {
  readonly kind: 'end' | 'torn' | 'corrupt' | 'unknown-record';
  /** The first position that holds no more (good) records. */
  readonly lgpos: Lgpos;
  /** The last record, but for padding, ends a recovery or a normal run of the engine. */
  readonly closedNormally: boolean;
  /** That record (Term, Term2, RecoveryQuit...), when `closedNormally`. */
  readonly lgposTerm?: Lgpos;
  /** The last segment was damaged and its shadow copy was taken instead. */
  readonly shadowUsed?: boolean;
  /** Segments in which a flipped bit was mended. */
  readonly corrected?: readonly number[];
  /** What the engine would fail with. */
  readonly jet?: JetErrorSymbol;
  /** One sentence. */
  readonly message: string;
}
