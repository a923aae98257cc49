// Event logs as comma or tab separated text: the Event Viewer's exports (with and without a line of titles), Export-Csv of
// PowerShell, Log Parser. Quoted fields may hold line ends.
import type { RawEvent } from '../log-event.ts';
import type { LogInput } from '../log-input.ts';
import type { ReportFinding } from '../log-finding.ts';
import { textPieces } from './decode-text.ts';
import { eventFromFields } from './event-fields.ts';
import type { EventFields } from './event-fields.ts';

/** A field this long is cut: the rest of the file may be one unclosed quotation. */
const LONGEST_FIELD = 1 << 20;
const MOST_FIELDS = 1024;

type FieldName = Exclude<keyof EventFields, 'strings' | 'data'> | 'strings';

const TITLES: Readonly<Record<string, FieldName>> = {
  level: 'level', type: 'level', entrytype: 'level', leveldisplayname: 'level', eventtypename: 'level', ebene: 'level', typ: 'level',
  'date and time': 'date', date: 'date', time: 'time', timecreated: 'date', timegenerated: 'date', timewritten: 'date', 'datum und uhrzeit': 'date',
  source: 'source', sourcename: 'source', providername: 'source', quelle: 'source', provider: 'source',
  'event id': 'id', eventid: 'id', id: 'id', event: 'id', 'ereignis-id': 'id', instanceid: 'id',
  'task category': 'category', category: 'category', taskdisplayname: 'category', eventcategoryname: 'category', aufgabenkategorie: 'category', kategorie: 'category',
  user: 'user', username: 'user', userid: 'user', sid: 'user', benutzer: 'user',
  computer: 'computer', machinename: 'computer', computername: 'computer',
  log: 'log', logname: 'log', eventlog: 'log',
  recordid: 'record', recordnumber: 'record', index: 'record',
  message: 'text', description: 'text', beschreibung: 'text', strings: 'strings', replacementstrings: 'strings',
}; // prettier-ignore

/** Rows of separated text. `separator` is one character. Only one row is held at a time. */
export function* csvRows(pieces: Iterable<string>, separator: string): Generator<string[]> {
  let row: string[] = [];
  let field = '';
  let quoted = false;
  // A quotation mark within quotes: the next character tells whether it ends them.
  let pending = false;
  const push = (): void => {
    if (row.length < MOST_FIELDS) row.push(field);
    field = '';
  };
  for (const piece of pieces) {
    let from = 0;
    const take = (to: number): void => {
      if (to > from && field.length < LONGEST_FIELD) field += piece.slice(from, Math.min(to, from + LONGEST_FIELD));
    };
    for (let i = 0; i < piece.length; i++) {
      const char = piece[i]!;
      if (pending) {
        pending = false;
        if (char === '"') {
          from = i;
          continue;
        }
        quoted = false;
        from = i;
      }
      if (quoted) {
        if (char !== '"') continue;
        take(i);
        from = i + 1;
        pending = true;
      } else if (char === '"' && i === from && field === '') {
        quoted = true;
        from = i + 1;
      } else if (char === separator || char === '\n') {
        take(i);
        from = i + 1;
        if (char === '\n') field = field.replace(/\r$/, '');
        push();
        if (char === '\n') {
          if (row.length > 1 || row[0] !== '') yield row;
          row = [];
        }
      }
    }
    if (!pending) take(piece.length);
  }
  push();
  if (row.length > 1 || row[0] !== '') yield row;
}

/** The separator of a line of titles or of an export without them. */
export function csvSeparator(line: string): string {
  const count = (char: string): number => line.split(char).length;
  return ['\t', ';', ','].reduce((best, char) => (count(char) > count(best) ? char : best), ',');
}

/** The names of the columns, if the row is one of titles. */
export function csvColumns(row: readonly string[]): (FieldName | undefined)[] | undefined {
  const names = row.map(
    (title) =>
      TITLES[
        title
          .replace(/^\ufeff/, '')
          .trim()
          .toLowerCase()
      ],
  );
  return names.includes('id') && names.filter((name) => name !== undefined).length >= 3 ? names : undefined;
}

/** True for a row of the exports without titles: date, time, source, type, category, id, user, computer, text. */
export function isUntitledRow(row: readonly string[]): boolean {
  return row.length >= 8 && /^\s*\d{1,4}[./-]\d/.test(row[0]!) && /^\s*\d{1,10}\s*$/.test(row[5]!);
}

const UNTITLED: readonly (FieldName | undefined)[] = [
  'date',
  'time',
  'source',
  'level',
  'category',
  'id',
  'user',
  'computer',
  'text',
];

/** The events of a separated text. */
export function* readCsv(input: LogInput, report: ReportFinding): Generator<RawEvent> {
  const pieces = textPieces(input);
  const first = pieces.next();
  if (first.done === true) return;
  // PowerShell begins with a line about types.
  const start = first.value.replace(/^\ufeff?#TYPE[^\n]*\n/, '');
  const separator = csvSeparator(start.slice(0, start.search(/\n|$/) + 1 || undefined));
  let columns: readonly (FieldName | undefined)[] | undefined;
  let line = 0;
  for (const row of csvRows(chain(start, pieces), separator)) {
    line++;
    if (columns === undefined) {
      columns = csvColumns(row);
      if (columns !== undefined) continue;
      columns = UNTITLED;
    }
    const event = eventFromFields(rowFields(row, columns), 'csv');
    if (event !== undefined) yield event;
    else report({ rule: 'csv.row', severity: 'warning', at: { line }, message: `Row ${line} is no event.` });
  }
}

function* chain(first: string, rest: Iterable<string>): Generator<string> {
  yield first;
  yield* rest;
}

function rowFields(row: readonly string[], columns: readonly (FieldName | undefined)[]): EventFields {
  const fields: Partial<Record<FieldName, string>> = {};
  for (let i = 0; i < row.length; i++) {
    // The Event Viewer gives the message no title; commas in it may have parted it.
    const name = columns[i] ?? (i >= columns.length ? 'text' : undefined);
    if (name === undefined) continue;
    const before = fields[name];
    fields[name] = before === undefined || name !== 'text' ? row[i]! : `${before},${row[i]!}`;
  }
  const { strings, ...others } = fields;
  return { ...others, ...(strings !== undefined && strings !== '' && { strings: strings.split('|') }) };
}
