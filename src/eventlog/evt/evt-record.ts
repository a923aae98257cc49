// EVENTLOGRECORD: one event of an .evt file. After [MS-EVEN] 2.2.3 and the libevt notes.
import { u16, u32 } from '../../binary/little-endian.ts';
import { utf16Text } from '../utf16-text.ts';
import { sidText } from '../evtx/value-text.ts';
import { isoSeconds } from '../iso-time.ts';
import type { EventLevel, RawEvent, Writable } from '../log-event.ts';
import { EVT_SIGNATURE } from './evt-header.ts';
import { recordNames } from './name-cache.ts';

/** Bytes of a record before its source name. */
export const EVT_FIXED = 56;
/** The smallest record: fixed part, two empty names, its size once more. */
const SMALLEST = EVT_FIXED + 8;
/** The largest taken for one: Windows writes at most 256 strings of 32 KB, and data of 60 KB. */
export const EVT_LARGEST: number = 1 << 24;

const Offset = {
  Size: 0, Signature: 4, Number: 8, TimeGenerated: 12, TimeWritten: 16, EventId: 20, Type: 24, NumStrings: 26,
  Category: 28, StringOffset: 36, SidLength: 40, SidOffset: 44, DataLength: 48, DataOffset: 52,
} as const; // prettier-ignore

const LEVELS: Readonly<Record<number, EventLevel>> = {
  1: 'error', 2: 'warning', 4: 'information', 8: 'audit-success', 16: 'audit-failure',
}; // prettier-ignore

/** The size a record at `at` claims, if its fixed part can be one's; else 0. */
export function claimedSize(bytes: Uint8Array, at: number): number {
  if (u32(bytes, at + Offset.Signature) !== EVT_SIGNATURE) return 0;
  const size = u32(bytes, at);
  return size >= SMALLEST && size <= EVT_LARGEST && size % 4 === 0 ? size : 0;
}

/** Number of the record at `at`. */
export const recordNumber = (bytes: Uint8Array, at: number): number => u32(bytes, at + Offset.Number);

/** Position of the NUL that ends the text at `from`. */
function textEnd(text: string, from: number): number {
  const end = text.indexOf('\0', from);
  return end < 0 ? text.length : end;
}

/** The first `count` texts of those that follow each other in bytes [from, end). */
function stringsOf(bytes: Uint8Array, from: number, end: number, count: number): string[] {
  const strings: string[] = [];
  if (count === 0 || from >= end) return strings;
  // One text for all and cutting it is much faster than one by one.
  const all = utf16Text(bytes, from, end);
  for (let at = 0; strings.length < count && at < all.length;) {
    const to = textEnd(all, at);
    strings.push(all.slice(at, to));
    at = to + 1;
  }
  return strings;
}

/** `length` bytes at `offset` of the record, if they lie between its names and its end. */
function within(at: number, end: number, offset: number, length: number): boolean {
  return length > 0 && offset >= EVT_FIXED && at + offset + length <= end;
}

/**
 * The event of the record at `at`, of which the bytes up to `end` are there (fewer than its size when it was cut:
 * what is cut off is missing from the event). `position` is its offset in the file.
 */
export function evtEvent(bytes: Uint8Array, at: number, end: number, position: number, recovered: boolean): RawEvent {
  const stringsAt = u32(bytes, at + Offset.StringOffset);
  const sidAt = u32(bytes, at + Offset.SidOffset);
  const sidLength = u32(bytes, at + Offset.SidLength);
  const dataAt = u32(bytes, at + Offset.DataOffset);
  const dataLength = u32(bytes, at + Offset.DataLength);
  const names = recordNames(bytes, at + EVT_FIXED, Math.min(end, at + namesEnd(stringsAt, sidLength > 0 ? sidAt : 0)));
  const category = u16(bytes, at + Offset.Category);
  const stringsEnd = dataAt > stringsAt && dataLength > 0 ? Math.min(end, at + dataAt) : end;
  const generated = u32(bytes, at + Offset.TimeGenerated);
  const written = u32(bytes, at + Offset.TimeWritten);
  const time = `${isoSeconds(generated)}Z`;
  const event: Writable<RawEvent> = {
    record: recordNumber(bytes, at),
    time,
    written: written === generated ? time : `${isoSeconds(written)}Z`,
    source: names.source,
    id: u16(bytes, at + Offset.EventId),
    qualifiers: u16(bytes, at + Offset.EventId + 2),
    level: LEVELS[u16(bytes, at + Offset.Type)] ?? 'information',
    category: category === 0 ? '' : String(category),
    computer: names.computer,
    strings: stringsOf(bytes, at + stringsAt, stringsEnd, u16(bytes, at + Offset.NumStrings)),
    form: 'evt',
    offset: position,
  };
  const sid = within(at, end, sidAt, sidLength) ? sidText(bytes, at + sidAt, at + sidAt + sidLength) : undefined;
  if (sid !== undefined) event.user = sid;
  if (within(at, end, dataAt, dataLength)) event.data = bytes.slice(at + dataAt, at + dataAt + dataLength);
  if (recovered) event.recovered = true;
  return event;
}

/** Names longer than this are cut: a damaged record has no limit to them. */
const LONGEST_NAMES = 4096;

/** Where the names end at the latest: what comes next begins there. */
function namesEnd(stringsAt: number, sidAt: number): number {
  const next = sidAt >= EVT_FIXED && sidAt < stringsAt ? sidAt : stringsAt;
  return Math.max(EVT_FIXED, Math.min(next, EVT_FIXED + LONGEST_NAMES));
}
