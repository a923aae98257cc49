// Rows as CSV (RFC 4180): UTF-8, a header line, CRLF, an empty cell for NULL and "" for an empty text. Several values of
// one column stand as a JSON array in one cell. Nothing is done against formulas in spreadsheets: the data stays true.
import { Coltyp, isTextType } from '../ese/catalog/column-type.ts';
import { CSV_ESCAPES, CSV_NEEDS_QUOTES, JSON_IN_CSV_ESCAPES } from './escapes.ts';
import { bytesOf } from './output-buffer.ts';
import type { ExportColumn, RowPlan } from './row-plan.ts';
import { isUnicodeText } from './row-plan.ts';
import type { DeletedMark, RowSink, SinkProblemHandler } from './row-sink.ts';
import type { TextOutput } from './text-output.ts';
import { ValueText, type BinaryForm } from './value-text.ts';

const COMMA = 0x2c;
const QUOTE = bytesOf('"');
const LIST_QUOTE = bytesOf('""');
const NO_QUOTE = bytesOf('');
const encoder = new TextEncoder();

function headerCell(name: string): string {
  return name === '' || /[",\r\n]/.test(name) ? `"${name.replaceAll('"', '""')}"` : name;
}

/** True when a text cell needs quotation marks: empty, or with characters that mean something. */
function needsQuotes(column: ExportColumn, bytes: Uint8Array, start: number, end: number): boolean {
  if (start === end) return true;
  if (isUnicodeText(column)) {
    for (let i = start; i + 1 < end; i += 2)
      if (bytes[i + 1] === 0 && bytes[i]! < 0x80 && CSV_NEEDS_QUOTES[bytes[i]!] === 1) return true;
  } else {
    for (let i = start; i < end; i++) if (bytes[i]! < 0x80 && CSV_NEEDS_QUOTES[bytes[i]!] === 1) return true;
  }
  return false;
}

/** A sink that writes CSV. */
export class CsvSink implements RowSink {
  readonly readsLong = true;
  readonly #out: TextOutput;
  readonly #values: ValueText;
  readonly #columnCount: number;
  readonly #hasMarks: boolean;
  readonly #onProblem: SinkProblemHandler;
  #mark: DeletedMark | undefined;
  /** Cells of the row that are finished. */
  #cell = 0;
  #inList = false;
  #listIsEmpty = true;

  /** `deletedName`: the name of a last column that tells why a row is not a live one; undefined for none. */
  constructor(
    out: TextOutput,
    plan: RowPlan,
    deletedName: string | undefined,
    binary: BinaryForm,
    onProblem: SinkProblemHandler,
  ) {
    this.#out = out;
    this.#values = new ValueText(out, binary);
    this.#columnCount = plan.columns.length;
    this.#hasMarks = deletedName !== undefined;
    this.#onProblem = onProblem;
    const names = plan.columns.map((column) => column.name);
    if (deletedName !== undefined) names.push(deletedName);
    names.forEach((name, i) => {
      if (i > 0) out.byte(COMMA);
      out.raw(encoder.encode(headerCell(name)));
    });
    out.ascii('\r\n');
  }

  beginRow(mark: DeletedMark | undefined): void {
    this.#mark = mark;
    this.#cell = 0;
  }

  /** To the column's cell, or in a list to the next value. */
  #lead(column: ExportColumn): void {
    if (this.#inList) {
      if (!this.#listIsEmpty) this.#out.byte(COMMA);
      this.#listIsEmpty = false;
    } else if (column.index > this.#cell) {
      this.#out.repeat(COMMA, column.index - this.#cell);
      this.#cell = column.index;
    }
  }

  value(column: ExportColumn, bytes: Uint8Array, start: number, end: number): void {
    this.#lead(column);
    if (this.#inList) {
      this.#values.write(column, bytes, start, end, LIST_QUOTE, JSON_IN_CSV_ESCAPES);
    } else {
      const isText = isTextType(column.coltyp);
      const quotes =
        isText || isBinary(column) ? start === end || (isText && needsQuotes(column, bytes, start, end)) : false;
      if (quotes) this.#out.raw(QUOTE);
      this.#values.write(column, bytes, start, end, NO_QUOTE, CSV_ESCAPES);
      if (quotes) this.#out.raw(QUOTE);
    }
    if (this.#out.inexact) this.#reportInexact(column);
  }

  openLong(column: ExportColumn): void {
    this.#lead(column);
    this.#out.raw(this.#inList ? LIST_QUOTE : QUOTE);
  }

  piece(column: ExportColumn, bytes: Uint8Array): void {
    this.#values.piece(column, bytes, 0, bytes.length, this.#inList ? JSON_IN_CSV_ESCAPES : CSV_ESCAPES);
  }

  closeLong(column: ExportColumn): void {
    this.#values.endPieces(column, this.#inList ? JSON_IN_CSV_ESCAPES : CSV_ESCAPES);
    this.#out.raw(this.#inList ? LIST_QUOTE : QUOTE);
    if (this.#out.inexact) this.#reportInexact(column);
  }

  openList(column: ExportColumn): void {
    this.#lead(column);
    this.#out.ascii('"[');
    this.#inList = true;
    this.#listIsEmpty = true;
  }

  closeList(): void {
    this.#out.ascii(']"');
    this.#inList = false;
  }

  missing(column: ExportColumn): void {
    this.#lead(column);
    this.#out.ascii('null');
  }

  endRow(): void {
    const last = this.#hasMarks ? this.#columnCount : Math.max(0, this.#columnCount - 1);
    this.#out.repeat(COMMA, last - this.#cell);
    if (this.#mark !== undefined) this.#out.ascii(this.#mark);
    this.#out.ascii('\r\n');
  }

  finish(): void {
    this.#out.flush();
  }

  #reportInexact(column: ExportColumn): void {
    this.#out.inexact = false;
    this.#onProblem(column, 'its text has half characters, which CSV cannot hold: U+FFFD stands for them');
  }
}

function isBinary(column: ExportColumn): boolean {
  return column.coltyp === Coltyp.Binary || column.coltyp === Coltyp.LongBinary || column.coltyp === Coltyp.Slv;
}
