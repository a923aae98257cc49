// Whether a database on the disk is the one a log stream tells of, and stands where the replay can take it up
// (format 9.8 step 5; decisions at the attachments of a checkpoint, and at AttachDB and CreateDB records).
import type { JetErrorSymbol } from '../../errors/jet-errors.data.ts';
import type { DbHeader } from '../header/db-header.ts';
import { DbState } from '../header/db-state.ts';
import { compareLgpos, type Lgpos } from '../header/lgpos.ts';
import { sameSignature, type Signature } from '../header/signature.ts';

/** What the logs say of an attachment. */
export interface LoggedAttachment {
  /** Where it was attached: the position of the record, or what a checkpoint or log header keeps of it. */
  readonly lgposAttach: Lgpos;
  /** Where it was last consistent, as seen when it was attached. */
  readonly lgposConsistent: Lgpos;
  readonly signDb: Signature;
  /** Stream the database belonged to before it was attached; the stream's own for those of a checkpoint. */
  readonly signLog: Signature;
}

/** The stream that is being replayed. */
export interface ReplayPoint {
  readonly signLog: Signature;
  /** Where the replay stands. */
  readonly lgpos: Lgpos;
  /** `before-redo`: an attachment of the checkpoint; else a record. */
  readonly mode: 'before-redo' | 'attach-record' | 'create-record';
}

/** What to do with a database. */
export type AttachDecision =
  | { readonly kind: 'now'; readonly setHeader: boolean }
  /** Make it anew: what lies there is nothing that could be kept. */
  | { readonly kind: 'create'; readonly reason: string }
  /** Not now: it is further than the replay, or not the one meant. It may come later, or make the replay fail. */
  | { readonly kind: 'defer'; readonly consistentFuture: boolean; readonly reason: string }
  | { readonly kind: 'error'; readonly jet: JetErrorSymbol; readonly reason: string };

const LGPOS_MIN: Lgpos = { lGeneration: 0, isec: 0, ib: 0 };

const defer = (reason: string, consistentFuture = false): AttachDecision => ({
  kind: 'defer',
  consistentFuture,
  reason,
});

const refuse = (jet: JetErrorSymbol, reason: string): AttachDecision => ({ kind: 'error', jet, reason });

/** The last step of every yes: the logs from the first required one on must still be ahead. */
function attachNow(header: DbHeader, point: ReplayPoint, setHeader: boolean): AttachDecision {
  const { lGenMinRequired } = header;
  if (
    lGenMinRequired !== 0 &&
    header.dbstate !== DbState.DirtyAndPatchedShutdown &&
    lGenMinRequired < point.lgpos.lGeneration
  ) {
    const reason = `it needs the logs from generation ${lGenMinRequired} on, the replay begins at ${point.lgpos.lGeneration}`;
    return refuse('JET_errRequiredLogFilesMissing', reason);
  }
  return { kind: 'now', setHeader };
}

/** States in which no log can help. */
function stateProblem(header: DbHeader, point: ReplayPoint): AttachDecision | undefined {
  const created = point.mode === 'create-record';
  switch (header.dbstate) {
    case DbState.CleanShutdown:
    case DbState.DirtyShutdown:
    case DbState.DirtyAndPatchedShutdown:
      return undefined;
    case DbState.JustCreated:
      if (created) return { kind: 'create', reason: 'its creation was not finished' };
      return defer('its creation was not finished');
    case DbState.IncrementalReseedInProgress:
      return refuse('JET_errDatabaseIncompleteIncrementalReseed', 'an incremental reseed of it was not finished');
    case DbState.RevertInProgress:
      return refuse('JET_errDatabaseIncompleteRevert', 'a revert of it to an earlier state was not finished');
    default:
      if (created) return { kind: 'create', reason: `its state is ${header.dbstate}, which is none` };
      return refuse('JET_errDatabaseCorrupted', `its state is ${header.dbstate}, which is none`);
  }
}

function decideCreated(header: DbHeader, logged: LoggedAttachment, point: ReplayPoint): AttachDecision {
  if (!sameSignature(header.signLog, point.signLog)) return defer('it belongs to another log stream');
  const order = compareLgpos(header.lgposAttach, logged.lgposAttach);
  if (order > 0) return defer('it was attached again later in the stream');
  if (order < 0 || !sameSignature(header.signDb, logged.signDb)) return defer('it is another database');
  if (compareLgpos(logged.lgposAttach, header.lgposConsistent) <= 0)
    return defer('it is consistent as of a later place in the stream', true);
  return attachNow(header, point, false);
}

/** The database was last used with the stream from which the attach record takes it over. */
function decideForeign(header: DbHeader, logged: LoggedAttachment, point: ReplayPoint): AttachDecision {
  const isSame = sameSignature(header.signDb, logged.signDb);
  if (!isSame) return defer('it is another database');
  if (compareLgpos(logged.lgposConsistent, header.lgposConsistent) === 0) return attachNow(header, point, true);
  return refuse('JET_errConsistentTimeMismatch', 'it was last closed at another time than the logs say');
}

function decideAttached(header: DbHeader, logged: LoggedAttachment, point: ReplayPoint): AttachDecision {
  const ofLogged = sameSignature(header.signLog, logged.signLog);
  if (!sameSignature(header.signLog, point.signLog))
    return ofLogged ? decideForeign(header, logged, point) : defer('it belongs to another log stream');
  const isSame = sameSignature(header.signDb, logged.signDb);
  const consistent = compareLgpos(header.lgposConsistent, logged.lgposConsistent);
  if (!ofLogged || consistent === 0 || compareLgpos(header.lgposConsistent, LGPOS_MIN) === 0) {
    if (!isSame) return defer('it is another database');
    // Taken over from another stream by this record, and closed since.
    const isAhead = !ofLogged && compareLgpos(header.lgposConsistent, point.lgpos) > 0;
    if (isAhead) return defer('it is consistent as of a later place in the stream', true);
    const order = compareLgpos(header.lgposAttach, logged.lgposAttach);
    if (order > 0) return defer('it was attached again later in the stream');
    if (order === 0) return attachNow(header, point, false);
    if (point.mode === 'attach-record' && ofLogged) return attachNow(header, point, true);
    return refuse('JET_errAttachedDatabaseMismatch', 'it is older than the attachment the logs tell of');
  }
  const later = point.mode === 'before-redo' || compareLgpos(header.lgposConsistent, point.lgpos) > 0;
  if (consistent > 0 && later) return defer('it is consistent as of a later place in the stream', true);
  if (!isSame) return defer('it was changed without logs');
  return refuse('JET_errConsistentTimeMismatch', 'it was last closed at another time than the logs say');
}

/** Decides for a database whose header could be read. */
export function decideAttach(header: DbHeader, logged: LoggedAttachment, point: ReplayPoint): AttachDecision {
  const problem = stateProblem(header, point);
  if (problem !== undefined) return problem;
  return point.mode === 'create-record' ? decideCreated(header, logged, point) : decideAttached(header, logged, point);
}
