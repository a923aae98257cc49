// Rows as JSON lines: one object a row, UTF-8, NULL columns left out (https://jsonlines.org, RFC 8259).
import { JSON_ESCAPES } from './escapes.ts';
import { bytesOf, packBytes, type PackedBytes } from './output-buffer.ts';
import type { ExportColumn, RowPlan } from './row-plan.ts';
import type { DeletedMark, RowSink, SinkProblemHandler } from './row-sink.ts';
import type { TextOutput } from './text-output.ts';
import { ValueText, type BinaryForm } from './value-text.ts';

const QUOTE = bytesOf('"');
const NULL = bytesOf('null');
const ROW_END = bytesOf('}\n');
const OPEN_BRACE = 0x7b;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const COMMA = 0x2c;
/** Characters that stand for themselves in a JSON string. */
const PLAIN = /^[ !#-[\]-~]*$/;
const encoder = new TextEncoder();

function packedKey(name: string): PackedBytes {
  return packBytes(encoder.encode(`${JSON.stringify(name)}:`));
}

/** A sink that writes JSON lines. */
export class JsonLinesSink implements RowSink {
  readonly readsLong = true;
  readonly #out: TextOutput;
  readonly #values: ValueText;
  /** By column: the name, if it needs no escapes; from the second use on `"name":`, packed. */
  readonly #keys: (string | PackedBytes | undefined)[];
  readonly #deletedKey: PackedBytes;
  readonly #onProblem: SinkProblemHandler;
  #isFirst = true;
  #inList = false;
  #listIsEmpty = true;

  /** `deletedName`: the field that tells why a row is not a live one. */
  constructor(
    out: TextOutput,
    plan: RowPlan,
    deletedName: string | undefined,
    binary: BinaryForm,
    onProblem: SinkProblemHandler,
  ) {
    this.#out = out;
    this.#values = new ValueText(out, binary);
    this.#keys = new Array<string | undefined>(plan.columns.length);
    this.#deletedKey = packedKey(deletedName ?? '');
    this.#onProblem = onProblem;
  }

  beginRow(mark: DeletedMark | undefined): void {
    this.#isFirst = mark === undefined;
    if (mark === undefined) return;
    this.#out.packed(OPEN_BRACE, this.#deletedKey);
    this.#out.ascii(`"${mark}"`);
  }

  /** What goes before a value: its key, or in a list a comma. */
  #lead(column: ExportColumn): void {
    const out = this.#out;
    if (this.#inList) {
      if (!this.#listIsEmpty) out.byte(COMMA);
      this.#listIsEmpty = false;
      return;
    }
    const key = this.#keys[column.index];
    const separator = this.#isFirst ? OPEN_BRACE : COMMA;
    this.#isFirst = false;
    if (key !== undefined && typeof key !== 'string') out.packed(separator, key);
    else this.#firstUses(column, separator, key === undefined);
  }

  /** Of the 65,000 columns of a wide table most have one value: packing their names would not pay. */
  #firstUses(column: ExportColumn, separator: number, isFirst: boolean): void {
    if (isFirst && PLAIN.test(column.name)) {
      this.#keys[column.index] = column.name;
      this.#out.byte(separator);
      this.#out.key(column.name);
    } else {
      const key = packedKey(column.name);
      this.#keys[column.index] = key;
      this.#out.packed(separator, key);
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
    this.#out.byte(OPEN_BRACKET);
    this.#inList = true;
    this.#listIsEmpty = true;
  }

  closeList(): void {
    this.#out.byte(CLOSE_BRACKET);
    this.#inList = false;
  }

  missing(column: ExportColumn): void {
    this.#lead(column);
    this.#out.raw(NULL);
  }

  endRow(): void {
    if (this.#isFirst) this.#out.byte(OPEN_BRACE);
    this.#out.raw(ROW_END);
  }

  finish(): void {
    this.#out.flush();
  }

  #reportInexact(column: ExportColumn): void {
    this.#out.inexact = false;
    this.#onProblem(column, 'its text has an odd number of bytes: the last one is left out');
  }
}
