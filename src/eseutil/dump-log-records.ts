// The records of a log, one line or more each, with the segments they stand in (logdump.cxx; logread.cxx).
import { formatLogtime } from '../ese/header/logtime.ts';
import type { LogFileReader } from '../ese/log/log-file-reader.ts';
import { LogRecordView } from '../ese/log/log-record-view.ts';
import { Lr } from '../ese/log/record-table.ts';
import { describeLogRecord } from './describe-log-record.ts';
import type { DescribeContext } from './describe-log-record-values.ts';
import { checksumText } from './dump-log-header.ts';
import type { LogPageReferences } from './dump-log-page-references.ts';
import type { LogStatistics } from './dump-log-statistics.ts';

const hex = (value: number, digits: number): string => value.toString(16).toUpperCase().padStart(digits, '0');

/** Four hexadecimal digits, ready made: positions are in every line. */
const WORDS: readonly string[] = Array.from({ length: 4096 }, (_, value) => hex(value, 4));
const word = (value: number): string => WORDS[value] ?? hex(value, 4);

/** Text is handed on in pieces of about this many characters. */
const PIECE = 1 << 16;

/** From these versions on, CommitCtx records have flags. */
function hasCommitContextFlags(log: LogFileReader): boolean {
  const { ulUpdateMajor, ulUpdateMinor } = log.header;
  if (ulUpdateMajor === 4) return ulUpdateMinor >= 8;
  return ulUpdateMajor > 5 || (ulUpdateMajor === 5 && ulUpdateMinor >= 2);
}

/** Padding in logs of the old format: each byte is a record; the first is shown, and then how many there were. */
class Padding {
  #seen = 0;

  /** True when the record is padding of which the first byte was shown. */
  skips(lrtyp: number): boolean {
    if (lrtyp !== Lr.NOP) return false;
    this.#seen++;
    return this.#seen > 1;
  }

  /** The line that ends a run, if a record of this type ends one; the end of a log does not. */
  ending(lrtyp: number): string {
    if (lrtyp === Lr.NOP) return '';
    const seen = this.#seen;
    this.#seen = 0;
    return seen > 1 ? `>                 NOPEnd    (Total NOPs: ${seen})\n` : '';
  }
}

/** The lines on segments up to one; each is told of once. */
class Segments {
  readonly #log: LogFileReader;
  #next: number;

  constructor(log: LogFileReader) {
    this.#log = log;
    this.#next = log.csecHeader;
  }

  upTo(isec: number): string {
    let text = '';
    for (; this.#next <= isec; this.#next++) {
      const segment = this.#log.segment(this.#next);
      if (segment === undefined) continue;
      const { checksum, lgposSegment, logtimeSegmentStart } = segment;
      const place = `${hex(lgposSegment.lGeneration >>> 0, 8)},${word(lgposSegment.isec)},${word(lgposSegment.ib)}`;
      const start = formatLogtime(logtimeSegmentStart);
      text += `Segment Checksum: ${checksumText(checksum)}, LGPOS (${place}), logtimeStart ${start}\n`;
    }
    return text;
  }
}

/** An empty log is shown as one record of padding. */
const EMPTY_LOG = Uint8Array.of(Lr.NOP);

/** What is counted while records go by. */
export interface LogCounts {
  readonly statistics: LogStatistics;
  readonly references: LogPageReferences;
}

/** Goes through the records of a log without a word of each. */
export function countRecords(log: LogFileReader, { statistics, references }: LogCounts): void {
  const record = new LogRecordView();
  while (log.next(record)) {
    statistics.add(record.lrtyp, record.length);
    references.add(record.bytes, record.start, record.length);
  }
}

/** The text on all records, in large pieces of whole lines. `data`: with the first bytes of keys and values. */
export function* recordText(log: LogFileReader, counts: LogCounts, data: boolean): Generator<string> {
  const context: DescribeContext = { data, commitContextFlags: hasCommitContextFlags(log) };
  const record = new LogRecordView();
  const segments = new Segments(log);
  const generation = hex(log.header.lGeneration >>> 0, 8);
  const padding = new Padding();
  let piece = '';
  let any = false;
  while (log.next(record)) {
    any = true;
    const { bytes, start, length, lrtyp } = record;
    counts.statistics.add(lrtyp, length);
    counts.references.add(bytes, start, length);
    piece += segments.upTo(record.isecLast);
    piece += padding.ending(lrtyp);
    if (padding.skips(lrtyp)) continue;
    const place = `>${generation},${word(record.isec)},${word(record.ib)}`;
    piece += `${place} ${describeLogRecord(bytes, start, length, context)}\n`;
    if (piece.length < PIECE) continue;
    yield piece;
    piece = '';
  }
  const sound = log.end?.jet === undefined;
  if (sound && any) piece += segments.upTo(log.verify().lgpos.isec - 1);
  if (sound && !any) {
    counts.statistics.add(Lr.NOP, 1);
    piece += `>${generation},${word(log.csecHeader)},0000 ${describeLogRecord(EMPTY_LOG, 0, 1, context)}\n`;
  }
  if (piece !== '') yield piece;
}
