// The records written by hand against those made from the declarations.
import { describe, expect, it } from 'vitest';
import { encodeRecord } from '../../../src/ese/log/record-encoder.ts';
import { Oper } from '../../../src/ese/recovery/version-list.ts';
import { deltaRecord } from '../../../src/ese/tx/node-records.ts';
import {
  begin0Record,
  beginRecord,
  commit0Record,
  commitRecord,
  rollbackRecord,
  undoInfoRecord,
  undoRecord,
} from '../../../src/ese/tx/transaction-records.ts';
import type { NodeVersion } from '../../../src/ese/tx/version-store.ts';

const session = { procid: 0x1234, level: 3, trxBegin0: 0xfffffffc, beforeRecord: (): void => undefined, name: '' };
const tree = { pgnoFDP: 0x87654321, pgnoRoot: 1, objidFDP: 77, unique: false, space: false, cbDensityFree: 0 };
const change = { dbid: 2, session, tree, pgno: 0x80000001, iline: 9, dbtime: 2 ** 40 + 7, dbtimeBefore: 12, rceid: 0 };
const node = {
  procid: 0x1234,
  dbid: 2,
  pgno: 0x80000001,
  dbtime: 2n ** 40n + 7n,
  dbtimeBefore: 12n,
  trxBegin0: 0xfffffffc,
  level: 3,
  iline: 9,
  pgnoFDP: 0x87654321,
  objidFDP: 77,
};
const key = Uint8Array.of(1, 2, 3);
const bookmarkData = Uint8Array.of(4, 5);
const before = Uint8Array.of(6, 7, 8, 9);
const version = {
  ...{ rceid: 0xfffffff1, oper: Oper.Replace, level: 2, trxBegin0: 8, session, tree, key, bookmarkData, before },
  database: { db: { dbid: 2 } },
} as unknown as NodeVersion;

describe('records of transactions', () => {
  it('begin, commit, rollback', () => {
    const procid = 0x1234;
    expect(beginRecord(procid, 2, 3)).toEqual(encodeRecord('Begin', { procid, levelBeginFrom: 2, clevelsToBegin: 3 }));
    const trxBegin0 = 0xfffffffc;
    expect(begin0Record(procid, 2, trxBegin0)).toEqual(
      encodeRecord('Begin0', { procid, levelBeginFrom: 0, clevelsToBegin: 2, trxBegin0 }),
    );
    expect(commitRecord(procid, 4)).toEqual(encodeRecord('Commit', { procid, levelCommitTo: 4 }));
    expect(commit0Record(procid, 12)).toEqual(encodeRecord('Commit0', { procid, levelCommitTo: 0, trxCommit0: 12 }));
    expect(rollbackRecord(procid, 1)).toEqual(encodeRecord('Rollback', { procid, levelRollback: 1 }));
  });

  it('transaction numbers wrap as the 32 bits of the record do', () => {
    expect(commit0Record(5, 2 ** 32 + 4)).toEqual(commit0Record(5, 4));
    expect(begin0Record(5, 1, 2 ** 33 + 8)).toEqual(begin0Record(5, 1, 8));
  });

  it('undo of a change', () => {
    expect(undoRecord(change, version)).toEqual(
      encodeRecord(
        'Undo',
        { ...node, fFlags: 0, rceid: 0xfffffff1, oper: Oper.Replace, levelUndo: 2 },
        { bookmarkKey: key, bookmarkData },
      ),
    );
  });

  it('what was there before a change', () => {
    expect(undoInfoRecord(version, 33)).toEqual(
      encodeRecord(
        'UndoInfo',
        {
          ...{ ...node, pgno: 33, dbtime: -1n, dbtimeBefore: -1n, trxBegin0: 8, level: 2, iline: 0, fFlags: 0 },
          ...{ rceid: 0xfffffff1, oper: Oper.Replace, cbMaxSize: 4 },
        },
        { bookmarkKey: key, bookmarkData, data: before },
      ),
    );
  });

  it('a difference of 4 and of 8 bytes', () => {
    const versioned = { ...change, rceid: 5, tree: { ...tree, unique: true } };
    const fields = { ...node, fFlags: 5, rceid: 5, cbOffset: 6 };
    expect(deltaRecord(versioned, key, -2n, 6, 4)).toEqual(
      encodeRecord('Delta', { ...fields, delta: -2 }, { bookmarkKey: key }),
    );
    expect(deltaRecord(versioned, key, -(2n ** 40n), 6, 8)).toEqual(
      encodeRecord('Delta64', { ...fields, delta: -(2n ** 40n) }, { bookmarkKey: key }),
    );
  });
});
