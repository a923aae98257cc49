// All keys of a record in an index: conditional columns, NULL policy, multi-valued columns and substrings.
// Source: format sections 7.3 and 7.4; recupd.cxx (ErrRECIEnumerateKeys), fcreate.cxx.
import type { ColumnValues } from './column-values.ts';
import type { IndexDefinition } from './index-definition.ts';
import { KeySequence } from './key-sequence.ts';
import { KeySet } from './key-set.ts';
import { KeyShape, RecordKey } from './record-key.ts';
import { tupleLimits16 } from './tuple.ts';

/**
 * Takes one key of a record: `key[0..length)`, valid until it returns. Not `exact`: the entry exists and its key begins
 * with these bytes and goes on, in a way that cannot be known here.
 */
export type EmitKey = (key: Uint8Array, length: number, exact: boolean) => void;

/** How much `IndexKeys.of` could say about a record. */
export const KeysKnown = {
  /** The keys emitted are the record's entries, all of them, each once. */
  Exact: 'exact',
  /**
   * Some keys were emitted as prefixes. Every key emitted stands for an entry, but several prefixes may stand for the
   * same one: values that differ may have one sort key.
   */
  Prefixes: 'prefixes',
  /** The engine would not have accepted this record: a NULL or a cut key where the index forbids it. */
  Refused: 'refused',
  /** More keys than any sound record has; the rest was left out. */
  TooMany: 'too-many',
} as const;
/** One of the values of `KeysKnown`. */
export type KeysKnown = (typeof KeysKnown)[keyof typeof KeysKnown];

/** Keys tried for one record, and bytes of its distinct keys, at most: a damaged record must not stall a check. */
const MOST_KEYS = 0x40000;
const MOST_KEY_BYTES = 0x4000000;

/** What follows from one set of values: the next set, the one after a column ran out, or nothing more. */
type Step = 'advance' | 'roll-over' | 'stop' | 'refuse' | 'too-many';

/** Makes the keys of records in one index. Holds its buffers, so make one for an index and keep it. */
export class IndexKeys {
  readonly #index: IndexDefinition;
  readonly #key: RecordKey;
  readonly #sequence: KeySequence;
  readonly #seen = new KeySet();
  readonly #many: boolean;
  /** Keys of the present record whose end is not known. */
  #prefixes = 0;
  #tried = 0;

  constructor(definition: IndexDefinition) {
    const { tuple } = definition;
    const index = tuple === undefined ? definition : { ...definition, tuple: tupleLimits16(tuple) };
    this.#index = index;
    this.#key = new RecordKey(index);
    this.#sequence = new KeySequence(index);
    this.#many = !index.primary && (index.tuple !== undefined || index.segments.some((s) => s.multiValued));
  }

  /** Calls `emit` for each distinct key of the record; not at all when the record has no entry in this index. */
  of(values: ColumnValues, emit: EmitKey): KeysKnown {
    if (!this.#meetsConditions(values)) return KeysKnown.Exact;
    this.#sequence.restart();
    if (this.#sequence.done) return KeysKnown.Exact;
    return this.#many ? this.#ofMany(values, emit) : this.#ofOne(values, emit);
  }

  #meetsConditions(values: ColumnValues): boolean {
    for (const { columnId, mustBeNull } of this.#index.conditional) {
      if (values.select(columnId, 1) === mustBeNull) return false;
    }
    return true;
  }

  /** Indexes with one entry a record at most. */
  #ofOne(values: ColumnValues, emit: EmitKey): KeysKnown {
    const shape = this.#key.build(values, this.#sequence.itags, 0);
    if (this.#refuses(shape)) return KeysKnown.Refused;
    if (!this.#index.primary && !this.#admits(shape)) return KeysKnown.Exact;
    const { bytes, length, exact } = this.#key.builder;
    emit(bytes, length, exact);
    return exact ? KeysKnown.Exact : KeysKnown.Prefixes;
  }

  #ofMany(values: ColumnValues, emit: EmitKey): KeysKnown {
    this.#seen.clear();
    this.#prefixes = 0;
    this.#tried = 0;
    while (!this.#sequence.done) {
      const step = this.#ofValues(values, emit);
      if (step === 'refuse') return KeysKnown.Refused;
      if (step === 'too-many') return KeysKnown.TooMany;
      if (step === 'stop') break;
      if (step === 'roll-over') this.#sequence.rollOver(this.#key.ranOut);
      else this.#sequence.advance();
    }
    return this.#prefixes === 0 ? KeysKnown.Exact : KeysKnown.Prefixes;
  }

  /** The keys of the present set of values: one, or in a tuple index one for each substring. */
  #ofValues(values: ColumnValues, emit: EmitKey): Step {
    const { tuple, segments } = this.#index;
    const most = tuple?.chToIndexMax ?? 1;
    let ich = tuple?.ichStart ?? 0;
    if (most < 1) return 'stop';
    for (let n = 0; n < most; n++, ich += tuple?.cchIncrement ?? 1) {
      if (++this.#tried > MOST_KEYS || this.#seen.byteLength > MOST_KEY_BYTES) return 'too-many';
      const shape = this.#key.build(values, this.#sequence.itags, ich);
      if (shape === KeyShape.OutOfValues) return 'roll-over';
      // Only the first segment has substrings: when it has but one value, there is nothing more to come.
      if (shape === KeyShape.OutOfTuples) return segments[0]!.multiValued ? 'advance' : 'stop';
      if (this.#refuses(shape)) return 'refuse';
      if (!this.#admits(shape)) return 'stop';
      this.#emitOnce(emit);
      // A key of NULLs only means that no multi-valued column has a value: the next set would be no different.
      if (shape === KeyShape.AllNull) return 'stop';
    }
    return 'advance';
  }

  #emitOnce(emit: EmitKey): void {
    const { bytes, length, exact } = this.#key.builder;
    if (!exact) this.#prefixes++;
    else if (!this.#seen.add(bytes, length)) return;
    emit(bytes, length, exact);
  }

  #refuses(shape: KeyShape): boolean {
    if (shape === KeyShape.Refused) return true;
    const hasNull = shape === KeyShape.AllNull || shape === KeyShape.FirstNull || shape === KeyShape.SomeNull;
    return hasNull && this.#index.noNullSegments;
  }

  /** The NULL policy. An index that leaves out NULLs in first place leaves out keys of NULLs only, whatever it says. */
  #admits(shape: KeyShape): boolean {
    const { allowAllNulls, allowFirstNull, allowSomeNulls } = this.#index;
    if (shape === KeyShape.AllNull) return allowAllNulls && allowFirstNull;
    if (shape === KeyShape.FirstNull) return allowFirstNull;
    return shape === KeyShape.SomeNull ? allowSomeNulls : shape === KeyShape.Whole;
  }
}
