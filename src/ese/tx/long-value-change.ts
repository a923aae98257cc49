// One value of a long column, wherever it is kept, changed as a whole or in part (format 6.5; ErrRECSetLongField and
// LvopFromGrbit in lv.cxx).
import { JetError } from '../../errors/jet-error.ts';
import type { StoredValue } from '../build/stored-value.ts';
import type { ColumnDef } from '../catalog/column-def.ts';
import { ColumnFlag } from '../catalog/column-def.ts';
import { LONG_VALUE_LIMIT } from '../lv/long-values.ts';
import type { LongValueWriter } from './long-value-writer.ts';
import { INTRINSIC_MOST, plainBytes, type LongValueSource } from './row-long-values.ts';

/** How a value of a long column is to be changed. */
export interface LongValueChange {
  /**
   * `replace`: by `bytes`; `append`: `bytes` at the end; `overwrite`: `bytes` from `offset` on, growing where they go
   * past the end; `resize`: to `size` bytes, cut or filled up with zeros.
   */
  readonly mode: 'replace' | 'append' | 'overwrite' | 'resize';
  /** Which of several values, from 1 on; one more than there are: another one. Default: the first. */
  readonly itag?: number;
  readonly bytes?: Uint8Array;
  readonly offset?: number;
  readonly size?: number;
}

const NO_BYTES = new Uint8Array(0);

/**
 * The values of a column after a change of one. Those that are separated are changed in place.
 * @throws JetError JET_errBadItagSequence, JET_errColumnNoChunk, JET_errColumnTooBig, JET_errInvalidParameter (a second
 * value of a column that can have one), and as LongValueWriter.overwrite.
 */
export function changedValues(
  column: ColumnDef,
  values: readonly StoredValue[],
  change: LongValueChange,
  source: LongValueSource,
): readonly StoredValue[] {
  const { itag = 1 } = change;
  if (!Number.isInteger(itag) || itag < 1 || itag > values.length + 1) {
    const message = `column ${column.name} has ${values.length} values: none can be set at ${itag}`;
    throw new JetError('JET_errBadItagSequence', message);
  }
  if (itag > 1 && (column.flags & ColumnFlag.Multivalued) === 0) {
    throw new JetError('JET_errInvalidParameter', `column ${column.name} has one value only`);
  }
  const old = values[itag - 1];
  const now = old?.separated === true ? changedSeparated(old, change, source()) : changedPlain(old, change, source);
  return values.toSpliced(itag - 1, 1, now);
}

function changedSeparated({ bytes }: StoredValue, change: LongValueChange, writer: LongValueWriter): StoredValue {
  const { mode, bytes: given = NO_BYTES, offset = 0, size = 0 } = change;
  const lid = bytes.slice();
  switch (mode) {
    case 'append':
      return { bytes: writer.append(lid, given), separated: true };
    case 'overwrite':
      return { bytes: writer.overwrite(lid, offset, given), separated: true };
    case 'resize':
      return { bytes: writer.resize(lid, size), separated: true };
    default:
      writer.release(lid);
      return { bytes: given };
  }
}

function changedPlain(old: StoredValue | undefined, change: LongValueChange, source: LongValueSource): StoredValue {
  const { mode, bytes: given = NO_BYTES, offset = 0, size = 0 } = change;
  if (mode === 'replace') return { bytes: given };
  const before = old === undefined ? NO_BYTES : plainBytes(old);
  const { length } = before;
  if (mode === 'overwrite' && offset > length) {
    throw new JetError('JET_errColumnNoChunk', `a long value of ${length} bytes has none at ${offset}`);
  }
  const at = mode === 'append' ? length : offset;
  const end = mode === 'resize' ? size : Math.max(length, at + given.length);
  if (end > LONG_VALUE_LIMIT) throw new JetError('JET_errColumnTooBig', `a long value cannot have ${end} bytes`);
  if (mode === 'resize' && end > INTRINSIC_MOST) {
    // Zeros need not be made in memory first.
    const writer = source();
    return {
      bytes: writer.resize(writer.insert(before), end),
      separated: true,
    };
  }
  const bytes = new Uint8Array(end);
  bytes.set(before.subarray(0, end));
  if (mode !== 'resize') bytes.set(given, at);
  return { bytes };
}
