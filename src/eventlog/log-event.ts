// One event, whatever form of log it came from.

import { toHex } from '../binary/hex.ts';

/** How grave an event is. */
export type EventLevel =
  'critical' | 'error' | 'warning' | 'information' | 'verbose' | 'audit-success' | 'audit-failure';

/** The forms an event log is met in. */
export type LogForm = 'evt' | 'evtx' | 'xml' | 'json' | 'csv' | 'text';

/** Where `message` comes from: the log itself, our catalogue, or merely the strings one after the other. */
export type MessageOrigin = 'log' | 'catalogue' | 'strings';

/** A type whose fields may still be set: while it is being made. */
export type Writable<T> = { -readonly [K in keyof T]: T[K] };

/** What an event log says of one event, before the catalogue has been asked. */
export interface RawEvent {
  /** Number of the record; null where the form has none. */
  readonly record: number | null;
  /** ISO 8601: with `Z` when it is known to be UTC, without a zone when the log does not tell it. Null: unreadable. */
  readonly time: string | null;
  /** When it was put into the log, where that is kept apart. */
  readonly written?: string;
  /** The time as it stood in a text. */
  readonly timeText?: string;
  /** The order of day and month that was assumed when a text does not settle it. */
  readonly timeOrder?: 'mdy' | 'dmy';
  /** The source (provider) that wrote it. */
  readonly source: string;
  /** The event id an administrator searches for: the low 16 bits. */
  readonly id: number;
  /** The high 16 bits of the identifier: severity, customer bit, facility. */
  readonly qualifiers?: number;
  readonly level: EventLevel;
  /** Name of the category (task), or its number in digits, or empty. */
  readonly category: string;
  readonly computer: string;
  /** SID or account name. */
  readonly user?: string;
  /** The log (channel) it was written to. */
  readonly log?: string;
  /** The inserts in their order. */
  readonly strings: readonly string[];
  /** Names of the inserts, where the log has them. */
  readonly stringNames?: readonly string[];
  /** The text as the log has it, rendered by whatever wrote or exported it. */
  readonly text?: string;
  /** Binary data. */
  readonly data?: Uint8Array;
  readonly form: LogForm;
  /** Byte offset of the record, or of the text it was taken from. */
  readonly offset?: number;
  /** True when it was found outside the chain of live records, or only in part. */
  readonly recovered?: true;
}

/** One event with what our catalogue knows of it. */
export interface LogEvent extends RawEvent {
  /** Stable name of the event in the catalogue, `ese.page-checksum`; absent when the catalogue does not have it. */
  readonly name?: string;
  /** What it says in words: the log's own, else ours, else its strings. */
  readonly message: string;
  readonly messageFrom: MessageOrigin;
  /** The inserts by name: `database`, `file`, `offset`, `page`, `error`, `hresult` ... Values as the log spells them. */
  readonly parameters: Readonly<Record<string, string>>;
}

/** The event as a plain object for JSON lines. */
export function eventToJson(event: LogEvent): Record<string, unknown> {
  const { record, time, source, id, level, category, computer, strings, message, messageFrom, parameters } = event;
  const json: Record<string, unknown> = {
    record, time, source, id, level, category, computer, strings, message, messageFrom, parameters,
  }; // prettier-ignore
  // Setting what is there is much faster than spreading what may be.
  if (event.name !== undefined) json['name'] = event.name;
  if (event.log !== undefined) json['log'] = event.log;
  if (event.user !== undefined) json['user'] = event.user;
  if (event.qualifiers !== undefined) json['qualifiers'] = event.qualifiers;
  if (event.data !== undefined && event.data.length > 0) json['data'] = toHex(event.data);
  if (event.timeText !== undefined) json['timeText'] = event.timeText;
  if (event.timeOrder !== undefined) json['timeOrder'] = event.timeOrder;
  if (event.recovered === true) json['recovered'] = true;
  return json;
}
