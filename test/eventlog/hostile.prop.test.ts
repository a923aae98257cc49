// Whatever the bytes are: reading ends, nothing is thrown, and what comes out is bounded by what went in.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { memoryInput, readEvents } from '../../src/eventlog/index.ts';
import type { LogForm } from '../../src/eventlog/index.ts';
import { evtRecord, plainLog } from './evt-fixture.ts';
import { FIRST_XML, eventXml, evtxFile, evtxRecord } from './evtx-fixture.ts';

const FORMS: readonly LogForm[] = ['evt', 'evtx', 'xml', 'json', 'csv', 'text'];

function readAll(bytes: Uint8Array, form?: LogForm): number {
  let count = 0;
  for (const event of readEvents(memoryInput(bytes), { recovered: true, ...(form !== undefined && { form }) })) {
    expect(typeof event.message).toBe('string');
    expect(JSON.stringify(event)).toContain('"id":');
    count++;
  }
  return count;
}

const damage = fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), { minLength: 1, maxLength: 30 });

function damaged(
  bytes: Uint8Array,
  from: number,
  to: number,
  changes: readonly (readonly [number, number])[],
): Uint8Array {
  const copy = bytes.slice();
  for (const [at, value] of changes) copy[from + (at % (to - from))] = value;
  return copy;
}

describe('hostile logs', () => {
  it('.evt with any bytes changed', () => {
    const log = plainLog(
      Array.from({ length: 20 }, (_, i) =>
        evtRecord({ number: i + 1, strings: ['a', 'b c'], data: Uint8Array.of(1, 2, 3) }),
      ),
    );
    fc.assert(
      fc.property(damage, (changes) => {
        expect(readAll(damaged(log, 0, log.length, changes), 'evt')).toBeLessThanOrEqual(log.length / 28);
      }),
    );
  });

  it('.evtx with any bytes changed', () => {
    const xml = (start: number): number[] =>
      eventXml(start, 'ESE', 454, (one) => {
        one.element('EventData', () => one.element('Data', () => one.text('text'), [['Name', 'x']]));
      });
    const first = evtxRecord(1, xml(FIRST_XML));
    const file = evtxFile(first, evtxRecord(2, xml(FIRST_XML + first.length)));
    fc.assert(
      fc.property(damage, (changes) => {
        expect(readAll(damaged(file, 4096 + 0x200, 4096 + 0x200 + 2 * first.length, changes), 'evtx')).toBeLessThan(
          100,
        );
      }),
    );
  });

  it('any bytes, in any form', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 3000 }), fc.constantFrom(...FORMS), (bytes, form) => {
        expect(readAll(bytes, form)).toBeLessThanOrEqual(bytes.length);
      }),
    );
  });

  it('any text made of the pieces that texts of events are made of', () => {
    const piece = fc.constantFrom(
      'Event ID: ', 'Event Type: ', 'Source: ', 'Description:', '\n', '474', ' ', 'Event[1]:', 'Data:\n0000: 0c 03', '"', ',', '{', '}', ':',
      '<Event>', '</Event>', '<System>', '<![CDATA[', '&amp;', '&', 'Index : ', '\\', '[', ']', 'Date: 1/2/03', '\t', ';',
    ); // prettier-ignore
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 200 }), fc.constantFrom(...FORMS), (pieces, form) => {
        const bytes = new TextEncoder().encode(pieces.join(''));
        expect(readAll(bytes, form)).toBeLessThanOrEqual(bytes.length);
      }),
    );
  });
});
