// Values that programs give for columns: what the reader gives for them, and Date (format 6.6; VT_DATE for DateTime).
import { JetError } from '../../errors/jet-error.ts';
import type { ColumnDef } from '../catalog/column-def.ts';
import { Coltyp, coltypName } from '../catalog/column-type.ts';
import { encodeKeyValue, type KeyValue } from '../norm/key-value.ts';

/**
 * A value for a column: boolean for Bit, number for floats and integers up to 32 bits, bigint (or a whole number) for
 * 64 bits, string for text and GUID, bytes for binary and for the stored form of any type. For DateTime a Date, its
 * ISO 8601 text (both as UTC), or the number of OLE days. null is NULL.
 */
export type InputValue = KeyValue | Date;

/** Values by column name, in any case; arrays for multi-valued columns. Absent or undefined: as it is, or the default. */
export type RowInput = Readonly<Record<string, InputValue | readonly InputValue[] | undefined>>;

const DAY_MS = 86_400_000;
/** 1970-01-01 as an OLE date. */
const UNIX_EPOCH_OLE = 25569;
/** As the reader shows a FILETIME: to 100 ns, with its zone. */
const FILETIME_TEXT = /^(.*T.*\.\d{3})(\d{4})Z$/;
const FILETIME_UNIX_EPOCH = 116_444_736_000_000_000n;
const TICKS_PER_MS = 10_000n;
const ZONE = /(?:Z|[+-]\d\d:?\d\d)$/i;

const unfit = (coltyp: number, what: string): JetError =>
  new JetError('JET_errInvalidParameter', `${what} is no value of a ${coltypName(coltyp)} column`);

/** Milliseconds since 1970 as an OLE date: before 1899-12-30 the time of day counts away from zero as well. */
function oleDate(millis: number): number {
  const days = Math.floor(millis / DAY_MS);
  const fraction = (millis - days * DAY_MS) / DAY_MS;
  const day = days + UNIX_EPOCH_OLE;
  return day < 0 ? day - fraction : day + fraction;
}

function fileTime(millis: number, ticks: number): Uint8Array {
  const bytes = new Uint8Array(8);
  const time = BigInt(millis) * TICKS_PER_MS + BigInt(ticks) + FILETIME_UNIX_EPOCH;
  new DataView(bytes.buffer).setBigUint64(0, time, true);
  return bytes;
}

function dateOf(value: string | Date): KeyValue {
  if (typeof value === 'string') {
    const asFileTime = FILETIME_TEXT.exec(value);
    if (asFileTime !== null) return fileTime(Date.parse(`${asFileTime[1]!}Z`), Number(asFileTime[2]));
  }
  const text = typeof value === 'string' && value.includes('T') && !ZONE.test(value) ? `${value}Z` : value;
  const millis = typeof text === 'string' ? Date.parse(text) : text.getTime();
  if (Number.isNaN(millis)) throw unfit(Coltyp.DateTime, typeof value === 'string' ? JSON.stringify(value) : 'a Date');
  return oleDate(millis);
}

/** The value as the writer takes it. @throws JetError JET_errInvalidParameter for a date of another type. */
export function keyValueOf(coltyp: number, value: InputValue): KeyValue {
  if (coltyp === Coltyp.DateTime && (typeof value === 'string' || value instanceof Date)) return dateOf(value);
  if (value instanceof Date) throw unfit(coltyp, 'a Date');
  return value;
}

const small = new DataView(new ArrayBuffer(8));
const one = new Uint8Array(small.buffer, 0, 1);
const two = new Uint8Array(small.buffer, 0, 2);
const four = new Uint8Array(small.buffer, 0, 4);
const eight = new Uint8Array(small.buffer);

const within = (coltyp: number, value: number, least: number, most: number): number => {
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  throw unfit(coltyp, String(value));
};

/**
 * The stored bytes of a value, valid until the next call; undefined: NULL.
 * @throws JetError JET_errInvalidParameter when it is not of the type.
 */
export function storedInput(coltyp: number, codePage: number, value: InputValue): Uint8Array | undefined {
  if (typeof value === 'number') {
    switch (coltyp) {
      case Coltyp.UnsignedByte:
        small.setUint8(0, within(coltyp, value, 0, 0xff));
        return one;
      case Coltyp.Short:
        small.setInt16(0, within(coltyp, value, -0x8000, 0x7fff), true);
        return two;
      case Coltyp.UnsignedShort:
        small.setUint16(0, within(coltyp, value, 0, 0xffff), true);
        return two;
      case Coltyp.Long:
        small.setInt32(0, within(coltyp, value, -0x80000000, 0x7fffffff), true);
        return four;
      case Coltyp.UnsignedLong:
        small.setUint32(0, within(coltyp, value, 0, 0xffffffff), true);
        return four;
      case Coltyp.Double:
      case Coltyp.DateTime:
        small.setFloat64(0, value, true);
        return eight;
      default:
    }
  }
  return encodeKeyValue(coltyp, codePage, keyValueOf(coltyp, value));
}

/** Makes rows that programs give ready for the writer of one table. */
export class RowInputs {
  readonly #table: string;
  readonly #columns: ReadonlyMap<string, ColumnDef>;
  readonly #exact: ReadonlyMap<string, ColumnDef>;

  constructor(table: string, columns: readonly ColumnDef[]) {
    this.#table = table;
    this.#columns = new Map(columns.map((column) => [column.name.toLowerCase(), column]));
    this.#exact = new Map(columns.map((column) => [column.name, column]));
  }

  /** The column of that name, in any case. @throws JetError JET_errColumnNotFound. */
  column(name: string): ColumnDef {
    const column = this.#exact.get(name) ?? this.#columns.get(name.toLowerCase());
    if (column !== undefined) return column;
    const message = `table ${this.#table} has no column ${name}`;
    throw new JetError('JET_errColumnNotFound', message, { table: this.#table });
  }

  /**
   * The row with its columns' own names and the writer's values; `row` itself when it has them already.
   * @throws JetError JET_errColumnNotFound, JET_errInvalidParameter.
   */
  values(row: RowInput): Readonly<Record<string, KeyValue | readonly KeyValue[] | undefined>> {
    let ready = true;
    for (const name in row) {
      const column = this.#exact.get(name);
      if (column === undefined || column.coltyp === Coltyp.DateTime || row[name] instanceof Date) ready = false;
    }
    if (ready) return row as Readonly<Record<string, KeyValue | readonly KeyValue[] | undefined>>;
    const values: Record<string, KeyValue | readonly KeyValue[]> = {};
    for (const [name, value] of Object.entries(row)) {
      if (value === undefined) continue;
      const column = this.column(name);
      values[column.name] = isList(value)
        ? value.map((each) => keyValueOf(column.coltyp, each))
        : keyValueOf(column.coltyp, value);
    }
    return values;
  }
}

function isList(value: InputValue | readonly InputValue[]): value is readonly InputValue[] {
  return Array.isArray(value);
}
