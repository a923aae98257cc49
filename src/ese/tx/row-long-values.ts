// Which values of a record are kept outside of it (format 6.5; ErrRECSetLongField in lv.cxx, ErrRECSetColumn in fldmod.cxx,
// ErrAffectLongValuesInWorkBuf in tagfld.cxx).
import { JetError } from '../../errors/jet-error.ts';
import type { RecordBuilder } from '../build/record-builder.ts';
import type { StoredValue } from '../build/stored-value.ts';
import type { ColumnDef } from '../catalog/column-def.ts';
import { decompress } from '../compression/decompress.ts';
import type { PageFormat } from '../page/page-format.ts';
import type { LongValueWriter } from './long-value-writer.ts';

/** The writer of a table's long values; the table gets a tree for them if it has none. */
export type LongValueSource = () => LongValueWriter;

/** Longest value that stays in a record while there is room (cbLVIntrinsicMost). */
export const INTRINSIC_MOST = 1023;
/** What a value takes in a record besides its bytes, at least. */
const VALUE_OVERHEAD = 9;
const LID_SIZE = 4;
/** Of a record that is too long, values are moved out down to a page's size by this; then all that can be. */
const THRESHOLD_PARTS = 64;
/** Largest value that may come out of a compressed one in a record. */
const UNPACKED_MOST = 1 << 20;

interface LongColumn {
  readonly column: ColumnDef;
  values: readonly StoredValue[];
  /** The change is about this column. */
  readonly given: boolean;
}

/** Decides for one record after the other. */
export class RowLongValues {
  /** Values were moved out that the change was not about. */
  movedOut = false;
  readonly #pageSize: number;
  readonly #intrinsicMost: number;
  readonly #source: LongValueSource;
  /** Long columns of the present record. */
  readonly #columns: LongColumn[] = [];

  /** `recordMost`: bytes of the longest record. */
  constructor(format: PageFormat, recordMost: number, source: LongValueSource) {
    this.#pageSize = format.pageSize;
    this.#intrinsicMost = Math.min(INTRINSIC_MOST, recordMost - VALUE_OVERHEAD);
    this.#source = source;
  }

  /** The next record begins. */
  reset(): void {
    this.#columns.length = 0;
    this.movedOut = false;
  }

  /** A column of the record; what it is to store: those values of it that are `given` and long are separated. */
  note(column: ColumnDef, values: readonly StoredValue[], given: boolean): readonly StoredValue[] {
    const stored = given ? this.#separate(values, this.#intrinsicMost) : values;
    this.#columns.push({ column, values: stored, given });
    return stored;
  }

  /** A record refers to a value no longer. */
  release(lid: Uint8Array): void {
    this.#source().release(lid);
  }

  /** Moves long values out of a record that is too long, the longest first, as far as that is needed. */
  makeFit(builder: RecordBuilder): void {
    let threshold = this.#pageSize;
    while (builder.size > builder.most && threshold > LID_SIZE) {
      threshold >>= 1;
      if (threshold < this.#pageSize / THRESHOLD_PARTS) threshold = LID_SIZE;
      for (const each of this.#columns) {
        const stored = this.#separate(each.values, threshold);
        if (stored === each.values) continue;
        each.values = stored;
        this.movedOut ||= !each.given;
        builder.set(each.column, stored);
      }
    }
  }

  /** The values, those longer than `most` separated; the array itself when there are none. */
  #separate(values: readonly StoredValue[], most: number): readonly StoredValue[] {
    if (!values.some((value) => value.separated !== true && value.bytes.length > most)) return values;
    return values.map((value) => {
      if (value.separated === true || value.bytes.length <= most) return value;
      return {
        bytes: this.#source().insert(plainBytes(value)),
        separated: true,
      };
    });
  }
}

/** The bytes of a value that is kept in a record. @throws JetError JET_errFeatureNotAvailable, JET_errDatabaseCorrupted. */
export function plainBytes(value: StoredValue): Uint8Array {
  if (value.encrypted === true) {
    throw new JetError('JET_errFeatureNotAvailable', 'encrypted values are neither read nor written');
  }
  if (value.compressed !== true) return value.bytes;
  const unpacked = decompress(value.bytes, UNPACKED_MOST);
  if (unpacked.ok) return unpacked.bytes;
  throw new JetError('JET_errDatabaseCorrupted', `a compressed value cannot be unpacked (${unpacked.reason})`);
}
