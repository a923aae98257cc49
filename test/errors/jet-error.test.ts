import { describe, expect, it } from 'vitest';
import { JET_ERRORS, JetError, isJetError, jetError } from '../../src/errors/index.ts';

describe('JetError', () => {
  it('carries symbol, number, place and cause', () => {
    const cause = new Error('EIO');
    const error = new JetError('JET_errDiskIO', 'cannot read page 7', { file: 'a.edb', pgno: 7 }, { cause });
    expect(error).toBeInstanceOf(Error);
    expect(error).toMatchObject({
      name: 'JetError',
      symbol: 'JET_errDiskIO',
      code: -1022,
      message: 'cannot read page 7',
    });
    expect(error.at).toEqual({ file: 'a.edb', pgno: 7 });
    expect(error.cause).toBe(cause);
    expect(new JetError('JET_errInternalError', 'x').at).toEqual({});
  });

  it('is recognized, also by symbol and by an alias of the same number', () => {
    const error: unknown = new JetError('JET_errDatabaseDirtyShutdown', 'dirty');
    expect(isJetError(error)).toBe(true);
    expect(isJetError(error, 'JET_errDatabaseDirtyShutdown')).toBe(true);
    expect(isJetError(error, 'JET_errDatabaseInconsistent')).toBe(true);
    expect(isJetError(error, 'JET_errDiskIO')).toBe(false);
    expect(isJetError(new Error('no'))).toBe(false);
    expect(isJetError(undefined)).toBe(false);
  });

  it('gives the jet field of a finding', () => {
    expect(jetError('JET_errReadVerifyFailure')).toEqual({ symbol: 'JET_errReadVerifyFailure', code: -1018 });
  });
});

describe('JET_ERRORS', () => {
  it('holds every error and warning of the engine', () => {
    const codes = Object.entries(JET_ERRORS);
    expect(codes.length).toBe(491);
    expect(new Set(Object.values(JET_ERRORS)).size).toBe(485);
    expect(codes.filter(([symbol, code]) => symbol.startsWith('JET_err') && code > 0)).toEqual([]);
    expect(JET_ERRORS).toMatchObject({ JET_errRecordDeleted: -1017, JET_errInvalidTableId: -1310, JET_wrnNyi: -1 });
  });
});
