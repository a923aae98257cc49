// The words for records that real logs seldom hold; those they hold are compared with the engine's own words elsewhere.
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { utf16Bytes } from '../../src/binary/text.ts';
import { LOG_RECORDS, recordSize, type LogRecordName } from '../../src/ese/log/record-table.ts';
import { describeLogRecord } from '../../src/eseutil/describe-log-record.ts';
import {
  ansiBytes,
  dwords,
  joined,
  lgposBytes,
  logtimeBytes,
  recordBytes,
  type FieldInput,
} from './log-record-bytes.ts';

const CONTEXT = { data: true, commitContextFlags: true };

function words(
  name: LogRecordName,
  fields: Readonly<Record<string, FieldInput>> = {},
  tail?: Uint8Array,
  context = CONTEXT,
): string {
  const bytes = recordBytes(name, fields, tail);
  return describeLogRecord(bytes, 0, bytes.length, context);
}

const PAGE = { procid: 10, dbid: 2, pgno: 77, dbtime: 0x1234, dbtimeBefore: 0x1230, trxBegin0: 0xabc, level: 1 };
const NODE = { ...PAGE, iline: 3, rceid: 9, objidFDP: 21 };

describe('records on nodes', () => {
  it('writes large and missing times', () => {
    expect(words('FlagDelete', { ...NODE, dbtime: 0x5_0000_00ab, dbtimeBefore: -1, fFlags: 0x3f })).toBe(
      'FDelete   5000000ab,ffffffffffffffff,abc:1(a,[2:77:3],U:V:SP:SYS:CI),rceid:9,objid:[2:21]',
    );
  });

  it('shows flag inserts, deltas and undo', () => {
    expect(words('FlagInsert', { ...NODE, fFlags: 2 })).toBe(
      'FInsert   1234,1230,abc:1(a,[2:77:3],NU:NV:D:NSP:USR:NCI,rceid:9,objid:[2:21])',
    );
    expect(words('Delta64', { ...NODE, delta: -5n, cbOffset: 4 })).toBe(
      'Delta64   1234,1230,abc:1(a,[2:77:3],NU:NV:USR:NCI,-5,offset:4,rceid:9,objid:[2:21])',
    );
    expect(words('Undo', { ...NODE, oper: 3, levelUndo: 4 })).toBe(
      'Undo      1234,1230,abc:4(a,[2:77:3],NU:USR,4,3,rceid:9)',
    );
  });

  it('shows at most sixteen bytes, or none', () => {
    const data = Uint8Array.from({ length: 20 }, (_, i) => i);
    expect(words('SetExternalHeader', { ...NODE, cbData: 20 }, data)).toBe(
      'SetExtHdr 1234,1230,abc:1(a,[2:77],NU:NSP:USR,   20)00 01 02 03 04 05 06 07 08 09 0A 0B 0C 0D 0E 0F ',
    );
    expect(words('SetExternalHeader', { ...NODE, cbData: 20 }, data, { ...CONTEXT, data: false })).toMatch(
      / {3}20\)<Data>$/,
    );
  });

  it('shows scrubbing', () => {
    const fields = { ...NODE, fLRScrubFlags: 1, cscrubOper: 2, cbData: 2 };
    expect(words('Scrub', fields, Uint8Array.of(1, 2))).toBe(
      'Scrub     1234,1230,abc:1(a,[2:77],NU:NSP:USR,unused page,2,    2)01 02 ',
    );
  });
});

describe('differences', () => {
  const head = '                    ReplDiff  1234,1230,abc:1(a,[2:77:3],objid:[2:21],[ Offs:';

  it('of the small kind', () => {
    const tail = Uint8Array.of(0x05, 0x20, 2, 0xaa, 0xbb, 0x07, 0x40, 1, 0xcc, 0x09, 0x00, 1, 3, 0xdd);
    expect(words('ReplaceD', { ...NODE, cb: tail.length, cbOldData: 30, cbNewData: 29 }, tail).split('\n')).toEqual([
      'ReplaceD  1234,1230,abc:1(a,[2:77:3],NU:NV:NSP:USR:NCI,   14,   29,   30,rceid:9,objid:[2:21])',
      `${head}5 1B ReplaceWithSameLength (2): AA BB ])`,
      `${head}7 1B InsertWithValue (1): CC ])`,
      `${head}9 1B ReplaceWithNewValue (3=>1): DD ])`,
    ]);
  });

  it('of the large kind, with long lengths', () => {
    const tail = Uint8Array.of(0x34, 0x12, 0x80, 1, 0, 2, 0, 0xee);
    expect(
      words('ReplaceD', { ...NODE, cb: tail.length | 0x8000 }, tail)
        .split('\n')
        .slice(1),
    ).toEqual([`${head}4660 2B ReplaceWithNewValue (2=>1): EE ])`]);
  });

  it('that lie about their length', () => {
    const tail = Uint8Array.of(0x05, 0x20, 200, 0xaa);
    expect(
      words('ReplaceD', { ...NODE, cb: tail.length }, tail)
        .split('\n')
        .slice(1),
    ).toEqual([`${head}5 1B ReplaceWithSameLength (200): AA ])`]);
  });
});

describe('records on trees', () => {
  it('shows splits of the old form', () => {
    const fields = { ...PAGE, fFlags: 4, pgnoNew: 88, clines: 5, ilineOper: 4, ilineSplit: 4, splitoper: 1 };
    const rest =
      'new:[2:88],parent:0,[2:0],right:0,[2:0], objid:[2:0], U:NSP:USR:NCI, splitoper:Insert, beforeImage:0[])';
    const at = '1234,1230,abc:1(a,split:[2:77:4],oper/last:[4/4]';
    expect(words('Split', { ...fields, splittype: 1 })).toBe(`Split     SplitHotpoint ${at},${rest}`);
    expect(words('Split', { ...fields, splittype: 0 })).toBe(`Split     SplitVertical ${at},${rest}`);
    expect(words('Split', { ...fields, splittype: 7 })).toContain(' *Unknown* 1234');
  });

  it('shows merges with both neighbours', () => {
    const neighbours = { pgnoRight: 5, dbtimeRightBefore: 6, pgnoLeft: 7, dbtimeLeftBefore: 8, pgnoParent: 9 };
    const fields = { ...PAGE, ...neighbours, dbtimeParentBefore: 10, ilineMerge: 2, fLRMergeFlags: 5, mergetype: 5 };
    const image = { flags: 3, cbPageBeforeImage: 100, cbSizeTotal: 50, cbSizeMaxTotal: 60, cbUncFreeDest: -1 };
    expect(words('Merge2', { ...fields, ...image, cbKeyParentSep: 2 }, Uint8Array.of(1, 2, 3))).toBe(
      'Merge2    1234,1230,abc:1(a,merge:[2:77:2],right:6,[2:5],left:8,[2:7],parent:a,[2:9],NU:NSP:USR:KC:EP:ND:FullLeft,' +
        'size:50,maxsize:60,uncfree:-1,beforeImage:100[DX])01 02 ',
    );
  });

  it('shows moves and emptied trees', () => {
    const move = {
      ...PAGE,
      fFlags: 0x20,
      pgnoDest: 78,
      pgnoParent: 4,
      dbtimeParentBefore: 3,
      ilineParent: 6,
      objidFDP: 21,
    };
    expect(words('PageMove', { ...move, fMoveFlags: 0x1f })).toBe(
      'PageMove  1234,1230,abc:1(a,source:[2:77],destination:[2:78],right:0,[2:0],left:0,[2:0],parent:3,[2:4:6],' +
        'header:0,trailer:0,objid:[2:21],flags:1f, SYS)',
    );
    expect(words('RootPageMove', { dbtimeAfter: 0xff, dbid: 1, objid: 5, procid: 16 })).toBe(
      'PageMoveR ff,(10,objid:[1:5])',
    );
    expect(words('EmptyTree', { ...NODE, cbEmptyPageList: 16 }, new Uint8Array(16))).toMatch(
      /^EmptyTree 1234,1230,abc:1\(a,\[2:77\],objid:\[2:21\],NU:NSP:USR,16\)(00 ){16}$/,
    );
    expect(words('CreateSingleExtentFDP', { ...PAGE, objidFDP: 5, pgnoFDPParent: 4, cpgPrimary: 1 })).toBe(
      'Create S  1234,abc:1(a,[2:77],[2:4],[5],PageFlags:[0x0]1,NU:USR)',
    );
  });
});

describe('records on databases', () => {
  it('shows paths of both kinds', () => {
    const wide = utf16Bytes('C:\\Größe.edb\0');
    expect(words('DetachDB', { procid: 5, dbid: 1, cbPath: wide.length, fLRDetachDbFlags: 0x10 }, wide)).toBe(
      'DetachDB  (5,C:\\Größe.edb,1)',
    );
    expect(words('DetachDB', { procid: 5, dbid: 1, cbPath: 6 }, ansiBytes('a.edb'))).toBe('DetachDB  (5,a.edb,1)');
    expect(words('AttachDB', { dbid: 1, lgposConsistent: lgposBytes(26, 27, 28) }, ansiBytes('x'))).toMatch(
      /^AttachDB {2}\(0,x,1\) cpgMax: 0 consistent:\(1A,1B,1C\) {3}SigDb: .* Computer:<None> {3}SigLog: .* sparse: 0$/,
    );
  });

  it('keeps names from steering the terminal', () => {
    expect(words('DetachDB', { cbPath: 4 }, ansiBytes('\x1b[A'))).toBe('DetachDB  (0,\\x1b[A,0)');
    expect(words('Trace', { procid: 5, cb: 3 }, ansiBytes('\r\n'))).toBe('Trace     (5) \\x0d\\x0a');
  });

  it('shows sizes that change', () => {
    expect(words('ShrinkDB', { dbid: 1, pgnoLast: 9, cpgShrunk: 3 })).toBe('ShrinkDB  [1:9:3]');
    expect(words('ShrinkDB3', { dbid: 1, pgnoLast: 9, cpgShrunk: 3, dbtime: 16 })).toBe('ShrinkDB3 10[1:9:3]');
    expect(words('TrimDB', { dbid: 1, pgnoStartZeroes: 9, cpgZeroLength: 3 })).toBe(
      'TrimDB    [1:9+3] ([1:10] [1:11] )',
    );
    expect(words('ExtentFreed', { dbid: 1, pgnoFirst: 9, cpgExtent: 1, fFlags: 3 })).toBe(
      'ExtFreed  ffffffffffffffff [1:9+1],[RE] ()',
    );
    expect(words('ExtentFreed2', { dbid: 1, pgnoFirst: 9, cpgExtent: 1e9, dbtime: 1 }).length).toBeLessThan(400);
    expect(words('FreeFDP', { dbid: 1, pgnoFDP: 7, trxCommitted: 0x1f, bFDPType: 1 })).toBe('FreeFDP   1f:([1:7] (T))');
  });

  it('shows scans, patches and versions', () => {
    expect(words('ScanCheck', { dbid: 1, pgno: 7, dbtimeAfter: 2, dbtimeBefore: 1 })).toBe('ScanCheck 2,1[1:7]');
    expect(words('ScanCheck2', { dbid: 1, pgno: 7, bFlagsAndScs: 0x81, dbtimePage: 1, dbtimeCurrent: 2 })).toBe(
      'ScanChk2  2,1[1:7],source:1,IVO,NEP',
    );
    expect(words('PagePatchRequest', { dbid: 1, pgno: 7, dbtime: 32 })).toBe('PagePatch 20,[1:7]');
    const version = { ulDbMajorVersion: 1568, ulDbUpdateMajor: 20, ulDbUpdateMinor: 80 };
    expect(words('SetDbVersion', { dbid: 1, ...version })).toBe('SetDbVer  (dbid:1, DB ver:1568.20.80)');
    expect(words('SignalAttachDb', { dbid: 3 })).toBe('SAttachDB (dbid:3)');
    expect(words('ReAttach', { cb: 45, dbid: 3, lgposAttach: lgposBytes(1, 2, 3) })).toMatch(
      /^ReAttach {2}\[3:\], consistent:\(0,0,0\) attach:\(1,2,3\) SigDb: /,
    );
  });
});

describe('records on sessions', () => {
  it('shows transactions', () => {
    expect(words('Begin', { procid: 5, levelBeginFrom: 1, clevelsToBegin: 2 })).toBe('Begin     (5,from:1,to:3)');
    expect(words('BeginDT', { procid: 5, clevelsToBegin: 1, trxBegin0: 0x10 })).toBe('BeginDT   (5,from:0,to:1) 10');
    expect(words('Rollback', { procid: 5, levelRollback: 2 })).toBe('Rollback  (5,2)');
    expect(words('Refresh', { procid: 5, trxBegin0: 0xff })).toBe('Refresh   (5,ff)');
    expect(words('MacroAbort', { procid: 5, dbtime: 0xff })).toBe('McroAbort (5) ff');
    expect(words('ForceWriteLog', { procid: 0x1f })).toBe('FWriteLog (1f)');
    expect(words('PrepCommit', { procid: 5, cbData: 1 }, Uint8Array.of(9))).toBe('PreCommit (5,1)09 ');
  });

  it('shows commit contexts of both forms', () => {
    const tail = Uint8Array.of(1, 2);
    expect(words('CommitCtx', { cb: 5, procid: 5, fCtxFlags: 7 }, tail)).toBe('CommitCtx (5) [CRP]01 02 ');
    const old = { data: true, commitContextFlags: false };
    expect(words('CommitCtx', { cb: 5, procid: 5, fCtxFlags: 7 }, tail, old)).toBe('CommitCtx (5) 07 01 02 ');
    const obscured = { data: false, commitContextFlags: true };
    expect(words('CommitCtx', { cb: 5, fCtxFlags: 0 }, tail, obscured)).toBe('CommitCtx (0) []01 02 ');
    expect(words('CommitCtx', { cb: 5, fCtxFlags: 2 }, tail, obscured)).toBe('CommitCtx (0) [P]<Data>');
  });

  it('shows the pages of a macro', () => {
    expect(words('MacroInfo', { cb: 8 }, dwords(3, 9))).toBe('McroInfo  [1:3],[1:9],');
    expect(words('MacroInfo2', { cb: 13, dbid: 2, cpgno: 5 }, dwords(3, 9))).toBe('McroInfo2 [2:3],[2:9],');
    expect(words('Ignored12', { cb: 2 }, Uint8Array.of(1, 2))).toBe('Ignored   (lrtyp = 84, 2 bytes)');
  });
});

describe('records on the stream', () => {
  const logtime = logtimeBytes(2026, 2, 3, 4, 5);

  it('shows the ends of runs and recoveries', () => {
    expect(words('Term2', { logtime })).toBe('Term      (2/3/2026 4:05:07.005)');
    const quit = { lgpos: lgposBytes(16, 17, 18), lgposRedoFrom: lgposBytes(1, 2, 3), fHard: 1 };
    const tail = '\n      Quit on Hard Restore.\n      RedoFrom:(1,2,3)\n      UndoRecordFrom:(10,11,12)\n';
    expect(words('RecoveryQuit', quit)).toBe(`RcvQuit  ${tail}`);
    expect(words('RecoveryQuitKeepAttachments', { ...quit, logtime })).toBe(`RcvQKA    (2/3/2026 4:05:07.005)${tail}`);
    expect(words('RecoveryUndo')).toBe('RcvUndo  ');
    expect(words('ShutDownMark')).toBe('ShutDown ');
  });

  it('shows backups', () => {
    expect(words('FullBackup', { cbPath: 4 }, ansiBytes('abc'))).toBe('FullBkUp  abc');
    expect(words('Backup', { fBackupType: 1 })).toBe('Backup    IncrementalBackup');
    const details = joined(lgposBytes(26, 2, 3), logtime, dwords(4, 5));
    expect(words('Backup2', { eBackupPhase: 5, eBackupType: 1, eBackupScope: 2, dbid: 1, phaseDetails: details })).toBe(
      'Backup2   Torpedos Away!( OSSnapshot:Incremental, dbid=1, phaseDetails[(1A,2,3),(2/3/2026 4:05:07.005),(4,5)] )',
    );
    expect(words('Backup2', { eBackupPhase: 99, eBackupType: 99, eBackupScope: 99 })).toMatch(
      /^Backup2 {3}\*Unknown\*\( \*Unknown\*:\*Unknown\*/,
    );
  });

  it('shows what old logs hold', () => {
    const sums = { cbBackwards: 16, cbForwards: 32, cbNext: 48, ulChecksum: 0xab, ulShortChecksum: 0xcd };
    expect(words('Checksum', { ...sums, bUseShortChecksum: 0x9a })).toBe(
      'Checksum  (0x10,0x20,0x30 checksum [0xAB,0xCD])',
    );
    expect(words('Checksum', { ...sums, bUseShortChecksum: 0xd1 })).toBe('Checksum  (0x10,0x20,0x30 checksum [0xAB])');
    expect(words('Checksum', sums)).toBe(
      'Checksum  CORRUPT (0x10,0x20,0x30 checksum 0xAB short checksum 0xCD use short checksum 0x0)',
    );
    expect(words('MS', { ibForwardLink: 18, ulCheckSum: 9, isecForwardLink: 16 })).toBe('MS        (10,12 checksum 9)');
    expect(words('ExtRestore', { cbInfo: 5 }, joined(ansiBytes('a'), ansiBytes('bc')))).toBe('ExtRest   (a,bc)');
    expect(words('ExtRestore2', { cbInfo: 10 }, utf16Bytes('a\0bc\0'))).toBe('ExtRest2  (a,bc)');
  });
});

describe('any record', () => {
  it('gives lines without control characters, whatever it holds', () => {
    const types = LOG_RECORDS.flatMap((type) => (type === undefined ? [] : [type.lrtyp]));
    fc.assert(
      fc.property(fc.constantFrom(...types), fc.uint8Array({ minLength: 700, maxLength: 1400 }), (lrtyp, random) => {
        random[0] = lrtyp;
        const size = recordSize(random, 0, random.length);
        const record = size > 0 ? random.slice(0, size) : random;
        const text = describeLogRecord(record, 0, record.length, CONTEXT);
        // eslint-disable-next-line no-control-regex
        expect(text).not.toMatch(/[\0-\x09\x0b-\x1f]|undefined|NaN/);
      }),
      { numRuns: 2000 },
    );
  });

  it('has a label of nine characters', () => {
    for (let lrtyp = 0; lrtyp < 128; lrtyp++) {
      expect(describeLogRecord(joined(Uint8Array.of(lrtyp), new Uint8Array(700)), 0, 701, CONTEXT)).toMatch(/^.{9}/);
    }
  });
});
