import { describe, expect, it } from 'vitest';
import { DB_HEADER_SIZE, parseDbHeader, type DbHeader } from '../../../src/ese/header/db-header.ts';
import { DbState } from '../../../src/ese/header/db-state.ts';
import type { Lgpos } from '../../../src/ese/header/lgpos.ts';
import { parseSignature, type Signature } from '../../../src/ese/header/signature.ts';
import {
  decideAttach,
  type AttachDecision,
  type LoggedAttachment,
  type ReplayPoint,
} from '../../../src/ese/recovery/attach-decision.ts';

const at = (lGeneration: number, isec = 1, ib = 0): Lgpos => ({ lGeneration, isec, ib });
const sign = (random: number): Signature => ({ ...parseSignature(new Uint8Array(28), 0), random });
const NONE = at(0, 0);
const [DB, OTHER_DB, STREAM, OTHER_STREAM, THIRD_STREAM] = [1, 2, 3, 4, 5].map(sign) as [
  Signature,
  Signature,
  Signature,
  Signature,
  Signature,
];

const header = (fields: Partial<DbHeader> = {}): DbHeader => ({
  ...parseDbHeader(new Uint8Array(DB_HEADER_SIZE)),
  dbstate: DbState.DirtyShutdown,
  signDb: DB,
  signLog: STREAM,
  lgposAttach: at(10),
  lgposConsistent: NONE,
  lGenMinRequired: 12,
  lGenMaxRequired: 15,
  ...fields,
});
const logged = (fields: Partial<LoggedAttachment> = {}): LoggedAttachment => ({
  lgposAttach: at(10),
  lgposConsistent: NONE,
  signDb: DB,
  signLog: STREAM,
  ...fields,
});
const point = (mode: ReplayPoint['mode'], lgpos: Lgpos = at(12)): ReplayPoint => ({ signLog: STREAM, lgpos, mode });
const short = (decision: AttachDecision): string =>
  decision.kind === 'error'
    ? decision.jet
    : decision.kind === 'defer'
      ? `defer${decision.consistentFuture ? ' future' : ''}`
      : decision.kind === 'now' && decision.setHeader
        ? 'now, header'
        : decision.kind;

describe('an attachment of the checkpoint', () => {
  it.each([
    ['the same', {}, {}, 'now'],
    ['a required log is behind the replay', { lGenMinRequired: 11 }, {}, 'JET_errRequiredLogFilesMissing'],
    ['attached again later', { lgposAttach: at(11) }, {}, 'defer'],
    ['older than the attachment', { lgposAttach: at(9) }, {}, 'JET_errAttachedDatabaseMismatch'],
    ['another database', { signDb: OTHER_DB }, {}, 'defer'],
    ['another stream', { signLog: OTHER_STREAM }, {}, 'defer'],
    ['closed later', { lgposConsistent: at(20), dbstate: DbState.CleanShutdown }, {}, 'defer future'],
    ['closed earlier', { lgposConsistent: at(5) }, { lgposConsistent: at(6) }, 'JET_errConsistentTimeMismatch'],
    [
      'closed earlier, another database',
      { lgposConsistent: at(5), signDb: OTHER_DB },
      { lgposConsistent: at(6) },
      'defer',
    ],
    ['just created', { dbstate: DbState.JustCreated }, {}, 'defer'],
    ['being converted', { dbstate: DbState.BeingConverted }, {}, 'JET_errDatabaseCorrupted'],
    ['in a reseed', { dbstate: DbState.IncrementalReseedInProgress }, {}, 'JET_errDatabaseIncompleteIncrementalReseed'],
    ['in a revert', { dbstate: DbState.RevertInProgress }, {}, 'JET_errDatabaseIncompleteRevert'],
    ['patched: its required logs may lie behind', { dbstate: 7, lGenMinRequired: 11 }, {}, 'now'],
  ] as const)('%s', (_what, found, says, expected) => {
    expect(short(decideAttach(header(found), logged(says), point('before-redo')))).toBe(expected);
  });
});

describe('an attach record', () => {
  const clean = { dbstate: DbState.CleanShutdown, lGenMinRequired: 0, lGenMaxRequired: 0 };
  it.each([
    [
      'closed in this stream where the record says',
      { ...clean, lgposConsistent: at(9) },
      { lgposConsistent: at(9) },
      'now, header',
    ],
    [
      'closed in the stream the record takes it from',
      { ...clean, signLog: OTHER_STREAM, lgposConsistent: at(3) },
      { signLog: OTHER_STREAM, lgposConsistent: at(3) },
      'now, header',
    ],
    [
      'closed elsewhere in that stream',
      { ...clean, signLog: OTHER_STREAM, lgposConsistent: at(4) },
      { signLog: OTHER_STREAM, lgposConsistent: at(3) },
      'JET_errConsistentTimeMismatch',
    ],
    ['of a third stream', { ...clean, signLog: THIRD_STREAM }, { signLog: OTHER_STREAM }, 'defer'],
    ['attached by this very record', { lgposAttach: at(12), lGenMinRequired: 12 }, { lgposAttach: at(12) }, 'now'],
    [
      'taken over by this very record, and closed after it',
      { ...clean, lgposAttach: at(12), lgposConsistent: at(14) },
      { lgposAttach: at(12), signLog: OTHER_STREAM },
      'defer future',
    ],
    ['closed after it', { ...clean, lgposConsistent: at(14) }, { lgposConsistent: at(9) }, 'defer future'],
  ] as const)('%s', (_what, found, says, expected) => {
    const record = { lgposAttach: at(12), ...says };
    expect(short(decideAttach(header({ lgposAttach: at(8), ...found }), logged(record), point('attach-record')))).toBe(
      expected,
    );
  });
});

describe('a create record', () => {
  it.each([
    ['made by it', {}, 'now'],
    ['made by it, and closed later', { lgposConsistent: at(20) }, 'defer future'],
    ['attached again later', { lgposAttach: at(13) }, 'defer'],
    ['older', { lgposAttach: at(2) }, 'defer'],
    ['of another stream', { signLog: OTHER_STREAM }, 'defer'],
    ['not finished', { dbstate: DbState.JustCreated }, 'create'],
    ['in no state', { dbstate: 99 }, 'create'],
    ['in a reseed', { dbstate: 6 }, 'JET_errDatabaseIncompleteIncrementalReseed'],
  ] as const)('%s', (_what, found, expected) => {
    expect(short(decideAttach(header(found), logged(), point('create-record')))).toBe(expected);
  });
});
