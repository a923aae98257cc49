// Reads an .evtx log (Windows Vista and later) chunk by chunk: 64 KB in memory at a time, whatever the log's size.
// A damaged chunk or record is reported and stepped over.
import { u16, u32 } from '../../binary/little-endian.ts';
import { ansi } from '../../binary/text.ts';
import { readPiece } from '../log-input.ts';
import type { LogInput } from '../log-input.ts';
import type { RawEvent } from '../log-event.ts';
import type { ReportFinding } from '../log-finding.ts';
import type { ReadLogOptions } from '../read-options.ts';
import { eventFromXml } from '../xml/event-from-xml.ts';
import type { XmlElement } from '../xml/xml-element.ts';
import { BinaryXmlDamage, PatternReader } from './binary-xml.ts';
import {
  CHUNK_SIZE,
  RECORDS_START,
  RECORD_HEADER,
  badChecksums,
  chunkHeader,
  isBlank,
  nextSignature,
  number64,
  recordSize,
} from './chunk.ts';
import type { ChunkHeader } from './chunk.ts';
import { crc32 } from './crc32.ts';
import { Instantiator } from './instantiate.ts';
import { filetimeText } from './value-text.ts';

const FILE_SIGNATURE = 'ElfFile\0';
const FILE_HEADER = 4096;
const DIRTY = 1;
const FULL = 2;

/** One record: its XML and where it was. */
export interface EvtxRecord {
  readonly number: number;
  /** When it was written, ISO 8601. */
  readonly written: string;
  /** Byte offset in the file. */
  readonly offset: number;
  readonly recovered: boolean;
  readonly xml: XmlElement;
}

/** True for the beginning of an .evtx file, or of one of its chunks. */
export function isEvtx(start: Uint8Array): boolean {
  return start.length >= 8 && ['ElfFile\0', 'ElfChnk\0'].includes(ansi(start, 0, 8));
}

/** The events of an .evtx log. */
export function* readEvtx(input: LogInput, report: ReportFinding, options: ReadLogOptions = {}): Generator<RawEvent> {
  for (const { number, written, offset, recovered, xml } of readEvtxRecords(input, report, options)) {
    const origin = { form: 'evtx', offset, record: number, ...(recovered && { recovered: true as const }) } as const;
    const event = eventFromXml(xml, origin);
    if (event !== undefined) yield event.time === null ? { ...event, time: written } : event;
    else
      report({
        rule: 'evtx.record',
        severity: 'error',
        at: { offset, record: number },
        message: `Record ${number} has no System part.`,
      });
  }
}

/** The records of an .evtx log as XML: live ones in the order of their chunks, each chunk's recovered ones after them. */
export function* readEvtxRecords(
  input: LogInput,
  report: ReportFinding,
  options: ReadLogOptions = {},
): Generator<EvtxRecord> {
  const start = checkFileHeader(readPiece(input, 0, FILE_HEADER), report);
  const chunk = new Uint8Array(CHUNK_SIZE);
  for (const offset of chunkOrder(input, start)) {
    const count = input.read(offset, chunk);
    // A file that was cut ends within a chunk.
    const bytes = count === CHUNK_SIZE ? chunk : chunk.slice(0, count);
    const header = usableHeader(bytes, offset, report);
    if (header !== undefined) yield* new ChunkReader(bytes, offset, header, report).records(options.recovered === true);
  }
}

/** Says what is wrong with the file's header; returns where the chunks begin. */
function checkFileHeader(bytes: Uint8Array, report: ReportFinding): number {
  const finding = (rule: string, severity: 'error' | 'warning' | 'info', message: string): void => {
    report({ rule, severity, at: { offset: 0 }, message });
  };
  const signature = ansi(bytes, 0, Math.min(8, bytes.length));
  if (signature === 'ElfChnk\0') {
    finding('evtx.file-header', 'warning', 'The header of the file is missing: it begins with a chunk.');
    return 0;
  }
  if (bytes.length < 128 || signature !== FILE_SIGNATURE) {
    finding(
      'evtx.file-header',
      'error',
      'The header of the file is damaged; chunks are looked for where they should be.',
    );
    return FILE_HEADER;
  }
  if (crc32(bytes, 0, 120) !== u32(bytes, 124))
    finding('evtx.file-checksum', 'warning', "The checksum of the file's header is wrong.");
  const flags = u32(bytes, 120);
  if (flags & DIRTY)
    finding('evtx.dirty', 'info', 'The log was copied while it was open: its header is not up to date.');
  if (flags & FULL) finding('evtx.full', 'warning', 'The log was full: later events may not have been written.');
  const size = u16(bytes, 40);
  return size >= 128 && size % 512 === 0 ? size : FILE_HEADER;
}

/** Offsets of the chunks, oldest first: a log that has wrapped goes on at its beginning. */
function chunkOrder(input: LogInput, start: number): number[] {
  const offsets: number[] = [];
  let oldest = Infinity;
  let first = 0;
  const head = new Uint8Array(RECORDS_START);
  for (let offset = start; offset + RECORDS_START <= input.size; offset += CHUNK_SIZE) {
    const header = input.read(offset, head) === head.length ? chunkHeader(head) : undefined;
    if (header !== undefined && header.first < oldest && header.first > 0) {
      oldest = header.first;
      first = offsets.length;
    }
    offsets.push(offset);
  }
  return [...offsets.slice(first), ...offsets.slice(0, first)];
}

/** The header to go by, after saying what is wrong with it; undefined for a chunk that was never used. */
function usableHeader(bytes: Uint8Array, offset: number, report: ReportFinding): ChunkHeader | undefined {
  const header = chunkHeader(bytes);
  if (header === undefined) {
    if (isBlank(bytes)) return undefined;
    report({
      rule: 'evtx.chunk-signature',
      severity: 'error',
      at: { offset },
      message: `The chunk at ${offset} does not begin like one; what looks like a record in it is read.`,
    });
    return { first: 0, last: 0, free: 0 };
  }
  for (const what of badChecksums(bytes, header))
    report({
      rule: `evtx.${what}-checksum`,
      severity: what === 'header' ? 'error' : 'warning',
      at: { offset },
      message: `The checksum of the ${what === 'header' ? 'header' : 'records'} of the chunk at ${offset} is wrong.`,
    });
  return header;
}

/** Reads the records of one chunk. */
class ChunkReader {
  readonly #bytes: Uint8Array;
  readonly #offset: number;
  readonly #header: ChunkHeader;
  readonly #report: ReportFinding;
  readonly #xml: Instantiator;

  constructor(bytes: Uint8Array, offset: number, header: ChunkHeader, report: ReportFinding) {
    this.#bytes = bytes;
    this.#offset = offset;
    this.#header = header;
    this.#report = report;
    this.#xml = new Instantiator(bytes, new PatternReader(bytes));
  }

  *records(recovered: boolean): Generator<EvtxRecord> {
    const bytes = this.#bytes;
    const { free } = this.#header;
    const seen = new Set<number>();
    let at = RECORDS_START;
    let number = 0;
    for (;;) {
      const size = recordSize(bytes, at);
      if (size === undefined) {
        if (at >= Math.min(free, bytes.length)) break;
        const next = nextSignature(bytes, at + 1, Math.min(free, bytes.length));
        this.#damage(
          'evtx.record-header',
          at,
          number,
          `No record begins at ${this.#offset + at}; ${next - at} bytes are skipped.`,
        );
        at = next;
        continue;
      }
      // A header that is behind its records does not make them less alive, as long as their numbers go on.
      if (at >= free && number64(bytes, at + 8) !== number + 1 && free > 0) break;
      number = number64(bytes, at + 8);
      seen.add(number);
      const record = this.#record(at, size, false);
      if (record !== undefined) yield record;
      at += size;
    }
    if (recovered) yield* this.#leftovers(at, seen);
  }

  /** Records behind the last one: of the chunk's earlier use. */
  *#leftovers(from: number, seen: Set<number>): Generator<EvtxRecord> {
    const bytes = this.#bytes;
    for (let at = nextSignature(bytes, from, bytes.length); at < bytes.length;) {
      const size = recordSize(bytes, at);
      const record = size === undefined ? undefined : this.#record(at, size, true);
      if (record !== undefined && !seen.has(record.number)) yield record;
      at = nextSignature(bytes, at + (record === undefined ? 4 : size!), bytes.length);
    }
  }

  #record(at: number, size: number, recovered: boolean): EvtxRecord | undefined {
    const bytes = this.#bytes;
    const number = number64(bytes, at + 8);
    try {
      const xml = this.#xml.event(at + RECORD_HEADER, at + size - 4);
      const written = filetimeText(u32(bytes, at + 16), u32(bytes, at + 20));
      return { number, written, offset: this.#offset + at, recovered, xml };
    } catch (error) {
      if (!(error instanceof BinaryXmlDamage)) throw error;
      // Leftovers are incomplete by nature.
      if (!recovered) this.#damage('evtx.record', at, number, `Record ${number} cannot be read: ${error.message}.`);
      return undefined;
    }
  }

  #damage(rule: string, at: number, record: number, message: string): void {
    this.#report({
      rule,
      severity: 'error',
      at: { offset: this.#offset + at, ...(record > 0 && { record }) },
      message,
    });
  }
}
