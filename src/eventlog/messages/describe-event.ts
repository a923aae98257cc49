// What our catalogue knows of an event: its name, its parameters by name, and a message where the log has none. The key is
// source and id together: 327 is harmless from the engine and a fault from the transport.
import { toHex } from '../../binary/hex.ts';
import type { LogEvent, RawEvent, Writable } from '../log-event.ts';
import type { EventEntry, EventFamily } from './event-entry.ts';
import { ESE_EVENTS } from './ese-events.data.ts';
import { EXCHANGE_FAMILIES } from './exchange-events.data.ts';
import { textParameters } from './text-parameters.ts';

const ENGINE: EventFamily = {
  prefix: 'ese',
  sources: ['ese', 'esent', 'ese98', 'ese97', 'edb'],
  common: ['process', 'pid', 'instance'],
  events: ESE_EVENTS,
  categories: {
    1: 'General', 2: 'Database Page Cache', 3: 'Logging/Recovery', 4: 'Space Management',
    5: 'Table/Column/Index Definition', 6: 'Record Manipulation', 7: 'Performance', 8: 'Database Repair',
    9: 'Database Conversion', 10: 'Online Defragmentation', 11: 'System Parameter Settings',
    12: 'Database Corruption', 13: 'Database Zeroing', 14: 'Transaction Manager', 16: 'ShadowCopy',
  }, // prettier-ignore
};

/** An event of the catalogue. */
export interface EventMeaning {
  /** `ese.page-checksum`. */
  readonly name: string;
  /** Names of the inserts in their order; empty where one has no name. */
  readonly inserts: readonly string[];
  /** What it says, with `{name}` where an insert goes. */
  readonly text: string;
  /** True for the events of the engine. */
  readonly engine: boolean;
}

/** An insert that can only be a code. */
const LIKE_A_CODE = /^(?:-\d{3,10}|0x[0-9a-f]{8})$/i;

/** What is known of the events of one source. */
interface SourceMeanings {
  readonly byId: ReadonlyMap<number, EventMeaning>;
  readonly categories: Readonly<Record<number, string>> | undefined;
}

const SOURCES: ReadonlyMap<string, SourceMeanings> = meaningsBySource();

function meaningsBySource(): Map<string, SourceMeanings> {
  const sources = new Map<string, SourceMeanings>();
  // The old engine's own numbers come after, and so instead of, those it shares with its successors.
  for (const family of [ENGINE, ...EXCHANGE_FAMILIES]) {
    const meanings = family.events.map((entry): [number, EventMeaning] => [entry[0], meaningOf(family, entry)]);
    for (const source of family.sources) {
      const before = sources.get(source);
      const byId = new Map([...(before?.byId ?? []), ...meanings]);
      sources.set(source, { byId, categories: before?.categories ?? family.categories });
    }
  }
  return sources;
}

let lastSource = '';
let lastMeanings: SourceMeanings | undefined;

/** Neighbouring events often have the same source. */
function ofSource(source: string): SourceMeanings | undefined {
  if (source !== lastSource) {
    lastSource = source;
    lastMeanings = SOURCES.get(source.toLowerCase());
  }
  return lastMeanings;
}

/** The events that the catalogue has, for documentation and tests. */
export function knownEvents(): { readonly source: string; readonly id: number; readonly meaning: EventMeaning }[] {
  return [ENGINE, ...EXCHANGE_FAMILIES].flatMap((family) =>
    family.events.map((entry) => ({ source: family.sources[0]!, id: entry[0], meaning: meaningOf(family, entry) })),
  );
}

function meaningOf(family: EventFamily, [, name, inserts, text]: EventEntry): EventMeaning {
  const named = inserts === '' ? [] : inserts.split(' ').map((one) => (one === '-' ? '' : one));
  return {
    name: `${family.prefix}.${name}`,
    inserts: [...family.common, ...named],
    text,
    engine: family.prefix === 'ese',
  };
}

/** What the catalogue knows of events with this source and id. */
export function eventMeaning(source: string, id: number): EventMeaning | undefined {
  return ofSource(source)?.byId.get(id);
}

/** The event with its name, parameters and message. */
export function describeEvent(raw: RawEvent): LogEvent {
  return completeEvent({ ...raw });
}

/** Makes an event of what a reader has just read: the same object, with more fields. */
export function completeEvent(raw: RawEvent): LogEvent {
  const meanings = ofSource(raw.source);
  const meaning = meanings?.byId.get(raw.id);
  const event = raw as Writable<LogEvent>;
  if (meaning !== undefined) event.name = meaning.name;
  event.parameters = parametersOf(raw, meaning);
  const { text, strings } = raw;
  event.messageFrom = text !== undefined ? 'log' : meaning === undefined ? 'strings' : 'catalogue';
  event.message = text ?? (meaning === undefined ? strings.join('\n') : catalogueText(meaning, event));
  const category = meanings?.categories?.[Number(/^\(?(\d{1,5})\)?$/.exec(raw.category)?.[1] ?? -1)];
  if (category !== undefined) event.category = category;
  return event;
}

const NO_PARAMETERS: Readonly<Record<string, string>> = Object.freeze({});

/** Parameters come from the inserts; from the text those that the inserts do not give. */
function parametersOf(raw: RawEvent, meaning: EventMeaning | undefined): Readonly<Record<string, string>> {
  if (meaning === undefined && raw.stringNames === undefined) return NO_PARAMETERS;
  const parameters: Record<string, string> = {};
  const { strings, stringNames, data } = raw;
  for (let i = 0; i < strings.length; i++) {
    const name = meaning?.inserts[i] ?? stringNames?.[i];
    if (name !== undefined && name !== '' && strings[i] !== '') setParameter(parameters, name, tidy(name, strings[i]!));
  }
  if (meaning !== undefined && raw.text !== undefined)
    for (const [name, value] of Object.entries(textParameters(raw.text, meaning.engine ? 'engine' : 'exchange')))
      if (parameters[name] === undefined) setParameter(parameters, name, value);
  if (meaning?.inserts.length === 0 && parameters['error'] === undefined) {
    const code = strings.find((one) => LIKE_A_CODE.test(one));
    if (code !== undefined) parameters['error'] = code;
  }
  if (meaning !== undefined && data?.length === 4) parameters['dataCode'] = dataCode(data);
  return parameters;
}

/** Names come from files: `__proto__` must be a name like any other. */
function setParameter(parameters: Record<string, string>, name: string, value: string): void {
  if (name !== '__proto__') parameters[name] = value;
  else Object.defineProperty(parameters, name, { value, enumerable: true, writable: true, configurable: true });
}

/** Four bytes of data are a code, lowest byte first. */
function dataCode(data: Uint8Array): string {
  return `0x${toHex(data.toReversed())}`;
}

/** `SRUJet: ` is the instance SRUJet; a number may be followed by itself in hexadecimal. */
function tidy(name: string, value: string): string {
  if (name === 'instance') return value.trim().replace(/:$/, '');
  if (name === 'pid') return /^\d+/.exec(value)?.[0] ?? value;
  return /^(-?\d+) \(0x[0-9a-f]+\)$/i.exec(value)?.[1] ?? value;
}

function catalogueText({ inserts, text }: EventMeaning, { parameters, strings }: LogEvent): string {
  const filled = text.replace(/\{(\w+)\}/g, (_, name: string) => parameters[name] ?? '?').trim();
  // Where the inserts have no names they would be lost.
  return inserts.length === 0 && strings.length > 0 ? `${filled} [${strings.join('; ')}]` : filled;
}
