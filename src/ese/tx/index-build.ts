// The entries of a new index out of the rows a session sees, sorted and appended without versions (ErrFILEIBuildIndex,
// ErrFILEIndexBatchInit in fcreate.cxx).
import { JetError } from '../../errors/jet-error.ts';
import { ExternalSort } from '../build/external-sort.ts';
import type { IndexDef } from '../catalog/index-def.ts';
import type { TableDef } from '../catalog/table-def.ts';
import type { SpillStore } from '../io/spill-store.ts';
import { IndexKeys, KeysKnown } from '../norm/index-keys.ts';
import { RecordReader } from '../record/record-reader.ts';
import type { DefinitionContext } from './definition-context.ts';
import { LongValueSession } from './long-value-session.ts';
import { writeTreeOf } from './table-writer.ts';
import { TreeWriter } from './tree-writer.ts';
import type { TxSession } from './tx-session.ts';
import { VersionedTree } from './versioned-tree.ts';

const LONG_VALUE_DENSITY = 100;

/** Reads the records of a table with the long values they refer to. */
function readerOf(context: DefinitionContext, session: TxSession, table: TableDef): RecordReader {
  const { transactions, database } = context;
  const { format } = database.db.store;
  const { longValueTree, lvChunkMax } = table;
  if (longValueTree === undefined) return new RecordReader(table, format, undefined);
  const writeTree = writeTreeOf(longValueTree, true, LONG_VALUE_DENSITY, format.pageSize);
  const tree = new VersionedTree(transactions, session, database, writeTree);
  return new RecordReader(table, format, new LongValueSession(tree, lvChunkMax));
}

/**
 * Puts entries for all rows into the empty tree of an index.
 * @throws JetError JET_errKeyDuplicate, JET_errNullKeyDisallowed, JET_errUnicodeNormalizationNotSupported,
 * JET_errWriteConflict: another session changed a row, and has not committed or did so after this one began.
 */
export function buildIndex(
  context: DefinitionContext,
  session: TxSession,
  table: TableDef,
  index: IndexDef,
  spill: SpillStore,
): void {
  const { db, allocator } = context.database;
  const { pageSize } = db.store.format;
  const { definition, tree, density } = index;
  const found = { duplicate: false };
  const sort = new ExternalSort({
    spill,
    onDuplicateKey: () => {
      found.duplicate = true;
    },
  });
  try {
    addEntries(context, session, table, index, sort);
    const target = writeTreeOf(tree, definition.unique, density, pageSize);
    const writer = new TreeWriter({ db, session, tree: target, allocator });
    for (const { bytes, keyStart, keyLength, dataStart, dataLength } of sort.sorted()) {
      if (found.duplicate && definition.unique) {
        const message = `index ${index.name} of table ${table.name}: two rows have one key`;
        throw new JetError('JET_errKeyDuplicate', message, { table: table.name });
      }
      writer.insert(bytes.slice(keyStart, keyStart + keyLength), bytes.slice(dataStart, dataStart + dataLength));
    }
  } finally {
    sort.close();
  }
}

function addEntries(
  context: DefinitionContext,
  session: TxSession,
  table: TableDef,
  index: IndexDef,
  sort: ExternalSort,
): void {
  const { transactions, database } = context;
  const { pageSize } = database.db.store.format;
  const primary = writeTreeOf(table.tree, true, table.density, pageSize);
  const rows = new VersionedTree(transactions, session, database, primary);
  refuseOthers(context, session, table, rows);
  const keys = new IndexKeys(index.definition);
  const reader = readerOf(context, session, table);
  const where = `index ${index.name} of table ${table.name}`;
  for (const { key: bookmark, data } of rows.from()) {
    if (!reader.load(data, 0, data.length, true)) {
      throw new JetError('JET_errDatabaseCorrupted', `table ${table.name} has a damaged record`, { table: table.name });
    }
    const known = keys.of(reader, (key, length) => {
      sort.add(key, 0, length, bookmark, 0, bookmark.length);
    });
    if (known === KeysKnown.Exact) continue;
    const jet =
      known === KeysKnown.Refused
        ? 'JET_errNullKeyDisallowed'
        : known === KeysKnown.TooMany
          ? 'JET_errMultiValuedIndexViolation'
          : 'JET_errUnicodeNormalizationNotSupported';
    throw new JetError(jet, `${where}: the keys of a row cannot be made`, { table: table.name });
  }
}

/** Rows that another session has changed, unseen by this one, would have no entries, or wrong ones. */
function refuseOthers(context: DefinitionContext, session: TxSession, table: TableDef, rows: VersionedTree): void {
  const { transactions, database } = context;
  const { versions } = transactions;
  if (versions.isEmpty) return;
  const none = new Uint8Array(0);
  for (const { key } of rows.all()) {
    const version = versions.newest(database, rows.tree, key, none);
    if (version === undefined || version.session === session || version.trxCommitted < session.trxBegin0) continue;
    const message = `session ${session.name}: a row of table ${table.name} was changed by ${version.session.name}`;
    throw new JetError('JET_errWriteConflict', message, { table: table.name });
  }
}
