import { describe, expect, it } from 'vitest';
import { LogPageReferences } from '../../src/eseutil/dump-log-page-references.ts';
import { dwords, joined, recordBytes } from './log-record-bytes.ts';

function rows(records: readonly Uint8Array[], pageSize = 4096): string[][] {
  const references = new LogPageReferences(true);
  for (const record of records) references.add(record, 0, record.length);
  return references
    .tableLines(pageSize)
    .slice(3, -1)
    .map((line) => line.trim().split(/ +/));
}

const insert = (dbid: number, pgno: number): Uint8Array => recordBytes('Insert', { dbid, pgno });

describe('LogPageReferences', () => {
  it('counts references and pages', () => {
    expect(rows([insert(1, 5), insert(1, 5), insert(1, 6)])).toEqual([
      ['1', '3', '2', '2', '4', '1', '2', '1', '2'],
      ['Total', '3', '2', '2', '4', '1', '2', '1', '2'],
    ]);
  });

  it('keeps databases apart', () => {
    expect(rows([insert(2, 6), insert(1, 5)]).map(([dbid, , , io]) => [dbid, io])).toEqual([
      ['1', '2'],
      ['2', '2'],
      ['Total', '4'],
    ]);
  });

  it('reads over small gaps, and never writes over them', () => {
    expect(rows([insert(1, 5), insert(1, 105)])[0]).toEqual(['1', '2', '2', '3', '103', '1', '101', '2', '2']);
    expect(rows([insert(1, 5), insert(1, 205)])[0]).toEqual(['1', '2', '2', '4', '4', '2', '2', '2', '2']);
    expect(rows([insert(1, 5), insert(1, 105)], 32768)[0]).toEqual(['1', '2', '2', '4', '4', '2', '2', '2', '2']);
  });

  it('cuts long runs', () => {
    const run = Array.from({ length: 130 }, (_, i) => insert(1, 1 + i));
    expect(rows(run)[0]).toEqual(['1', '130', '130', '4', '260', '2', '130', '2', '130']);
  });

  it('does not read new pages', () => {
    expect(rows([recordBytes('NewPage', { dbid: 1, pgno: 9 })])[0]).toEqual([
      '1',
      '1',
      '1',
      '1',
      '1',
      '0',
      '0',
      '1',
      '1',
    ]);
    expect(rows([recordBytes('ScanCheck2', { dbid: 1, pgno: 9 })])[0]!.slice(5)).toEqual(['1', '1', '0', '0']);
  });

  it('is not kept busy by records that claim to free everything', () => {
    const all = Array.from({ length: 1000 }, () => recordBytes('ExtentFreed', { dbid: 1, cpgExtent: 0x7fffffff }));
    expect(rows(all)[0]!.slice(2)).toEqual(['131072', '1024', '131072', '1024', '131072', '0', '0']);
  });

  it('knows all pages of splits, emptied trees and freed extents', () => {
    const count = (record: Uint8Array): number => {
      const references = new LogPageReferences(false);
      references.add(record, 0, record.length);
      return references.count;
    };
    expect(count(recordBytes('Split2', { dbid: 1, pgno: 1, pgnoNew: 2, pgnoRight: 3 }))).toBe(3);
    const pages = joined(dwords(0, 0, 7, 0), dwords(0, 0, 8, 0));
    expect(count(recordBytes('EmptyTree', { dbid: 1, cbEmptyPageList: 32 }, pages))).toBe(2);
    expect(count(recordBytes('EmptyTree', { dbid: 1, cbEmptyPageList: 0xffff }, pages))).toBe(2);
    expect(count(recordBytes('ExtentFreed', { dbid: 1, pgnoFirst: 3, cpgExtent: 4 }))).toBe(4);
    expect(count(recordBytes('ExtentFreed', { dbid: 1, pgnoFirst: 3, cpgExtent: -4 }))).toBe(0);
    expect(count(recordBytes('ExtentFreed', { dbid: 1, pgnoFirst: 3, cpgExtent: 0x7fffffff }))).toBe(0x7fffffff);
    expect(count(recordBytes('Commit', { procid: 1 }))).toBe(0);
  });
});
