// The highest number that rows of a table have: of the auto-increment column, or of the keys of tables without a primary
// index (format 6.7; ErrRECIInitAutoIncrement, ErrRECIInitDbkMost in recupd.cxx).
import { i32, i64 } from '../../binary/little-endian.ts';
import { u32be, u64be } from '../../binary/big-endian.ts';
import type { ColumnDef } from '../catalog/column-def.ts';
import { coltypSize, Coltyp } from '../catalog/column-type.ts';
import type { IndexDef } from '../catalog/index-def.ts';
import type { TableDef } from '../catalog/table-def.ts';
import { NodeView } from '../page/node.ts';
import type { RecordReader } from '../record/record-reader.ts';
import { TreePath } from './tree-path.ts';
import type { VersionedDatabase } from './version-store.ts';
import { writeTreeOf, type WriteTree } from './write-tree.ts';

/** Rows of tables without a primary index are numbered by keys of this size. */
export const NUMBER_KEY_SIZE = 4;

/** What a key segment with a value begins with; those in descending order are inverted. */
const HAS_VALUE = 0x7f;
const node = new NodeView();

/** The highest row number of a table whose primary keys are numbers. */
export function highestKey(database: VersionedDatabase, tree: WriteTree): bigint {
  const path = new TreePath(database.db, tree);
  try {
    path.seekEnd(-1);
    const key = path.exact && path.atNode(node) ? node.key() : undefined;
    return key?.length === NUMBER_KEY_SIZE ? BigInt(u32be(key, 0)) : 0n;
  } finally {
    path.release();
  }
}

/**
 * The highest value of an auto-increment column, of rows seen or not: from the end of an index that begins with it, or
 * else from all rows.
 */
export function highestNumber(
  database: VersionedDatabase,
  table: TableDef,
  column: ColumnDef,
  reader: RecordReader,
): bigint {
  const index = table.indexes.find(({ definition }) => {
    const [first] = definition.segments;
    return first?.columnId === column.columnId && definition.tuple === undefined && definition.conditional.length === 0;
  });
  const { pageSize } = database.db.cache.format;
  if (index !== undefined) {
    const tree = writeTreeOf(index.tree, index.definition.unique, index.density, pageSize);
    return highestOf(database, index, tree, column);
  }
  let highest = 0n;
  for (const path of nodes(database, writeTreeOf(table.tree, true, table.density, pageSize), -1)) {
    path.atNode(node);
    const data = node.data();
    if (!reader.load(data, 0, data.length, true) || !reader.selectColumn(column, 1)) continue;
    const { bytes, start, end } = reader;
    const number = end - start === 8 ? i64(bytes, start) : BigInt(i32(bytes, start));
    if (number > highest) highest = number;
  }
  return highest;
}

function highestOf(database: VersionedDatabase, { definition }: IndexDef, tree: WriteTree, column: ColumnDef): bigint {
  const { descending } = definition.segments[0]!;
  const size = coltypSize(column.coltyp);
  for (const path of nodes(database, tree, descending ? 1 : -1)) {
    path.atNode(node);
    const key = node.key();
    const bytes = descending ? key.map((byte) => byte ^ 0xff) : key;
    if (bytes[0] !== HAS_VALUE || bytes.length <= size) return 0n;
    const unsigned = column.coltyp === Coltyp.UnsignedLong || column.coltyp === Coltyp.UnsignedLongLong;
    const raw = size === 8 ? u64be(bytes, 1) : BigInt(u32be(bytes, 1));
    const number = unsigned ? raw : raw - (1n << BigInt(8 * size - 1));
    return number > 0n ? number : 0n;
  }
  return 0n;
}

/** Stands at each node of a tree, from one end. The tree must not be changed meanwhile. */
function* nodes(database: VersionedDatabase, tree: WriteTree, step: 1 | -1): Generator<TreePath> {
  const path = new TreePath(database.db, tree);
  try {
    path.seekEnd(step === 1 ? 0 : -1);
    for (let more = path.exact || path.move(step); more; more = path.move(step)) yield path;
  } finally {
    path.release();
  }
}
