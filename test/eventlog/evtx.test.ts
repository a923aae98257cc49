import { describe, expect, it } from 'vitest';
import { memoryInput, readEvents } from '../../src/eventlog/index.ts';
import type { LogEvent, LogFinding } from '../../src/eventlog/index.ts';
import { crc32 } from '../../src/eventlog/evtx/crc32.ts';
import { arrayTexts, filetimeText, sidText, valueText } from '../../src/eventlog/evtx/value-text.ts';
import { BinXml, FIRST_XML, eventXml, evtxFile, evtxRecord } from './evtx-fixture.ts';

function read(bytes: Uint8Array, recovered = false): { events: LogEvent[]; findings: LogFinding[] } {
  const findings: LogFinding[] = [];
  const events = [...readEvents(memoryInput(bytes), { report: (one) => findings.push(one), recovered })];
  return { events, findings };
}

const sample = (number: number, start: number): Uint8Array =>
  evtxRecord(
    number,
    eventXml(start, 'ESE', 454, (xml) => {
      xml.element('EventData', () => {
        for (const text of ['Information Store', '976', 'SG1: ', '-2204']) xml.element('Data', () => xml.text(text));
      });
    }),
  );

/** A template at the beginning of the record's XML, and an instance of it with `values` (type, bytes). */
function templateRecord(body: (xml: BinXml) => void, values: readonly [number, readonly number[]][]): number[] {
  const xml = new BinXml(FIRST_XML).fragment().u8(0x0c, 1).u32(0x1234);
  const definition = xml.at + 4;
  xml.u32(definition);
  xml.u32(0).u32(0x1234).u32(0).u32(0).u32(0);
  const inner = new BinXml(xml.at + 4);
  body(inner);
  xml.u32(inner.bytes.length).u8(...inner.bytes);
  xml.u32(values.length);
  for (const [type, bytes] of values) xml.u16(bytes.length).u8(type, 0);
  for (const [, bytes] of values) xml.u8(...bytes);
  return xml.bytes;
}

/** `<Event>` of a template: dependency ids, and slots for the values. */
function templateEvent(xml: BinXml, content: (element: (name: string, inner: () => void) => void) => void): void {
  const element = (name: string, inner: () => void): void => {
    xml.u8(0x01).u16(0xffff).u32(0).name(name).u8(0x02);
    inner();
    xml.u8(0x04);
  };
  xml.fragment();
  element('Event', () => {
    element('System', () => {
      element('EventID', () => xml.u8(0x0e).u16(0).u8(6));
    });
    content(element);
  });
  xml.u8(0);
}

describe('.evtx', () => {
  it('reads records that are written out in full, as forwarded ones are', () => {
    const { events, findings } = read(evtxFile(sample(1, FIRST_XML)));
    expect(findings).toEqual([]);
    expect(events).toHaveLength(1);
    expect(events[0]).toMatchObject({
      record: 1, source: 'ESE', id: 454, qualifiers: 16384, level: 'error', computer: 'EXCH1', form: 'evtx', offset: 4608,
      name: 'ese.recovery-failed', message: 'Recovery failed with error -2204.',
      strings: ['Information Store', '976', 'SG1: ', '-2204'],
      parameters: { process: 'Information Store', pid: '976', instance: 'SG1', error: '-2204' },
    }); // prettier-ignore
  });

  it('fills in templates: optional values that are not there leave out their element, arrays repeat it', () => {
    const xml = templateRecord(
      (inner) => {
        templateEvent(inner, (element) => {
          element('EventData', () => {
            element('Data', () => inner.u8(0x0e).u16(1).u8(0x81));
            element('Binary', () => inner.u8(0x0e).u16(2).u8(0x0e));
          });
        });
      },
      [
        [6, [0xda, 1]],
        [0x81, [0x61, 0, 0, 0, 0x62, 0, 0x63, 0, 0, 0]],
        [0, []],
      ],
    );
    const { events, findings } = read(evtxFile(evtxRecord(1, xml)));
    expect(findings).toEqual([]);
    expect(events[0]).toMatchObject({ id: 474, strings: ['a', 'bc'] });
    expect(events[0]!.data).toBeUndefined();
  });

  it('is not led in a circle by a template that contains itself', () => {
    const xml = new BinXml(FIRST_XML).fragment().u8(0x0c, 1).u32(0x1234);
    const definition = xml.at + 4;
    xml.u32(definition).u32(0).u32(0x1234).u32(0).u32(0).u32(0).u32(18);
    xml.fragment().u8(0x0c, 1).u32(0x1234).u32(definition).u32(0).u32(0);
    const { events, findings } = read(evtxFile(evtxRecord(1, xml.bytes)));
    expect(events).toEqual([]);
    expect(findings.map((one) => one.rule)).toEqual(['evtx.record']);
    expect(findings[0]!.message).toMatch(/nested too deeply/);
  });

  it('stops at elements nested without end', () => {
    const xml = new BinXml(FIRST_XML).fragment();
    for (let i = 0; i < 2000; i++) xml.u8(0x01).u32(0).name('a').u8(0x02);
    expect(read(evtxFile(evtxRecord(1, xml.bytes))).findings.map((one) => one.message)).toEqual([
      'Record 1 cannot be read: elements are nested too deeply.',
    ]);
  });

  it('does not unfold a value that is repeated ten thousand times', () => {
    const value = Array.from({ length: 20_000 }, (_, i) => (i % 2 === 0 ? 0x61 : 0));
    const xml = templateRecord(
      (inner) => {
        templateEvent(inner, (element) => {
          element('EventData', () => {
            for (let i = 0; i < 8000; i++) inner.u8(0x0d).u16(1).u8(1);
          });
        });
      },
      [
        [6, [0xda, 1]],
        [1, value],
      ],
    );
    const { events, findings } = read(evtxFile(evtxRecord(1, xml)));
    expect(events).toEqual([]);
    expect(findings[0]!.message).toMatch(/unfolds into more than an event can be/);
  });

  it('reads on behind a record that is damaged, and says so', () => {
    const first = sample(1, FIRST_XML);
    const second = sample(2, FIRST_XML + first.length);
    const third = sample(3, FIRST_XML + first.length + second.length);
    const file = evtxFile(first, second, third);
    file.fill(0xee, 4096 + 0x200 + first.length, 4096 + 0x200 + first.length + 40);
    const { events, findings } = read(file);
    expect(events.map((event) => event.record)).toEqual([1, 3]);
    expect(findings.map((one) => one.rule)).toEqual(['evtx.records-checksum', 'evtx.record-header']);
  });

  it('reads a chunk that has lost its signature', () => {
    const file = evtxFile(sample(1, FIRST_XML));
    file.set([0, 0, 0], 4096);
    const { events, findings } = read(file);
    expect(events).toHaveLength(1);
    expect(findings.map((one) => one.rule)).toEqual(['evtx.chunk-signature']);
  });

  it('reads a file that was cut within a chunk, and one without its header', () => {
    const file = evtxFile(sample(1, FIRST_XML));
    expect(read(file.subarray(0, 8192)).events).toHaveLength(1);
    expect(read(file.subarray(4096)).events).toHaveLength(1);
  });

  it('finds records of an earlier use of the chunk when asked to', () => {
    const first = sample(1, FIRST_XML);
    const file = evtxFile(first);
    file.set(sample(9, FIRST_XML + first.length), 4096 + 0x200 + first.length);
    expect(read(file).events.map((event) => event.record)).toEqual([1]);
    expect(read(file, true).events.map((event) => [event.record, event.recovered])).toEqual([
      [1, undefined],
      [9, true],
    ]);
  });
});

describe('values of binary XML', () => {
  it('are written as Windows does', () => {
    const bytes = Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0x80);
    expect(valueText(7, bytes, 0, 4)).toBe('-1');
    expect(valueText(8, bytes, 0, 4)).toBe('4294967295');
    expect(valueText(9, bytes, 0, 8)).toBe('-9223372032559808513');
    expect(valueText(20, bytes, 0, 4)).toBe('0xffffffff');
    expect(valueText(21, bytes, 0, 8)).toBe('0x80000000ffffffff');
    expect(valueText(13, bytes, 0, 4)).toBe('true');
    expect(valueText(14, bytes, 0, 8)).toBe('FFFFFFFF00000080');
    expect(valueText(8, bytes, 6, 8)).toBe('');
  });

  it('keeps all digits of a time', () => {
    expect(filetimeText(0xd53e8000, 0x019db1de)).toBe('1970-01-01T00:00:00.000000000Z');
    expect(filetimeText(0, 0)).toBe('1601-01-01T00:00:00.000000000Z');
    const ticks = 132_407_920_881_658_169n;
    expect(filetimeText(Number(ticks & 0xffffffffn), Number(ticks >> 32n))).toBe('2020-08-01T21:48:08.165816900Z');
    expect(filetimeText(0xffffffff, 0xffffffff)).toBe('filetime:18446744073709551615');
  });

  it('cuts arrays into their items', () => {
    expect(arrayTexts(6, Uint8Array.of(1, 0, 2, 0, 3), 0, 5)).toEqual(['1', '2']);
    expect(arrayTexts(1, Uint8Array.of(0x61, 0, 0, 0, 0x62, 0), 0, 6)).toEqual(['a', 'b']);
  });

  it('reads SIDs', () => {
    const sid = Uint8Array.of(1, 2, 0, 0, 0, 0, 0, 5, 32, 0, 0, 0, 0x20, 2, 0, 0);
    expect(sidText(sid, 0, sid.length)).toBe('S-1-5-32-544');
    expect(sidText(sid, 0, 12)).toBeUndefined();
  });

  it('has the CRC that everybody has', () => {
    expect(crc32(new TextEncoder().encode('123456789'))).toBe(0xcbf43926);
  });
});
