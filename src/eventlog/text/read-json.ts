// Events as JSON: Get-WinEvent and Get-EventLog through ConvertTo-Json (an array or single objects), and this program's own
// JSON lines. Objects are cut out of the text one by one, so that an export of gigabytes is never held as a whole.
import { fromHex } from '../../binary/hex.ts';
import type { RawEvent } from '../log-event.ts';
import type { LogInput } from '../log-input.ts';
import type { ReportFinding } from '../log-finding.ts';
import { textPieces } from './decode-text.ts';
import { eventFromFields } from './event-fields.ts';

/** A larger object is no event. */
const LARGEST_OBJECT = 1 << 22;

/** The text of each object that is not within another one, and the position where it begins. */
export function* jsonObjects(
  pieces: Iterable<string>,
  tooLarge: (position: number) => void,
): Generator<[string, number]> {
  let text = '';
  let depth = 0;
  let quoted = false;
  let escaped = false;
  let base = 0;
  let start = 0;
  for (const piece of pieces) {
    let from = depth > 0 ? 0 : piece.length;
    for (let i = 0; i < piece.length; i++) {
      const char = piece.charCodeAt(i);
      if (escaped) escaped = false;
      else if (quoted) {
        if (char === 0x5c) escaped = true;
        else if (char === 0x22) quoted = false;
      } else if (char === 0x22) quoted = depth > 0;
      else if (char === 0x7b && depth++ === 0) {
        from = i;
        start = base + i;
      } else if (char === 0x7d && depth > 0 && --depth === 0) {
        if (text.length + i - from < LARGEST_OBJECT) yield [text + piece.slice(from, i + 1), start];
        else tooLarge(start);
        text = '';
        from = piece.length;
      }
    }
    // Beyond the limit nothing is kept, only its end is looked for.
    if (depth > 0 && text.length < LARGEST_OBJECT) text += piece.slice(from);
    base += piece.length;
  }
  if (depth > 0) tooLarge(start);
}

type Json = Readonly<Record<string, unknown>>;

/** The first of the keys that holds a text or a number. */
function text(json: Json, ...keys: string[]): string | undefined {
  for (const key of keys) {
    const value = json[key];
    if (typeof value === 'string') return value;
    if (typeof value === 'number') return String(value);
  }
  return undefined;
}

/** TimeCreated is a text, or (Windows PowerShell 5 with members added) an object around one. */
function timeText(json: Json): string | undefined {
  for (const key of ['TimeCreated', 'TimeGenerated', 'TimeWritten', 'time', 'timeText']) {
    const value = json[key];
    if (typeof value === 'string') return value;
    if (typeof value === 'object' && value !== null) {
      const inner = text(value as Json, 'value', 'DateTime');
      if (inner !== undefined) return inner;
    }
  }
  return undefined;
}

const inserts = (value: unknown): string[] | undefined =>
  Array.isArray(value)
    ? value.map((one: unknown) => {
        const inner = typeof one === 'object' && one !== null ? (one as Json)['Value'] : one;
        return typeof inner === 'string' || typeof inner === 'number' || typeof inner === 'boolean'
          ? String(inner)
          : '';
      })
    : undefined;

/** Numbers of Get-EventLog's EntryType. */
const ENTRY_TYPES: Readonly<Record<string, string>> = {
  1: 'error', 2: 'warning', 4: 'information', 8: 'audit-success', 16: 'audit-failure',
}; // prettier-ignore

function dataOf(json: Json): Uint8Array | undefined {
  const value = json['data'] ?? json['Data'];
  if (typeof value === 'string' && value.length > 0 && /^(?:[0-9a-f]{2})+$/i.test(value)) return fromHex(value);
  if (Array.isArray(value) && value.length > 0 && value.every((one) => typeof one === 'number'))
    return Uint8Array.from(value);
  return undefined;
}

/** The event in one object; undefined when it is none. */
export function eventFromJson(json: Json, offset?: number): RawEvent | undefined {
  const origin = json['messageFrom'];
  // What this program made up itself is made anew.
  const ours = origin === 'catalogue' || origin === 'strings';
  return eventFromFields(
    {
      source: text(json, 'ProviderName', 'Source', 'source'),
      id: text(json, 'Id', 'EventID', 'id', 'InstanceId'),
      level:
        ENTRY_TYPES[text(json, 'EntryType') ?? ''] ?? text(json, 'LevelDisplayName', 'EntryType', 'Level', 'level'),
      category: text(json, 'TaskDisplayName', 'Category', 'category', 'Task', 'CategoryNumber'),
      date: timeText(json),
      user: text(json, 'UserName', 'user', 'UserId'),
      computer: text(json, 'MachineName', 'computer'),
      log: text(json, 'LogName', 'log'),
      record: text(json, 'RecordId', 'record', 'Index'),
      text: ours ? undefined : text(json, 'Message', 'message'),
      strings: inserts(json['Properties'] ?? json['ReplacementStrings'] ?? json['strings']),
      data: dataOf(json),
    },
    'json',
    offset,
  );
}

/** The events of a JSON text. */
export function* readJson(input: LogInput, report: ReportFinding): Generator<RawEvent> {
  const finding = (rule: string, offset: number, message: string): void => {
    report({ rule, severity: 'warning', at: { offset }, message });
  };
  const tooLarge = (at: number): void => {
    finding('json.object', at, `The object at character ${at} does not end, or is too large for an event.`);
  };
  for (const [object, position] of jsonObjects(textPieces(input), tooLarge)) {
    let json: unknown;
    try {
      json = JSON.parse(object);
    } catch {
      finding('json.object', position, `The object at character ${position} is no valid JSON.`);
      continue;
    }
    const event = eventFromJson(json as Json, position);
    if (event !== undefined) yield event;
    else finding('json.no-event', position, `The object at character ${position} is no event.`);
  }
}
