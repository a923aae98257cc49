// A catalog row as the record that MSysObjects and its shadow keep (format 5.2): the counterpart of
// catalog/catalog-row.ts.
import { utf16Bytes } from '../../binary/text.ts';
import { buildTables } from '../catalog/build-tables.ts';
import type { CatalogRow } from '../catalog/catalog-row.ts';
import { CatalogType, OBJID_CATALOG, systemColumn } from '../catalog/system-schema.ts';
import type { TableDef } from '../catalog/table-def.ts';
import { encodeKeyValue } from '../norm/key-value.ts';
import type { PageFormat } from '../page/page-format.ts';
import { RecordBuilder } from './record-builder.ts';

type CatalogValue = number | string | Uint8Array;

/** What the columns of MSysObjects hold for `row`, by name; those absent are NULL. */
export function catalogValues(row: CatalogRow): Readonly<Record<string, CatalogValue | undefined>> {
  const isFixed = row.type === CatalogType.Column && row.recordOffset > 0;
  const { varSegMac } = row;
  return {
    ObjidTable: row.objidTable,
    Type: row.type,
    Id: row.id,
    ColtypOrPgnoFDP: row.coltypOrPgnoFDP,
    SpaceUsage: row.spaceUsage,
    Flags: row.flags | 0,
    PagesOrLocale: row.pagesOrLocale,
    RootFlag: row.type === CatalogType.Table ? Uint8Array.of(0xff) : undefined,
    RecordOffset: isFixed ? row.recordOffset : undefined,
    LCMapFlags: row.lcMapFlags === 0 ? undefined : row.lcMapFlags,
    KeyMost: row.keyMost,
    LVChunkMax: row.lvChunkMax,
    Name: row.name,
    TemplateTable: row.templateOrCallback === '' ? undefined : row.templateOrCallback,
    DefaultValue: row.defaultValue,
    KeyFldIDs: row.keyFldIDs,
    VarSegMac: varSegMac > 0 ? Uint8Array.of(varSegMac & 0xff, varSegMac >> 8) : undefined,
    ConditionalColumns: row.conditionalColumns,
    TupleLimits: row.tupleLimits,
    Version: row.sortVersion,
    SortID: row.sortId,
    LocaleName: row.localeName === '' ? undefined : utf16Bytes(row.localeName),
  };
}

/** Encodes catalog rows. */
export class CatalogRecordBuilder {
  readonly #records: RecordBuilder;

  constructor(format: PageFormat, sortedTagged: boolean) {
    this.#records = new RecordBuilder(catalogTable(format), format, sortedTagged, { writeDefaults: false });
  }

  /** The record of `row`: a view that the next call overwrites. */
  build(row: CatalogRow): Uint8Array {
    this.#records.reset();
    for (const [name, value] of Object.entries(catalogValues(row))) {
      if (value === undefined) continue;
      const column = systemColumn(name);
      const bytes = encodeKeyValue(column.coltyp, column.codePage, value);
      if (bytes !== undefined) this.#records.setBytes(column, bytes);
    }
    return this.#records.finish();
  }
}

/** MSysObjects as a table. */
export function catalogTable(format: PageFormat): TableDef {
  return buildTables([], format).find((table) => table.tree.objid === OBJID_CATALOG)!;
}
