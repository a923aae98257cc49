// The system tables every new database begins with: catalog rows of the catalog itself, MSysObjids, MSysLocales
// (format 5.1, 5.2, 5.5).
import { utf16Bytes } from '../../binary/text.ts';
import type { CatalogRow } from '../catalog/catalog-row.ts';
import { IndexFlag } from '../catalog/index-def.ts';
import { CATALOG_SHADOW_TREE, CATALOG_TREE } from '../catalog/read-catalog.ts';
import { CatalogType, SYSTEM_COLUMNS } from '../catalog/system-schema.ts';
import { TableFlag } from '../catalog/table-def.ts';
import { catalogRows, type CatalogContext, type TableSpec } from './table-spec.ts';

/** Object ids of the catalog's indexes, and the first that is free. */
export const OBJID_CATALOG_NAME = 4;
export const OBJID_CATALOG_ROOT_OBJECTS = 5;
export const OBJID_FIRST_FREE = 6;

/** Revisions that brought columns to the catalog, by column id. */
const COLUMN_REVISIONS: ReadonlyMap<number, number> = new Map([
  [11, 0x0c],
  [12, 0x11],
  [136, 0x0c],
  [137, 0x0c],
  [258, 0x0c],
  [259, 0x0d],
  [260, 0x0d],
  [261, 0x12],
]);
/** PgnoFDPLastSetTime came with minor revisions; newer engines declare it in databases of all revisions they make. */
const COLUMN_NEWEST = 13;

/** Pages that the catalog and its shadow begin with. */
export const CATALOG_INITIAL_PAGES = 20;
export const SHADOW_INITIAL_PAGES = 5;

const DENSITY = 80;
const SYSTEM_FLAGS: number = (TableFlag.System | TableFlag.FixedDdl) >>> 0;
const NAME_KEY = ['ObjidTable', 'Type', 'Name'];
const ID_KEY = ['ObjidTable', 'Type', 'Id'];

function systemSpec(name: string, revision: number, withNewest: boolean): TableSpec {
  const columns = SYSTEM_COLUMNS.filter(
    ({ fid }) => (withNewest || fid !== COLUMN_NEWEST) && revision >= (COLUMN_REVISIONS.get(fid) ?? 0),
  );
  const isCatalog = name === 'MSysObjects';
  return {
    name,
    flags: SYSTEM_FLAGS,
    density: DENSITY,
    // Only names and places matter here: field ids follow from them, and keys from those.
    columns: columns.map(({ name: column, place }) => ({ name: column, type: 'Binary' as const, place })),
    indexes: [
      { name: 'Id', key: ID_KEY, primary: true },
      ...(isCatalog
        ? [
            { name: 'Name', key: NAME_KEY, unique: true },
            { name: 'RootObjects', key: ['RootFlag', 'Name'], unique: true },
          ]
        : []),
    ],
  };
}

/** Catalog rows of MSysObjects or its shadow: the generated ones, with the true column declarations put in. */
function systemRows(
  name: string,
  revision: number,
  objids: readonly number[],
  pgnos: readonly number[],
  initialPages: number,
  withNewest: boolean,
): CatalogRow[] {
  const spare = [...objids];
  const rows = catalogRows(systemSpec(name, revision, withNewest), { revision, nextObjid: () => spare.shift()! });
  let root = 0;
  return rows.map((row): CatalogRow => {
    if (row.type === CatalogType.Table) return { ...row, coltypOrPgnoFDP: pgnos[0]!, pagesOrLocale: initialPages };
    if (row.type === CatalogType.Index) {
      const primary = (row.flags & IndexFlag.Primary) !== 0;
      // Every index of the catalog is unique; RootObjects leaves out rows that are no tables.
      const kind = primary
        ? IndexFlag.Primary | IndexFlag.NoNullSegments
        : row.name === 'RootObjects'
          ? IndexFlag.AllowSomeNulls
          : IndexFlag.NoNullSegments;
      return {
        ...row,
        flags: (row.flags & 0xffff0000) | IndexFlag.Unique | kind,
        coltypOrPgnoFDP: primary ? pgnos[0]! : pgnos[++root]!,
      };
    }
    const column = SYSTEM_COLUMNS.find((candidate) => candidate.name === row.name)!;
    return {
      ...row,
      id: column.fid,
      coltypOrPgnoFDP: column.coltyp,
      spaceUsage: column.place === 'tagged' ? 0 : column.cbMaxLen,
      flags: column.flags,
      pagesOrLocale: 1252,
      // The catalog says 4 of each of its own fixed columns; readers know better.
      recordOffset: column.place === 'fixed' ? 4 : 0,
    };
  });
}

/**
 * The rows by which the catalog declares itself and its shadow. `withNewest`: with the column that came last, as newer
 * engines have it whatever the revision.
 */
export function catalogSelfRows(revision: number, withNewest = false): CatalogRow[] {
  const { pgnoFDP } = CATALOG_TREE;
  const objids = [CATALOG_TREE.objid, OBJID_CATALOG_NAME, OBJID_CATALOG_ROOT_OBJECTS];
  const shadow = CATALOG_SHADOW_TREE;
  return [
    ...systemRows(
      'MSysObjects',
      revision,
      objids,
      [pgnoFDP, pgnoFDP + 3, pgnoFDP + 6],
      CATALOG_INITIAL_PAGES,
      withNewest,
    ),
    ...systemRows('MSysObjectsShadow', revision, [shadow.objid], [shadow.pgnoFDP], SHADOW_INITIAL_PAGES, withNewest),
  ];
}

/** MSysObjids: which table an object belongs to. */
export const OBJIDS_TABLE: TableSpec = {
  name: 'MSysObjids',
  flags: (TableFlag.System | TableFlag.FixedDdl | TableFlag.SystemDynamic) >>> 0,
  density: 100,
  columns: [
    { name: 'objid', type: 'Long', place: 'tagged' },
    { name: 'objidTable', type: 'Long', place: 'tagged' },
    { name: 'type', type: 'Short', place: 'tagged' },
  ],
  indexes: [{ name: 'primary', key: ['objid'], primary: true, density: 100 }],
};

/** A cache of page counts (since revision 9400): untrue for new trees, and filled again by the engine as it goes. */
export const PAGE_COUNT_CACHE = 'MSysExtentPageCountCache';

/** MSysLocales: which sort orders indexes use. */
export const LOCALES_TABLE: TableSpec = {
  name: 'MSysLocales',
  flags: (TableFlag.System | TableFlag.SystemDynamic) >>> 0,
  density: 92,
  columns: [
    { name: 'Key', type: 'Binary' },
    { name: 'Type', type: 'UnsignedByte', notNull: true },
    { name: 'iValue', type: 'Long', escrow: true, defaultValue: new Uint8Array(4) },
  ],
  indexes: [{ name: 'KeyPrimary', key: ['Key'], primary: true, disallowTruncation: true, density: 92 }],
};

/** A row of MSysLocales; its key ends in a NUL when it is stored. */
export type LocaleEntry = readonly [key: string, type: number, value: number];

/** Rows by which MSysLocales tells its own version. */
export const LOCALES_SCHEMA: readonly LocaleEntry[] = [
  ['.Schema\\External\\Major', 1, 1],
  ['.Schema\\External\\Minor', 1, 0],
  ['.Schema\\External\\Update', 1, 0],
  ['.Schema\\Internal\\Major', 1, 1],
  ['.Schema\\Internal\\Minor', 1, 0],
  ['.Schema\\Internal\\Update', 1, 0],
];

/** The row that says that MSysLocales is complete. */
export const LOCALES_CONSISTENT: LocaleEntry = ['MSysLocalesConsistent', 2, 1];

/** Rows of MSysLocales in a database without indexes over Unicode text. */
export function localeRows(): Record<string, number | Uint8Array>[] {
  return [...LOCALES_SCHEMA, LOCALES_CONSISTENT].map(([key, type, value]) => ({
    Type: type,
    iValue: value,
    Key: utf16Bytes(`${key}\0`),
  }));
}

/** First revision whose databases have MSysObjids and MSysLocales from the start. */
export const REVISION_SYSTEM_TABLES = 0x14;

export type { CatalogContext };
