// Events out of pasted text: the Event Viewer's copies of all generations, articles that quote them, re-flowed or not,
// `wevtutil qe /f:text`, `Format-List`. Labels tell the fields; lines and their order tell little.
import { fromHex } from '../../binary/hex.ts';
import type { RawEvent } from '../log-event.ts';
import type { LogInput } from '../log-input.ts';
import type { ReportFinding } from '../log-finding.ts';
import { textPieces } from './decode-text.ts';
import { eventFromFields } from './event-fields.ts';
import type { EventFields } from './event-fields.ts';
import { findLabels } from './event-labels.ts';
import type { FoundLabel, LabelField } from './event-labels.ts';

/** The text of one event is cut here. */
const LONGEST_EVENT = 1 << 20;
const LONGEST_VALUE = 500;

/** The labels of one event, and where its text ends. */
interface LabelledEvent {
  readonly labels: FoundLabel[];
  readonly start: number;
  end: number;
}

/** The events in a text. */
export function* readPasted(input: LogInput, report: ReportFinding): Generator<RawEvent> {
  let text = '';
  let base = 0;
  for (const piece of textPieces(input)) {
    text += piece;
    const events = splitEvents(text);
    const last = events.pop();
    for (const event of events) yield* eventOf(text, event, base, report);
    // Without a label nothing is kept but what may be one that is cut in two.
    let keep = last?.start ?? Math.max(0, text.length - 80);
    if (last !== undefined && text.length - last.start > LONGEST_EVENT) {
      yield* eventOf(text, last, base, report);
      keep = text.length;
    }
    base += keep;
    text = text.slice(keep);
  }
  for (const event of splitEvents(text)) yield* eventOf(text, event, base, report);
}

/** The events that a short text contains. */
export function eventsInText(text: string): RawEvent[] {
  return splitEvents(text).flatMap((event) => [...eventOf(text, event, 0)]);
}

function splitEvents(text: string): LabelledEvent[] {
  const events: LabelledEvent[] = [];
  let current: LabelledEvent | undefined;
  let seen = new Set<LabelField>();
  const begin = (label: FoundLabel): void => {
    if (current !== undefined) current.end = label.start;
    current = { labels: [label], start: label.start, end: text.length };
    seen = new Set([label.field]);
    events.push(current);
  };
  for (const label of findLabels(text)) {
    if (current === undefined) {
      if (label.begins || label.startsLine) begin(label);
    } else if (label.separator) begin(label);
    else if (seen.has('text')) {
      if (beginsAnother(text, label, seen)) begin(label);
      else if (label.startsLine && belongsBehind(text, label)) current.labels.push(label);
    } else if (seen.has(label.field) && startsAfresh(label, seen)) begin(label);
    else {
      current.labels.push(label);
      seen.add(label.field);
    }
  }
  return events;
}

/** Before the description: a field that was there already begins another event. */
function startsAfresh(label: FoundLabel, seen: ReadonlySet<LabelField>): boolean {
  return label.field !== 'other' && (label.begins || (label.startsLine && seen.has('id')));
}

/** Within a description only labels that nothing else looks like begin an event; others at the start of a line, if more follow. */
function beginsAnother(text: string, label: FoundLabel, seen: ReadonlySet<LabelField>): boolean {
  if (label.field === 'text' || label.field === 'data' || label.field === 'strings') return false;
  if (label.begins) return label.field !== 'record' || label.startsLine;
  if (!label.startsLine || !seen.has(label.field)) return false;
  return /^[^\n]{0,200}(?:\n[^\n]{0,200}){0,6}?(?:Event\s+ID|Ereignis\S{1,8})\s*:/i.test(
    text.slice(label.end, label.end + 1500),
  );
}

/** What may follow a description: data, the event once more as XML, and in PowerShell's lists (`Name  : value`) more fields. */
function belongsBehind(text: string, label: FoundLabel): boolean {
  if (label.field === 'data') return /^\s*(?:[0-9a-f]{4,8}:?\s|\n)/i.test(text.slice(label.end, label.end + 40));
  return text[label.end - 2] === ' ' || /xml/i.test(text.slice(label.start, label.end));
}

function* eventOf(
  text: string,
  { labels, start, end }: LabelledEvent,
  base: number,
  report?: ReportFinding,
): Generator<RawEvent> {
  const event = eventFromFields(fieldsOf(text, labels, end), 'text', base + start);
  if (event !== undefined) yield event;
  // A label or two are prose.
  else if (labels.length >= 4)
    report?.({
      rule: 'text.incomplete',
      severity: 'info',
      at: { offset: base + start },
      message: 'What looks like an event has no id, or neither source nor description.',
    });
}

function fieldsOf(text: string, labels: readonly FoundLabel[], end: number): EventFields {
  const values: Partial<Record<LabelField, string>> = {};
  for (let i = 0; i < labels.length; i++) {
    const { field, end: from } = labels[i]!;
    const value = text.slice(from, Math.min(labels[i + 1]?.start ?? end, from + LONGEST_EVENT));
    if (field === 'other' || values[field] !== undefined) continue;
    if (field === 'text' || field === 'data' || field === 'strings') values[field] = value;
    else if (i + 1 < labels.length) values[field] = oneLine(value);
    else {
      // Behind the last label: its value is the rest of the line, what follows is the description.
      const [, first = '', rest = ''] = /^\s*([^\r\n]*)([^]*)$/.exec(value) ?? [];
      values[field] = oneLine(first);
      if (values.text === undefined && rest.trim() !== '') values.text = rest;
    }
  }
  const { text: description, data, strings } = values;
  return {
    source: values.source,
    id: values.id,
    level: values.level,
    category: values.category,
    date: values.date,
    time: values.time,
    user: values.user,
    computer: values.computer,
    log: values.log,
    record: values.record,
    ...(description !== undefined && { text: withoutLinks(description) }),
    ...(data !== undefined && { data: dumpBytes(data) }),
    ...(strings !== undefined && { strings: listItems(strings) }),
  };
}

const oneLine = (value: string): string => value.replace(/\s+/g, ' ').trim().slice(0, LONGEST_VALUE);

/** The line that the Event Viewer puts under every description. */
function withoutLinks(text: string): string {
  const link = /\n?\s*For more information, (?:click|see) (?:http|Help and Support)/i.exec(text);
  const kept = (link === null ? text : text.slice(0, link.index)).trim();
  return kept.replace(/\r\n?/g, '\n');
}

/** `0000: 0c 03 09 80   ....` as bytes, or as words. */
function dumpBytes(text: string): Uint8Array | undefined {
  let digits = '';
  for (const [, bytes = ''] of text
    .slice(0, 65536)
    .matchAll(/\b[0-9a-f]{4,8}:\s+((?:[0-9a-f]{2}\b[ \t\u00a0]{0,3}){1,16}|(?:[0-9a-f]{8}\b[ \t]{0,3}){1,4})/gi))
    digits += bytes
      .trim()
      .split(/[ \t\u00a0]+/)
      .map((one) => (one.length === 8 ? one.match(/../g)!.reverse().join('') : one))
      .join('');
  return digits === '' ? undefined : fromHex(digits);
}

/** `{one, two}` of Format-List. */
function listItems(text: string): string[] {
  const list = /^\s*\{([^]*)\}/.exec(text)?.[1];
  return list === undefined ? [] : list.split(', ').map((one) => one.trim());
}
