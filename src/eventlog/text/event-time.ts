// Dates and times of exports: they depend on the locale of whoever exported, and say nothing of it.

/** A time as far as the text tells it. */
export interface TextTime {
  /** ISO 8601; with `Z` or an offset only if the text has one. */
  readonly time: string | null;
  /** Which order of day and month was assumed, when the numbers do not settle it. */
  readonly timeOrder?: 'mdy' | 'dmy';
}

const pad = (text: string, width = 2): string => text.padStart(width, '0');
const ISO = /^\s*(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d(?:\.\d+)?)\s*(Z|[+-]\d\d:?\d\d)?\s*$/i;
const DATE = /(\d{1,4})\s*[./-]\s*(\d{1,2})\s*[./-]\s*(\d{1,4})/;
const TIME = /(\d{1,2})[:.](\d{2})(?:[:.](\d{2}))?(?:[.,]\d+)?\s*([ap])?\.?m?\.?/i;
const NET = /\/Date\((-?\d{1,16})(?:[+-]\d{4})?\)\//;

/** The time in a text such as `5/14/2003 10:11:12 AM`, `14.05.2003 10:11`, ISO 8601 or .NET's `/Date(ms)/`. */
export function parseEventTime(text: string): TextTime {
  const net = NET.exec(text);
  if (net !== null) {
    const millis = Number(net[1]);
    return { time: Math.abs(millis) < 8.64e15 ? new Date(millis).toISOString() : null };
  }
  const iso = ISO.exec(text);
  if (iso !== null) return { time: withZone(`${iso[1]!}T${iso[2]!}`, iso[3]) };
  const date = DATE.exec(text);
  if (date === null) return { time: null };
  const [year, month, day, order] = dateParts(date);
  if (Number(month) < 1 || Number(month) > 12 || Number(day) < 1 || Number(day) > 31) return { time: null };
  const rest = text.slice(0, date.index) + ' ' + text.slice(date.index + date[0].length);
  const clock = clockText(rest);
  const time = `${pad(year, 4)}-${pad(month)}-${pad(day)}T${clock}`;
  return { time, ...(order !== undefined && { timeOrder: order }) };
}

function withZone(time: string, zone: string | undefined): string {
  if (zone === undefined || /^z$/i.test(zone)) return `${time}${zone === undefined ? '' : 'Z'}`;
  const date = new Date(`${time}${zone.includes(':') ? zone : `${zone.slice(0, 3)}:${zone.slice(3)}`}`);
  return Number.isNaN(date.getTime()) ? time : date.toISOString();
}

function dateParts([whole, a, b, c]: RegExpExecArray): [string, string, string, ('mdy' | 'dmy')?] {
  if (a!.length > 2) return [a!, b!, c!];
  const year = c!.length === 4 ? c! : String(Number(c) < 70 ? 2000 + Number(c) : 1900 + Number(c));
  if (Number(a) > 12) return [year, b!, a!];
  if (Number(b) > 12) return [year, a!, b!];
  // Points are German, Russian and so on: day first. Slashes are taken for American.
  return whole.includes('.') ? [year, b!, a!, 'dmy'] : [year, a!, b!, 'mdy'];
}

function clockText(text: string): string {
  const clock = TIME.exec(text);
  if (clock === null) return '00:00:00';
  let hour = Number(clock[1]);
  const half = clock[4]?.toLowerCase();
  if (half === 'p' && hour < 12) hour += 12;
  if (half === 'a' && hour === 12) hour = 0;
  return `${pad(String(Math.min(hour, 23)))}:${clock[2]!}:${clock[3] ?? '00'}`;
}
