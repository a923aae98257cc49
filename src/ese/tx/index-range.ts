// Keys and ranges of an index from the values of its columns (format 7; JetMakeKey with its wildcards, JetSetIndexRange).
import { JetError } from '../../errors/jet-error.ts';
import type { IndexDef } from '../catalog/index-def.ts';
import { KeyBuilder } from '../norm/key-builder.ts';
import { storedInput, type InputValue } from './input-value.ts';

/**
 * A part of an index, in the order of its keys (of a descending column the greater values come first). Fewer values than
 * the index has columns stand for all keys that begin with them.
 */
export interface IndexRange {
  /** Where it begins; absent: with the first key. */
  readonly from?: readonly InputValue[];
  /** Where it ends; absent: with the last key. */
  readonly to?: readonly InputValue[];
  /** Default true. */
  readonly fromInclusive?: boolean;
  /** Default true. */
  readonly toInclusive?: boolean;
}

/** The same as bytes: keys at or after `low` and before `high`. */
export interface KeyRange {
  readonly low: Uint8Array | undefined;
  readonly high: Uint8Array | undefined;
}

/** The first key after all that begin with `prefix`; undefined: there is none. */
export function afterPrefix(prefix: Uint8Array): Uint8Array | undefined {
  let length = prefix.length;
  while (length > 0 && prefix[length - 1] === 0xff) length--;
  if (length === 0) return undefined;
  const after = prefix.slice(0, length);
  after[length - 1]!++;
  return after;
}

/** After every key: only prefixes of NULLs in descending columns are 0xff, and there are fewer columns than this. */
export const AFTER_ALL: Uint8Array = new Uint8Array(64).fill(0xff);

/** Makes keys of one index. */
export class IndexKeyMaker {
  readonly #table: string;
  readonly #index: IndexDef;
  readonly #builder: KeyBuilder;

  constructor(table: string, index: IndexDef) {
    this.#table = table;
    this.#index = index;
    this.#builder = new KeyBuilder(index.definition);
  }

  /** Number of columns of the index. */
  get columns(): number {
    return this.#index.definition.segments.length;
  }

  /**
   * The key that begins with these values, one for each of the first columns of the index; valid until the next call.
   * @throws JetError JET_errKeyIsMade (too many values), JET_errInvalidParameter (a value of another type),
   * JET_errUnicodeNormalizationNotSupported (text whose sort keys cannot be made).
   */
  key(values: readonly InputValue[]): Uint8Array {
    const builder = this.#builder;
    const { definition, name } = this.#index;
    const { segments } = definition;
    if (values.length > segments.length) {
      const message = `index ${name} has ${segments.length} columns, not ${values.length}`;
      throw new JetError('JET_errKeyIsMade', message, { table: this.#table });
    }
    builder.reset();
    for (let i = 0; i < values.length; i++) {
      const segment = segments[i]!;
      const bytes = storedInput(segment.coltyp, segment.codePage, values[i]!);
      if (bytes === undefined) builder.appendNull(segment);
      else builder.appendValue(segment, bytes, 0, bytes.length);
    }
    if (!builder.exact) {
      const message = `index ${name} of ${this.#table} sorts Unicode text in a way only Windows can: no key can be made`;
      throw new JetError('JET_errUnicodeNormalizationNotSupported', message, { table: this.#table });
    }
    return builder.bytes.subarray(0, builder.length);
  }

  /** The keys of a range. @throws JetError as `key`. */
  range({ from, to, fromInclusive = true, toInclusive = true }: IndexRange): KeyRange {
    let low: Uint8Array | undefined;
    if (from !== undefined && from.length > 0) {
      const key = this.key(from);
      low = fromInclusive ? key.slice() : (afterPrefix(key) ?? AFTER_ALL);
    }
    let high: Uint8Array | undefined;
    if (to !== undefined && to.length > 0) {
      const key = this.key(to);
      high = toInclusive ? afterPrefix(key) : key.slice();
    }
    return { low, high };
  }
}
