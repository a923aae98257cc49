// The text of single values, the same in JSON and CSV but for quotation marks: numbers in full precision, dates and
// GUIDs in their standard forms, binary as hexadecimal or base64.
import { i16, i32, u16, u32 } from '../binary/little-endian.ts';
import { Coltyp, isTextType } from '../ese/catalog/column-type.ts';
import { f32, f64, fileTimeMillis, isFileTime, oleDateMillis } from '../ese/record/value.ts';
import { bytesOf } from './output-buffer.ts';
import type { ExportColumn } from './row-plan.ts';
import type { Escapes, TextOutput } from './text-output.ts';

/** How binary values are written. */
export type BinaryForm = 'hex' | 'base64';

const DAY_MS = 86_400_000;
/** Between these, years have four digits. */
const FIRST_PLAIN_MILLIS = Date.UTC(-1, 12);
const END_PLAIN_MILLIS = Date.UTC(10_000, 0);
const TRUE = bytesOf('true');
const FALSE = bytesOf('false');
const GUID_ORDER = [3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15];
const HYPHEN = 0x2d;

/** Writes values as text. */
export class ValueText {
  readonly #out: TextOutput;
  readonly #binary: BinaryForm;
  readonly #guid = new Uint8Array(16);

  constructor(out: TextOutput, binary: BinaryForm) {
    this.#out = out;
    this.#binary = binary;
  }

  /** A whole value; `quote` is what JSON (or JSON in CSV) puts around texts, empty in a CSV cell. */
  write(
    column: ExportColumn,
    bytes: Uint8Array,
    start: number,
    end: number,
    quote: Uint8Array,
    escapes: Escapes,
  ): void {
    const out = this.#out;
    switch (column.coltyp) {
      case Coltyp.Bit:
        out.raw(bytes[start] === 0 ? FALSE : TRUE);
        break;
      case Coltyp.UnsignedByte:
        out.integer(bytes[start]!);
        break;
      case Coltyp.Short:
        out.integer(i16(bytes, start));
        break;
      case Coltyp.UnsignedShort:
        out.integer(u16(bytes, start));
        break;
      case Coltyp.Long:
        out.integer(i32(bytes, start));
        break;
      case Coltyp.UnsignedLong:
        out.integer(u32(bytes, start));
        break;
      case Coltyp.Currency:
      case Coltyp.LongLong:
        this.#integer64(bytes, start, true);
        break;
      case Coltyp.UnsignedLongLong:
        this.#integer64(bytes, start, false);
        break;
      case Coltyp.Single:
        this.#double(f32(bytes, start), quote);
        break;
      case Coltyp.Double:
        this.#double(f64(bytes, start), quote);
        break;
      case Coltyp.DateTime:
        this.#dateTime(bytes, start, quote);
        break;
      default:
        out.raw(quote);
        this.piece(column, bytes, start, end, escapes);
        this.endPieces(column, escapes);
        out.raw(quote);
    }
  }

  /** A piece of a text, binary or GUID value. */
  piece(column: ExportColumn, bytes: Uint8Array, start: number, end: number, escapes: Escapes): void {
    if (isTextType(column.coltyp)) this.#out.text(column.codePage, bytes, start, end, escapes);
    else if (column.coltyp === Coltyp.Guid) this.#writeGuid(bytes, start);
    else if (this.#binary === 'hex') this.#out.hex(bytes, start, end);
    else this.#out.base64(bytes, start, end);
  }

  /** After the last piece. */
  endPieces(column: ExportColumn, escapes: Escapes): void {
    if (isTextType(column.coltyp)) this.#out.endText(escapes);
    else this.#out.endBase64();
  }

  #integer64(bytes: Uint8Array, start: number, signed: boolean): void {
    const low = i32(bytes, start);
    const high = i32(bytes, start + 4);
    if (!signed || high >= 0) {
      this.#out.unsigned64(low, high >>> 0);
    } else {
      this.#out.byte(HYPHEN);
      this.#out.unsigned64(-low, (~high + (low === 0 ? 1 : 0)) >>> 0);
    }
  }

  /** The shortest digits that read back as the same double. JSON has no NaN and no infinity: they stand as texts. */
  #double(value: number, quote: Uint8Array): void {
    if (Number.isFinite(value)) {
      this.#out.ascii(Object.is(value, -0) ? '-0' : String(value));
      return;
    }
    this.#out.raw(quote);
    this.#out.ascii(String(value));
    this.#out.raw(quote);
  }

  #dateTime(bytes: Uint8Array, start: number, quote: Uint8Array): void {
    const value = f64(bytes, start);
    const isUtc = isFileTime(value);
    const millis = isUtc ? fileTimeMillis(bytes, start) : oleDateMillis(value);
    if (Number.isNaN(millis)) {
      this.#double(value, quote);
      return;
    }
    const out = this.#out;
    out.raw(quote);
    this.#writeMillis(millis);
    if (isUtc) {
      const ticks = (u32(bytes, start) + (u32(bytes, start + 4) % 10_000) * (2 ** 32 % 10_000)) % 10_000;
      out.paddedInteger(ticks, 4);
      out.ascii('Z');
    }
    out.raw(quote);
  }

  /** ISO 8601 to the millisecond. */
  #writeMillis(millis: number): void {
    const out = this.#out;
    const day = Math.floor(millis / DAY_MS);
    if (millis >= FIRST_PLAIN_MILLIS && millis < END_PLAIN_MILLIS) out.date(day);
    else out.ascii(new Date(day * DAY_MS).toISOString().slice(0, -13));
    out.timeOfDay(millis - day * DAY_MS);
  }

  #writeGuid(bytes: Uint8Array, start: number): void {
    const guid = this.#guid;
    for (let i = 0; i < 16; i++) guid[i] = bytes[start + GUID_ORDER[i]!]!;
    const out = this.#out;
    out.hex(guid, 0, 4);
    for (let at = 4; at < 10; at += 2) {
      out.byte(HYPHEN);
      out.hex(guid, at, at + 2);
    }
    out.byte(HYPHEN);
    out.hex(guid, 10, 16);
  }
}
