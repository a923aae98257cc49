// What the writer writes the reader reads, also when the writer is stopped at any write.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { toHex } from '../../../src/binary/hex.ts';
import { LogWriter } from '../../../src/ese/log/log-writer.ts';
import { encodeRecord } from '../../../src/ese/log/record-encoder.ts';
import { MemoryLog, newLog, NOW, readLog, type LogWrite } from './log-files.ts';

const SEGMENT = 4096;

/** A record of a given size (60 bytes or more), recognisable by its number. */
function insert(number: number, dataSize: number): Uint8Array {
  // Not a repeated pattern, which could cancel out in a checksum.
  const data = Uint8Array.from({ length: dataSize }, (_, i) => Math.imul(i + 1, 0x9e3779b1 + number) >>> 24);
  return encodeRecord('Insert', { procid: 1, dbid: 1, pgno: number, dbtime: BigInt(number) }, { data });
}

/** A record of any size from 5 bytes on. */
function ofSize(size: number): Uint8Array {
  return encodeRecord('NOP2', {}, { filler: new Uint8Array(size - 5).fill(0xee) });
}

const TERM = encodeRecord('Term2', { logtime: NOW });

it('packs records, the first of a segment at byte 0', () => {
  const { log, writer } = newLog(8);
  expect(writer.append(insert(1, 10))).toEqual({ lGeneration: 1, isec: 1, ib: 0 });
  expect(writer.append(insert(2, 10))).toEqual({ lGeneration: 1, isec: 1, ib: 100 });
  writer.flush();
  const { records, end, reader } = readLog(log.bytes);
  expect(records).toEqual([`1:0 ${toHex(insert(1, 10))}`, `1:100 ${toHex(insert(2, 10))}`]);
  expect(end).toMatchObject({ kind: 'end', closedNormally: false, lgpos: { isec: 2, ib: 0 } });
  expect(reader.accumulatedChecksum).toBe(writer.accumulatedChecksum);
  expect(reader.segment(1)).toMatchObject({
    lgposSegment: { lGeneration: 1, isec: 1, ib: 0 },
    logtimeSegmentStart: NOW,
  });
});

it('writes the segment being filled twice, and keeps one of the two whole at any time', () => {
  const { log, writer } = newLog(8);
  writer.append(insert(1, 10));
  writer.flush();
  writer.append(insert(2, 10));
  writer.flush();
  writer.append(insert(3, 5000));
  writer.flush();
  expect(log.writes.map(({ offset, bytes }) => [offset / SEGMENT, bytes.length / SEGMENT])).toEqual([
    [1, 1],
    [2, 1],
    [1, 1],
    [2, 1],
    [1, 1],
    [2, 1],
    [2, 1],
    [3, 1],
  ]);
});

it.each([
  [4056, 'a record that fills the segment', ['1:0']],
  [4055, 'one byte of padding', ['1:0']],
  [4057, 'the smallest record in two fragments', ['1:0']],
  [60000, 'a record of many segments', ['1:0']],
])('takes a record of %i bytes: %s', (size, _what, places) => {
  const { log, writer } = newLog(32);
  writer.append(ofSize(size));
  writer.append(TERM);
  writer.flush();
  const { records, end } = readLog(log.bytes);
  expect(records).toHaveLength(2);
  expect(records[0]).toBe(`${places[0]!} ${toHex(ofSize(size))}`);
  expect(end.closedNormally).toBe(true);
});

it('pads less than 32 bytes, and names the padding as the place of the record after it', () => {
  for (const room of [1, 31, 32, 33]) {
    const { log, writer } = newLog(8);
    writer.append(ofSize(4056 - room));
    const place = writer.append(insert(7, 100));
    writer.flush();
    expect(place).toEqual({ lGeneration: 1, isec: 1, ib: SEGMENT - room });
    const { records } = readLog(log.bytes);
    expect(records[1]).toBe(`1:${SEGMENT - room} ${toHex(insert(7, 100))}`);
    // 77 is a fragment that continues a record; 29 the whole record.
    expect(log.bytes[2 * SEGMENT + 40]).toBe(room < 32 ? 29 : 77);
  }
});

it('says when the log is full, and uses all but the reserved segment', () => {
  const { log, writer } = newLog(4);
  expect(writer.append(ofSize(4056))).toBeDefined();
  expect(writer.append(ofSize(4057))).toBeUndefined();
  expect(writer.append(ofSize(4056))).toBeDefined();
  expect(writer.append(ofSize(5))).toBeUndefined();
  writer.flush();
  expect(log.writes).toHaveLength(1);
  expect(readLog(log.bytes)).toMatchObject({ records: { length: 2 }, end: { kind: 'end', lgpos: { isec: 3, ib: 0 } } });
});

it('goes on after the last segment of a log, as a recovery does', () => {
  const { log, writer } = newLog(8);
  writer.append(insert(1, 10));
  writer.flush();
  const { reader } = readLog(log.bytes);
  const { lgpos } = reader.verify();
  const more = new LogWriter(log, {
    lGeneration: 1,
    csecLGFile: 8,
    isec: lgpos.isec,
    accumulatedChecksum: reader.accumulatedChecksum,
    now: () => NOW,
  });
  more.append(encodeRecord('RecoveryUndo2', { logtime: NOW }));
  more.append(encodeRecord('RecoveryQuit2', { lgpos, lgposRedoFrom: lgpos, logtime: NOW }));
  more.flush();
  const after = readLog(log.bytes);
  // As in the engine, the place of a record is where the reader left off: before the padding.
  expect(after.records.map((text) => text.split(' ')[0])).toEqual(['1:0', '1:100', '2:49']);
  expect(after.end).toMatchObject({ kind: 'end', closedNormally: true, lgposTerm: { isec: 2, ib: 49 } });
  expect(after.reader.accumulatedChecksum).toBe(more.accumulatedChecksum);
});

it('lets records of the recovery follow a record that was never finished', () => {
  const { log, writer } = newLog(16);
  writer.append(insert(1, 10));
  writer.append(insert(2, 9000));
  writer.flush();
  // Only the first segment of the three got to disk.
  const torn = log.bytes.slice();
  torn.fill(0, 2 * SEGMENT);
  expect(readLog(torn)).toMatchObject({ records: { length: 1 }, end: { kind: 'torn', lgpos: { isec: 1, ib: 100 } } });
  expect(readLog(torn).end.jet).toBeUndefined();
  const target = new MemoryLog(torn.length);
  target.bytes.set(torn);
  const more = new LogWriter(target, { lGeneration: 1, csecLGFile: 16, isec: 2, now: () => NOW });
  more.append(encodeRecord('RecoveryUndo2', { logtime: NOW }));
  more.flush();
  const { records, end } = readLog(target.bytes);
  expect(records.map((text) => text.split(' ')[0])).toEqual(['1:0', '2:0']);
  expect(end.kind).toBe('end');
  // Any other record there is damage.
  const wrong = new MemoryLog(torn.length);
  wrong.bytes.set(torn);
  const other = new LogWriter(wrong, { lGeneration: 1, csecLGFile: 16, isec: 2, now: () => NOW });
  other.append(insert(3, 10));
  other.flush();
  expect(readLog(wrong.bytes).end).toMatchObject({ kind: 'corrupt', jet: 'JET_errLogFileCorrupt' });
});

const steps = fc.array(
  fc.oneof(
    { weight: 6, arbitrary: fc.integer({ min: 0, max: 400 }) },
    { weight: 1, arbitrary: fc.integer({ min: 3900, max: 13000 }) },
    { weight: 2, arbitrary: fc.constant('flush' as const) },
  ),
  { maxLength: 60 },
);

it('gives back all records in all orders of appending and flushing', () => {
  fc.assert(
    fc.property(steps, (actions) => {
      const { log, writer } = newLog(40);
      const expected: string[] = [];
      for (const [i, action] of actions.entries()) {
        if (action === 'flush') writer.flush();
        else {
          const record = insert(i, action);
          const place = writer.append(record);
          if (place !== undefined) expected.push(`${place.isec}:${place.ib} ${toHex(record)}`);
        }
      }
      writer.flush();
      const { records, end, reader } = readLog(log.bytes);
      expect(records).toEqual(expected);
      expect(end.kind).toBe('end');
      expect(reader.accumulatedChecksum).toBe(writer.accumulatedChecksum);
    }),
    { numRuns: 200 },
  );
});

/** The log with the first `count` writes on disk, and of the one after them only the sectors that `mask` names. */
function crashedAt(
  size: number,
  header: Uint8Array,
  writes: readonly LogWrite[],
  count: number,
  mask: number,
): Uint8Array {
  const bytes = new Uint8Array(size);
  bytes.set(header);
  for (const { offset, bytes: data } of writes.slice(0, count)) bytes.set(data, offset);
  const torn = writes[count];
  if (torn !== undefined) {
    for (let at = 0; at < torn.bytes.length; at += 512) {
      if (((mask >> ((at / 512) & 15)) & 1) !== 0) bytes.set(torn.bytes.subarray(at, at + 512), torn.offset + at);
    }
  }
  return bytes;
}

it('keeps every flushed record when the writer is stopped in the middle of a later write of one segment', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: 300 }), { minLength: 2, maxLength: 40 }),
      fc.nat(),
      fc.integer({ min: 0, max: 0xff }),
      (sizes, where, mask) => {
        const { log, writer } = newLog(16);
        const flushed: { writes: number; records: number }[] = [];
        sizes.forEach((size, i) => {
          writer.append(insert(i, size));
          writer.flush();
          flushed.push({ writes: log.writes.length, records: i + 1 });
        });
        const count = where % log.writes.length;
        const bytes = crashedAt(log.bytes.length, log.bytes.slice(0, 4096), log.writes, count, mask);
        const sure = flushed.filter(({ writes }) => writes <= count).at(-1)?.records ?? 0;
        const { records, end } = readLog(bytes);
        const all = readLog(log.bytes).records;
        // A shadow written in part is damage, as for the engine; a segment written in part has its shadow.
        const hasShadow = log.writes[count - 1]?.offset === log.writes[count]!.offset + SEGMENT;
        if (hasShadow) expect(end.jet).toBeUndefined();
        expect(records.length).toBeGreaterThanOrEqual(sure);
        expect(records).toEqual(all.slice(0, records.length));
      },
    ),
    { numRuns: 300 },
  );
});

it('pads flushes where asked to, and never writes a segment twice', () => {
  const { log } = newLog(16);
  const options = { lGeneration: 1, csecLGFile: 16, isec: 1, padsFlushes: true, now: () => NOW };
  const writer = new LogWriter(log, options);
  const sizes = [10, 5000, 3980, 3900, 3913, 3914, 20];
  const expected: string[] = [];
  for (const [i, size] of sizes.entries()) {
    const { isec, ib } = writer.append(insert(i, size))!;
    expect(ib, `record ${i}`).toBe(0);
    expected.push(`${isec}:0 ${toHex(insert(i, size))}`);
    writer.flush();
  }
  writer.flush();
  const written = log.writes.flatMap(({ offset, bytes }) =>
    Array.from({ length: bytes.length / SEGMENT }, (_, i) => offset / SEGMENT + i),
  );
  expect(written).toEqual(written.map((_, i) => i + 1));
  const { records, end, reader } = readLog(log.bytes);
  expect(records.filter((text) => !/^\w+:\w+ 47/.test(text))).toEqual(expected);
  expect(end).toMatchObject({ kind: 'end', lgpos: { isec: written.length + 1, ib: 0 } });
  expect(reader.accumulatedChecksum).toBe(writer.accumulatedChecksum);
});

it('hands segments over that do not change any more', () => {
  const { log } = newLog(8);
  const writer = new LogWriter(log, { lGeneration: 1, csecLGFile: 8, isec: 1, padsFlushes: true, now: () => NOW });
  expect(writer.take()).toBeUndefined();
  writer.append(insert(1, 10));
  const sealed = writer.take()!;
  const before = toHex(sealed.bytes);
  writer.append(insert(2, 3000));
  expect([sealed.offset, toHex(sealed.bytes)]).toEqual([SEGMENT, before]);
  expect(writer.take()!.offset).toBe(2 * SEGMENT);
  expect(writer.take()).toBeUndefined();
  expect(log.writes).toEqual([]);
});

it.each([1, 40, 100, 4056, 4057, 9000])('knows whether several records of %i bytes fit', (size) => {
  const records = Array.from({ length: 40 }, () => ofSize(Math.max(5, size)));
  const { writer } = newLog(8);
  for (let count = 40; count >= 0; count--) {
    const some = records.slice(0, count);
    const { writer: other } = newLog(8);
    const fits = some.every((record) => other.append(record) !== undefined);
    expect(writer.fits(some)).toBe(fits);
  }
});
