// The key to seek from typed values, segment by segment, as JetMakeKey builds it.
// Source: format section 7; fldnorm.cxx (ErrFLDNormalizeSegment).
import { JetError } from '../../errors/jet-error.ts';
import type { IndexDefinition } from './index-definition.ts';
import { KeyBuilder } from './key-builder.ts';
import { encodeKeyValue } from './key-value.ts';
import type { KeyValue } from './key-value.ts';

/** A key made of typed values. */
export interface SeekKey {
  readonly key: Uint8Array;
  /** False when a value is Unicode text: the key then ends after that segment's prefix byte. */
  readonly exact: boolean;
}

/**
 * The normalised key of `values`, one for each of the first segments of the index; fewer values than segments make the
 * beginning that all matching keys share. Throws JET_errInvalidParameter for a value that does not fit its column.
 */
export function seekKey(index: IndexDefinition, values: readonly KeyValue[]): SeekKey {
  if (values.length > index.segments.length) {
    throw new JetError('JET_errKeyIsMade', `the index has ${index.segments.length} columns, not ${values.length}`);
  }
  const builder = new KeyBuilder(index);
  values.forEach((value, i) => {
    const segment = index.segments[i]!;
    const bytes = encodeKeyValue(segment.coltyp, segment.codePage, value);
    if (bytes === undefined) builder.appendNull(segment);
    else builder.appendValue(segment, bytes, 0, bytes.length);
  });
  return { key: builder.bytes.slice(0, builder.length), exact: builder.exact };
}
