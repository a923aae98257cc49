// The record table against sizes and offsets taken from the format document, and golden records.
import { expect, it } from 'vitest';
import { fromHex } from '../../../src/binary/hex.ts';
import {
  decodeRecord,
  LOG_RECORDS,
  Lr,
  offsetOf,
  recordSize,
  recordType,
  type LogRecordName,
} from '../../../src/ese/log/record-table.ts';

/** Fixed size of each type, by number; 0: no such type. */
const FIXED_SIZES =
  '1 568 18 9 1 4 4 4 8 8 7 11 11 11 43 75 7 1 18 3 3 4 5 1 56 48 60 102 88 50 48 52 44 50 50 44 56 54 46 51 ' +
  '0 0 22 0 0 3 5 0 46 576 26 9 26 8 7 3 0 3 68 3 35 5 110 96 54 96 46 5 10 8 44 5 50 10 15 5 7 3 10 4 26 10 ' +
  '5 5 5 5 5 5 5 5 5 5 14 58 10 20 16 2 27 18 11 19';

it('knows every record type with its fixed size', () => {
  const sizes = LOG_RECORDS.slice(0, 102).map((type) => type?.size ?? 0);
  expect(sizes.join(' ')).toBe(FIXED_SIZES);
  expect(LOG_RECORDS.slice(102).every((type) => type === undefined)).toBe(true);
});

it('puts fields where the format document has them', () => {
  const places: [LogRecordName, string, number][] = [
    ['Insert', 'dbtime', 8],
    ['Insert', 'dbtimeBefore', 16],
    ['Insert', 'trxBegin0', 24],
    ['Insert', 'level', 28],
    ['Insert', 'iline', 29],
    ['Insert', 'fFlags', 31],
    ['Insert', 'rceid', 32],
    ['Insert', 'cbSuffix', 44],
    ['Split2', 'pgnoNew', 32],
    ['Split2', 'dbtimeParentBefore', 52],
    ['Split2', 'clines', 74],
    ['Split2', 'cbPageBeforeImage', 106],
    ['Merge2', 'mergetype', 85],
    ['Merge2', 'flags', 88],
    ['PageMove', 'ilineParent', 80],
    ['CreateDB', 'fLRCreateDbFlags', 42],
    ['AttachDB', 'signLog', 44],
    ['Backup2', 'cbPath', 33],
    ['UndoInfo', 'cbDelta', 52],
    ['Delta64', 'cbOffset', 56],
    ['ScanCheck', 'usChecksum', 42],
    ['ScanCheck2', 'ulChecksum', 23],
    ['ReAttach', 'signDb', 22],
    ['Init2', 'logtime', 568],
    ['RootPageMove', 'procid', 14],
    ['ExtentFreed2', 'dbtime', 11],
  ];
  expect(places.map(([record, field]) => [record, field, offsetOf(record, field)])).toEqual(places);
  expect(() => offsetOf('Insert', 'pgnoNew')).toThrow(RangeError);
});

it('takes both halves of a byte', () => {
  const begin = fromHex('05341273');
  expect(decodeRecord(begin, 0, 4).fields).toEqual({ procid: 0x1234, levelBeginFrom: 3, clevelsToBegin: 7 });
});

it('decodes an insert', () => {
  const bytes = fromHex(
    '1d0500011400000074030000000000006903000000000000100100000203000532080000140000000d000000' +
      '02000100030001020304aabbcc',
  );
  const size = recordSize(bytes, 0, bytes.length);
  expect(size).toBe(50 + 2 + 1 + 3);
  const { name, fields, tails } = decodeRecord(bytes, 0, size);
  expect(name).toBe('Insert');
  expect(fields).toEqual({
    procid: 5,
    dbid: 1,
    pgno: 0x14,
    dbtime: 0x374n,
    dbtimeBefore: 0x369n,
    trxBegin0: 0x110,
    level: 2,
    iline: 3,
    fFlags: 5,
    rceid: 0x832,
    pgnoFDP: 0x14,
    objidFDP: 13,
    cbSuffix: 2,
    cbPrefix: 1,
    cbData: 3,
  });
  expect(Object.entries(tails).map(([tail, data]) => [tail, [...data]])).toEqual([
    ['prefix', [1]],
    ['suffix', [2, 3]],
    ['data', [4, 0xaa, 0xbb]],
  ]);
});

it('masks the flag in the length of a replace', () => {
  const bytes = new Uint8Array(60);
  bytes[0] = Lr.ReplaceD;
  bytes.set([4, 0x80], 44);
  expect(recordSize(bytes, 0, 60)).toBe(54);
  expect(decodeRecord(bytes, 0, 54).tails['data']).toHaveLength(4);
});

it('finds the version of CreateDB before its path', () => {
  const bytes = new Uint8Array(60);
  bytes[0] = Lr.CreateDB;
  bytes.set([6, 0], 40);
  expect(recordSize(bytes, 0, 60)).toBe(49);
  bytes[42] = 4;
  bytes.set([2, 0, 0, 0, 65], 43);
  expect(recordSize(bytes, 0, 60)).toBe(53);
  const { tails } = decodeRecord(bytes, 0, 53);
  expect([...tails['versionInfo']!]).toEqual([2, 0, 0, 0]);
  expect([...tails['path']!]).toEqual([65, 0, 0, 0, 0, 0]);
});

it('takes sized records at their word, but not shorter than their fields', () => {
  const bytes = new Uint8Array(40);
  bytes[0] = Lr.ExtendDB;
  bytes[1] = 5;
  expect(recordSize(bytes, 0, 40)).toBe(10);
  bytes[1] = 12;
  expect(recordSize(bytes, 0, 40)).toBe(17);
  expect(decodeRecord(bytes, 0, 17).tails['more']).toHaveLength(7);
  bytes[1] = 4;
  expect(recordSize(bytes, 0, 40)).toBe(0);
  bytes[0] = Lr.CommitCtx;
  bytes[1] = 2;
  expect(recordSize(bytes, 0, 40)).toBe(7);
  expect(decodeRecord(bytes, 0, 7).fields).toEqual({ cb: 2, procid: 0 });
});

it('says what does not fit and what is not known', () => {
  const bytes = new Uint8Array(600).fill(0xff);
  for (let lrtyp = 0; lrtyp < 256; lrtyp++) {
    bytes[0] = lrtyp;
    const type = LOG_RECORDS[lrtyp];
    if (type === undefined) expect(recordSize(bytes, 0, 600)).toBe(-1);
    else {
      expect(recordSize(bytes, 0, type.size - 1)).toBe(0);
      if (type.tails.length > 0 && type.name !== 'CreateDB') expect(recordSize(bytes, 0, 600)).toBe(0);
    }
  }
  expect(recordType('Split2').tails.map(({ name }) => name)).toEqual([
    'keyParent',
    'prefixSplitOld',
    'prefixSplitNew',
    'beforeImage',
  ]);
});
