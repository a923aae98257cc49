// Events of a log as evidence.
import type { LogEvent } from '../../eventlog/log-event.ts';
import { toHex } from '../../binary/hex.ts';
import type { EventEvidence, NamedCode } from '../evidence.ts';
import { keysOfText, serverKey } from '../evidence-keys.ts';
import { differsInOneBit, SINGLE_BIT } from './checksum-difference.ts';
import { eventSource } from '../event-source.ts';
import { namedCodes } from '../named-codes.ts';

/** What of a LogEvent is looked at; other readers may hand over less. */
export type EventLike = Pick<LogEvent, 'record' | 'time' | 'source' | 'id' | 'level' | 'computer' | 'message'> &
  Partial<Pick<LogEvent, 'strings' | 'data' | 'offset' | 'parameters'>>;

const TEXT_MOST = 4_000;
const SUMMARY_MOST = 200;

const SEVERITIES: Readonly<Record<string, EventEvidence['severity']>> = {
  critical: 'error',
  error: 'error',
  'audit-failure': 'warning',
  warning: 'warning',
};

const ZONE = /(?:Z|[+-]\d\d:?\d\d)$/;

/** Milliseconds since 1970; a time without a zone is taken as UTC, which the correlation window allows for. */
export function timeOf(iso: string | null | undefined): number | undefined {
  if (iso === null || iso === undefined) return undefined;
  const time = Date.parse(ZONE.test(iso) ? iso : `${iso}Z`);
  return Number.isNaN(time) ? undefined : time;
}

/** One line of at most `most` characters. */
export function oneLine(text: string, most: number = SUMMARY_MOST): string {
  const line = text
    .slice(0, most * 4)
    .replace(/\s+/g, ' ')
    .trim();
  return line.length <= most ? line : `${line.slice(0, most - 3)}...`;
}

/** The first four data bytes are a code, least significant byte first, in many events of Exchange. */
function dataText(data: Uint8Array | undefined): string {
  if (data === undefined || data.length < 4) return '';
  const hex = toHex(data.subarray(0, 4));
  return ` Data: 0x${hex.slice(6, 8)}${hex.slice(4, 6)}${hex.slice(2, 4)}${hex.slice(0, 2)}`;
}

/**
 * What a code in an event's text can look like. Events of one kind whose such words are the same have the same codes,
 * whatever else differs (offsets, times): logs of a million events name few codes.
 */
const CODE_LIKE =
  /[-\u2212\u2013]\s?\d{3,10}|\b[2-4]\d{9}\b|0x[1-9a-f][0-9a-f]{0,15}|(?:\b\w{1,20}\s)?(?:error|code|status|result|ec|hr)\W{0,4}\d{1,5}(?![\dx])|\b[8cf][0-9a-f]{7}\b|\b[245]\.\d{1,3}\.\d{1,3}\b|\b[245]\d\d\b|\b[A-Za-z][A-Za-z0-9]*_\w+|\bec[A-Z]\w+|\bMapiException\w+|\b[A-Z]{4,}(?:\.\w+)+/gi;

const memory = new Map<string, readonly NamedCode[]>();
const MEMORY_MOST = 5_000;

function codesOf(text: string, source: string, id: number): readonly NamedCode[] {
  const key = `${source}|${id}|${(text.match(CODE_LIKE) ?? []).join(' ')}`;
  const known = memory.get(key);
  if (known !== undefined) return known;
  const codes = namedCodes(text);
  if (memory.size >= MEMORY_MOST) memory.clear();
  memory.set(key, codes);
  return codes;
}

/** A tiny error number of a data block (0, 1, ...) says nothing; a code of an event's data must look like one. */
const telling = (code: NamedCode): boolean => typeof code.code !== 'number' || code.code < 0 || code.code > 999;

/** An event as evidence. `file` is the log it is from. */
export function eventEvidence(event: EventLike, file: string): EventEvidence {
  const strings = (event.strings ?? []).join(' ');
  const said = event.message === '' ? strings : event.message;
  // The inserts come too: a message of our own catalogue may not show all of them.
  const whole = (said.includes(strings) ? said : `${said} ${strings}`).slice(0, TEXT_MOST);
  const text = event.id === 474 && differsInOneBit(whole) ? `${whole} ${SINGLE_BIT}` : whole;
  const codes = [...codesOf(text, event.source, event.id), ...namedCodes(dataText(event.data)).filter(telling)];
  const source = eventSource(event.source);
  const time = timeOf(event.time);
  const at =
    event.record === null
      ? event.offset === undefined
        ? undefined
        : `offset ${event.offset}`
      : `record ${event.record}`;
  return {
    kind: 'event',
    place: { file, ...(at !== undefined && { at }) },
    ...(time !== undefined && { first: time, last: time }),
    ...(time !== undefined && !ZONE.test(event.time ?? '') && { isLocal: true as const }),
    count: 1,
    keys: { ...keysOfText(text), ...(event.computer !== '' && { server: serverKey(event.computer) }) },
    codes: codes.filter((code, i) => codes.findIndex((other) => other.symbol === code.symbol) === i),
    summary: `${event.source} ${event.id}: ${oneLine(said)}`,
    source,
    provider: event.source,
    id: event.id,
    severity: SEVERITIES[event.level] ?? 'information',
    text,
  };
}
