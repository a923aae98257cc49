// Whether two pieces of evidence can belong to the same trouble: near in time, and no key that says otherwise.
import type { Evidence } from './evidence.ts';

const HOUR = 3_600_000;

/** Hours between two pieces; 0 when they overlap, undefined when one has no time. */
export function hoursBetween(a: Evidence, b: Evidence): number | undefined {
  if (a.first === undefined || b.first === undefined) return undefined;
  const gap = Math.max(a.first, b.first) - Math.min(a.last ?? a.first, b.last ?? b.first);
  return Math.max(0, gap / HOUR);
}

const differ = (a: string | undefined, b: string | undefined): boolean => a !== undefined && b !== undefined && a !== b;

/**
 * True when nothing separates them: at most `hours` apart (a day when the window is not given, which covers clocks
 * without a time zone), not about different databases or stores, events not from different servers.
 */
export function related(a: Evidence, b: Evidence, hours = 24): boolean {
  const gap = hoursBetween(a, b);
  if (gap !== undefined && gap > hours) return false;
  if (differ(a.keys.database, b.keys.database) || differ(a.keys.mdb, b.keys.mdb)) return false;
  // Two bounces are one trouble when they are for the same recipient or the same message.
  if (a.kind === 'bounce' && b.kind === 'bounce' && differ(a.keys.recipient, b.keys.recipient))
    return a.keys.messageId !== undefined && a.keys.messageId === b.keys.messageId;
  return !(a.kind === 'event' && b.kind === 'event' && differ(a.keys.server, b.keys.server));
}
