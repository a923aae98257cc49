// Catalog rows on pages whose checksum fails, for catalogs of which both copies have lost pages (format 5.2).
import { toHex } from '../../binary/hex.ts';
import { CatalogRecordBuilder, catalogTable } from '../../ese/build/catalog-record.ts';
import { CatalogRowReader, type CatalogRow } from '../../ese/catalog/catalog-row.ts';
import { CatalogType } from '../../ese/catalog/system-schema.ts';
import { NodeView } from '../../ese/page/node.ts';
import { PageFlag } from '../../ese/page/page-flags.ts';
import { pageHeaderProblem } from '../../ese/page/page-structure.ts';
import { RecordReader } from '../../ese/record/record-reader.ts';
import { RecordCheck } from '../check/check-record.ts';
import type { RescuedRow } from './catalog-rescue.ts';
import type { RescueContext } from './rescue-context.ts';

/** What stands before each value in a key. */
const DATA_PREFIX = 0x7f;

/** A row from a page whose checksum fails. */
export interface SuspectRow extends RescuedRow {
  readonly key: string;
  readonly pgno: number;
  /** Its record contradicts itself. */
  readonly flawed: boolean;
}

/** The key of a catalog row: object id of the table, type, id. */
function catalogKey({ objidTable, type, id }: CatalogRow): Uint8Array {
  const key = new Uint8Array(13);
  const view = new DataView(key.buffer);
  for (const at of [0, 5, 8]) key[at] = DATA_PREFIX;
  // Signed numbers sort with their sign bit turned.
  view.setUint32(1, (objidTable ^ 0x80000000) >>> 0, false);
  view.setUint16(6, (type ^ 0x8000) & 0xffff, false);
  view.setUint32(9, (id ^ 0x80000000) >>> 0, false);
  return key;
}

/** Rows of a bad page that stand at the key their columns make. */
export function* suspectRows(ctx: RescueContext, pgno: number): Generator<SuspectRow> {
  const { scan, sortedTagged } = ctx;
  const page = scan.pages.readUnverified(pgno);
  const excluded = PageFlag.SpaceTree | PageFlag.Index | PageFlag.LongValue | PageFlag.Empty;
  if (!page.isLeaf || (page.fFlags & excluded) !== 0 || pageHeaderProblem(page) !== undefined) return;
  const node = new NodeView();
  const { format } = scan.pages;
  const table = catalogTable(format);
  const record = new RecordReader(table, format, undefined);
  const rows = new CatalogRowReader(format);
  const builder = new CatalogRecordBuilder(format, sortedTagged);
  const check = new RecordCheck(
    table,
    format,
    () => undefined,
    () => undefined,
  );
  const isSorted = (page.fFlags & PageFlag.NewRecordFormat) !== 0;
  for (let line = 0; line < page.lineCount; line++) {
    if (!node.load(page, line) || node.isDeleted) continue;
    const [start, end] = [node.dataStart, node.dataStart + node.dataLength];
    const row = rows.read(node.bytes, start, end, isSorted);
    if (row === undefined || row.type < CatalogType.Table || row.type > CatalogType.Callback) continue;
    if (!/^[\x20-\x7e\x80-\xff]+$/.test(row.name) || !record.load(node.bytes, start, end, isSorted)) continue;
    const key = catalogKey(row);
    if (node.compareKey(key) !== 0) continue;
    // Of a record that contradicts itself what can be read of it is written anew.
    const flawed = !check.check(record);
    const asItIs = isSorted === sortedTagged && !flawed;
    yield {
      row,
      record: asItIs ? node.data().slice() : builder.build(row).slice(),
      key: toHex(key),
      pgno,
      flawed,
    };
  }
}
