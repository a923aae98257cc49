// What is said of a row of logs that does not fit together.
import { describe, expect, it } from 'vitest';
import type { JetError } from '../../src/errors/jet-error.ts';
import { BufferSource } from '../../src/ese/io/buffer-source.ts';
import { dumpLogSet, type LogSetDumpOptions } from '../../src/eseutil/dump-log-set.ts';
import { tinyLog, type TinyLog } from './tiny-log.ts';

const OK = ' - OK';

function report(
  logs: Readonly<Record<string, TinyLog | Uint8Array>>,
  options: Partial<LogSetDumpOptions> = {},
): { lines: string[]; error: JetError | undefined } {
  const files = new Map(
    Object.entries(logs).map(([name, log]) => [name, log instanceof Uint8Array ? log : tinyLog(log)]),
  );
  const folder = {
    names: [...files.keys()],
    open: (name: string): BufferSource => new BufferSource(files.get(name)!, name),
    pathOf: (name: string): string => `logs/${name}`,
  };
  const pieces = dumpLogSet(folder, { base: 'E00', given: 'logs/E00', records: 'none', ...options });
  let text = '';
  for (;;) {
    const step = pieces.next();
    if (step.done === true) return { lines: text.split('\n'), error: step.value };
    text += step.value;
  }
}

const named = (name: string, after = OK): string => `      Log file: logs/${name}${after}`;
const fault = (text: string): string => `${' '.repeat(16)}ERROR: ${text}`;
const THREE = { 'E0000001.log': { generation: 1 }, 'E0000002.log': { generation: 2 }, 'E00.log': { generation: 3 } };

describe('dumpLogSet', () => {
  it('finds nothing wrong', () => {
    const progress: string[] = [];
    const { lines, error } = report(THREE, { onProgress: (done, total) => progress.push(`${done}/${total}`) });
    expect(error).toBeUndefined();
    expect(lines).toEqual([
      'Verifying log files...',
      '     Base name: E00',
      '',
      named('E0000001.log'),
      named('E0000002.log'),
      named('E00.log'),
      '',
      'No damaged log files were found.',
      '',
    ]);
    expect(progress).toEqual(['0/3', '1/3', '2/3']);
  });

  it('names one or several missing logs', () => {
    const { lines, error } = report({
      'E0000001.log': { generation: 1 },
      'E0000003.log': { generation: 3 },
      'E000001A.log': { generation: 26 },
      'E00.log': { generation: 28 },
    });
    expect(error?.symbol).toBe('JET_errMissingLogFile');
    expect(lines.slice(3, -2)).toEqual([
      named('E0000001.log'),
      '      Missing log file: logs/E0000002.log',
      named('E0000003.log'),
      '      Missing log files: logs/E00{00004 - 00019}.log',
      named('E000001A.log'),
      named('E00.log', ''),
      fault('Missing log file(s). Log file is generation 28 (0x1C), but expected generation is 27 (0x1B).'),
    ]);
  });

  it('says when a log is of another time, sum or stream', () => {
    const { lines, error } = report({
      'E0000001.log': { generation: 1 },
      'E0000002.log': { generation: 2, previousHour: 9 },
      'E0000003.log': { generation: 3 },
      'E0000004.log': { generation: 4, previousChecksum: 0xabn },
      'E0000005.log': { generation: 5 },
      'E0000006.log': { generation: 6, random: 1 },
    });
    expect(error?.symbol).toBe('JET_errInvalidLogSequence');
    const times = '[02/03/2026 09:00:07.005 UTC], but expected [02/03/2026 01:00:07.005 UTC]';
    const signature = 'Create time:00/00/1900 00:00:00.000 Rand:';
    expect(lines.slice(3, -2)).toEqual([
      named('E0000001.log'),
      named('E0000002.log', ''),
      fault(`Invalid log sequence. Previous generation time is ${times}.`),
      named('E0000003.log'),
      named('E0000004.log', ''),
      fault(
        'Invalid log sequence. Previous generation accumulated segment checksum is 0x00000000000000ab, but expected 0x0000000000000000.',
      ),
      named('E0000005.log'),
      named('E0000006.log', ''),
      fault(`Invalid log signature: ${signature}1 Computer:`),
      `                Expected signature: ${signature}4711 Computer:`,
    ]);
  });

  it('warns of an older format after a newer one', () => {
    const { lines, error } = report({
      'E0000001.log': { generation: 1 },
      'E0000002.log': { generation: 2, updateMajor: 4 },
    });
    expect(error).toBeUndefined();
    expect(lines.slice(4, 7)).toEqual([
      named('E0000002.log', ''),
      '                WARNING: Log version walked backwards. Last LGVersion: (8.4000.4.16). Prev LGVersion: (8.4000.5.16).',
      OK,
    ]);
  });

  it('says when a log is not what its name says', () => {
    const { lines, error } = report({ 'E0000007.log': { generation: 9 } });
    expect(error?.symbol).toBe('JET_errLogGenerationMismatch');
    expect(lines.slice(3, 5)).toEqual([
      named('E0000007.log', ''),
      fault('Mismatched log generation 9 (0x9) with log file name. Expected generation 7 (0x7).'),
    ]);
  });

  it('says why a log cannot be opened, and goes on', () => {
    const cut = tinyLog({ generation: 1 }).subarray(0, 5000);
    const future = tinyLog({ generation: 2, major: 9 });
    const { lines, error } = report({ 'E0000001.log': cut, 'E0000002.log': future, 'E0000003.log': new Uint8Array(9) });
    expect(error?.symbol).toBe('JET_errLogFileSizeMismatch');
    expect(lines.filter((line) => line.startsWith('   '.repeat(5)))).toEqual(
      [-541, -514, -501].map((code) => fault(`Cannot read log file header. Error ${code}.`)),
    );
  });

  it('looks at a range only', () => {
    const { lines } = report(THREE, { range: { first: 2, last: 2 } });
    expect(lines.slice(2, 5)).toEqual(['     Log generation range: 0x2-0x2', '', named('E0000002.log')]);
    expect(report(THREE, { range: { first: 2 } }).lines).toContain(named('E00.log'));
    expect(report(THREE, { range: { first: 9, last: 10 } }).error?.symbol).toBe('JET_errFileNotFound');
  });

  it('shows all records of all logs on request', () => {
    const { lines, error } = report(THREE, { records: 'data' });
    expect(error).toBeUndefined();
    expect(lines.filter((line) => line.startsWith('>'))).toEqual(
      [1, 2, 3].map((generation) => `>0000000${generation},0001,0000 NOP      `),
    );
    expect(lines.filter((line) => line.startsWith('Integrity check passed'))).toHaveLength(3);
    expect(lines).toContain('      Checkpoint: NOT AVAILABLE');
  });
});
