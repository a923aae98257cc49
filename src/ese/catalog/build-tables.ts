// Table definitions out of catalog rows: columns, indexes, long-value trees, templates (format 5.3, 5.4).
import { guidText } from '../../binary/guid.ts';
import { i16, i32, u16, u32 } from '../../binary/little-endian.ts';
import type { ConditionalColumn, IndexDefinition, KeySegment, TupleLimits } from '../norm/index-definition.ts';
import type { SortOrder } from '../norm/sort-order.ts';
import type { PageFormat } from '../page/page-format.ts';
import type { CatalogRow } from './catalog-row.ts';
import {
  CODE_PAGE_UNICODE,
  ColumnFlag,
  COLUMNID_TEMPLATE,
  columnPlace,
  FID_TAGGED_LEAST,
  FID_VAR_LEAST,
  type ColumnDef,
} from './column-def.ts';
import { coltypSize, isColtyp, isLongType } from './column-type.ts';
import { IndexExtraFlag, IndexFlag, type IndexDef } from './index-def.ts';
import { CatalogType, OBJID_CATALOG, OBJID_CATALOG_SHADOW, SYSTEM_COLUMNS } from './system-schema.ts';
import { CATALOG_SHADOW_TREE, CATALOG_TREE } from './read-catalog.ts';
import { TableFlag, type TableDef } from './table-def.ts';

/** Flags of one entry of KeyFldIDs and ConditionalColumns (IDXSEG). */
const SegmentFlag = { Template: 0x80, Descending: 0x40, MustBeNull: 0x20 } as const;

/** Longest key when the catalog says nothing: the limit of the first engines. */
const KEY_MOST_DEFAULT = 255;

/** The rows of one table. */
interface TableRows {
  readonly table: CatalogRow;
  readonly columns: CatalogRow[];
  readonly indexes: CatalogRow[];
  longValue?: CatalogRow;
}

function groupByTable(rows: readonly CatalogRow[]): Map<number, TableRows> {
  const tables = new Map<number, TableRows>();
  for (const row of rows) {
    if (row.type === CatalogType.Table) tables.set(row.objidTable, { table: row, columns: [], indexes: [] });
  }
  for (const row of rows) {
    const group = tables.get(row.objidTable);
    if (row.type === CatalogType.Column) group?.columns.push(row);
    else if (row.type === CatalogType.Index) group?.indexes.push(row);
    else if (row.type === CatalogType.LongValue && group !== undefined) group.longValue = row;
  }
  return tables;
}

/** No record is longer. */
const RECORD_SIZE_LIMIT = 0x7fff;
/** Fixed columns come after the four bytes of the record's header. */
const FIXED_OFFSET_LEAST = 4;

/** True for offsets at which a fixed column can stand. */
export function isFixedOffset(offset: number): boolean {
  return offset >= FIXED_OFFSET_LEAST && offset < RECORD_SIZE_LIMIT;
}

/** True for sizes of long-value chunks that a page can hold. */
export function isChunkSize(size: number, format: PageFormat): boolean {
  return size > 0 && size <= format.dataSize;
}

function columnDef(row: CatalogRow, ofTemplate: boolean, derivedTable: boolean): ColumnDef | undefined {
  const fid = row.id & 0xffff;
  // A deleted column leaves a row of type 0, so that its id is not used again.
  if (!isColtyp(row.coltypOrPgnoFDP) || fid === 0) return undefined;
  const size = coltypSize(row.coltypOrPgnoFDP);
  return {
    name: row.name,
    fid,
    columnId: (ofTemplate ? COLUMNID_TEMPLATE | fid : fid) >>> 0,
    coltyp: row.coltypOrPgnoFDP,
    place: columnPlace(fid),
    cbMaxLen: size === 0 ? Math.max(0, row.spaceUsage) : size,
    flags: row.flags,
    codePage: row.pagesOrLocale,
    // A column nowhere in the record is found in none.
    recordOffset: fid >= FID_VAR_LEAST || isFixedOffset(row.recordOffset) ? row.recordOffset : RECORD_SIZE_LIMIT,
    derived: derivedTable && ofTemplate && (row.flags & ColumnFlag.TemplateColumnEse98) !== 0,
    ...(row.defaultValue === undefined || (row.flags & ColumnFlag.Default) === 0
      ? {}
      : { defaultValue: row.defaultValue }),
    ...(row.templateOrCallback === '' ? {} : { callback: row.templateOrCallback }),
  };
}

const PLACE_ORDER: Readonly<Record<ColumnDef['place'], number>> = { fixed: 0, variable: 1, tagged: 2 };

function tableColumns(group: TableRows, template: TableRows | undefined): readonly ColumnDef[] {
  const { objidTable, flags } = group.table;
  if (objidTable === OBJID_CATALOG || objidTable === OBJID_CATALOG_SHADOW) return SYSTEM_COLUMNS;
  const isTemplate = (flags & TableFlag.Template) !== 0;
  const inherited = template?.columns.map((row) => columnDef(row, true, true)) ?? [];
  const own = group.columns.map((row) => columnDef(row, isTemplate, false));
  const columns = [...inherited, ...own].filter((column) => column !== undefined);
  // Sorting is stable: of tagged columns the template's stay first.
  return columns.sort(
    (a, b) =>
      PLACE_ORDER[a.place] - PLACE_ORDER[b.place] ||
      (a.place === 'tagged' ? Number(b.columnId >= COLUMNID_TEMPLATE) - Number(a.columnId >= COLUMNID_TEMPLATE) : 0) ||
      a.fid - b.fid,
  );
}

interface IndexSegment {
  readonly fid: number;
  readonly template: boolean;
  readonly descending: boolean;
  readonly mustBeNull: boolean;
}

function parseSegments(bytes: Uint8Array | undefined, extended: boolean): IndexSegment[] {
  const segments: IndexSegment[] = [];
  const size = extended ? 4 : 2;
  for (let at = 0; bytes !== undefined && at + size <= bytes.length; at += size) {
    if (extended) {
      const flags = bytes[at]!;
      segments.push({
        fid: u16(bytes, at + 2),
        template: (flags & SegmentFlag.Template) !== 0,
        descending: (flags & SegmentFlag.Descending) !== 0,
        mustBeNull: (flags & SegmentFlag.MustBeNull) !== 0,
      });
    } else {
      // Before revision 7: a signed field id, negative for descending (or, in conditions, for must-be-null).
      const value = i16(bytes, at);
      segments.push({ fid: Math.abs(value), template: false, descending: value < 0, mustBeNull: value < 0 });
    }
  }
  return segments;
}

/** Columns by column id. */
class ColumnsById {
  readonly #byId: Map<number, ColumnDef>;

  constructor(columns: readonly ColumnDef[]) {
    this.#byId = new Map(columns.map((column) => [column.columnId, column]));
  }

  find(segment: IndexSegment): ColumnDef | undefined {
    const templateId = (COLUMNID_TEMPLATE | segment.fid) >>> 0;
    if (segment.template) return this.#byId.get(templateId) ?? this.#byId.get(segment.fid);
    return this.#byId.get(segment.fid) ?? this.#byId.get(templateId);
  }
}

function keySegment(column: ColumnDef, descending: boolean): KeySegment {
  return {
    columnId: column.columnId,
    coltyp: column.coltyp,
    codePage: column.codePage,
    descending,
    fixed: column.place === 'fixed',
    tagged: column.place === 'tagged',
    cbMax: column.cbMaxLen,
    multiValued: (column.flags & ColumnFlag.Multivalued) !== 0,
  };
}

function tupleLimits(bytes: Uint8Array | undefined): TupleLimits | undefined {
  if (bytes === undefined || bytes.length < 12) return undefined;
  const second = bytes.length >= 20;
  return {
    chLengthMin: i32(bytes, 0),
    chLengthMax: i32(bytes, 4),
    chToIndexMax: i32(bytes, 8),
    cchIncrement: second ? i32(bytes, 12) : 1,
    ichStart: second ? i32(bytes, 16) : 0,
  };
}

/** Bytes of a sort version: NLS version, then another that has said the same since Windows Vista. */
const SORT_VERSION_SIZE = 8;
const SORT_ID_SIZE = 16;

function sortOrder(row: CatalogRow, sortVersion: Uint8Array): SortOrder {
  return {
    nlsVersion: u32(sortVersion, 0),
    sortId: row.sortId?.length === SORT_ID_SIZE ? guidText(row.sortId, 0) : '',
    localeName: row.localeName,
    lcid: row.pagesOrLocale,
  };
}

function indexDefinition(
  row: CatalogRow,
  columns: ColumnsById,
): Pick<IndexDef, 'definition' | 'keyColumns' | 'unresolved'> {
  const flags = row.flags & 0xffff;
  const extraFlags = row.flags >>> 16;
  const extended = (extraFlags & IndexExtraFlag.ExtendedColumns) !== 0;
  const segments: KeySegment[] = [];
  const keyColumns: string[] = [];
  for (const segment of parseSegments(row.keyFldIDs, extended)) {
    const column = columns.find(segment);
    keyColumns.push(`${segment.descending ? '-' : '+'}${column?.name ?? `#${segment.fid}`}`);
    if (column !== undefined) segments.push(keySegment(column, segment.descending));
  }
  const conditions = parseSegments(row.conditionalColumns, extended);
  const conditional: ConditionalColumn[] = conditions.flatMap((segment) => {
    const column = columns.find(segment);
    return column === undefined ? [] : [{ columnId: column.columnId, mustBeNull: segment.mustBeNull }];
  });
  const tuple = tupleLimits(row.tupleLimits);
  const has = (bit: number): boolean => (flags & bit) !== 0;
  const definition: IndexDefinition = {
    segments,
    unique: has(IndexFlag.Unique),
    primary: has(IndexFlag.Primary),
    allowAllNulls: has(IndexFlag.AllowAllNulls),
    allowFirstNull: has(IndexFlag.AllowFirstNull),
    allowSomeNulls: has(IndexFlag.AllowSomeNulls),
    noNullSegments: has(IndexFlag.NoNullSegments),
    multivalued: has(IndexFlag.Multivalued),
    crossProduct: has(IndexFlag.CrossProduct),
    nestedTable: has(IndexFlag.NestedTable),
    sortNullsHigh: has(IndexFlag.SortNullsHigh),
    disallowTruncation: has(IndexFlag.DisallowTruncation),
    dotNetGuid: (extraFlags & IndexExtraFlag.DotNetGuid) !== 0,
    localizedText: has(IndexFlag.LocalizedText),
    keyMost: row.keyMost === undefined || row.keyMost === 0 ? KEY_MOST_DEFAULT : row.keyMost,
    varSegMac: row.varSegMac,
    conditional,
    ...(tuple === undefined ? {} : { tuple }),
    lcMapFlags: row.lcMapFlags,
    ...(row.sortVersion?.length === SORT_VERSION_SIZE ? { sortOrder: sortOrder(row, row.sortVersion) } : {}),
  };
  const unresolved = segments.length < keyColumns.length || conditional.length < conditions.length;
  return { definition, keyColumns, unresolved };
}

function indexDef(row: CatalogRow, group: TableRows, columns: ColumnsById): IndexDef {
  const { definition, keyColumns, unresolved } = indexDefinition(row, columns);
  return {
    name: row.name,
    tree: definition.primary
      ? { pgnoFDP: group.table.coltypOrPgnoFDP, objid: group.table.objidTable, kind: 'table' }
      : { pgnoFDP: row.coltypOrPgnoFDP, objid: row.id, kind: 'index' },
    flags: row.flags & 0xffff,
    extraFlags: row.flags >>> 16,
    density: row.spaceUsage,
    lcid: row.pagesOrLocale,
    localeName: row.localeName,
    sortVersion: row.sortVersion ?? new Uint8Array(0),
    definition,
    keyColumns,
    unresolved,
  };
}

/** Derived indexes leave their normalisation flags to the template's index of the same name. */
function withTemplateFlags(row: CatalogRow, template: TableRows | undefined): CatalogRow {
  if ((row.flags & IndexFlag.DerivedIndex) === 0 || row.lcMapFlags !== 0) return row;
  const original = template?.indexes.find((candidate) => candidate.name === row.name);
  return original === undefined ? row : { ...row, lcMapFlags: original.lcMapFlags };
}

/** Highest field ids of each place, counting rows of deleted columns. */
function fidLast(rows: readonly CatalogRow[], columns: readonly ColumnDef[]): TableDef['fidLast'] {
  const last = { fixed: 0, variable: FID_VAR_LEAST - 1, tagged: FID_TAGGED_LEAST - 1 };
  for (const fid of [...rows.map((row) => row.id & 0xffff), ...columns.map((column) => column.fid)]) {
    const place = columnPlace(fid);
    if (fid > last[place]) last[place] = fid;
  }
  return last;
}

function tableDef(group: TableRows, template: TableRows | undefined, format: PageFormat): TableDef {
  const { table } = group;
  const columns = tableColumns(group, template);
  const byId = new ColumnsById(columns);
  const indexes = group.indexes.map((row) => indexDef(withTemplateFlags(row, template), group, byId));
  indexes.sort((a, b) => (a.name < b.name ? -1 : 1));
  const primaryIndex = indexes.find((index) => index.definition.primary);
  const { longValue } = group;
  return {
    name: table.name,
    tree: { pgnoFDP: table.coltypOrPgnoFDP, objid: table.objidTable, kind: 'table' },
    flags: table.flags,
    initialPages: table.pagesOrLocale,
    density: table.spaceUsage,
    columns,
    indexes,
    ...(primaryIndex === undefined ? {} : { primaryIndex }),
    ...(longValue === undefined
      ? {}
      : { longValueTree: { pgnoFDP: longValue.coltypOrPgnoFDP, objid: longValue.id, kind: 'long-value' as const } }),
    lvChunkMax:
      table.lvChunkMax !== undefined && isChunkSize(table.lvChunkMax, format) ? table.lvChunkMax : format.lvChunkMax,
    ...(table.templateOrCallback === '' ? {} : { templateName: table.templateOrCallback }),
    fidLast: fidLast([...(template?.columns ?? []), ...group.columns], columns),
  };
}

/** The catalog's own tables, for databases whose catalog does not (or can no longer) name them. */
function systemTable(name: string, tree: TableDef['tree'], format: PageFormat): TableDef {
  return {
    name,
    tree,
    flags: TableFlag.System,
    initialPages: 0,
    density: 80,
    columns: SYSTEM_COLUMNS,
    indexes: [],
    lvChunkMax: format.lvChunkMax,
    fidLast: fidLast([], SYSTEM_COLUMNS),
  };
}

/** All tables that the rows declare, by name. */
export function buildTables(rows: readonly CatalogRow[], format: PageFormat): TableDef[] {
  const groups = groupByTable(rows);
  const byName = new Map([...groups.values()].map((group) => [group.table.name.toLowerCase(), group]));
  const tables = [...groups.values()].map((group) =>
    tableDef(group, byName.get(group.table.templateOrCallback.toLowerCase()), format),
  );
  const known = new Set(tables.map((table) => table.tree.objid));
  if (!known.has(OBJID_CATALOG)) tables.push(systemTable('MSysObjects', CATALOG_TREE, format));
  if (!known.has(OBJID_CATALOG_SHADOW)) tables.push(systemTable('MSysObjectsShadow', CATALOG_SHADOW_TREE, format));
  return tables.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
}

/** True when a column's values may lie outside the record. */
export function isLongColumn(column: ColumnDef): boolean {
  return isLongType(column.coltyp);
}

/** True for Unicode text columns. */
export function isUnicodeColumn(column: ColumnDef): boolean {
  return column.codePage === CODE_PAGE_UNICODE;
}
