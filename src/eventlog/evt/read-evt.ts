// Reads an .evt log (Windows NT to Server 2003): live records first, oldest to newest, then what earlier rounds of the
// ring have left.
import { ansi } from '../../binary/text.ts';
import { InputWindow } from '../input-window.ts';
import { readPiece } from '../log-input.ts';
import type { LogInput } from '../log-input.ts';
import type { RawEvent } from '../log-event.ts';
import type { ReportFinding } from '../log-finding.ts';
import type { ReadLogOptions } from '../read-options.ts';
import { EVT_FIXED, claimedSize, evtEvent } from './evt-record.ts';
import { EVT_HEADER, EvtFlag, evtHeader } from './evt-header.ts';
import type { EvtHeader } from './evt-header.ts';
import { recordRuns } from './record-runs.ts';
import type { RecordRun } from './record-runs.ts';

/** A cut record may be whole up to here: beyond lies what has overwritten it. */
const MOST_OF_CUT = 4096;

/** The events of an .evt log. */
export function* readEvt(input: LogInput, report: ReportFinding, options: ReadLogOptions = {}): Generator<RawEvent> {
  const header = evtHeader(readPiece(input, 0, EVT_HEADER));
  const runs = recordRuns(input);
  const live = liveRuns(runs, header);
  reportState(input, header, runs, live, report);
  const window = new InputWindow(input, EVT_HEADER);
  // In a log that was closed properly older records that happen to precede the oldest one are leftovers.
  const oldest = header === undefined || header.flags & EvtFlag.Dirty ? 0 : header.oldestNumber;
  const isLive = ({ record }: RawEvent): boolean => record! >= oldest;
  for (const run of live) for (const event of eventsOf(run, window, input.size, false)) if (isLive(event)) yield event;
  if (options.recovered !== true) return;
  for (const run of live)
    if (run.firstNumber < oldest)
      for (const event of eventsOf(run, window, input.size, true)) if (!isLive(event)) yield event;
  for (const run of runs)
    if (!live.includes(run))
      yield* run.cut ? cutEvent(run, window, input.size) : eventsOf(run, window, input.size, true);
}

/** The runs of live records in their order: the one that ends the log, and those whose numbers lead up to it. */
function liveRuns(runs: readonly RecordRun[], header: EvtHeader | undefined): RecordRun[] {
  const whole = runs.filter((run) => !run.cut);
  const newest =
    whole.filter((run) => run.ended).sort((a, b) => b.lastNumber - a.lastNumber)[0] ??
    whole.find((run) => header !== undefined && run.end === header.eofOffset) ??
    whole.toSorted((a, b) => b.lastNumber - a.lastNumber)[0];
  if (newest === undefined) return [];
  const byLast = new Map(whole.map((run) => [run.lastNumber, run]));
  const live = [newest];
  // Damage parts what belongs together: records before it are live as long as the numbers before the gap are newer
  // than what the header calls the oldest.
  const oldest = header === undefined ? newest.firstNumber : Math.min(header.oldestNumber, newest.firstNumber);
  const used = new Set(live);
  for (let first = newest.firstNumber; first > oldest && first > 1;) {
    const before = byLast.get(first - 1) ?? nearestBefore(whole, first, oldest);
    if (before === undefined || used.has(before)) break;
    used.add(before);
    live.unshift(before);
    first = before.firstNumber;
  }
  return live;
}

function nearestBefore(runs: readonly RecordRun[], number: number, oldest: number): RecordRun | undefined {
  let best: RecordRun | undefined;
  for (const run of runs)
    if (run.lastNumber < number && run.firstNumber >= oldest && run.lastNumber > (best?.lastNumber ?? -1)) best = run;
  return best;
}

function reportState(
  input: LogInput,
  header: EvtHeader | undefined,
  runs: readonly RecordRun[],
  live: readonly RecordRun[],
  report: ReportFinding,
): void {
  const say = (rule: string, severity: 'error' | 'warning' | 'info', message: string, offset = 0): void => {
    report({ rule, severity, at: { offset }, message });
  };
  if (header === undefined) {
    const start = ansi(readPiece(input, 4, 4));
    say(
      'evt.header',
      'error',
      `The header of the file is damaged${start === 'LfLe' ? '' : ' or missing'}; records are looked for one by one.`,
    );
  } else {
    if (header.flags & EvtFlag.Dirty)
      say('evt.dirty', 'info', 'The log was copied while it was open: its header is not up to date, the records are.');
    if (header.flags & EvtFlag.Full)
      say('evt.full', 'warning', 'The log was full: later events may not have been written.');
    if (header.maxSize > input.size && runs.length > 0 && header.flags & EvtFlag.Wrapped)
      say(
        'evt.cut',
        'error',
        `The file has ${input.size} bytes of the ${header.maxSize} its header tells.`,
        input.size,
      );
  }
  if (runs.length > 0 && !runs.some((run) => run.ended))
    say(
      'evt.no-end',
      'warning',
      'The record that marks the end of the log is missing; the highest numbers are taken for the newest.',
    );
  for (let i = 1; i < live.length; i++) {
    const [before, after] = [live[i - 1]!, live[i]!];
    const lost = after.firstNumber - before.lastNumber - 1;
    say(
      'evt.gap',
      'error',
      `${lost === 0 ? 'Bytes that are no record' : `Records ${before.lastNumber + 1} to ${after.firstNumber - 1}, which cannot be read,`} lie before record ${after.firstNumber}.`,
      after.start,
    );
  }
}

function* eventsOf(run: RecordRun, window: InputWindow, size: number, recovered: boolean): Generator<RawEvent> {
  let at = run.start;
  for (let n = 0; n < run.count; n++) {
    // The filling at the end of the ring is smaller than a record's head.
    if (at < size && size - at < EVT_FIXED && !headAt(window, at)) at = size;
    const i = window.seek(at, EVT_FIXED);
    const length = i < 0 ? 0 : claimedSize(window.bytes, i);
    const start = length === 0 ? -1 : window.seek(at, length);
    if (start < 0) return;
    yield evtEvent(window.bytes, start, start + length - 4, at < size ? at : at - size + EVT_HEADER, recovered);
    at += length;
  }
}

function headAt(window: InputWindow, at: number): boolean {
  const i = window.seek(at, EVT_FIXED);
  return i >= 0 && claimedSize(window.bytes, i) > 0;
}

/** What is left of a record whose end is missing: its strings as far as they go. */
function* cutEvent(run: RecordRun, window: InputWindow, size: number): Generator<RawEvent> {
  const most = Math.min(MOST_OF_CUT, size - run.start);
  const i = most < EVT_FIXED ? -1 : window.seek(run.start, most);
  if (i < 0) return;
  const event = evtEvent(window.bytes, i, i + Math.min(most, claimedSize(window.bytes, i)), run.start, true);
  if (/^[\p{L}\p{N} _.\-/()]{1,128}$/u.test(event.source)) yield event;
}
