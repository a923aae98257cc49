// The report on one log: damage among the records, old formats, counting.
import { describe, expect, it } from 'vitest';
import type { JetError } from '../../src/errors/jet-error.ts';
import { BufferSource } from '../../src/ese/io/buffer-source.ts';
import { sealPage } from '../../src/ese/page/checksum-page.ts';
import { dumpLogFile, type LogDumpOptions } from '../../src/eseutil/dump-log-file.ts';
import { LogStatistics } from '../../src/eseutil/dump-log-statistics.ts';
import { legacyLog } from '../ese/log/legacy-log.ts';
import { dwords, joined, lgposBytes, logtimeBytes, recordBytes } from './log-record-bytes.ts';
import { tinyLog, type TinyLog } from './tiny-log.ts';

const SEGMENT = 4096;
const NEW_CHECKSUM_FORMAT = 0x2000;

function dump(
  bytes: Uint8Array,
  options: Partial<LogDumpOptions> = {},
): { lines: string[]; error: JetError | undefined } {
  const source = new BufferSource(bytes, 'E00.log');
  const pieces = dumpLogFile(source, { name: 'E00.log', records: 'data', summary: false, ...options });
  let text = '';
  for (;;) {
    const step = pieces.next();
    if (step.done === true) return { lines: text.split('\n'), error: step.value };
    text += step.value;
  }
}

/** A log with these bytes as the records of its first segments. */
function logWith(log: TinyLog, ...segments: readonly Uint8Array[]): Uint8Array {
  const bytes = tinyLog(log);
  segments.forEach((payload, i) => {
    const isec = i + 1;
    const at = isec * SEGMENT;
    const head = joined(new Uint8Array(8), lgposBytes(log.generation, isec, 0), logtimeBytes(2026, 2, 3, 4, isec));
    bytes.set(joined(head, dwords(0, 0, 0, NEW_CHECKSUM_FORMAT), payload), at);
    sealPage(bytes, at, SEGMENT, isec);
  });
  return bytes;
}

const BEGIN = recordBytes('Begin0', { procid: 5, clevelsToBegin: 1, trxBegin0: 8 });
const COMMIT = recordBytes('Commit0', { procid: 5, trxCommit0: 12 });

describe('dumpLogFile', () => {
  it('shows records and what they come to', () => {
    const { lines, error } = dump(logWith({ generation: 3 }, joined(BEGIN, COMMIT), COMMIT));
    expect(error).toBeUndefined();
    const from = lines.findIndex((line) => line.startsWith('      Last Lgpos'));
    expect(lines[from]).toBe('      Last Lgpos: (0x3,3,0)');
    expect(lines[from + 2]).toMatch(
      /^Segment Checksum: 0x[0-9a-f]{16}, LGPOS \(00000003,0001,0000\), logtimeStart 02\/03\/2026 04:01:07\.005 UTC$/,
    );
    expect(lines.slice(from + 3, from + 5)).toEqual([
      '>00000003,0001,0000 Begin0    (5,from:0,to:1) 8',
      '>00000003,0001,0030 Commit0   (5,to:0) c',
    ]);
    expect(lines.slice(from + 6, from + 16)).toEqual([
      '>00000003,0001,0038 Commit0   (5,to:0) c',
      '',
      'clrTotal    =  3',
      'cbTotal     =  24',
      '',
      '======================================================',
      'Op         # Records     Avg. Size      clr / cb Pct  ',
      '------------------------------------------------------',
      'Begin0           1             8       33.3% / 33.3%',
      'Commit0          2             8       66.7% / 66.7%',
    ]);
  });

  it('stops at a record nobody knows, and says where', () => {
    const { lines, error } = dump(logWith({ generation: 3 }, joined(BEGIN, Uint8Array.of(120), COMMIT)));
    expect(error?.symbol).toBe('JET_errLogFileCorrupt');
    expect(lines.slice(-5)).toEqual([
      '>00000003,0001,0000 Begin0    (5,from:0,to:1) 8',
      '',
      '      ERROR: A record of unknown type 120 stands in segment 1. Error -501.',
      '',
      '',
    ]);
    expect(lines.some((line) => line.startsWith('Integrity check passed'))).toBe(false);
  });

  it('shows what stands before a damaged segment', () => {
    const bytes = logWith({ generation: 3 }, BEGIN, COMMIT, COMMIT);
    bytes.fill(0xaa, 2 * SEGMENT + 100, 2 * SEGMENT + 200);
    const { lines, error } = dump(bytes);
    expect(error?.symbol).toBe('JET_errLogFileCorrupt');
    expect(lines).toContain('      ERROR: Log damaged (unusable). Last Lgpos: (0x3,2,0). Error -501.');
    expect(lines).toContain('>00000003,0001,0000 Begin0    (5,from:0,to:1) 8');
    expect(lines).toContain('Log Damaged (unusable): E00.log');
    expect(lines.some((line) => line.includes('Commit0   ('))).toBe(false);
    expect(lines.some((line) => line.startsWith('Number of database page references'))).toBe(false);
  });

  it('shows tables only as far as asked', () => {
    const bytes = logWith({ generation: 3 }, BEGIN);
    const plain = dump(bytes, { records: 'none' }).lines;
    expect(plain.slice(-5)).toEqual([
      'Number of database page references:  0',
      '',
      'Integrity check passed for log file: E00.log',
      '',
      '',
    ]);
    expect(dump(bytes, { records: 'none', summary: true }).lines.some((line) => line.startsWith('DBID '))).toBe(true);
    expect(plain.some((line) => line.startsWith('>'))).toBe(false);
    expect(dump(bytes, { checkpoint: { lGeneration: 2, isec: 10, ib: 255 } }).lines).toContain(
      '      Checkpoint: (0x2,A,FF)',
    );
  });

  it('reads logs of the old format, and counts their padding', () => {
    const { bytes } = legacyLog({ flushes: [[BEGIN, Uint8Array.of(0, 0, 0), COMMIT]] });
    const { lines, error } = dump(bytes);
    expect(error).toBeUndefined();
    expect(lines).toContain('      Env Log Sec size: 512 (legacy, unknown actual)');
    const records = lines.filter((line) => line.startsWith('>'));
    expect(records[0]).toMatch(/^>00000005,0008,0000 Checksum {2}\(0x0,0x[0-9A-F]+,0x0 checksum \[0x[0-9A-F]+\]\)$/);
    expect(records.slice(1, 5)).toEqual([
      '>00000005,0008,0016 Begin0    (5,from:0,to:1) 8',
      '>00000005,0008,001E NOP      ',
      '>                 NOPEnd    (Total NOPs: 3)',
      '>00000005,0008,0021 Commit0   (5,to:0) c',
    ]);
    expect(lines.find((line) => line.startsWith('NOP  '))).toMatch(/^NOP +[0-9]+ +1 /);
    expect(lines.some((line) => line.startsWith('Segment Checksum'))).toBe(false);
  });
});

describe('LogStatistics', () => {
  it('leaves out types that others replaced', () => {
    const statistics = new LogStatistics();
    statistics.add(recordBytes('Init')[0]!, 568);
    statistics.add(recordBytes('Init2')[0]!, 576);
    expect(statistics.lines().slice(6, -1)).toEqual(['Init             1           576       50.0% / 50.3%']);
  });
});
