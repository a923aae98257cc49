// Redo record by record on a small database: the rule of the dbtimes, transactions, macros, and record types that are rare.
import { describe, expect, it } from 'vitest';
import { isJetError } from '../../../src/errors/jet-error.ts';
import { PageFlag } from '../../../src/ese/page/page-flags.ts';
import { bytesOf, DBTIME, OBJID, PROCID, Replayed } from './replayed-database.ts';

const errorOf = (run: () => void): string => {
  try {
    run();
    return 'none';
  } catch (error) {
    if (!isJetError(error)) throw error;
    return error.symbol;
  }
};

describe('the rule of the dbtimes', () => {
  const insert = (replayed: Replayed, dbtime: number, dbtimeBefore: number): string =>
    errorOf(() => {
      replayed.insert(5, 0, 'k', 'v', { dbtime: BigInt(dbtime), dbtimeBefore: BigInt(dbtimeBefore) });
    });

  it('redoes on a page that is as before, passes over one that is as after', () => {
    const replayed = new Replayed();
    replayed.begin();
    expect(insert(replayed, DBTIME + 5, DBTIME)).toBe('none');
    expect(replayed.nodes(5)).toEqual(['k=v']);
    expect(replayed.page(5).dbtime).toBe(DBTIME + 5);
    expect(insert(replayed, DBTIME + 5, DBTIME)).toBe('none');
    expect(insert(replayed, DBTIME + 1, DBTIME)).toBe('none');
    expect(replayed.nodes(5)).toEqual(['k=v']);
    expect(replayed.db.dbtime).toBe(DBTIME + 5);
  });

  it('names contradictions where nothing later can explain them', () => {
    const replayed = new Replayed(4);
    replayed.begin();
    expect(replayed.db.containsFutureData).toBe(false);
    expect(insert(replayed, DBTIME + 9, DBTIME + 3)).toBe('JET_errDbTimeTooOld');
    expect(insert(replayed, DBTIME + 9, DBTIME - 3)).toBe('JET_errDbTimeTooNew');
    expect(insert(replayed, DBTIME - 1, DBTIME - 3)).toBe('JET_errDbTimeBeyondMaxRequired');
    expect(replayed.nodes(5)).toEqual([]);
  });

  it('waits for an explanation while there may be one, to the end of the required logs', () => {
    const replayed = new Replayed(9);
    replayed.begin();
    expect(insert(replayed, DBTIME + 9, DBTIME + 3)).toBe('none');
    replayed.insert(21, 0, 'k', 'v', { dbtime: 500n, dbtimeBefore: 400n });
    expect(
      errorOf(() => {
        replayed.engine.enterGeneration(9);
      }),
    ).toBe('none');
    expect(
      errorOf(() => {
        replayed.engine.enterGeneration(10);
      }),
    ).toBe('JET_errDbTimeTooOld');
    replayed.db.tooOld.clear(1, 20);
    expect(
      errorOf(() => {
        replayed.engine.enterGeneration(10);
      }),
    ).toBe('JET_errFileIOBeyondEOF');
    replayed.apply('ShrinkDB2', { dbid: 1, pgnoLast: 4, cpgShrunk: 30 });
    expect(
      errorOf(() => {
        replayed.engine.enterGeneration(10);
      }),
    ).toBe('none');
  });

  it('takes pages that were only ever reserved in the file for missing', () => {
    const replayed = new Replayed(4);
    replayed.begin();
    replayed.apply('ExtendDB', { dbid: 1, pgnoLast: 40 });
    expect(
      errorOf(() => {
        replayed.insert(30, 0, 'k', 'v', { dbtime: 500n });
      }),
    ).toBe('JET_errPageNotInitialized');
    expect(
      errorOf(() => {
        replayed.insert(41, 0, 'k', 'v', { dbtime: 500n });
      }),
    ).toBe('JET_errFileIOBeyondEOF');
  });
});

describe('transactions', () => {
  it('undoes what is open, level by level, and keeps what was committed', () => {
    const replayed = new Replayed();
    replayed.put(6, 'a', '1');
    replayed.begin();
    replayed.insert(6, 1, 'b', '2');
    replayed.apply('Commit0', { procid: PROCID, levelCommitTo: 0, trxCommit0: 78 });
    replayed.begin();
    replayed.insert(6, 2, 'c', '3');
    replayed.begin(1);
    replayed.insert(6, 3, 'd', '4', { level: 2 });
    replayed.apply('Commit', { procid: PROCID, levelCommitTo: 1 });
    replayed.begin(1);
    replayed.apply('FlagDelete', replayed.node(6, 0, { level: 2 }));
    expect(replayed.nodes(6)).toEqual(['-a=1', 'b=2', 'c=3', 'd=4']);
    const undone: string[] = [];
    const levels: number[] = [];
    expect(
      replayed.engine.undo({
        undone: ({ version }) => undone.push(String.fromCharCode(...version.key)),
        rolledBack: (session) => levels.push(session.level),
      }),
    ).toBe(3);
    expect(undone).toEqual(['a', 'd', 'c']);
    expect(levels).toEqual([2, 1]);
    expect(replayed.nodes(6)).toEqual(['a=1', 'b=2', '-c=3', '-d=4']);
  });

  it('restores replaced data and numbers that were added to', () => {
    const replayed = new Replayed();
    replayed.put(6, 'n', '\x05\0\0\0\0\0\0\0');
    replayed.put(6, 'r', 'old');
    replayed.begin();
    replayed.apply('Delta64', replayed.node(6, 0, { delta: 3n, cbOffset: 0 }), { bookmarkKey: bytesOf('n') });
    replayed.apply('Delta', replayed.node(6, 0, { delta: -2, cbOffset: 4 }), { bookmarkKey: bytesOf('n') });
    const newer = { cb: 5, cbOldData: 3, cbNewData: 5 };
    replayed.apply('Replace', replayed.node(6, 1, newer), { data: bytesOf('newer') });
    expect(replayed.nodes(6)).toEqual(['n=\x08\0\0\0\xfe\xff\xff\xff', 'r=newer']);
    expect(replayed.engine.undo()).toBe(3);
    expect(replayed.nodes(6)).toEqual(['n=\x05\0\0\0\0\0\0\0', 'r=old']);
  });

  it('takes from UndoInfo what a page that needs no redo cannot tell any more', () => {
    const replayed = new Replayed();
    replayed.put(6, 'r', 'after');
    replayed.begin();
    const done = { dbtime: BigInt(DBTIME), dbtimeBefore: 1n, rceid: 55, cb: 5, cbOldData: 6, cbNewData: 5 };
    replayed.apply('Replace', replayed.node(6, 0, done), { data: bytesOf('after') });
    expect(replayed.engine.sessions.get(PROCID).awaited).toEqual(new Set([55]));
    const info = { rceid: 55, oper: 2, dbtime: -1n, dbtimeBefore: -1n };
    replayed.apply('UndoInfo', replayed.node(6, 0, info), { bookmarkKey: bytesOf('r'), data: bytesOf('before') });
    expect(replayed.engine.sessions.get(PROCID).awaited.size).toBe(0);
    expect(replayed.engine.undo()).toBe(1);
    expect(replayed.nodes(6)).toEqual(['r=before']);
  });

  it('replays undo records, and forgets the change then', () => {
    const replayed = new Replayed();
    replayed.begin();
    replayed.insert(6, 0, 'b', '2', { rceid: 9 });
    replayed.apply('Undo', replayed.node(6, 0, { rceid: 9, oper: 1 }), { bookmarkKey: bytesOf('b') });
    replayed.apply('Rollback', { procid: PROCID, levelRollback: 1 });
    expect(replayed.nodes(6)).toEqual(['-b=2']);
    expect(replayed.engine.undo()).toBe(0);
    replayed.begin();
    const unknown = (): void => {
      replayed.apply('Undo', replayed.node(6, 0, { rceid: 10, oper: 1 }), { bookmarkKey: bytesOf('b') });
    };
    expect(errorOf(unknown)).toBe('JET_errLogFileCorrupt');
  });

  it('passes over sessions whose transaction began before the replay, but counts their dbtimes', () => {
    const replayed = new Replayed();
    replayed.insert(6, 0, 'b', '2', { dbtime: 9000n });
    replayed.begin(1);
    replayed.insert(6, 0, 'b', '2', { dbtime: 9001n, objidFDP: 600 });
    expect(replayed.nodes(6)).toEqual([]);
    expect(replayed.db.dbtime).toBe(9001);
    expect(replayed.db.objidLast).toBe(600);
    expect(replayed.engine.sessions.get(PROCID).level).toBe(0);
  });

  it('says so when a node is not where its tree is', () => {
    const replayed = new Replayed();
    replayed.begin();
    replayed.insert(6, 0, 'b', '2');
    replayed.page(6).deleteLine(0);
    expect(
      errorOf(() => {
        replayed.engine.undo();
      }),
    ).toBe('JET_errRollbackError');
  });
});

describe('macros', () => {
  const mergeOf = (replayed: Replayed, dbtime: number): void => {
    const head = { procid: PROCID, dbid: 1, level: 1, dbtime: BigInt(dbtime), dbtimeBefore: BigInt(DBTIME) };
    const leaf = { pgno: 8, pgnoLeft: 7, pgnoRight: 9, mergetype: 1, fLRMergeFlags: 4, objidFDP: OBJID };
    const siblings = { dbtimeLeftBefore: BigInt(DBTIME), dbtimeRightBefore: BigInt(DBTIME) };
    replayed.apply('Merge2', { ...head, ...leaf, ...siblings });
  };

  it('count when they are committed, not when they are aborted', () => {
    const replayed = new Replayed();
    replayed.begin();
    replayed.apply('MacroBegin', { procid: PROCID, dbtime: 200n });
    mergeOf(replayed, 200);
    expect(replayed.page(8).dbtime).toBe(DBTIME);
    replayed.apply('MacroAbort', { procid: PROCID, dbtime: 200n });
    expect(replayed.page(8).dbtime).toBe(DBTIME);
    replayed.apply('MacroBegin', { procid: PROCID, dbtime: 201n });
    mergeOf(replayed, 201);
    replayed.apply('MacroCommit', { procid: PROCID, dbtime: 201n });
    expect([7, 8, 9].map((pgno) => replayed.page(pgno).dbtime)).toEqual([201, 201, 201]);
    expect(replayed.page(7).pgnoNext).toBe(9);
    expect(replayed.page(9).pgnoPrev).toBe(7);
    expect(replayed.page(8).fFlags & PageFlag.Empty).not.toBe(0);
  });

  it('are damage when they are empty, or their parts stand alone', () => {
    const replayed = new Replayed();
    replayed.begin();
    expect(
      errorOf(() => {
        mergeOf(replayed, 300);
      }),
    ).toBe('JET_errLogFileCorrupt');
    replayed.apply('MacroBegin', { procid: PROCID, dbtime: 301n });
    expect(
      errorOf(() => {
        replayed.apply('MacroCommit', { procid: PROCID, dbtime: 301n });
      }),
    ).toBe('JET_errLogFileCorrupt');
    expect(
      errorOf(() => {
        replayed.apply('Split', {});
      }),
    ).toBe('JET_errBadLogVersion');
  });
});

describe('records that are rare', () => {
  it('FlagInsert makes a deleted node live, and its undo deletes it again', () => {
    const replayed = new Replayed();
    replayed.put(6, 'a', '1', 2);
    replayed.begin();
    replayed.apply('FlagInsert', replayed.node(6, 0), { key: bytesOf('a'), data: bytesOf('1') });
    expect(replayed.nodes(6)).toEqual(['a=1']);
    replayed.engine.undo();
    expect(replayed.nodes(6)).toEqual(['-a=1']);
  });

  it('EmptyTree frees all pages of a tree at once', () => {
    const replayed = new Replayed();
    replayed.page(6).initialize(OBJID, PageFlag.Root | PageFlag.ParentOfLeaf, DBTIME);
    replayed.put(6, '', '\x08\0\0\0');
    replayed.put(8, 'a', '1');
    replayed.begin();
    const list = new Uint8Array(16);
    new DataView(list.buffer).setBigInt64(0, BigInt(DBTIME), true);
    list[8] = 8;
    replayed.apply('EmptyTree', replayed.node(6, 0, { fFlags: 4 }), { emptyPages: list });
    expect(replayed.nodes(6)).toEqual([]);
    expect(replayed.nodes(8)).toEqual([]);
    expect(replayed.page(6).isLeaf).toBe(true);
    expect(replayed.page(8).fFlags & PageFlag.Empty).not.toBe(0);
    expect([6, 8].map((pgno) => replayed.page(pgno).dbtime)).toEqual([DBTIME + 1, DBTIME + 1]);
  });

  it('Scrub overwrites what deleted nodes held, PageMove moves a page', () => {
    const replayed = new Replayed();
    replayed.put(6, 'a', 'secret', 2);
    replayed.put(6, 'b', 'kept');
    replayed.begin();
    replayed.apply('Scrub', replayed.node(6, 0, { cscrubOper: 2 }), { data: Uint8Array.of(1, 0) });
    expect(replayed.nodes(6)).toEqual(['-a=DDDDDD', 'b=kept']);
    expect(replayed.page(6).fFlags & PageFlag.Scrubbed).not.toBe(0);
    replayed.page(10).initialize(OBJID, PageFlag.Root | PageFlag.ParentOfLeaf, DBTIME);
    replayed.put(10, '', '\x06\0\0\0');
    const { dbtime } = replayed.page(6);
    const move = { pgnoDest: 18, pgnoParent: 10, dbtimeParentBefore: BigInt(DBTIME), ilineParent: 0 };
    const header = { ...replayed.node(6, 0), dbtime: BigInt(dbtime + 7), ...move };
    for (const field of ['rceid']) Reflect.deleteProperty(header, field);
    replayed.apply('PageMove', header, { pageHeader: new Uint8Array(40), pageTrailer: new Uint8Array(0) });
    expect(replayed.nodes(18)).toEqual(['-a=DDDDDD', 'b=kept']);
    expect(replayed.nodes(10)).toEqual(['=\x12\0\0\0']);
    expect(replayed.page(6).fFlags & PageFlag.Empty).not.toBe(0);
    expect([6, 10, 18].map((pgno) => replayed.page(pgno).dbtime)).toEqual([dbtime + 7, dbtime + 7, dbtime + 7]);
  });

  it('RootPageMove moves the roots of a tree, and all that names them', () => {
    const replayed = new Replayed();
    const space = (pgnoOE: number, pgnoParent: number): Uint8Array => {
      const bytes = new Uint8Array(16);
      new DataView(bytes.buffer).setUint32(4, pgnoParent, true);
      bytes[8] = 1;
      new DataView(bytes.buffer).setUint32(12, pgnoOE, true);
      return bytes;
    };
    replayed.page(6).setExternalHeader(space(7, 1));
    replayed.put(6, 'a', '1');
    replayed.put(7, 'o', '1');
    replayed.put(8, 'v', '1');
    replayed.page(10).setExternalHeader(space(11, 6));
    replayed.put(12, 'c1', 'six');
    replayed.put(12, 'c2', 'six');
    replayed.begin();
    replayed.insert(6, 1, 'b', '2', { rceid: 5 });
    const dbtime = 400n;
    const head = { procid: PROCID, dbid: 1, dbtime, objidFDP: OBJID };
    replayed.apply('MacroBegin', { procid: PROCID, dbtime });
    replayed.apply('RootPageMove', { procid: PROCID, dbid: 1, objid: OBJID, dbtimeAfter: dbtime });
    for (const [pgno, pgnoDest, fMoveFlags] of [
      [6, 16, 1],
      [7, 17, 2],
      [8, 18, 4],
    ] as const) {
      const page = replayed.page(pgno);
      const parts = { pageHeader: page.bytes.slice(0, 2048), pageTrailer: page.bytes.slice(2048) };
      replayed.apply('PageMove', { ...head, pgno, pgnoDest, fMoveFlags, dbtimeBefore: BigInt(page.dbtime) }, parts);
    }
    const before = { ...head, dbtimeBefore: BigInt(DBTIME) };
    replayed.apply('SetExternalHeader', { ...before, pgno: 10 }, { data: space(11, 16) });
    for (const iline of [0, 1])
      replayed.apply('Replace', { ...before, pgno: 12, iline, cb: 7, cbNewData: 7 }, { data: bytesOf('sixteen') });
    expect(replayed.nodes(16)).toEqual([]);
    replayed.apply('MacroCommit', { procid: PROCID, dbtime });
    expect([16, 17, 18].map((pgno) => replayed.nodes(pgno).join())).toEqual(['a=1,b=2', 'o=1', 'v=1']);
    expect(replayed.page(16).externalHeader).toEqual(space(17, 1));
    expect(replayed.page(10).externalHeader).toEqual(space(11, 16));
    expect(replayed.nodes(12)).toEqual(['c1=sixteen', 'c2=sixteen']);
    for (const pgno of [6, 7, 8]) expect(replayed.page(pgno).fFlags & PageFlag.Empty).not.toBe(0);
    for (const pgno of [6, 7, 8, 10, 12, 16, 17, 18]) expect(replayed.page(pgno).dbtime).toBe(400);
    // A change made before the move is undone where its node is now.
    expect(replayed.engine.undo()).toBe(1);
    expect(replayed.nodes(16)).toEqual(['a=1', '-b=2']);
  });

  it('ShrinkDB cuts the file, TrimDB empties pages', () => {
    const replayed = new Replayed(4);
    replayed.db.cache.flush();
    replayed.apply('TrimDB', { dbid: 1, pgnoStartZeroes: 7, cpgZeroLength: 2 });
    expect([6, 7, 8, 9].map((pgno) => replayed.db.cache.get(pgno).state)).toEqual([0, 1, 1, 0]);
    replayed.apply('ShrinkDB3', { dbid: 1, pgnoLast: 12, cpgShrunk: 8, dbtime: 700n });
    expect(replayed.store.pgnoLast).toBe(12);
    expect(replayed.db.cache.get(13).state).toBe(2);
    expect(replayed.db.dbtime).toBe(700);
  });

  it('Term closes the databases as of the last ShutDownMark', () => {
    const replayed = new Replayed(4);
    replayed.apply('SetDbVersion', { dbid: 1, ulDbMajorVersion: 0x620, ulDbUpdateMajor: 30, ulDbUpdateMinor: 1 });
    replayed.apply('ShutDownMark');
    const mark = replayed.engine.lgpos;
    expect(replayed.engine.lastWasShutdown).toBe(true);
    replayed.apply('Term2', {});
    expect(replayed.engine.ended).toBe(true);
    expect(replayed.engine.attachments.all()).toEqual([]);
    const header = new DataView(replayed.store.bytes.buffer);
    expect(header.getUint32(52, true)).toBe(3);
    expect(header.getUint32(60, true)).toBe(mark.lGeneration);
    expect(header.getUint16(58, true)).toBe(mark.isec);
    expect(header.getUint32(232, true)).toBe(30);
  });
});
