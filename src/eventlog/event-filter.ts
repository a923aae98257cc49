// Which events are wanted: by source, id, level, time.
import type { EventLevel, RawEvent } from './log-event.ts';

/** What an event must be like. Absent parts do not matter. */
export interface EventFilter {
  /** Any of these sources; upper and lower case are the same. */
  readonly sources?: readonly string[];
  readonly ids?: readonly number[];
  readonly levels?: readonly EventLevel[];
  /** ISO 8601, compared with events as far as both go; local times are compared as they stand. */
  readonly since?: string;
  readonly until?: string;
}

/** Tells whether an event passes `filter`. Events without a time pass only when no time is asked for. */
export function eventFilter({ sources, ids, levels, since, until }: EventFilter): (event: RawEvent) => boolean {
  const wanted = sources === undefined ? undefined : new Set(sources.map((one) => one.toLowerCase()));
  const numbers = ids === undefined ? undefined : new Set(ids);
  const grades = levels === undefined ? undefined : new Set(levels);
  const [from, to] = [since, until].map((one) => one?.replace(/Z$/i, ''));
  return ({ source, id, level, time }) => {
    if (numbers?.has(id) === false || grades?.has(level) === false) return false;
    if (wanted?.has(source.toLowerCase()) === false) return false;
    if (from === undefined && to === undefined) return true;
    if (time === null) return false;
    const at = time.replace(/Z$/, '');
    // A day or minute asked for as the end includes all of it.
    return (from === undefined || at >= from) && (to === undefined || at.slice(0, to.length) <= to);
  };
}
