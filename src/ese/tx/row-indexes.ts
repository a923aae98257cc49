// The keys of a row in the indexes of its table, and its entries there (format 7.3, 7.5; ErrRECIUpdateIndex in recupd.cxx).
import { JetError } from '../../errors/jet-error.ts';
import type { IndexDef } from '../catalog/index-def.ts';
import type { TableDef } from '../catalog/table-def.ts';
import { compareWholeKeys } from '../norm/compare-keys.ts';
import { IndexKeys, KeysKnown, type EmitKey } from '../norm/index-keys.ts';
import type { RecordReader } from '../record/record-reader.ts';
import type { VersionedTree } from './versioned-tree.ts';

const NO_BYTES = new Uint8Array(0);

/** An index of the table. */
interface TableIndex {
  readonly index: IndexDef;
  readonly keys: IndexKeys;
  readonly tree: VersionedTree;
  /** Ids of the columns it depends on. */
  readonly columns: ReadonlySet<number>;
}

const anyOf = (columns: ReadonlySet<number>, changed: ReadonlySet<number>): boolean => {
  for (const id of changed) if (columns.has(id)) return true;
  return false;
};

const isIn = (key: Uint8Array, keys: readonly Uint8Array[]): boolean =>
  keys.some((other) => compareWholeKeys(key, other) === 0);

/** The indexes of one table, for one session. The row is the one that `reader` is loaded with. */
export class RowIndexes {
  readonly #table: TableDef;
  readonly #reader: RecordReader;
  readonly #primary: TableIndex | undefined;
  /** The engine goes through the indexes from the newest to the oldest. */
  readonly #secondary: readonly TableIndex[];
  /** Where keys go that are being made. */
  #target: VersionedTree | undefined;
  #bookmark: Uint8Array = NO_BYTES;
  #key: Uint8Array = NO_BYTES;
  readonly #insertKey: EmitKey;
  readonly #deleteKey: EmitKey;
  readonly #takeKey: EmitKey;

  /** @throws JetError JET_errFeatureNotAvailable for indexes on columns that the catalog does not know. */
  constructor(table: TableDef, reader: RecordReader, treeOf: (index: IndexDef) => VersionedTree) {
    this.#table = table;
    this.#reader = reader;
    if (table.indexes.some(({ unresolved }) => unresolved)) {
      throw new JetError('JET_errFeatureNotAvailable', `table ${table.name} has an index on unknown columns`);
    }
    const open = (index: IndexDef): TableIndex => {
      const { definition } = index;
      const columns = new Set([...definition.segments, ...definition.conditional].map(({ columnId }) => columnId));
      return {
        index,
        keys: new IndexKeys(definition),
        tree: treeOf(index),
        columns,
      };
    };
    this.#primary = table.primaryIndex === undefined ? undefined : open(table.primaryIndex);
    this.#secondary = table.indexes
      .filter(({ definition }) => !definition.primary)
      .sort((a, b) => b.tree.objid - a.tree.objid)
      .map(open);
    this.#insertKey = (key, length) => {
      this.#target!.insert(key.subarray(0, length), this.#bookmark);
    };
    this.#deleteKey = (key, length) => {
      this.#target!.delete(key.subarray(0, length), this.#bookmark);
    };
    this.#takeKey = (key, length) => {
      this.#key = key.slice(0, length);
    };
  }

  /** True when the keys of rows are made of columns. */
  get hasPrimary(): boolean {
    return this.#primary !== undefined;
  }

  /** True when a change of these columns can change the primary key. */
  isPrimary(changed: ReadonlySet<number>): boolean {
    return this.#primary !== undefined && anyOf(this.#primary.columns, changed);
  }

  /** The primary key of the row. @throws JetError JET_errNullKeyDisallowed, and as `insert`. */
  primaryKey(): Uint8Array {
    this.#key = NO_BYTES;
    this.#make(this.#primary!, this.#takeKey);
    if (this.#key.length > 0) return this.#key;
    throw new JetError('JET_errNullKeyDisallowed', `table ${this.#table.name}: a row has no primary key`);
  }

  /**
   * Adds the entries of the row.
   * @throws JetError JET_errKeyDuplicate, JET_errNullKeyDisallowed, JET_errMultiValuedIndexViolation,
   * JET_errUnicodeNormalizationNotSupported (a key that only Windows' collation makes), JET_errLVCorrupted.
   */
  insert(bookmark: Uint8Array): void {
    this.#bookmark = bookmark;
    for (const each of this.#secondary) {
      this.#target = each.tree;
      this.#make(each, this.#insertKey);
    }
  }

  /** Removes the entries of the row. @throws JetError JET_errWriteConflict, and as `insert`. */
  delete(bookmark: Uint8Array): void {
    this.#bookmark = bookmark;
    for (const each of this.#secondary) {
      this.#target = each.tree;
      this.#make(each, this.#deleteKey);
    }
  }

  /** The keys of the row in the indexes that depend on these columns; for `update`. */
  before(changed: ReadonlySet<number>): (readonly Uint8Array[] | undefined)[] {
    return this.#secondary.map((each) => {
      return anyOf(each.columns, changed) ? this.#keysOf(each) : undefined;
    });
  }

  /** Changes the entries of a row that had these keys. @throws JetError as `delete`. */
  update(before: readonly (readonly Uint8Array[] | undefined)[], bookmark: Uint8Array): void {
    before.forEach((old, i) => {
      if (old === undefined) return;
      const { tree } = this.#secondary[i]!;
      const keys = this.#keysOf(this.#secondary[i]!);
      for (const key of old) if (!isIn(key, keys)) tree.delete(key, bookmark);
      for (const key of keys) if (!isIn(key, old)) tree.insert(key, bookmark);
    });
  }

  #keysOf(index: TableIndex): Uint8Array[] {
    const found: Uint8Array[] = [];
    this.#make(index, (key, length) => found.push(key.slice(0, length)));
    return found;
  }

  #make({ keys, index }: TableIndex, emit: EmitKey): void {
    const reader = this.#reader;
    takeUnreadable(reader);
    const known = keys.of(reader, emit);
    const where = `table ${this.#table.name}, index ${index.name}`;
    if (reader.unreadable) throw new JetError('JET_errLVCorrupted', `${where}: a value of the key cannot be read`);
    if (known === KeysKnown.Exact) return;
    if (known === KeysKnown.Refused) throw new JetError('JET_errNullKeyDisallowed', `${where}: a key is not allowed`);
    if (known === KeysKnown.TooMany) throw new JetError('JET_errMultiValuedIndexViolation', `${where}: too many keys`);
    throw new JetError('JET_errUnicodeNormalizationNotSupported', `${where}: keys need the collation of Windows`);
  }
}

/** Whether a value could not be read since this was last asked. */
function takeUnreadable(reader: RecordReader): boolean {
  const { unreadable } = reader;
  reader.unreadable = false;
  return unreadable;
}
