// One key of one record: takes the record's value for each segment, notes NULLs, and says what kind of key came out.
// Source: format sections 7.2 to 7.4; fldnorm.cxx (ErrRECIRetrieveKey).
import { CODE_PAGE_UNICODE } from '../catalog/column-def.ts';
import { isTextType } from '../catalog/column-type.ts';
import type { ColumnValues } from './column-values.ts';
import type { IndexDefinition } from './index-definition.ts';
import { KeyBuilder } from './key-builder.ts';
import { tupleLength } from './tuple.ts';

/** What `RecordKey.build` came to. */
export const KeyShape = {
  /** A key without NULLs. */
  Whole: 0,
  /** Every segment is NULL. */
  AllNull: 1,
  /** The first segment is NULL, another is not. */
  FirstNull: 2,
  /** A segment is NULL, but not the first. */
  SomeNull: 3,
  /** A multi-valued column has no value of that number: see `ranOut`. */
  OutOfValues: 4,
  /** The value has no further substring. */
  OutOfTuples: 5,
  /** The key had to be cut, which the index forbids: the engine would have refused the record. */
  Refused: 6,
} as const;
/** One of the values of `KeyShape`. */
export type KeyShape = (typeof KeyShape)[keyof typeof KeyShape];

/** Builds keys of one index from records. */
export class RecordKey {
  /** Holds the key after `build`. */
  readonly builder: KeyBuilder;
  /** After OutOfValues: the number of the segment whose values ran out. */
  ranOut: number = 0;
  readonly #index: IndexDefinition;
  /** Bytes of a character of the first segment; for tuples. */
  readonly #unit: number;
  readonly #hasMultiValued: boolean;

  constructor(index: IndexDefinition) {
    this.#index = index;
    this.builder = new KeyBuilder(index);
    const first = index.segments[0];
    const unicode = first !== undefined && isTextType(first.coltyp) && first.codePage === CODE_PAGE_UNICODE;
    this.#unit = unicode ? 2 : 1;
    this.#hasMultiValued = index.segments.some((s) => s.multiValued);
  }

  /**
   * Builds the key of the values numbered `itags` (one for each segment), for tuple indexes of the substring that
   * starts at character `ich` of the first segment.
   */
  build(values: ColumnValues, itags: Uint32Array, ich: number): KeyShape {
    const { builder } = this;
    const { segments, tuple, nestedTable, disallowTruncation } = this.#index;
    let allNull = true;
    let someNull = false;
    let firstNull = false;
    // Nested tables: no segment seen so far has a value of its number.
    let allRanOut = true;
    builder.reset();
    for (let i = 0; i < segments.length; i++) {
      const segment = segments[i]!;
      const present = values.select(segment.columnId, itags[i]!);
      // The engine counts every tagged column here, and would go on for ever beside one with a single value.
      if (segment.tagged && (segment.multiValued || !this.#hasMultiValued)) allRanOut &&= itags[i]! > 1 && !present;
      if (!present && itags[i]! > 1 && !nestedTable) {
        this.ranOut = i;
        return KeyShape.OutOfValues;
      }
      let { start, end } = values;
      if (i === 0 && tuple !== undefined) {
        const length = tupleLength(tuple, this.#unit, this.#index.keyMost, present ? end - start : 0, ich);
        if (length < 0) return KeyShape.OutOfTuples;
        start += ich * this.#unit;
        end = start + length;
      }
      const full = builder.full;
      if (present) {
        // Once the key is full the engine looks at values no more, only at NULLs.
        allNull &&= full;
        builder.appendValue(segment, values.bytes, start, end);
      } else {
        firstNull ||= i === 0;
        someNull = true;
        builder.appendNull(segment);
      }
      if (disallowTruncation && builder.truncated) return KeyShape.Refused;
    }
    if (nestedTable && allRanOut) {
      this.ranOut = 0;
      return KeyShape.OutOfValues;
    }
    if (allNull) return KeyShape.AllNull;
    if (firstNull) return KeyShape.FirstNull;
    return someNull ? KeyShape.SomeNull : KeyShape.Whole;
  }
}
