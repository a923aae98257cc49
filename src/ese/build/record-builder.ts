// Records, encoded as the engine stores them: the counterpart of record/record-view.ts (format 6.1; REC in rec.hxx,
// ErrRECISetFixedColumn and ErrRECISetVarColumn in fldmod.cxx).
import { JetError } from '../../errors/jet-error.ts';
import { CODE_PAGE_UNICODE, ColumnFlag, FID_VAR_LEAST, type ColumnDef } from '../catalog/column-def.ts';
import { Coltyp } from '../catalog/column-type.ts';
import type { TableDef } from '../catalog/table-def.ts';
import type { PageFormat } from '../page/page-format.ts';
import { putU16 } from '../../binary/little-endian-writer.ts';
import { ByteArena, copyBytes } from './byte-arena.ts';
import type { StoredValue } from './stored-value.ts';
import { TaggedBuilder } from './tagged-builder.ts';

const HEADER_SIZE = 4;
const NO_VARIABLE = FID_VAR_LEAST - 1;
const VARIABLE_NULL = 0x8000;
const VARIABLE_COUNT = 128;
const NULL_BITMAP_MOST = 16;
const SPACE = 0x20;
/** What the engine leaves in the place of a fixed column that never had a value: '*'. */
const FILLER = 0x2a;

/** Bytes of a tag, and of the size of a key or prefix, that a record's node takes besides. */
const TAG_SIZE = 4;
const KEY_SIZE = 2;
/** Key bytes that a small page keeps free however short the keys. */
const SMALL_PAGE_KEY_LEAST = 255;
/** Longest key of a table without primary index: its records are numbered. */
const NUMBERED_KEY_SIZE = 4;

/** State of a variable column. */
const Variable = { Unset: 0, Null: 1, Value: 2 } as const;

/** How records are to be built. */
export interface RecordBuilderOptions {
  /**
   * True (as when the engine inserts a record): defaults of fixed and variable columns are written into every record.
   * False (as when it copies one that is older than such a column): only those below the highest column set are.
   */
  readonly writeDefaults?: boolean;
  /** Most bytes of a record. Default: `recordMost` of the table. */
  readonly most?: number;
}

/** Most bytes of a record in a table whose primary keys have `keyMost` bytes at most (CbRecordMost). */
export function recordMost(format: PageFormat, keyMost: number): number {
  const node = format.dataSize - 2 * TAG_SIZE - KEY_SIZE;
  return format.extendedHeader ? node - KEY_SIZE - keyMost : node - Math.max(SMALL_PAGE_KEY_LEAST, KEY_SIZE + keyMost);
}

/** Pads fixed text with spaces and fixed binary with zeros from `at` to `end`; `start`: of the value. */
function pad(column: ColumnDef, bytes: Uint8Array, start: number, at: number, end: number): void {
  const text = column.coltyp === Coltyp.Text;
  const wide = column.codePage === CODE_PAGE_UNICODE;
  for (let i = at; i < end; i++) bytes[i] = text && !(wide && (i - start) % 2 === 1) ? SPACE : 0;
}

/** What a record of the table looks like before any column is set. */
class BlankRecord {
  /** Where fixed column `fid` ends, by field id; 0 for those the table does not have. */
  readonly fixedEnds: Int32Array = new Int32Array(FID_VAR_LEAST);
  /** Record bytes up to the end of the last fixed column. */
  readonly image: Uint8Array;
  readonly nulls: Uint8Array = new Uint8Array(NULL_BITMAP_MOST).fill(0xff);
  fidFixedLast = 0;
  /** Defaults of variable columns, by field id. */
  readonly variable: (Uint8Array | undefined)[] = new Array<Uint8Array | undefined>(VARIABLE_COUNT);
  variables = 0;

  constructor(table: TableDef, format: PageFormat) {
    const fixed = table.columns.filter((column) => column.place === 'fixed').sort((a, b) => a.fid - b.fid);
    let end = HEADER_SIZE;
    for (const column of fixed) {
      const next = column.recordOffset + column.cbMaxLen;
      if (column.recordOffset < end || next > format.pageSize)
        throw new JetError('JET_errCatalogCorrupted', `fixed column ${column.name} lies outside its place`, {
          table: table.name,
        });
      this.fixedEnds[column.fid] = next;
      end = next;
    }
    this.image = new Uint8Array(end).fill(FILLER);
    for (const column of table.columns) {
      if ((column.flags & ColumnFlag.UserDefinedDefault) === 0) this.#default(column);
    }
  }

  #default(column: ColumnDef): void {
    const { defaultValue, fid } = column;
    // A default that does not fit its column is none. It matters only for columns that are not set.
    if (defaultValue === undefined || defaultValue.length === 0 || defaultValue.length > column.cbMaxLen) return;
    if (column.place === 'fixed') {
      const end = column.recordOffset + defaultValue.length;
      this.image.set(defaultValue, column.recordOffset);
      pad(column, this.image, column.recordOffset, end, this.fixedEnds[fid]!);
      this.nulls[(fid - 1) >> 3]! &= ~(1 << ((fid - 1) & 7));
      this.fidFixedLast = Math.max(this.fidFixedLast, fid);
    } else if (column.place === 'variable') {
      this.variable[fid - FID_VAR_LEAST] = defaultValue;
      this.variables = Math.max(this.variables, fid - NO_VARIABLE);
    }
  }
}

/**
 * Builds records of one table, one after the other: `reset`, `set` for each column that has a value or an explicit
 * NULL, `finish`. A column set twice has the last value. Neither NotNull nor the declared length of variable and tagged
 * columns is looked at, nor are version and auto-increment columns filled in: that is the caller's business.
 */
export class RecordBuilder {
  /** Most bytes of a record. */
  readonly most: number;
  readonly #blank: BlankRecord;
  readonly #writeDefaults: boolean;
  readonly #tagged: TaggedBuilder;
  readonly #out: Uint8Array;
  /** Header and fixed columns. */
  readonly #image: Uint8Array;
  readonly #nulls = new Uint8Array(NULL_BITMAP_MOST);
  #fidFixedLast = 0;
  readonly #arena = new ByteArena();
  readonly #states = new Uint8Array(VARIABLE_COUNT);
  readonly #starts = new Int32Array(VARIABLE_COUNT);
  readonly #ends = new Int32Array(VARIABLE_COUNT);
  /** Variable columns up to the last one in the record. */
  #variables = 0;

  /**
   * `sortedTagged`: false for the tagged format before revision 9.
   * @throws JetError JET_errCatalogCorrupted when fixed columns overlap or lie outside a page.
   */
  constructor(table: TableDef, format: PageFormat, sortedTagged: boolean, options: RecordBuilderOptions = {}) {
    this.most = options.most ?? recordMost(format, table.primaryIndex?.definition.keyMost ?? NUMBERED_KEY_SIZE);
    this.#writeDefaults = options.writeDefaults ?? true;
    this.#blank = new BlankRecord(table, format);
    this.#image = new Uint8Array(this.#blank.image.length);
    this.#tagged = new TaggedBuilder(format, sortedTagged);
    this.#out = new Uint8Array(Math.max(this.most, 0));
    this.reset();
  }

  /** Forgets all columns: the next record begins. */
  reset(): void {
    const blank = this.#blank;
    this.#image.set(blank.image);
    this.#nulls.set(blank.nulls);
    this.#states.fill(Variable.Unset, 0, this.#variables);
    this.#fidFixedLast = this.#writeDefaults ? blank.fidFixedLast : 0;
    this.#variables = this.#writeDefaults ? blank.variables : 0;
    this.#arena.clear();
    this.#tagged.reset();
  }

  /**
   * Sets a column of the table to its values, or to NULL (which differs from not setting it where a default exists).
   * The bytes are copied.
   * @throws JetError JET_errInvalidBufferSize for a fixed column's value of another size (fixed text and binary may be
   * shorter), JET_errRecordTooBig for a value no record can hold, and what `TaggedBuilder.set` throws.
   */
  set(column: ColumnDef, values: readonly StoredValue[] | null): void {
    if (column.place === 'tagged') {
      for (const value of values ?? []) this.#checkSize(value.bytes.length);
      this.#tagged.set(column, values);
      return;
    }
    const value = values?.[0];
    if (value === undefined) this.#setNull(column);
    else if (values!.length > 1) throw new RangeError(`column ${column.name} can have only one value`);
    else this.setBytes(column, value.bytes);
  }

  /** Sets a column to the one plain value bytes[start..end), which is copied. Throws as `set` does. */
  setBytes(column: ColumnDef, bytes: Uint8Array, start = 0, end: number = bytes.length): void {
    this.#checkSize(end - start);
    if (column.place === 'tagged') this.#tagged.setBytes(column, bytes, start, end);
    else if (column.place === 'variable') this.#setVariable(column, bytes, start, end);
    // Fixed columns know no empty value.
    else if (start === end) this.#setNull(column);
    else this.#setFixed(column, bytes, start, end);
  }

  /** Bytes of the record as far as it has been set. */
  get size(): number {
    return this.#fixedSize + 2 * this.#variables + this.#variableSize + this.#tagged.size;
  }

  /**
   * The record: a view that is overwritten by the next `finish`.
   * @throws JetError JET_errRecordTooBig when it is longer than `most`.
   */
  finish(): Uint8Array {
    const { size } = this;
    if (size > this.most)
      throw new JetError('JET_errRecordTooBig', `a record of ${size} bytes is longer than ${this.most}`);
    const ibEndOfFixed = this.#fixedSize;
    this.#writeFixed(ibEndOfFixed);
    const taggedStart = this.#writeVariable(ibEndOfFixed);
    this.#tagged.write(this.#out, taggedStart);
    return this.#out.subarray(0, size);
  }

  #checkSize(length: number): void {
    if (length > this.most)
      throw new JetError('JET_errRecordTooBig', `a value of ${length} bytes is longer than a record can be`);
  }

  #setNull(column: ColumnDef): void {
    const { fid } = column;
    if (column.place === 'fixed') {
      this.#fixedEnd(column);
      // The bytes stay: those of the default, where there is one.
      this.#nulls[(fid - 1) >> 3]! |= 1 << ((fid - 1) & 7);
      this.#fidFixedLast = Math.max(this.#fidFixedLast, fid);
      return;
    }
    this.#states[fid - FID_VAR_LEAST] = Variable.Null;
    this.#variables = Math.max(this.#variables, fid - NO_VARIABLE);
  }

  #setVariable(column: ColumnDef, bytes: Uint8Array, start: number, end: number): void {
    const index = column.fid - FID_VAR_LEAST;
    this.#states[index] = Variable.Value;
    this.#starts[index] = this.#arena.add(bytes, start, end);
    this.#ends[index] = this.#arena.used;
    this.#variables = Math.max(this.#variables, index + 1);
  }

  #setFixed(column: ColumnDef, bytes: Uint8Array, start: number, end: number): void {
    const { fid, recordOffset, coltyp } = column;
    const columnEnd = this.#fixedEnd(column);
    const valueEnd = recordOffset + end - start;
    const mayBeShorter = coltyp === Coltyp.Text || coltyp === Coltyp.Binary;
    if (valueEnd > columnEnd || (valueEnd < columnEnd && !mayBeShorter))
      throw new JetError(
        'JET_errInvalidBufferSize',
        `column ${column.name}: a value of ${end - start} bytes where ${columnEnd - recordOffset} belong`,
      );
    if (coltyp === Coltyp.Bit) this.#image[recordOffset] = bytes[start] === 0 ? 0 : 0xff;
    else copyBytes(bytes, start, end, this.#image, recordOffset);
    if (valueEnd < columnEnd) pad(column, this.#image, recordOffset, valueEnd, columnEnd);
    this.#nulls[(fid - 1) >> 3]! &= ~(1 << ((fid - 1) & 7));
    this.#fidFixedLast = Math.max(this.#fidFixedLast, fid);
  }

  /** Where a fixed column ends. */
  #fixedEnd(column: ColumnDef): number {
    const end = this.#blank.fixedEnds[column.fid] ?? 0;
    if (end !== column.recordOffset + column.cbMaxLen) throw new RangeError(`${column.name} is of another table`);
    return end;
  }

  /** Bytes up to the end of the null bitmap. */
  get #fixedSize(): number {
    const last = this.#fidFixedLast;
    return last === 0 ? HEADER_SIZE : this.#blank.fixedEnds[last]! + ((last + 7) >> 3);
  }

  get #variableSize(): number {
    let size = 0;
    for (let i = 0; i < this.#variables; i++) {
      if (this.#states[i] === Variable.Value) size += this.#ends[i]! - this.#starts[i]!;
      else if (this.#states[i] === Variable.Unset) size += this.#blank.variable[i]?.length ?? 0;
    }
    return size;
  }

  #writeFixed(ibEndOfFixed: number): void {
    const out = this.#out;
    const bitmap = ibEndOfFixed - ((this.#fidFixedLast + 7) >> 3);
    copyBytes(this.#image, HEADER_SIZE, bitmap, out, HEADER_SIZE);
    // Bits beyond the last column are set, as the engine leaves them.
    copyBytes(this.#nulls, 0, ibEndOfFixed - bitmap, out, bitmap);
    out[0] = this.#fidFixedLast;
    out[1] = this.#variables + NO_VARIABLE;
    putU16(out, 2, ibEndOfFixed);
  }

  /** Writes offsets and bytes of variable columns; where they end. */
  #writeVariable(at: number): number {
    const out = this.#out;
    const data = at + 2 * this.#variables;
    let offset = 0;
    for (let i = 0; i < this.#variables; i++) {
      const state = this.#states[i]!;
      const value = state === Variable.Unset ? this.#blank.variable[i] : undefined;
      if (state === Variable.Value) {
        copyBytes(this.#arena.bytes, this.#starts[i]!, this.#ends[i]!, out, data + offset);
        offset += this.#ends[i]! - this.#starts[i]!;
      } else if (value !== undefined) {
        copyBytes(value, 0, value.length, out, data + offset);
        offset += value.length;
      }
      const isNull = state !== Variable.Value && value === undefined;
      putU16(out, at + 2 * i, isNull ? offset | VARIABLE_NULL : offset);
    }
    return data + offset;
  }
}
