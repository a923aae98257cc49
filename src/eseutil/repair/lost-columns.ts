// Columns that records hold and the catalog has lost. Their places can be told from the records; their names and types
// cannot: they come back as binary columns `Column_<field id>` (format 6.1, 6.2).
import { u16 } from '../../binary/little-endian.ts';
import { longValueRow } from '../../ese/build/table-spec.ts';
import type { CatalogRow } from '../../ese/catalog/catalog-row.ts';
import { columnPlace, ColumnFlag, FID_VAR_LEAST } from '../../ese/catalog/column-def.ts';
import { Coltyp } from '../../ese/catalog/column-type.ts';
import { CatalogType } from '../../ese/catalog/system-schema.ts';
import type { TableDef } from '../../ese/catalog/table-def.ts';
import { RecordView } from '../../ese/record/record-view.ts';
import { LeafKind } from './leaf-register.ts';
import type { RescueContext } from './rescue-context.ts';
import { TreeNodes } from './tree-nodes.ts';

const RECORD_HEADER_SIZE = 4;
const ENTRY_SIZE = 4;
const VALUE_MOST = 255;
const TagBit = { Derived: 0x8000, ExtendedInfo: 0x4000, Null: 0x2000 } as const;
const Header = { LongValue: 1, MultiValues: 8 } as const;

/** What records show of a tagged column. */
interface TaggedColumn {
  long: boolean;
  multiValued: boolean;
}

/** What the records of a table show of its columns. */
class RecordSurvey {
  /** Where fixed column `fid` ends, from records in which it is the last. */
  readonly fixedEnds = new Map<number, number>();
  readonly variables = new Set<number>();
  /** By field id; template columns apart. */
  readonly tagged = new Map<number, TaggedColumn>();
  readonly derived = new Map<number, TaggedColumn>();
  records = 0;
  readonly #headerAlways: boolean;
  readonly #mask: number;

  constructor({ scan }: RescueContext) {
    const { format } = scan.pages;
    this.#headerAlways = format.taggedHeaderAlways;
    this.#mask = format.taggedOffsetMask;
  }

  see(record: RecordView): void {
    this.records++;
    const { fidFixedLast, fidVarLast, ibEndOfFixed } = record;
    if (fidFixedLast > 0 && !this.fixedEnds.has(fidFixedLast))
      this.fixedEnds.set(fidFixedLast, ibEndOfFixed - ((fidFixedLast + 7) >> 3));
    for (let fid = FID_VAR_LEAST; fid <= fidVarLast; fid++)
      if (fid === fidVarLast || record.findVariable(fid) === 'value') this.variables.add(fid);
    if (record.sortedTagged) this.#seeTagged(record);
  }

  #seeTagged({ bytes, taggedStart, recordEnd }: RecordView): void {
    const size = recordEnd - taggedStart;
    const first = size < ENTRY_SIZE ? 0 : u16(bytes, taggedStart + 2) & this.#mask;
    for (let entry = 0; entry + ENTRY_SIZE <= first && first <= size; entry += ENTRY_SIZE) {
      const bits = u16(bytes, taggedStart + entry + 2);
      const at = taggedStart + (bits & this.#mask);
      const hasHeader = this.#headerAlways || (bits & (TagBit.ExtendedInfo | TagBit.Null)) === TagBit.ExtendedInfo;
      const header = hasHeader && at < recordEnd ? bytes[at]! : 0;
      const columns = (bits & TagBit.Derived) !== 0 ? this.derived : this.tagged;
      const fid = u16(bytes, taggedStart + entry);
      const known = columns.get(fid) ?? { long: false, multiValued: false };
      known.long ||= (header & Header.LongValue) !== 0;
      known.multiValued ||= (header & Header.MultiValues) !== 0;
      columns.set(fid, known);
    }
  }
}

function survey(ctx: RescueContext, table: TableDef): RecordSurvey {
  const { scan, planner } = ctx;
  const found = new RecordSurvey(ctx);
  const record = new RecordView();
  const plan = planner.plan(table.tree.objid, LeafKind.Table, table.tree.pgnoFDP);
  const options = { sorter: () => ctx.sorter(1), onLoss: (): void => undefined };
  new TreeNodes(scan.pages, scan.leaves, plan, options).walk((node) => {
    const { bytes, dataStart, dataLength, sortedTagged } = node;
    if (record.load(bytes, dataStart, dataStart + dataLength, sortedTagged)) found.see(record);
  });
  return found;
}

function columnRow(
  objidTable: number,
  fid: number,
  coltyp: Coltyp,
  size: number,
  flags: number,
  offset: number,
): CatalogRow {
  return {
    ...longValueRow(objidTable, fid, coltyp),
    type: CatalogType.Column,
    name: `Column_${fid}`,
    spaceUsage: size,
    flags,
    pagesOrLocale: 0,
    recordOffset: offset,
  };
}

/** Rows of lost fixed columns: what lies between the known ones, split where records show an end. */
function fixedRows(
  table: TableDef,
  isKnown: (fid: number) => boolean,
  ends: ReadonlyMap<number, number>,
): CatalogRow[] | undefined {
  const { objid } = table.tree;
  const known = new Map(
    table.columns.filter((column) => column.place === 'fixed').map((column) => [column.fid, column]),
  );
  const last = Math.max(0, ...ends.keys());
  const rows: CatalogRow[] = [];
  let offset = RECORD_HEADER_SIZE;
  let pending: number[] = [];
  const settle = (end: number): boolean => {
    const spare = end - offset - pending.length;
    if (pending.length > 0 && spare < 0) return false;
    // Where several share a stretch, nothing says how: the first takes what the others leave.
    for (const [i, fid] of pending.entries()) {
      const size = i === 0 ? spare + 1 : 1;
      rows.push(columnRow(objid, fid, Coltyp.Binary, size, 0, offset));
      offset += size;
    }
    pending = [];
    return true;
  };
  for (let fid = 1; fid <= last; fid++) {
    const column = known.get(fid);
    if (column !== undefined) {
      if (!settle(column.recordOffset)) return undefined;
      offset = column.recordOffset + column.cbMaxLen;
    } else if (!isKnown(fid)) pending.push(fid);
    const end = ends.get(fid);
    if (column === undefined && end !== undefined && !settle(end)) return undefined;
  }
  return rows;
}

/** Rows for the columns of `table` that its records hold and no row declares; undefined when they make no sense. */
export function lostColumnRows(
  ctx: RescueContext,
  table: TableDef,
  own: readonly CatalogRow[],
  template: TableDef | undefined,
): CatalogRow[] | undefined {
  const found = survey(ctx, table);
  const { objid } = table.tree;
  const ids = new Set(own.filter((row) => row.type === CatalogType.Column).map((row) => row.id & 0xffff));
  // Fixed and variable columns of a template count on in its derived tables.
  const inherited = new Set(
    (template?.columns ?? [])
      .filter((column) => column.place !== 'tagged' || !hasApartTagged(template))
      .map(({ fid }) => fid),
  );
  const isKnown = (fid: number): boolean => ids.has(fid) || inherited.has(fid);
  const rows = fixedRows(table, isKnown, found.fixedEnds);
  if (rows === undefined) return undefined;
  for (const fid of found.variables)
    if (!isKnown(fid)) rows.push(columnRow(objid, fid, Coltyp.Binary, VALUE_MOST, 0, 0));
  for (const [fid, column] of found.tagged)
    if (!isKnown(fid) && columnPlace(fid) === 'tagged') rows.push(taggedRow(objid, fid, column, 0));
  if (template === undefined) return rows;
  const theirs = new Set(template.columns.map(({ fid }) => fid));
  for (const [fid, column] of found.derived)
    if (!theirs.has(fid)) rows.push(taggedRow(template.tree.objid, fid, column, ColumnFlag.TemplateColumnEse98));
  return rows;
}

function hasApartTagged(template: TableDef | undefined): boolean {
  return template?.columns.some((column) => (column.flags & ColumnFlag.TemplateColumnEse98) !== 0) === true;
}

function taggedRow(objid: number, fid: number, { long, multiValued }: TaggedColumn, flags: number): CatalogRow {
  const all = flags | (multiValued ? ColumnFlag.Multivalued : 0);
  return columnRow(objid, fid, long ? Coltyp.LongBinary : Coltyp.Binary, long ? 0 : VALUE_MOST, all, 0);
}
