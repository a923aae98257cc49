// MSysLocales counts the indexes of each order of Unicode text, in a transaction of its own: an index that is rolled back
// stays counted, as with the engine (format 5.5; ErrCATIAddLocale in cat.cxx, ErrKVPAdjValue in kvpstore.cxx).
import { u64 } from '../../binary/little-endian.ts';
import { guidText } from '../../binary/guid.ts';
import { utf16Bytes } from '../../binary/text.ts';
import { LOCALES_TABLE } from '../build/system-tables.ts';
import type { CatalogRow } from '../catalog/catalog-row.ts';
import { ColumnFlag } from '../catalog/column-def.ts';
import type { TableDef } from '../catalog/table-def.ts';
import { seekKey } from '../norm/seek-key.ts';
import { RecordReader } from '../record/record-reader.ts';
import { schemaOf, within, type DefinitionContext } from './definition-context.ts';
import { backgroundSession } from './long-value-cleaner.ts';
import { TableWriter } from './table-writer.ts';

/** Type of rows that hold a number. */
const NUMBER_TYPE = 2;

/** The engine replaces the number, though its column is one that changes by differences. */
function replaceable(table: TableDef): TableDef {
  const columns = table.columns.map((column) => ({ ...column, flags: column.flags & ~ColumnFlag.EscrowUpdate }));
  return { ...table, columns };
}

/** Counts one more index of the order that its row names. Databases without MSysLocales count nothing. */
export function countLocale(context: DefinitionContext, { localeName, sortId, sortVersion }: CatalogRow): void {
  const { transactions, database } = context;
  const found = schemaOf(context).find(LOCALES_TABLE.name)?.table;
  const table = found === undefined ? undefined : replaceable(found);
  const primary = table?.primaryIndex;
  if (table === undefined || primary === undefined || sortId === undefined || sortVersion === undefined) return;
  const name = `LocaleName=${localeName},SortID=${guidText(sortId, 0)},Ver=${u64(sortVersion, 0).toString(16)}`;
  const bytes = utf16Bytes(`${name}\0`);
  const session = backgroundSession(transactions);
  const writer = new TableWriter(transactions, session, database, table);
  within(session, () => {
    const { key } = seekKey(primary.definition, [bytes]);
    const record = writer.get(key);
    if (record === undefined) {
      writer.insert({ Type: NUMBER_TYPE, iValue: 1, Key: bytes });
      return;
    }
    const reader = new RecordReader(table, database.db.store.format, undefined);
    const column = table.columns.find((each) => each.name === 'iValue')!;
    reader.load(record, 0, record.length, true);
    const has = reader.selectColumn(column, 1);
    const count = has ? new DataView(reader.bytes.buffer, reader.bytes.byteOffset + reader.start).getInt32(0, true) : 0;
    writer.update(key, { iValue: count + 1 });
  });
}
