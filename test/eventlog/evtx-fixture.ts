// .evtx files made by hand: a file header, one chunk, records of given binary XML.
import { utf16Bytes } from '../../src/binary/text.ts';
import { crc32 } from '../../src/eventlog/evtx/crc32.ts';

/** Binary XML being written at a known place of the chunk, as its offsets need. */
export class BinXml {
  readonly bytes: number[] = [];
  readonly start: number;

  /** `start`: where in the chunk the first byte will lie. */
  constructor(start: number) {
    this.start = start;
  }

  get at(): number {
    return this.start + this.bytes.length;
  }

  u8(...values: number[]): this {
    this.bytes.push(...values);
    return this;
  }

  u16(value: number): this {
    return this.u8(value & 0xff, (value >> 8) & 0xff);
  }

  u32(value: number): this {
    return this.u16(value & 0xffff).u16(value >>> 16);
  }

  fragment(): this {
    return this.u8(0x0f, 1, 1, 0);
  }

  name(text: string): this {
    return this.u32(this.at + 4)
      .u32(0)
      .u16(0)
      .u16(text.length)
      .u8(...utf16Bytes(`${text}\0`));
  }

  text(value: string): this {
    return this.u8(0x05, 1)
      .u16(value.length)
      .u8(...utf16Bytes(value));
  }

  /** An element in full, without dependency id as outside templates. */
  element(name: string, content: () => void, attributes: readonly [string, string][] = []): this {
    this.u8(attributes.length > 0 ? 0x41 : 0x01)
      .u32(0)
      .name(name);
    if (attributes.length > 0) {
      this.u32(0);
      for (const [key, value] of attributes) this.u8(0x06).name(key).text(value);
    }
    this.u8(0x02);
    content();
    return this.u8(0x04);
  }
}

/** Where the binary XML of the first record of a chunk begins. */
export const FIRST_XML: number = 0x200 + 24;

/** One record of given binary XML. */
export function evtxRecord(number: number, xml: readonly number[]): Uint8Array {
  const size = (24 + xml.length + 4 + 7) & ~7;
  const bytes = new Uint8Array(size);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, 0x2a2a, true);
  view.setUint32(4, size, true);
  view.setUint32(8, number, true);
  view.setUint32(20, 0x01c319f0, true);
  view.setUint32(size - 4, size, true);
  bytes.set(xml, 24);
  return bytes;
}

/** A file of one chunk with these records. */
export function evtxFile(...records: readonly Uint8Array[]): Uint8Array {
  const file = new Uint8Array(4096 + 65536);
  const view = new DataView(file.buffer);
  const text = (at: number, value: string): void => {
    for (let i = 0; i < value.length; i++) file[at + i] = value.charCodeAt(i);
  };
  text(0, 'ElfFile\0');
  view.setUint16(40, 4096, true);
  view.setUint32(124, crc32(file, 0, 120), true);
  const chunk = file.subarray(4096);
  text(4096, 'ElfChnk\0');
  let at = 0x200;
  for (const record of records) {
    chunk.set(record, at);
    at += record.length;
  }
  view.setUint32(4096 + 24, 1, true);
  view.setUint32(4096 + 32, records.length, true);
  view.setUint32(4096 + 40, 128, true);
  view.setUint32(4096 + 48, at, true);
  view.setUint32(4096 + 52, crc32(chunk, 0x200, at), true);
  view.setUint32(4096 + 124, crc32(chunk, 128, 0x200, crc32(chunk, 0, 120)), true);
  return file;
}

/** The System part of an event, and what `more` adds behind it. */
export function eventXml(start: number, source: string, id: number, more: (xml: BinXml) => void): number[] {
  const xml = new BinXml(start).fragment();
  xml.element('Event', () => {
    xml.element('System', () => {
      xml.u8(0x41).u32(0).name('Provider').u32(0).u8(0x06).name('Name').text(source).u8(0x03);
      xml.element('EventID', () => xml.text(String(id)), [['Qualifiers', '16384']]);
      xml.element('Level', () => xml.text('2'));
      xml.element('Computer', () => xml.text('EXCH1'));
    });
    more(xml);
  });
  return xml.u8(0).bytes;
}
