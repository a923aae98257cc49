// Where the records of an .evt file are. The file is a ring, and the header of a log that was copied while it was open
// is stale, so the records themselves tell: a run is records that follow each other without a gap, numbers rising by
// one; the live records are the run that the end-of-file record ends.
import { u32 } from '../../binary/little-endian.ts';
import { InputWindow } from '../input-window.ts';
import type { LogInput } from '../log-input.ts';
import { EVT_EOF, EVT_HEADER, EVT_SIGNATURE, isEvtEof } from './evt-header.ts';
import { EVT_FIXED, claimedSize, recordNumber } from './evt-record.ts';

/** Records that follow each other. A record may go on at the beginning of the ring. */
export interface RecordRun {
  /** Offset of the first record. */
  readonly start: number;
  /** Position behind the last one; beyond the size of the file when it goes on at the ring's beginning. */
  end: number;
  readonly firstNumber: number;
  lastNumber: number;
  count: number;
  /** True when an end-of-file record follows. */
  ended: boolean;
  /** True for a single record whose end is missing. */
  readonly cut: boolean;
}

/** More runs than this are not kept apart: the file is made of rubble. */
const MOST_RUNS = 100_000;

/** All runs in the order they lie in the file. */
export function recordRuns(input: LogInput): RecordRun[] {
  const window = new InputWindow(input, EVT_HEADER);
  const runs: RecordRun[] = [];
  let run: RecordRun | undefined;
  for (let at = EVT_HEADER; at + 8 <= input.size && runs.length < MOST_RUNS;) {
    const i = window.seek(at, EVT_FIXED);
    if (i < 0) break;
    const size = claimedSize(window.bytes, i);
    if (size > 0) {
      const number = recordNumber(window.bytes, i);
      const whole = isWhole(window, at, size);
      if (whole && run !== undefined && run.end === at && number === run.lastNumber + 1) {
        run.end = at + size;
        run.lastNumber = number;
        run.count++;
      } else {
        const end = at + (whole ? size : EVT_FIXED);
        run = { start: at, end, firstNumber: number, lastNumber: number, count: 1, ended: false, cut: !whole };
        runs.push(run);
      }
      at += whole ? size : EVT_FIXED;
    } else if (isEvtEof(window.bytes, i)) {
      if (run?.end === at) run.ended = true;
      at += EVT_EOF;
    } else at = nextSignature(window, at + 4, input.size);
  }
  const last = runs[runs.length - 1];
  if (last !== undefined) joinWrapped(runs, last, input.size, window);
  return runs;
}

/** True when the size stands at the end of the record once more; the end may lie at the ring's beginning. */
function isWhole(window: InputWindow, at: number, size: number): boolean {
  const i = window.seek(at, size);
  return i >= 0 && u32(window.bytes, i + size - 4) === size;
}

/** The next place that can be the beginning of a record or of the end-of-file record: multiples of four. */
function nextSignature(window: InputWindow, from: number, size: number): number {
  for (let at = from; at + 8 <= size;) {
    const first = window.seek(at, 8);
    if (first < 0) break;
    const { bytes } = window;
    const most = Math.min(window.end, size) - at + first - 8;
    for (let i = first; i <= most; i += 4) {
      const next = u32(bytes, i + 4);
      if (next === EVT_SIGNATURE || (next === 0x11111111 && u32(bytes, i) === EVT_EOF)) return at + i - first;
    }
    at += ((most - first) & ~3) + 4;
  }
  return size;
}

/** The run at the end of the file goes on at the ring's beginning, behind the filling of less than a record's head. */
function joinWrapped(runs: RecordRun[], last: RecordRun, size: number, window: InputWindow): void {
  const begin = last.end >= size ? last.end - size + EVT_HEADER : EVT_HEADER;
  if (last.cut || size - last.end >= EVT_FIXED) return;
  const first = runs.find((run) => run.start >= begin);
  // What was taken for a record in front of it is part of the last one.
  while (runs.length > 0 && runs[0] !== last && runs[0]!.start < begin) runs.shift();
  if (first !== undefined && first !== last && first.start === begin && first.firstNumber === last.lastNumber + 1) {
    last.end = size + (first.end - EVT_HEADER);
    last.lastNumber = first.lastNumber;
    last.count += first.count;
    last.ended = first.ended;
    runs.shift();
  } else {
    const i = window.seek(begin, EVT_FIXED);
    if (i >= 0 && isEvtEof(window.bytes, i)) last.ended = true;
  }
}
