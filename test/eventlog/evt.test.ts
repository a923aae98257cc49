import { describe, expect, it } from 'vitest';
import { memoryInput, readEvents } from '../../src/eventlog/index.ts';
import type { LogEvent, LogFinding } from '../../src/eventlog/index.ts';
import { EVT_FIXED } from '../../src/eventlog/evt/evt-record.ts';
import { evtHeaderBytes, evtRecord, joined, plainLog, wrappedLog } from './evt-fixture.ts';

function read(bytes: Uint8Array, recovered = false): { events: LogEvent[]; findings: string[] } {
  const findings: string[] = [];
  const report = (finding: LogFinding): void => void findings.push(finding.rule);
  const events = [...readEvents(memoryInput(bytes), { report, recovered })];
  return { events, findings };
}

const numbers = (events: readonly LogEvent[]): (number | null)[] => events.map((event) => event.record);
const run = (from: number, to: number): Uint8Array[] =>
  Array.from({ length: to - from + 1 }, (_, i) => evtRecord({ number: from + i, strings: ['x'.repeat(i % 7)] }));

describe('.evt', () => {
  it('gives every field of a record', () => {
    const sid = Uint8Array.of(1, 2, 0, 0, 0, 0, 0, 5, 32, 0, 0, 0, 0x20, 2, 0, 0);
    const record = evtRecord({
      number: 7, source: 'MSExchangeTransport', computer: 'EXCH1', id: 0x80000000 + 327, type: 2, category: 5, sid,
      time: 1_052_900_000, strings: ['EcSaveChangesMessage', '-1017', 'b', '1-2', '3-4', ''], data: Uint8Array.of(0x0c, 3, 9, 0x80),
    }); // prettier-ignore
    const { events, findings } = read(plainLog([record]));
    expect(findings).toEqual([]);
    expect(events).toEqual([
      {
        record: 7,
        time: '2003-05-14T08:13:20Z',
        written: '2003-05-14T08:13:20Z',
        source: 'MSExchangeTransport',
        id: 327,
        qualifiers: 0x8000,
        level: 'warning',
        category: '5',
        computer: 'EXCH1',
        user: 'S-1-5-32-544',
        strings: ['EcSaveChangesMessage', '-1017', 'b', '1-2', '3-4', ''],
        data: Uint8Array.of(0x0c, 3, 9, 0x80),
        form: 'evt',
        offset: 48,
        name: 'transport.store-call-failed',
        parameters: {
          call: 'EcSaveChangesMessage',
          error: '-1017',
          mdb: 'b',
          fid: '1-2',
          mid: '3-4',
          dataCode: '0x8009030c',
        },
        message: 'The store call EcSaveChangesMessage failed with error -1017 (store b, folder 1-2, message 3-4).',
        messageFrom: 'catalogue',
      },
    ]);
  });

  it.each([0, 4, 40, 60])('reads a ring whose last record goes on for %i bytes at its beginning', (split) => {
    const log = wrappedLog(run(10, 14), run(15, 18), new Uint8Array(0), split);
    expect(numbers(read(log).events)).toEqual([10, 11, 12, 13, 14, 15, 16, 17, 18]);
  });

  it('steps over the filling at the end of the ring', () => {
    const log = wrappedLog(run(10, 14), run(15, 18), new Uint8Array(0), 0);
    const filled = joined(log, new Uint8Array(EVT_FIXED - 4).fill(0x27));
    expect(numbers(read(filled).events)).toEqual([10, 11, 12, 13, 14, 15, 16, 17, 18]);
  });

  it('goes by the records, not by a header that is out of date', () => {
    const log = plainLog(run(1, 9), 1);
    // The header still tells of the first three records.
    log.set(evtHeaderBytes(48, 48 + 3 * 80, 4, 1, log.length, 1));
    const { events, findings } = read(log);
    expect(numbers(events)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(findings).toEqual(['evt.dirty']);
  });

  it('keeps what an earlier round of the ring has left apart', () => {
    const log = wrappedLog(run(10, 14), run(15, 18), joined(...run(3, 4)), 0);
    expect(numbers(read(log).events)).toEqual([10, 11, 12, 13, 14, 15, 16, 17, 18]);
    const all = read(log, true).events;
    expect(all.filter((event) => event.recovered).map((event) => event.record)).toEqual([3, 4]);
    expect(all).toHaveLength(11);
  });

  it('takes the oldest record from the header of a log that was closed properly', () => {
    const log = wrappedLog(run(10, 14), run(15, 18), joined(...run(8, 9)), 0, 2);
    expect(numbers(read(log).events)).toEqual([10, 11, 12, 13, 14, 15, 16, 17, 18]);
    expect(numbers(read(log, true).events.filter((event) => event.recovered))).toEqual([8, 9]);
  });

  it('recovers a record whose end was overwritten, as far as it goes', () => {
    const cut = evtRecord({ number: 3, source: 'ESE', strings: ['one', 'two and a half'] }).subarray(0, 100);
    const { events } = read(wrappedLog(run(10, 11), run(12, 13), cut, 0), true);
    const [last] = events.slice(-1);
    expect(last).toMatchObject({ record: 3, source: 'ESE', recovered: true });
    expect(last!.strings[0]).toBe('one');
  });

  it('reports damage in the middle and reads what lies behind it', () => {
    const records = run(1, 20);
    records[7]!.fill(0xee);
    const { events, findings } = read(plainLog(records));
    expect(numbers(events)).toEqual([1, 2, 3, 4, 5, 6, 7, ...Array.from({ length: 12 }, (_, i) => 9 + i)]);
    expect(findings).toEqual(['evt.gap']);
  });

  it('reads the records when the header is gone', () => {
    const log = plainLog(run(1, 5));
    log.fill(0, 0, 48);
    const { events, findings } = read(log);
    expect(numbers(events)).toEqual([1, 2, 3, 4, 5]);
    expect(findings).toEqual(['evt.header']);
  });

  it('says when the end is missing', () => {
    const log = plainLog(run(1, 5));
    const { events, findings } = read(log.subarray(0, log.length - 60));
    expect(numbers(events)).toEqual([1, 2, 3, 4]);
    expect(findings).toContain('evt.no-end');
  });

  it('does not believe sizes and offsets', () => {
    const log = plainLog(run(1, 3));
    const view = new DataView(log.buffer);
    view.setUint32(48, 0xfffffff0, true);
    expect(numbers(read(log).events)).toEqual([2, 3]);
    for (const field of [36, 40, 44, 48, 52]) {
      const one = plainLog([evtRecord({ number: 1, strings: ['a'] })]);
      new DataView(one.buffer).setUint32(48 + field, 0xfffffff0, true);
      expect(read(one).events).toHaveLength(1);
    }
  });

  it('keeps lone surrogates and characters beyond ASCII', () => {
    const strings = [
      '\ud800 alone, in a text that is longer than the others',
      'Wiederherstellung läuft, 文字',
      '\ufeffmark',
    ];
    expect(read(plainLog([evtRecord({ number: 1, strings })])).events[0]!.strings).toEqual(strings);
  });
});
