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

/** Encodes catalog rows. */
export class CatalogRecordBuilder {
  readonly #records: RecordBuilder;

  constructor(format: PageFormat, sortedTagged: boolean) {
    this.#records = new RecordBuilder(catalogTable(format), format, sortedTagged, { writeDefaults: false });
  }

  /** The record of `row`: a view that the next call overwrites. */
  build(row: CatalogRow): Uint8Array {
    this.#records.reset();
    this.#number('ObjidTable', row.objidTable);
    this.#number('Type', row.type);
    this.#number('Id', row.id);
    this.#number('ColtypOrPgnoFDP', row.coltypOrPgnoFDP);
    this.#number('SpaceUsage', row.spaceUsage);
    this.#number('Flags', row.flags | 0);
    this.#number('PagesOrLocale', row.pagesOrLocale);
    if (row.type === CatalogType.Table) this.#bytes('RootFlag', Uint8Array.of(0xff));
    if (row.type === CatalogType.Column && row.recordOffset > 0) this.#number('RecordOffset', row.recordOffset);
    if (row.lcMapFlags !== 0) this.#number('LCMapFlags', row.lcMapFlags);
    if (row.keyMost !== undefined) this.#number('KeyMost', row.keyMost);
    if (row.lvChunkMax !== undefined) this.#number('LVChunkMax', row.lvChunkMax);
    this.#bytes('Name', encodeKeyValue(10, 1252, row.name));
    if (row.templateOrCallback !== '') this.#bytes('TemplateTable', encodeKeyValue(10, 1252, row.templateOrCallback));
    this.#bytes('DefaultValue', row.defaultValue);
    this.#bytes('KeyFldIDs', row.keyFldIDs);
    if (row.varSegMac > 0) this.#bytes('VarSegMac', Uint8Array.of(row.varSegMac & 0xff, row.varSegMac >> 8));
    this.#bytes('ConditionalColumns', row.conditionalColumns);
    this.#bytes('TupleLimits', row.tupleLimits);
    this.#bytes('Version', row.sortVersion);
    if (row.localeName !== '') this.#bytes('LocaleName', utf16Bytes(row.localeName));
    return this.#records.finish();
  }

  #number(name: string, value: number): void {
    const column = systemColumn(name);
    this.#bytes(name, encodeKeyValue(column.coltyp, column.codePage, value));
  }

  #bytes(name: string, bytes: Uint8Array | undefined): void {
    if (bytes !== undefined) this.#records.setBytes(systemColumn(name), bytes);
  }
}

/** MSysObjects as a table. */
export function catalogTable(format: PageFormat): TableDef {
  return buildTables([], format).find((table) => table.tree.objid === OBJID_CATALOG)!;
}
