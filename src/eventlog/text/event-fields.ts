// An event out of named text fields: what all text forms come down to.
import type { EventLevel, LogForm, RawEvent } from '../log-event.ts';
import { parseEventTime } from './event-time.ts';

/** Fields of an event as a text has them. */
export interface EventFields {
  readonly source?: string | undefined;
  readonly id?: string | undefined;
  readonly level?: string | undefined;
  readonly category?: string | undefined;
  /** Date and time, in one or two. */
  readonly date?: string | undefined;
  readonly time?: string | undefined;
  readonly user?: string | undefined;
  readonly computer?: string | undefined;
  readonly log?: string | undefined;
  readonly record?: string | undefined;
  readonly text?: string | undefined;
  readonly strings?: readonly string[] | undefined;
  readonly data?: Uint8Array | undefined;
}

/** Words for levels: those of Windows in some languages, and Get-EventLog's. */
const LEVELS: readonly (readonly [RegExp, EventLevel])[] = [
  [/^(critical|kritisch|critique|cr[ií]tico)/i, 'critical'],
  [/^(failure ?audit|audit[ -]failure|fehler.{0,3}berwach|[ée]chec)/i, 'audit-failure'],
  [/^(success ?audit|audit[ -]success|erfolgs.{0,3}berwach)/i, 'audit-success'],
  [/^(error|fehler|erreur|errore|fout|stop\b)/i, 'error'],
  [/^(warn|avertissement|advertencia|avviso|waarschuwing)/i, 'warning'],
  [/^(verbose|ausf.hrlich|d[ée]taill)/i, 'verbose'],
];
const BY_NUMBER: Readonly<Record<string, EventLevel>> = {
  1: 'critical', 2: 'error', 3: 'warning', 4: 'information', 5: 'verbose',
}; // prettier-ignore

/** The level a word or number of the event log stands for; what is unknown is information. */
export function levelOfText(text: string | undefined): EventLevel {
  const word = (text ?? '').trim();
  return BY_NUMBER[word] ?? LEVELS.find(([pattern]) => pattern.test(word))?.[1] ?? 'information';
}

const orUndefined = (text: string | undefined): string | undefined => {
  const trimmed = text?.trim();
  return trimmed === undefined || trimmed === '' || /^(n\/a|none|keine|aucune?)$/i.test(trimmed) ? undefined : trimmed;
};

/** The event, if the fields have a source and an id, or an id and a text. */
export function eventFromFields(fields: EventFields, form: LogForm, offset?: number): RawEvent | undefined {
  const number = /^\s*(-?\d{1,10})/.exec(fields.id ?? '')?.[1];
  const source = orUndefined(fields.source) ?? '';
  const text = orUndefined(fields.text);
  if (number === undefined || (source === '' && text === undefined)) return undefined;
  const timeText = [fields.date, fields.time]
    .filter((one) => orUndefined(one) !== undefined)
    .join(' ')
    .trim();
  const user = orUndefined(fields.user);
  const log = orUndefined(fields.log);
  const full = Number(number) >>> 0;
  const parsed = parseEventTime(timeText);
  return {
    record: /^\s*\d{1,15}\s*$/.test(fields.record ?? '') ? Number(fields.record) : null,
    ...parsed,
    ...(timeText !== '' && parsed.time?.endsWith('Z') !== true && { timeText }),
    source,
    id: full & 0xffff,
    ...(full > 0xffff && { qualifiers: full >>> 16 }),
    level: levelOfText(fields.level),
    category: orUndefined(fields.category) ?? '',
    computer: orUndefined(fields.computer) ?? '',
    ...(user !== undefined && { user }),
    ...(log !== undefined && { log }),
    strings: fields.strings ?? [],
    ...(text !== undefined && { text }),
    ...(fields.data !== undefined && { data: fields.data }),
    form,
    ...(offset !== undefined && { offset }),
  };
}
