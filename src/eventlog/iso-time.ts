// Times as ISO 8601, fast: a log has as many of them as records, and neighbours mostly are of the same day.

const DAY = 86_400;
const TWO_DIGITS: readonly string[] = Array.from({ length: 60 }, (_, i) => String(i).padStart(2, '0'));
let lastDay = -Infinity;
let lastDate = '';

/** Whole seconds since 1970 (or before) as `2003-05-14T10:11:12`, without a zone. Years 0 to 9999 only. */
export function isoSeconds(seconds: number): string {
  const day = Math.floor(seconds / DAY);
  if (day !== lastDay) {
    lastDay = day;
    lastDate = new Date(day * DAY * 1000).toISOString().slice(0, 11);
  }
  const rest = seconds - day * DAY;
  const minutes = Math.floor(rest / 60);
  const hour = TWO_DIGITS[Math.floor(minutes / 60)]!;
  return `${lastDate}${hour}:${TWO_DIGITS[minutes % 60]!}:${TWO_DIGITS[rest % 60]!}`;
}
