// Takes a record apart: every column that has a value, in order, to a sink. Only columns the record holds (or that have
// a default) are looked at, so that a row of a table with 65,000 columns costs what it holds.
import type { ColumnDef } from '../ese/catalog/column-def.ts';
import type { LongValues } from '../ese/lv/long-values.ts';
import { toHex } from '../binary/hex.ts';
import type { RecordReader } from '../ese/record/record-reader.ts';
import { isUnicodeText, type ExportColumn, type RowPlan } from './row-plan.ts';
import type { DeletedMark, RowSink } from './row-sink.ts';

/** Told of each value that could not be given, or not whole; the column is unknown when the whole record is meant. */
export type LossHandler = (column: ColumnDef | undefined, itag: number, reason: string) => void;

/** Bytes of an unreadable value that are shown in the report. */
const SHOWN_BYTES = 32;
const SPACE = 0x20;
const ALL_NULL = 0xff;

/** Writes the records of one table to one sink. */
export class RowWalk {
  readonly #plan: RowPlan;
  readonly #reader: RecordReader;
  readonly #longValues: LongValues | undefined;
  readonly #sink: RowSink;
  readonly #onLoss: LossHandler;

  /** `reader` unpacks what is in the record; `longValues` fetches what is not. */
  constructor(
    plan: RowPlan,
    reader: RecordReader,
    longValues: LongValues | undefined,
    sink: RowSink,
    onLoss: LossHandler,
  ) {
    this.#plan = plan;
    this.#reader = reader;
    this.#longValues = longValues;
    this.#sink = sink;
    this.#onLoss = onLoss;
  }

  /** Writes the record in bytes[start..end). False, and nothing written, when it cannot be a record. */
  write(bytes: Uint8Array, start: number, end: number, sortedTagged: boolean, mark?: DeletedMark): boolean {
    const reader = this.#reader;
    if (!reader.load(bytes, start, end, sortedTagged)) return false;
    this.#sink.beginRow(mark);
    this.#writeFixed();
    this.#writeVariable();
    this.#writeTagged();
    this.#sink.endRow();
    if (reader.record.damaged || reader.tagged.broken)
      this.#onLoss(undefined, 0, 'the record contradicts itself: columns after that point are left out');
    return true;
  }

  #writeFixed(): void {
    const { record } = this.#reader;
    const { bytes, recordStart, fidFixedLast } = record;
    const bitmapSize = (fidFixedLast + 7) >> 3;
    const bitmap = recordStart + record.ibEndOfFixed - bitmapSize;
    const groups = this.#plan.fixed;
    for (let i = 0; i < groups.length; i++) {
      const nulls = i < bitmapSize ? bytes[bitmap + i]! : 0;
      // Eight NULLs, none of them for want of a value.
      if (nulls === ALL_NULL && 8 * i + 8 <= fidFixedLast) continue;
      for (const column of groups[i]!) {
        const { fid } = column;
        if (fid > fidFixedLast) {
          const { defaultValue } = column;
          if (defaultValue !== undefined) this.#fixedValue(column, defaultValue, 0, defaultValue.length);
        } else if ((nulls & (1 << ((fid - 1) & 7))) === 0) {
          const start = recordStart + column.recordOffset;
          const end = start + column.fixedSize;
          if (end > bitmap) record.damaged = true;
          else if (column.bare && !column.list) this.#sink.value(column, bytes, start, end);
          else this.#fixedValue(column, bytes, start, end);
        }
      }
    }
  }

  /** Unicode columns of an odd size end in half a character, which is padding. */
  #fixedValue(column: ExportColumn, bytes: Uint8Array, start: number, end: number): void {
    const odd = ((end - start) & 1) !== 0 && isUnicodeText(column);
    const padded = odd && (bytes[end - 1] === 0 || bytes[end - 1] === SPACE);
    this.#give(column, 1, bytes, start, padded ? end - 1 : end);
  }

  #writeVariable(): void {
    const { record } = this.#reader;
    for (const column of this.#plan.variable) {
      const presence = record.findVariable(column.fid);
      if (presence === 'value') this.#give(column, 1, record.bytes, record.start, record.end);
      else if (presence === 'absent') this.#giveDefault(column);
    }
  }

  #writeTagged(): void {
    const { tagged } = this.#reader;
    const { taggedDefaults } = this.#plan;
    let nextDefault = 0;
    let last = -1;
    while (tagged.next()) {
      const column = (tagged.derived ? this.#plan.derived : this.#plan.tagged)[tagged.fid];
      // Columns that were deleted leave their values in old records.
      if (column === undefined) continue;
      if (column.index <= last) {
        this.#onLoss(
          column.def,
          tagged.itag,
          'it is out of its order in the record, where the engine does not find it',
        );
        continue;
      }
      last = column.index;
      for (; nextDefault < taggedDefaults.length && taggedDefaults[nextDefault]!.index <= last; nextDefault++)
        if (taggedDefaults[nextDefault] !== column) this.#giveDefault(taggedDefaults[nextDefault]!);
      if (column.list || tagged.hasMore) this.#writeList(column);
      else if (!tagged.isNull) this.#writeInstance(column, false);
    }
    for (; nextDefault < taggedDefaults.length; nextDefault++) this.#giveDefault(taggedDefaults[nextDefault]!);
  }

  /** The instances of the current tagged column; NULL alone is no value. */
  #writeList(column: ExportColumn): void {
    const { tagged } = this.#reader;
    if (tagged.isNull && !tagged.hasMore) return;
    this.#sink.openList(column);
    for (;;) {
      if (tagged.isNull) this.#sink.missing(column);
      else this.#writeInstance(column, true);
      if (!tagged.hasMore || !tagged.next()) break;
    }
    this.#sink.closeList(column);
  }

  /** The instance the scan stands at. */
  #writeInstance(column: ExportColumn, inList: boolean): void {
    const reader = this.#reader;
    const { tagged } = reader;
    let given: boolean;
    if (tagged.separated) given = this.#writeSeparated(column);
    else if (tagged.compressed || tagged.encrypted)
      given =
        reader.resolveTagged(column.def) &&
        this.#writeSized(column, tagged.itag, reader.bytes, reader.start, reader.end);
    else given = this.#writeSized(column, tagged.itag, reader.record.bytes, tagged.start, tagged.end);
    if (!given && inList) this.#sink.missing(column);
  }

  /** A value outside the record: piece by piece, however long. False when nothing of it can be had. */
  #writeSeparated(column: ExportColumn): boolean {
    const { tagged, record } = this.#reader;
    const lost = (reason: string): boolean => {
      this.#onLoss(column.def, tagged.itag, reason);
      return false;
    };
    const longValues = this.#longValues;
    const lidLength = tagged.end - tagged.start;
    if (longValues === undefined) return lost('its long value cannot be found: the table has no long-value tree');
    if (lidLength !== 4 && lidLength !== 8) return lost(`a long-value id of ${lidLength} bytes is none`);
    const root = longValues.open(record.bytes.subarray(tagged.start, tagged.end));
    if (root === undefined) return lost(`its long value is lost: ${longValues.missingReason}`);
    if (!this.#sink.readsLong) {
      this.#sink.value(column, record.bytes, 0, 0);
      return true;
    }
    if (root.encrypted) this.#onLoss(column.def, tagged.itag, 'it is encrypted: the bytes are given as stored');
    const first = longValues.nextPiece();
    if (typeof first === 'string') return lost(`its long value is lost: ${first}`);
    if (first === undefined || first.length >= root.size)
      return this.#writeSized(column, tagged.itag, first ?? record.bytes, 0, first?.length ?? 0);
    this.#writePieces(column, first, root.size);
    return true;
  }

  #writePieces(column: ExportColumn, first: Uint8Array, size: number): void {
    const longValues = this.#longValues!;
    let done = 0;
    this.#sink.openLong(column, size);
    for (let piece: Uint8Array | string | undefined = first; piece !== undefined; piece = longValues.nextPiece()) {
      if (typeof piece === 'string') {
        const reason = `its long value is damaged: ${piece}: only the first ${done} bytes are given`;
        this.#onLoss(column.def, this.#reader.tagged.itag, reason);
        break;
      }
      this.#sink.piece(column, piece);
      done += piece.length;
    }
    this.#sink.closeLong(column);
  }

  #giveDefault(column: ExportColumn): void {
    const { defaultValue } = column;
    if (defaultValue !== undefined) this.#give(column, 1, defaultValue, 0, defaultValue.length);
  }

  /** A value of a column that is written as a list when it is declared one. */
  #give(column: ExportColumn, itag: number, bytes: Uint8Array, start: number, end: number): void {
    if (!column.list) {
      this.#writeSized(column, itag, bytes, start, end);
      return;
    }
    this.#sink.openList(column);
    if (!this.#writeSized(column, itag, bytes, start, end)) this.#sink.missing(column);
    this.#sink.closeList(column);
  }

  /** Writes a value, unless its size is not that of its type. */
  #writeSized(column: ExportColumn, itag: number, bytes: Uint8Array, start: number, end: number): boolean {
    if (column.size !== 0 && column.size !== end - start) {
      const shown = toHex(bytes, start, Math.min(end, start + SHOWN_BYTES));
      this.#onLoss(column.def, itag, `it has ${end - start} bytes where its type has ${column.size}: ${shown}`);
      return false;
    }
    this.#sink.value(column, bytes, start, end);
    return true;
  }
}
