// Segments whose checksums are right and whose contents are not: what an attacker would make.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BufferSource } from '../../../src/ese/io/buffer-source.ts';
import { LogFileReader } from '../../../src/ese/log/log-file-reader.ts';
import { LogRecordView } from '../../../src/ese/log/log-record-view.ts';
import { encodeRecord } from '../../../src/ese/log/record-encoder.ts';
import { LOG_RECORDS } from '../../../src/ese/log/record-table.ts';
import { sealPage } from '../../../src/ese/page/checksum-page.ts';
import { newLog, readLog } from './log-files.ts';

const SEGMENT = 4096;

/** A log of three segments with data; `payload` stands at the start of the first. */
function logWith(payload: Uint8Array): Uint8Array {
  const { log, writer } = newLog(6);
  for (let i = 0; i < 100; i++)
    writer.append(encodeRecord('Insert', { pgno: i }, { data: new Uint8Array(60).fill(i) }));
  writer.flush();
  log.bytes.set(payload, SEGMENT + 40);
  sealPage(log.bytes, SEGMENT, SEGMENT, 1);
  return log.bytes;
}

describe('a sealed segment with wrong contents', () => {
  it.each([
    ['an unknown type', [200], 'unknown-record', 'unknown type 200'],
    ['a type of the past', [40], 'unknown-record', 'unknown type 40'],
    ['a fragment without a beginning', [77, 4, 0, 1, 2, 3, 4], 'corrupt', 'did not begin'],
    ['a fragment that is the whole record', [76, 4, 0, 0, 0, 4, 0, 5, 1, 0, 0], 'corrupt', 'make no sense'],
    ['a fragment beyond its segment', [76, 255, 255, 0, 0, 255, 15], 'corrupt', 'make no sense'],
    ['a record of gigabytes in fragments', [76, 255, 255, 255, 127, 1, 0, 5], 'corrupt', 'make no sense'],
    ['a record beyond its segment', [71, 0, 0, 1, 0], 'corrupt', 'reaches beyond its segment'],
    ['a record of gigabytes', [71, 255, 255, 255, 255], 'corrupt', 'reaches beyond its segment'],
    ['another record within fragments', [76, 20, 0, 0, 0, 1, 0, 5, 5, 1, 0, 0], 'corrupt', 'is not complete'],
    ['fragments of another length', [76, 5, 0, 0, 0, 1, 0, 5, 77, 4, 0, 1, 0, 0, 0], 'corrupt', 'another length'],
  ] as const)('%s is told', (_what, payload, kind, message) => {
    const { records, end } = readLog(logWith(Uint8Array.from(payload)));
    expect(records).toEqual([]);
    expect(end).toMatchObject({ kind, jet: 'JET_errLogFileCorrupt', lgpos: { isec: 1 }, closedNormally: false });
    expect(end.message).toContain(message);
  });

  it('names the place of the record that is not known', () => {
    const { end } = readLog(logWith(Uint8Array.of(5, 1, 0, 0, 99 + 28)));
    expect(end).toMatchObject({ kind: 'unknown-record', lgpos: { isec: 1, ib: 44 } });
  });

  it('never throws, and stays within the bytes it was given', () => {
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 400 }),
      fc
        .array(
          fc.tuple(
            fc.constantFrom(...LOG_RECORDS.filter((type) => type !== undefined).map(({ lrtyp }) => lrtyp)),
            fc.uint8Array({ maxLength: 120 }),
          ),
          { maxLength: 8 },
        )
        .map((parts) => Uint8Array.from(parts.flatMap(([lrtyp, data]) => [lrtyp, ...data]))),
    );
    fc.assert(
      fc.property(bytes, (payload) => {
        const reader = new LogFileReader(new BufferSource(logWith(payload)));
        const record = new LogRecordView();
        let last = 0;
        while (reader.next(record)) {
          expect(record.start + record.length).toBeLessThanOrEqual(record.bytes.length);
          const place = record.isec * SEGMENT + record.ib;
          expect(place).toBeGreaterThanOrEqual(last);
          last = place;
          record.decode();
          expect(record.name).not.toContain('type');
        }
        expect(reader.end!.message).toMatch(/\.$/);
      }),
      { numRuns: 1000 },
    );
  });
});

describe('the accessors of a record', () => {
  it('read the head of a node record', () => {
    const { log, writer } = newLog(4);
    const fields = {
      procid: 5,
      dbid: 2,
      pgno: 0x7f000001,
      dbtime: 0x1_2345_6789n,
      dbtimeBefore: -1n,
      trxBegin0: 9,
      level: 3,
      iline: 0x123,
      fFlags: 0x29,
      rceid: 11,
      pgnoFDP: 12,
      objidFDP: 13,
    };
    writer.append(encodeRecord('FlagDelete', fields));
    writer.flush();
    const reader = new LogFileReader(new BufferSource(log.bytes));
    const record = new LogRecordView();
    expect(reader.next(record)).toBe(true);
    const { fFlags, ...others } = fields;
    expect(record).toMatchObject({ ...others, flags: fFlags, name: 'FlagDelete', lrtyp: 32, length: 44 });
    expect([record.dbtimeNumber, record.dbtimeBeforeNumber]).toEqual([0x1_2345_6789, -1]);
    expect([record.u8(3), record.u16(29), record.u32(4), record.i64(16)]).toEqual([2, 0x123, 0x7f000001, -1n]);
    expect(record.lgpos).toEqual({ lGeneration: 1, isec: 1, ib: 0 });
  });

  it('tell a dbtime that cannot be', () => {
    const record = new LogRecordView();
    record.bytes = encodeRecord('FlagDelete', { dbtime: 1n << 53n, dbtimeBefore: -2n });
    expect([record.dbtimeNumber, record.dbtimeBeforeNumber]).toEqual([Infinity, Infinity]);
    record.bytes = encodeRecord('FlagDelete', { dbtime: (1n << 53n) - 1n });
    expect(record.dbtimeNumber).toBe(Number.MAX_SAFE_INTEGER);
  });
});
