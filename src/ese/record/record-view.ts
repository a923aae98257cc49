// A record: fixed columns, null bitmap, variable columns, tagged columns (format 6.1; REC in rec.hxx).
import { u16 } from '../../binary/little-endian.ts';
import { FID_VAR_LEAST } from '../catalog/column-def.ts';

const HEADER_SIZE = 4;
const NO_VARIABLE = FID_VAR_LEAST - 1;
const VARIABLE_NULL = 0x8000;

/** What a record says of a column: a value, an explicit NULL, or nothing (the default applies). */
export type Presence = 'value' | 'null' | 'absent';

/**
 * A view of one record inside a page. `load` points it at a record; the `find...` methods then set `start` and `end`
 * to a column's bytes. One object serves any number of records.
 */
export class RecordView {
  bytes: Uint8Array = new Uint8Array(0);
  recordStart = 0;
  recordEnd = 0;
  fidFixedLast = 0;
  fidVarLast: number = NO_VARIABLE;
  ibEndOfFixed: number = HEADER_SIZE;
  /** True when tagged columns are a sorted array (pages flagged NewRecordFormat), false for the format before it. */
  sortedTagged = true;
  /** Where tagged columns begin. */
  taggedStart = 0;
  /** Set when a column that should have a value lies outside its part of the record; reset by `load`. */
  damaged = false;
  /** Bytes of the column last found. */
  start = 0;
  end = 0;
  #variableData = 0;

  /** Points at the record in bytes[start..end). False when it cannot be a record: offsets outside, wrong limits. */
  load(bytes: Uint8Array, start: number, end: number, sortedTagged: boolean): boolean {
    if (end - start < HEADER_SIZE) return false;
    this.bytes = bytes;
    this.recordStart = start;
    this.recordEnd = end;
    this.sortedTagged = sortedTagged;
    this.damaged = false;
    this.fidFixedLast = bytes[start]!;
    this.fidVarLast = bytes[start + 1]!;
    this.ibEndOfFixed = u16(bytes, start + 2);
    const variables = this.fidVarLast - NO_VARIABLE;
    const bitmap = (this.fidFixedLast + 7) >> 3;
    if (this.fidFixedLast > NO_VARIABLE || variables < 0 || this.ibEndOfFixed < HEADER_SIZE + bitmap) return false;
    this.#variableData = start + this.ibEndOfFixed + 2 * variables;
    if (this.#variableData > end) return false;
    this.taggedStart = this.#variableData + (variables === 0 ? 0 : this.#variableEnd(variables - 1));
    return this.taggedStart <= end;
  }

  #variableEnd(index: number): number {
    return u16(this.bytes, this.recordStart + this.ibEndOfFixed + 2 * index) & (VARIABLE_NULL - 1);
  }

  /** Finds a fixed column by its id, offset in the record and size. */
  findFixed(fid: number, recordOffset: number, size: number): Presence {
    if (fid > this.fidFixedLast) return 'absent';
    const bitmap = this.recordStart + this.ibEndOfFixed - ((this.fidFixedLast + 7) >> 3);
    if ((this.bytes[bitmap + ((fid - 1) >> 3)]! & (1 << ((fid - 1) & 7))) !== 0) return 'null';
    this.start = this.recordStart + recordOffset;
    this.end = this.start + size;
    if (this.end <= bitmap) return 'value';
    this.damaged = true;
    return 'null';
  }

  /** Finds a variable column by its id. */
  findVariable(fid: number): Presence {
    if (fid > this.fidVarLast) return 'absent';
    const index = fid - FID_VAR_LEAST;
    if ((u16(this.bytes, this.recordStart + this.ibEndOfFixed + 2 * index) & VARIABLE_NULL) !== 0) return 'null';
    this.start = this.#variableData + (index === 0 ? 0 : this.#variableEnd(index - 1));
    this.end = this.#variableData + this.#variableEnd(index);
    if (this.start <= this.end && this.end <= this.taggedStart) return 'value';
    this.damaged = true;
    return 'null';
  }

  /** True when the end offsets of variable columns are out of order, or a NULL has bytes. */
  variableProblem(): boolean {
    let before = 0;
    for (let i = 0; i <= this.fidVarLast - FID_VAR_LEAST; i++) {
      const end = this.#variableEnd(i);
      const isNull = (u16(this.bytes, this.recordStart + this.ibEndOfFixed + 2 * i) & VARIABLE_NULL) !== 0;
      if (end < before || (isNull && end !== before)) return true;
      before = end;
    }
    return false;
  }
}
