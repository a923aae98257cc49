// LOGTIME: eight bytes of calendar time (format, "Composite persisted types"; daedef.hxx).

/** A time as ESE headers hold it: UTC when `utc`, else the local time of the machine that wrote it. */
export interface Logtime {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  readonly millisecond: number;
  readonly utc: boolean;
  /** True when all eight bytes are zero: never set. */
  readonly isZero: boolean;
}

/** Bytes of a LOGTIME on disk. */
export const LOGTIME_SIZE = 8;

/** Reads a LOGTIME. Any eight bytes are accepted. */
export function parseLogtime(bytes: Uint8Array, offset: number): Logtime {
  let any = 0;
  for (let i = 0; i < LOGTIME_SIZE; i++) any |= bytes[offset + i]!;
  const low = bytes[offset + 6]!;
  const high = bytes[offset + 7]!;
  return {
    second: bytes[offset]!,
    minute: bytes[offset + 1]!,
    hour: bytes[offset + 2]!,
    day: bytes[offset + 3]!,
    month: bytes[offset + 4]!,
    year: 1900 + bytes[offset + 5]!,
    millisecond: (low >> 1) | (((high >> 1) & 7) << 7),
    utc: (low & 1) !== 0,
    isZero: any === 0,
  };
}

/** Writes a time, in UTC, as the eight bytes of a LOGTIME. */
export function putUtcTime(bytes: Uint8Array, offset: number, time: Date): void {
  const ms = time.getUTCMilliseconds();
  bytes.set(
    [
      time.getUTCSeconds(),
      time.getUTCMinutes(),
      time.getUTCHours(),
      time.getUTCDate(),
      time.getUTCMonth() + 1,
      time.getUTCFullYear() - 1900,
      ((ms & 0x7f) << 1) | 1,
      (ms >> 7) << 1,
    ],
    offset,
  );
}

/** True when both are the same eight bytes. */
export function sameLogtime(a: Logtime, b: Logtime): boolean {
  return (
    a.millisecond === b.millisecond &&
    a.second === b.second &&
    a.minute === b.minute &&
    a.hour === b.hour &&
    a.day === b.day &&
    a.month === b.month &&
    a.year === b.year &&
    a.utc === b.utc
  );
}

const pad = (value: number, digits = 2): string => String(value).padStart(digits, '0');

/** The engine's notation: `11/23/2026 15:18:56.512`, with ` UTC` or ` LOC` after it when `zone`. */
export function formatLogtime(time: Logtime, zone = true): string {
  const date = `${pad(time.month)}/${pad(time.day)}/${pad(time.year, 4)}`;
  const clock = `${pad(time.hour)}:${pad(time.minute)}:${pad(time.second)}.${pad(time.millisecond, 3)}`;
  return `${date} ${clock}${zone ? (time.utc ? ' UTC' : ' LOC') : ''}`;
}

/** ISO 8601 (`Z` only when the time is UTC), or undefined when never set. */
export function logtimeToIso(time: Logtime): string | undefined {
  if (time.isZero) return undefined;
  const date = `${pad(time.year, 4)}-${pad(time.month)}-${pad(time.day)}`;
  const clock = `${pad(time.hour)}:${pad(time.minute)}:${pad(time.second)}.${pad(time.millisecond, 3)}`;
  return `${date}T${clock}${time.utc ? 'Z' : ''}`;
}
