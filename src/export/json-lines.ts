// Rows as JSON lines: one object a row, UTF-8, NULL columns left out (https://jsonlines.org, RFC 8259).
import { JSON_ESCAPES } from './escapes.ts';
import type { ExportColumn, RowPlan } from './row-plan.ts';
import type { DeletedMark, RowSink, SinkProblemHandler } from './row-sink.ts';
import { bytesOf, type TextOutput } from './text-output.ts';
import { ValueText, type BinaryForm } from './value-text.ts';

const QUOTE = bytesOf('"');
const NULL = bytesOf('null');
const OPEN_BRACE = 0x7b;
const COMMA = 0x2c;
const encoder = new TextEncoder();

/** A sink that writes JSON lines. */
export class JsonLinesSink implements RowSink {
  readonly #out: TextOutput;
  readonly #values: ValueText;
  /** `,"name":` by column, made when first needed: most columns of wide tables never are. */
  readonly #keys: (Uint8Array | undefined)[] = [];
  readonly #deletedKey: Uint8Array;
  readonly #onProblem: SinkProblemHandler;
  #isFirst = true;
  #inList = false;
  #listIsEmpty = true;

  /** `deletedName` is the field that tells why a row is not a live one. */
  constructor(
    out: TextOutput,
    _plan: RowPlan,
    deletedName: string,
    binary: BinaryForm,
    onProblem: SinkProblemHandler,
  ) {
    this.#out = out;
    this.#values = new ValueText(out, binary);
    this.#deletedKey = encoder.encode(`,${JSON.stringify(deletedName)}:`);
    this.#onProblem = onProblem;
  }

  beginRow(mark: DeletedMark | undefined): void {
    this.#isFirst = true;
    if (mark === undefined) return;
    this.#key(this.#deletedKey);
    this.#out.ascii(`"${mark}"`);
  }

  #key(key: Uint8Array): void {
    if (this.#isFirst) {
      this.#isFirst = false;
      this.#out.byte(OPEN_BRACE);
      this.#out.raw(key, 1);
    } else {
      this.#out.raw(key);
    }
  }

  /** What goes before a value: its key, or in a list a comma. */
  #lead(column: ExportColumn): void {
    if (this.#inList) {
      if (!this.#listIsEmpty) this.#out.byte(COMMA);
      this.#listIsEmpty = false;
    } else {
      this.#key((this.#keys[column.index] ??= encoder.encode(`,${JSON.stringify(column.name)}:`)));
    }
  }

  value(column: ExportColumn, bytes: Uint8Array, start: number, end: number): void {
    this.#lead(column);
    this.#values.write(column, bytes, start, end, QUOTE, JSON_ESCAPES);
    if (this.#out.inexact) this.#reportInexact(column);
  }

  openLong(column: ExportColumn): void {
    this.#lead(column);
    this.#out.raw(QUOTE);
  }

  piece(column: ExportColumn, bytes: Uint8Array): void {
    this.#values.piece(column, bytes, 0, bytes.length, JSON_ESCAPES);
  }

  closeLong(column: ExportColumn): void {
    this.#values.endPieces(column, JSON_ESCAPES);
    this.#out.raw(QUOTE);
    if (this.#out.inexact) this.#reportInexact(column);
  }

  openList(column: ExportColumn): void {
    this.#lead(column);
    this.#out.ascii('[');
    this.#inList = true;
    this.#listIsEmpty = true;
  }

  closeList(): void {
    this.#out.ascii(']');
    this.#inList = false;
  }

  missing(column: ExportColumn): void {
    this.#lead(column);
    this.#out.raw(NULL);
  }

  endRow(): void {
    this.#out.ascii(this.#isFirst ? '{}\n' : '}\n');
  }

  finish(): void {
    this.#out.flush();
  }

  #reportInexact(column: ExportColumn): void {
    this.#out.inexact = false;
    this.#onProblem(column, 'its text has an odd number of bytes: the last one is left out');
  }
}
