// Logs of version 7.3704, made by a writer of its own (legacy-log.ts).
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toHex } from '../../../src/binary/hex.ts';
import { BufferSource } from '../../../src/ese/io/buffer-source.ts';
import { LogFileReader } from '../../../src/ese/log/log-file-reader.ts';
import { LogRecordView } from '../../../src/ese/log/log-record-view.ts';
import { encodeRecord } from '../../../src/ese/log/record-encoder.ts';
import { FILL, legacyLog, putShadow, SECTOR, sealChecksum } from './legacy-log.ts';
import { NOW } from './log-files.ts';

const insert = (number: number, size: number): Uint8Array =>
  encodeRecord(
    'Insert',
    { procid: 1, dbid: 1, pgno: number },
    { data: Uint8Array.from({ length: size }, (_, i) => Math.imul(i + 1, 0x9e3779b1 + number) >>> 24) },
  );
const TERM = encodeRecord('Term2', { logtime: NOW });

interface Found {
  readonly records: string[];
  readonly end: NonNullable<LogFileReader['end']>;
}

/** All records but checksums and padding, as "place bytes". */
function read(bytes: Uint8Array): Found {
  const reader = new LogFileReader(new BufferSource(bytes.slice()));
  expect(reader.format).toBe('sectors');
  const record = new LogRecordView();
  const records: string[] = [];
  while (reader.next(record)) {
    if (record.name !== 'Checksum' && record.name !== 'NOP')
      records.push(`${record.isec * SECTOR + record.ib} ${toHex(record.copyBytes())}`);
  }
  expect(reader.verify()).toEqual(reader.end);
  return { records, end: reader.end! };
}

const expected = (places: readonly number[], flushes: readonly (readonly Uint8Array[])[]): string[] =>
  flushes.flat().map((record, i) => `${places[i]!} ${toHex(record)}`);

const FLUSHES = [
  [insert(1, 40), insert(2, 60)],
  [insert(3, 1500), insert(4, 30)],
  [insert(5, 10), insert(6, 20)],
];

describe('a whole log', () => {
  it('gives all records', () => {
    const { bytes, places, end } = legacyLog({ flushes: FLUSHES });
    const found = read(bytes);
    expect(found.records).toEqual(expected(places, FLUSHES));
    expect(found.end).toMatchObject({ kind: 'end', closedNormally: false });
    expect(found.end.lgpos).toEqual({ lGeneration: 5, isec: Math.floor(end / SECTOR), ib: end % SECTOR });
  });

  it('knows a golden checksum record', () => {
    // Seed, generation 5, forward 4, no next, short sums off; forward bytes 01 02 03 04.
    const bytes = new Uint8Array(4096 + SECTOR);
    bytes.set([42, 0, 0, 0, 0, 4, 0, 0, 0], 4096);
    bytes.set([1, 2, 3, 4], 4096 + 22);
    sealChecksum(bytes, 4096, 5);
    const sum = (0xfeedbeaf ^ 0x04030201 ^ 4 ^ 0xd1 ^ 5) >>> 0;
    expect(toHex(bytes.slice(4096 + 13, 4096 + 22))).toBe(
      `${toHex(new Uint8Array(new Uint32Array([sum]).buffer))}00000000d1`,
    );
  });

  it('lets records run from one write into the next', () => {
    const flushes = [[insert(1, 300), insert(2, 300)], [insert(3, 100), insert(4, 700)], [TERM]];
    const { bytes, places, checksums } = legacyLog({ flushes, straddle: true });
    expect(checksums.some((at) => at % SECTOR > 0)).toBe(true);
    const { records, end } = read(bytes);
    // A record that a checksum record follows in the middle of the stream stands before it as a whole.
    expect(records).toEqual(expected(places, flushes));
    expect(end).toMatchObject({ kind: 'end', closedNormally: true });
  });

  it('of any records is given back', () => {
    const flush = fc.array(fc.integer({ min: 0, max: 700 }), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(fc.array(flush, { minLength: 1, maxLength: 10 }), fc.boolean(), (sizes, straddle) => {
        const flushes = sizes.map((group, i) => group.map((size, k) => insert(i * 10 + k, size)));
        const { bytes, places } = legacyLog({ sectors: 200, flushes, straddle });
        const { records, end } = read(bytes);
        expect(records).toEqual(expected(places, flushes));
        expect(end.kind).toBe('end');
      }),
      { numRuns: 300 },
    );
  });

  it('is read from any position', () => {
    const { bytes, places } = legacyLog({ flushes: FLUSHES, straddle: true });
    const reader = new LogFileReader(new BufferSource(bytes));
    const record = new LogRecordView();
    for (const place of places) {
      reader.seek({ lGeneration: 5, isec: Math.floor(place / SECTOR), ib: place % SECTOR });
      expect(reader.next(record)).toBe(true);
      expect(record.isec * SECTOR + record.ib).toBe(place);
    }
  });
});

describe('a log whose writer was stopped', () => {
  it('uses the shadow of its last sector', () => {
    const { bytes, checksums, places } = legacyLog({ flushes: FLUSHES });
    putShadow(bytes, checksums[2]!);
    expect(read(bytes).end).toMatchObject({ kind: 'end' });
    bytes.fill(0xaa, checksums[2]! + 100, checksums[2]! + 120);
    const inside = read(bytes);
    expect(inside.records).toEqual(expected(places, FLUSHES));
    expect(inside.end).toMatchObject({ kind: 'torn', shadowUsed: true });
    bytes.fill(0, checksums[2], checksums[2]! + 22);
    const record = read(bytes);
    expect(record.records).toEqual(expected(places, FLUSHES));
    expect(record.end.jet).toBeUndefined();
  });

  it('ends where the write that should follow never came', () => {
    const { bytes, checksums, places } = legacyLog({ flushes: FLUSHES });
    for (let at = checksums[2]! - (checksums[2]! % SECTOR); at < bytes.length; at += SECTOR) bytes.set(FILL, at);
    const { records, end } = read(bytes);
    expect(records).toEqual(expected(places, FLUSHES).slice(0, 4));
    expect(end).toMatchObject({ kind: 'torn', closedNormally: false });
    expect(end.jet).toBeUndefined();
  });

  it('ends at the shadow of the sector before, which the write should have replaced', () => {
    const flushes = [[insert(1, 40)], [insert(2, 60)]];
    const { bytes, checksums, places } = legacyLog({ flushes });
    // The shadow is of the time when nothing was to follow.
    const before = legacyLog({ flushes: flushes.slice(0, 1) });
    putShadow(before.bytes, checksums[0]!);
    bytes.set(before.bytes.subarray(checksums[1], checksums[1]! + SECTOR), checksums[1]);
    for (let at = checksums[1]! + SECTOR; at < bytes.length; at += SECTOR) bytes.set(FILL, at);
    const { records, end } = read(bytes);
    expect(records).toEqual(expected(places, flushes).slice(0, 1));
    expect(end).toMatchObject({ kind: 'torn' });
    expect(end.jet).toBeUndefined();
  });

  it('keeps the first sector of a write of several, when one of the others is missing', () => {
    const flushes = [[insert(1, 40)], [insert(2, 60), insert(3, 1500), insert(4, 30)]];
    const { bytes, checksums, places } = legacyLog({ flushes });
    bytes.set(FILL, checksums[1]! + 2 * SECTOR);
    const { records, end } = read(bytes);
    expect(records).toEqual(expected(places, flushes).slice(0, 2));
    expect(end).toMatchObject({ kind: 'torn', lgpos: { isec: 9, ib: places[2]! % SECTOR } });
    expect(end.jet).toBeUndefined();
  });
});

describe('a damaged log', () => {
  it('is corrupt where data follows the damage', () => {
    const { bytes, checksums, places } = legacyLog({ flushes: FLUSHES });
    const all = expected(places, FLUSHES);
    for (const [i, at] of checksums.entries()) {
      const damaged = bytes.slice();
      damaged[at + 13]! ^= 1;
      const { records, end } = read(damaged);
      expect(records).toEqual(all.slice(0, records.length));
      // Nothing but fill follows the last: the engine takes that for a write that was not finished.
      if (i < 2) expect(end).toMatchObject({ kind: 'corrupt', jet: 'JET_errLogFileCorrupt' });
    }
  });

  it('is corrupt when a sector of a write of several is wrong, but was written', () => {
    const flushes = [[insert(1, 40)], [insert(2, 60), insert(3, 1500), insert(4, 30)]];
    const { bytes, checksums } = legacyLog({ flushes });
    bytes[checksums[1]! + 2 * SECTOR + 7]! ^= 0x10;
    expect(read(bytes).end).toMatchObject({ kind: 'corrupt', jet: 'JET_errLogFileCorrupt' });
  });

  it('never throws and gives no wrong record', () => {
    const { bytes, places } = legacyLog({ flushes: FLUSHES, straddle: true });
    const all = expected(places, FLUSHES);
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: 4096, max: 4096 + 12 * SECTOR }), fc.integer({ min: 1, max: 255 })), {
          minLength: 1,
          maxLength: 3,
        }),
        fc.integer({ min: 4096, max: bytes.length }),
        (changes, size) => {
          // An XOR sum cannot see changes that cancel each other out; nobody's can.
          const [a = 0, b = 0, c = 0] = changes.map(([, bits]) => bits);
          fc.pre(a !== b && a !== c && (b !== c || b === 0) && (a ^ b ^ c) !== 0);
          const damaged = bytes.slice(0, size);
          for (const [at, bits] of changes) if (at < size) damaged[at]! ^= bits;
          const { records, end } = read(damaged);
          expect(records).toEqual(all.slice(0, records.length));
          if (size < bytes.length) expect(end.jet).toBe('JET_errLogFileSizeMismatch');
        },
      ),
      { numRuns: 2000 },
    );
  });
});
