// The fields of an event out of its XML: namespace http://schemas.microsoft.com/win/2004/08/events/event.
import { fromHex } from '../../binary/hex.ts';
import type { EventLevel, LogForm, RawEvent } from '../log-event.ts';
import { allText, attribute, child, ownText } from './xml-element.ts';
import type { XmlElement } from './xml-element.ts';

const LEVELS: readonly EventLevel[] = ['information', 'critical', 'error', 'warning', 'information', 'verbose'];
/** Keywords of the Security log, as the top 16 bits. */
const AUDIT_FAILURE = 0x0010;
const AUDIT_SUCCESS = 0x0020;
const MOST_STRINGS = 4096;

/** Where the XML of an event was. */
export interface XmlOrigin {
  readonly form: LogForm;
  readonly offset?: number;
  /** Number of the record, when the container has its own. */
  readonly record?: number;
  readonly recovered?: true;
}

const integer = (text: string | undefined): number | undefined =>
  text !== undefined && /^\s*\d{1,10}\s*$/.test(text) ? Number(text) : undefined;

function levelOf(system: XmlElement): EventLevel {
  const keywords = ownText(child(system, 'Keywords'));
  if (keywords.startsWith('0x')) {
    const top = Number.parseInt(keywords.slice(2).padStart(16, '0').slice(0, 4), 16);
    if (top & AUDIT_FAILURE) return 'audit-failure';
    if (top & AUDIT_SUCCESS) return 'audit-success';
  }
  return LEVELS[integer(ownText(child(system, 'Level'))) ?? 0] ?? 'information';
}

interface Inserts {
  readonly strings: string[];
  readonly names: string[];
  data: Uint8Array | undefined;
}

/** `<EventData>`: its `Data` are the inserts, `Binary` the data. */
function fromEventData(element: XmlElement, inserts: Inserts): void {
  for (const one of element.children) {
    if (typeof one === 'string') continue;
    if (one.name === 'Data' && inserts.strings.length < MOST_STRINGS) {
      inserts.strings.push(ownText(one));
      inserts.names.push(attribute(one, 'Name') ?? '');
    } else if (one.name === 'Binary') inserts.data = hexData(ownText(one));
  }
}

function hexData(text: string): Uint8Array | undefined {
  const digits = text.trim();
  return digits.length > 0 && digits.length % 2 === 0 && /^[0-9a-fA-F]+$/.test(digits) ? fromHex(digits) : undefined;
}

/** `<UserData>`, `<DebugData>`, `<ProcessingErrorData>`: the elements without elements in them, by their names. */
function fromUserData(element: XmlElement, inserts: Inserts): void {
  for (const one of element.children) {
    if (typeof one === 'string') continue;
    if (one.children.some((inner) => typeof inner !== 'string')) fromUserData(one, inserts);
    else if (inserts.strings.length < MOST_STRINGS) {
      inserts.strings.push(allText(one));
      inserts.names.push(one.name);
    }
  }
}

/** The event in an `<Event>` element; undefined when it has no `<System>` part. */
export function eventFromXml(event: XmlElement, origin: XmlOrigin): RawEvent | undefined {
  const system = child(event, 'System');
  if (system === undefined) return undefined;
  const inserts: Inserts = { strings: [], names: [], data: undefined };
  let rendering: XmlElement | undefined;
  for (const one of event.children) {
    if (typeof one === 'string' || one === system) continue;
    if (one.name === 'EventData') fromEventData(one, inserts);
    else if (one.name === 'RenderingInfo') rendering = one;
    else fromUserData(one, inserts);
  }
  const provider = child(system, 'Provider');
  const identifier = child(system, 'EventID');
  const created = child(system, 'TimeCreated');
  const security = child(system, 'Security');
  const qualifiers = identifier === undefined ? undefined : integer(attribute(identifier, 'Qualifiers'));
  const user = security === undefined ? undefined : attribute(security, 'UserID');
  const text = rendering === undefined ? '' : ownText(child(rendering, 'Message'));
  const task = rendering === undefined ? '' : ownText(child(rendering, 'Task'));
  const channel = ownText(child(system, 'Channel'));
  return {
    record: origin.record ?? integer(ownText(child(system, 'EventRecordID'))) ?? null,
    time: (created === undefined ? undefined : attribute(created, 'SystemTime')) ?? null,
    source: (provider === undefined ? undefined : attribute(provider, 'Name')) ?? '',
    id: (integer(ownText(identifier)) ?? 0) & 0xffff,
    ...(qualifiers !== undefined && { qualifiers }),
    level: levelOf(system),
    category: task === '' ? ownText(child(system, 'Task')) : task,
    computer: ownText(child(system, 'Computer')),
    ...(user !== undefined && { user }),
    ...(channel !== '' && { log: channel }),
    strings: inserts.strings,
    ...(inserts.names.some((name) => name !== '') && { stringNames: inserts.names }),
    ...(text !== '' && { text }),
    ...(inserts.data !== undefined && { data: inserts.data }),
    form: origin.form,
    ...(origin.offset !== undefined && { offset: origin.offset }),
    ...(origin.recovered === true && { recovered: true }),
  };
}
