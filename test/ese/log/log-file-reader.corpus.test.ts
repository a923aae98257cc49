// Every log the engine made: every record decodes, at the positions and with the sums of the engine's own reports.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { expect, it } from 'vitest';
import { BufferSource } from '../../../src/ese/io/buffer-source.ts';
import { LogFileReader } from '../../../src/ese/log/log-file-reader.ts';
import { LogRecordView } from '../../../src/ese/log/log-record-view.ts';
import { recordSize, LOG_RECORDS } from '../../../src/ese/log/record-table.ts';
import { encodeRecord } from '../../../src/ese/log/record-encoder.ts';
import { toHex } from '../../../src/binary/hex.ts';
import { corpus, describeCorpus, hasCorpus } from '../../corpus.ts';

function filesIn(folder: string, wanted: RegExp): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && wanted.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

const open = (bytes: Uint8Array): LogFileReader => new LogFileReader(new BufferSource(bytes));
const bytesOf = (path: string): Uint8Array => new Uint8Array(readFileSync(path));

/** Positions of all records as the engine prints them. */
function positions(reader: LogFileReader): string[] {
  const record = new LogRecordView();
  const hex = (value: number, digits: number): string => value.toString(16).toUpperCase().padStart(digits, '0');
  const found: string[] = [];
  while (reader.next(record)) found.push(`${hex(record.lGeneration, 8)},${hex(record.isec, 4)},${hex(record.ib, 4)}`);
  return found;
}

/** The engine's verbose report of a log, when there is one. */
function reportOf(path: string): string | undefined {
  const name = basename(path);
  const places = [join(path, '..', '..', 'ml-verbose', `${name}.txt`)];
  if (path.includes('srum-win10-dirty-gen51/Dirty')) {
    places.push(corpus(`engine-made/real-recovery/belkasoft-win10-srum/ml-${name}.txt`));
  }
  const place = places.find((each) => existsSync(each));
  return place === undefined ? undefined : readFileSync(place, 'latin1');
}

const LOGS = hasCorpus ? filesIn(corpus(''), /\.(log|jtx)$/i) : [];

describeCorpus('logs of the corpus', () => {
  it('decode to the last record', () => {
    let records = 0;
    const types = new Set<string>();
    for (const path of LOGS) {
      const reader = open(bytesOf(path));
      const record = new LogRecordView();
      while (reader.next(record)) {
        records++;
        const { bytes, start, length } = record;
        const decoded = record.decode();
        types.add(decoded.name);
        const fixed = LOG_RECORDS[record.lrtyp]!.size;
        const tails = Object.values(decoded.tails).reduce((sum, tail) => sum + tail.length, 0);
        if (fixed + tails !== length || recordSize(bytes, start, start + length) !== length) {
          expect.fail(`${path}: record at ${record.isec}:${record.ib} of ${length} bytes`);
        }
      }
      const isEmpty = reader.headerFault?.message.includes('no log header') === true;
      if (isEmpty) expect(basename(path)).toMatch(/tmp\.log$/);
      else expect([path, reader.end!.jet]).toEqual([path, undefined]);
    }
    expect(records).toBeGreaterThan(500_000);
    expect([...types].sort()).toMatchInlineSnapshot(`
      [
        "AttachDB",
        "Begin",
        "Begin0",
        "Commit",
        "Commit0",
        "ConvertFDP2",
        "CreateDB",
        "CreateDBFinish",
        "CreateMultipleExtentFDP",
        "CreateSingleExtentFDP",
        "Delete",
        "Delta",
        "DetachDB",
        "ExtendDB",
        "ExtentFreed2",
        "FlagDelete",
        "FlagInsertAndReplaceData",
        "FreeFDP",
        "Init2",
        "Insert",
        "MacroBegin",
        "MacroCommit",
        "MacroInfo",
        "Merge2",
        "NOP2",
        "NewPage",
        "RecoveryQuit2",
        "RecoveryUndo2",
        "Replace",
        "ReplaceD",
        "Rollback",
        "SetDbVersion",
        "SetExternalHeader",
        "ShutDownMark",
        "Split2",
        "Term2",
        "Trace",
        "Undo",
        "UndoInfo",
      ]
    `);
  });

  it('are what the encoder makes of their parts', () => {
    for (const path of LOGS.filter((_, i) => i % 20 === 0)) {
      const reader = open(bytesOf(path));
      const record = new LogRecordView();
      while (reader.next(record)) {
        const { name, fields, tails } = record.decode();
        expect(toHex(encodeRecord(name, fields, tails))).toBe(toHex(record.copyBytes()));
      }
    }
  });

  it('have the positions, ends and sums of the engine', () => {
    let compared = 0;
    for (const path of LOGS) {
      const report = reportOf(path);
      if (report === undefined) continue;
      const reader = open(bytesOf(path));
      const last = /Last Lgpos: \(0x(\w+),(\w+),(\w+)\)/.exec(report);
      if (last === null) continue;
      const ours = positions(reader);
      const theirs = [...report.matchAll(/^>([0-9A-F]{8},[0-9A-F]{4},[0-9A-F]{4}) /gm)].map(([, lgpos]) => lgpos);
      // Of an empty log the engine's reader gives out a NOP that is not there.
      const isEmpty = reader.verify().lgpos.isec === 1;
      expect([path, ours]).toEqual([path, isEmpty ? [] : theirs]);
      const { lgpos } = reader.verify();
      expect(lgpos).toEqual({
        lGeneration: parseInt(last[1]!, 16),
        isec: parseInt(last[2]!, 16),
        ib: parseInt(last[3]!, 16),
      });
      const sum = /Accumulated segment checksum: (0x\w+)/.exec(report)![1]!;
      expect(reader.accumulatedChecksum).toBe(BigInt(sum));
      compared++;
    }
    expect(compared).toBeGreaterThan(30);
  });

  it('give the records after any position', () => {
    const path = corpus('engine-made/crash/p4-k12-cache64/before/edb00002.log');
    const all: { lgpos: { lGeneration: number; isec: number; ib: number }; text: string }[] = [];
    const record = new LogRecordView();
    const reader = open(bytesOf(path));
    while (reader.next(record)) all.push({ lgpos: record.lgpos, text: toHex(record.copyBytes()) });
    for (const { lgpos, text } of all) {
      reader.seek(lgpos);
      expect(reader.next(record)).toBe(true);
      expect(toHex(record.copyBytes())).toBe(text);
    }
    reader.seek({ lGeneration: 2, isec: 0, ib: 0 });
    expect(positions(reader)).toHaveLength(all.length);
    reader.seek({ lGeneration: 2, isec: 99, ib: 0 });
    expect(reader.next(record)).toBe(false);
  });
});

describeCorpus('a damaged log', () => {
  const whole = (): Uint8Array => bytesOf(corpus('engine-made/crash/p4-k12-cache64/before/edb.log'));
  const middle = (): Uint8Array => bytesOf(corpus('engine-made/crash/p4-k12-cache64/before/edb00016.log'));
  const flip = (bytes: Uint8Array, at: number): Uint8Array => {
    bytes.set([0xde, 0xad, 0xbe, 0xef, 1], at);
    return bytes;
  };

  it('is answered with the error of the engine', () => {
    const answer = (bytes: Uint8Array): string | undefined => open(bytes).verify().jet;
    expect(answer(whole().slice(0, 40960))).toBe('JET_errLogFileSizeMismatch');
    expect(answer(flip(whole(), 13000))).toBe('JET_errLogFileCorrupt');
    expect(answer(flip(middle(), 300))).toBe('JET_errLogFileCorrupt');
    expect(answer(flip(middle(), 50000))).toBe('JET_errLogFileCorrupt');
    const zeroTail = whole();
    zeroTail.fill(0, 5 * 4096);
    expect(answer(zeroTail)).toBeUndefined();
  });

  it('cut at any segment gives the records before the cut, and says that it is cut', () => {
    const bytes = middle();
    const all = positions(open(bytes));
    for (let size = 0; size < bytes.length; size += 4096) {
      const reader = open(bytes.slice(0, size));
      const found = positions(reader);
      expect(found).toEqual(all.slice(0, found.length));
      expect(reader.end!.jet).toBe(size < 4096 ? 'JET_errLogFileCorrupt' : 'JET_errLogFileSizeMismatch');
      expect(reader.end!.kind).toBe(size < 4096 ? 'corrupt' : 'torn');
      const segments = size / 4096;
      expect(found.filter((lgpos) => parseInt(lgpos.slice(9, 13), 16) >= segments)).toEqual([]);
    }
  });

  it('mends one flipped bit of a segment, and stops before more', () => {
    const bytes = middle();
    const all = positions(open(bytes.slice()));
    for (let bit = 4096 * 8 + 64; bit < bytes.length * 8; bit += 9973) {
      const damaged = bytes.slice();
      damaged[bit >> 3]! ^= 1 << (bit & 7);
      const segment = Math.floor(bit / 8 / 4096);
      const reader = open(damaged);
      const found = positions(reader);
      // The first eight bytes are the sum itself; the reserved segment holds nothing.
      if (((bit >> 3) & 4095) < 8) expect(reader.end!.kind).toBe('corrupt');
      else expect([bit, found.length]).toEqual([bit, all.length]);
      const { corrected } = reader.verify();
      if (corrected !== undefined) expect(corrected).toEqual([segment]);
      damaged[(bit >> 3) ^ 64]! ^= 0x5a;
      const twice = open(damaged);
      const rest = positions(twice);
      expect(rest).toEqual(all.slice(0, rest.length));
    }
  });

  it('with any bytes changed never throws, and never gives another record before the damage', () => {
    const bytes = whole();
    const all = positions(open(bytes.slice()));
    let seed = 12345;
    const random = (below: number): number => {
      seed = (Math.imul(seed, 1103515245) + 12345) >>> 0;
      return seed % below;
    };
    for (let round = 0; round < 400; round++) {
      const damaged = bytes.slice(0, round % 5 === 0 ? random(bytes.length) : bytes.length);
      for (let i = 0; i < 1 + random(20); i++) damaged[random(Math.max(1, damaged.length))] = random(256);
      const reader = open(damaged);
      const found = positions(reader);
      expect(reader.end!.message).toMatch(/\.$/);
      expect(found).toEqual(all.slice(0, found.length));
    }
  });
});

it('a file that is no log is told, not thrown', () => {
  for (const size of [0, 1, 4095, 4096, 5000, 131072]) {
    const reader = open(new Uint8Array(size).fill(0xa5));
    expect(reader.next(new LogRecordView())).toBe(false);
    expect(reader.end).toMatchObject({ kind: 'corrupt', jet: 'JET_errLogFileCorrupt' });
    expect(open(new Uint8Array(size)).verify()).toMatchObject({ kind: 'corrupt', jet: 'JET_errLogFileCorrupt' });
  }
});
