// Equality of two times as headers hold them.
import type { Logtime } from '../header/logtime.ts';

/** True when both are the same eight bytes of time. */
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
