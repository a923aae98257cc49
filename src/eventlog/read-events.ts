// Any event log: its form is found out, its events read and described.
import { u32 } from '../binary/little-endian.ts';
import { isEvt } from './evt/evt-header.ts';
import { EVT_SIGNATURE } from './evt/evt-header.ts';
import { readEvt } from './evt/read-evt.ts';
import { isEvtx, readEvtx } from './evtx/read-evtx.ts';
import type { LogEvent, LogForm, RawEvent } from './log-event.ts';
import { boundedReport } from './log-finding.ts';
import type { ReportFinding } from './log-finding.ts';
import { readPiece } from './log-input.ts';
import type { LogInput } from './log-input.ts';
import { completeEvent } from './messages/describe-event.ts';
import type { ReadLogOptions } from './read-options.ts';
import { csvColumns, csvRows, csvSeparator, isUntitledRow, readCsv } from './text/read-csv.ts';
import { textPieces } from './text/decode-text.ts';
import { readJson } from './text/read-json.ts';
import { readPasted } from './text/read-pasted.ts';
import { readXml } from './xml/read-xml.ts';

const SAMPLE = 1 << 16;

const READERS: Readonly<
  Record<LogForm, (input: LogInput, report: ReportFinding, options: ReadLogOptions) => Iterable<RawEvent>>
> = { evt: readEvt, evtx: readEvtx, xml: readXml, json: readJson, csv: readCsv, text: readPasted };

/** The form of a log by its content. Undefined for a binary file that is no event log. */
export function detectLogForm(input: LogInput): LogForm | undefined {
  const start = readPiece(input, 0, SAMPLE);
  if (isEvt(start)) return 'evt';
  if (isEvtx(start)) return 'evtx';
  const [text = ''] = textPieces(input);
  if (isBinary(text)) return damagedForm(input, start);
  const trimmed = text.replace(/^[\ufeff\s]+/, '');
  if (trimmed.startsWith('<')) return 'xml';
  if (/^(?:\[\s*)?\{/.test(trimmed)) return 'json';
  const line = trimmed.replace(/^#TYPE[^\n]*\n/, '');
  const [row] = csvRows([line.slice(0, SAMPLE)], csvSeparator(line.slice(0, line.search(/\n|$/))));
  return row !== undefined && (csvColumns(row) !== undefined || isUntitledRow(row)) ? 'csv' : 'text';
}

/** Text has no control characters to speak of. */
function isBinary(text: string): boolean {
  const sample = text.slice(0, 4096);
  // eslint-disable-next-line no-control-regex -- looking for them is the point
  return (sample.match(/[\0-\x08\x0e-\x1a\x1c-\x1f\ufffd]/g)?.length ?? 0) * 20 > sample.length;
}

/** A log whose first bytes are gone still has records, or chunks, in it. */
function damagedForm(input: LogInput, start: Uint8Array): LogForm | undefined {
  for (let i = 0; i + 8 <= start.length; i += 4) if (u32(start, i) === EVT_SIGNATURE) return 'evt';
  return isEvtx(readPiece(input, 4096, 8)) || isEvtx(readPiece(input, 4096 + SAMPLE, 8)) ? 'evtx' : undefined;
}

/** Options of `readEvents`. */
export interface ReadEventsOptions extends ReadLogOptions {
  /** The form of the log; else it is found out. */
  readonly form?: LogForm;
  /** Takes what is wrong with the log. At most 100 findings a rule. */
  readonly report?: ReportFinding;
}

/**
 * The events of a log in any form, one by one as they are read: a log of gigabytes is never in memory as a whole. Damage
 * is stepped over and reported. A file that is no event log gives one finding, `log.unknown`, and no event.
 */
export function* readEvents(input: LogInput, options: ReadEventsOptions = {}): Generator<LogEvent> {
  const report = boundedReport(options.report ?? ((): void => undefined));
  const form = options.form ?? detectLogForm(input);
  if (form === undefined) {
    report({
      rule: 'log.unknown',
      severity: 'error',
      at: { offset: 0 },
      message: 'This is no event log in a form that is known.',
    });
    return;
  }
  for (const raw of READERS[form](input, report, options)) yield completeEvent(raw);
}
