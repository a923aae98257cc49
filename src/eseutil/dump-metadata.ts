// The report of `eseutil /mm`: tables, long-value trees and indexes with their object ids and root pages (dbutil.cxx,
// PrintTableBareMetaData).
import { u64 } from '../binary/little-endian.ts';
import type { CatalogRow } from '../ese/catalog/catalog-row.ts';
import { CatalogType, SYSTEM_ROOT } from '../ese/catalog/system-schema.ts';
import type { TableDef } from '../ese/catalog/table-def.ts';
import type { TreeRef } from '../ese/btree/tree.ts';
import type { Database } from '../ese/database.ts';
import { leftAligned } from './plain-text.ts';
import { declaredTables } from './tree-listing.ts';
import { indexesInOrder } from './tree-order.ts';

/** Milliseconds between 1601 (FILETIME) and 1970. */
const FILETIME_EPOCH_MS = 11_644_473_600_000n;
const TICKS_A_MS = 10_000n;
const NEVER = '00/00/1900 00:00:00.000 LOC';

const TITLE = ' META-DATA DUMP ';
const HEADINGS =
  'Name                                               Type    ObjidFDP    PgnoFDP             PgnoFDPLastSetTime';

/** A FILETIME in the notation of header times; unset, or beyond what a date can hold: the zero time. */
function formatFiletime(bytes: Uint8Array | undefined): string {
  if (bytes?.length !== 8) return NEVER;
  const ticks = u64(bytes, 0);
  const date = new Date(Number(ticks / TICKS_A_MS - FILETIME_EPOCH_MS));
  if (ticks === 0n || Number.isNaN(date.getTime())) return NEVER;
  const pad = (value: number, digits = 2): string => String(value).padStart(digits, '0');
  const day = `${pad(date.getUTCMonth() + 1)}/${pad(date.getUTCDate())}/${pad(date.getUTCFullYear(), 4)}`;
  const clock = `${pad(date.getUTCHours())}:${pad(date.getUTCMinutes())}:${pad(date.getUTCSeconds())}`;
  return `${day} ${clock}.${pad(date.getUTCMilliseconds(), 3)} UTC`;
}

/** A number in a column of ten; one that is wider fills it with #. */
function inTen(value: number): string {
  const text = String(value | 0);
  return text.length > 10 ? '#'.repeat(10) : text.padStart(10);
}

function line(name: string, type: string, tree: Pick<TreeRef, 'objid' | 'pgnoFDP'>): string {
  return `${name} ${type} ${inTen(tree.objid)} ${inTen(tree.pgnoFDP)}`;
}

function* tableLines(table: TableDef, setTimes: ReadonlyMap<string, Uint8Array | undefined>): Generator<string> {
  const time = (type: number, tree: TreeRef): string => formatFiletime(setTimes.get(`${type}/${tree.objid}`));
  yield `${line(leftAligned(table.name, 51), 'Tbl ', table.tree)}    ${time(CatalogType.Table, table.tree)}`;
  const { longValueTree } = table;
  if (longValueTree !== undefined) {
    const entry = line(`  ${leftAligned('<Long Values>', 49)}`, 'LV  ', longValueTree);
    yield `${entry}    ${time(CatalogType.LongValue, longValueTree)}`;
  }
  for (const index of indexesInOrder(table)) {
    yield line(`  ${leftAligned(index.name, 49)}`, index.definition.primary ? 'Pri ' : 'Idx ', index.tree);
  }
}

/** When the root pages of tables and long-value trees were last set, by row type and object id. */
function lastSetTimes(rows: readonly CatalogRow[]): Map<string, Uint8Array | undefined> {
  const times = new Map<string, Uint8Array | undefined>();
  for (const { type, id, pgnoFDPLastSetTime } of rows) {
    if (type === CatalogType.Table || type === CatalogType.LongValue) times.set(`${type}/${id}`, pgnoFDPLastSetTime);
  }
  return times;
}

/** The report's lines. `name` is what to call the database; `table` limits the report to one table. */
export function* dumpMetadata(db: Database, name: string, table?: TableDef): Generator<string> {
  yield `${'*'.repeat(31)}${TITLE}${'*'.repeat(31)}`;
  yield HEADINGS;
  yield '='.repeat(HEADINGS.length);
  yield line(leftAligned(name, 51), 'Db  ', SYSTEM_ROOT);
  yield '';
  const setTimes = lastSetTimes(db.catalog.rows);
  for (const one of table === undefined ? declaredTables(db) : [table]) yield* tableLines(one, setTimes);
  yield '*'.repeat(78);
}
