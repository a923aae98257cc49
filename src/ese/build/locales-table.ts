// MSysLocales: how many indexes use which sort order of which locale (cat.cxx, kvpstore.cxx; format 5.5). The engine
// looks here first when it asks itself whether indexes are out of date.
import { u64 } from '../../binary/little-endian.ts';
import { utf16Bytes } from '../../binary/text.ts';
import { CatalogRowReader } from '../catalog/catalog-row.ts';
import { IndexFlag } from '../catalog/index-def.ts';
import { CatalogType, systemColumn } from '../catalog/system-schema.ts';
import type { TableDef } from '../catalog/table-def.ts';
import { compareKeys } from '../norm/compare-keys.ts';
import { IndexKeys } from '../norm/index-keys.ts';
import { encodeKeyValue } from '../norm/key-value.ts';
import type { PageFormat } from '../page/page-format.ts';
import { RecordReader } from '../record/record-reader.ts';
import { RecordView } from '../record/record-view.ts';
import { guidText } from '../../binary/guid.ts';
import type { AppendNode } from './copy-long-values.ts';
import { RecordBuilder } from './record-builder.ts';
import { LOCALES_CONSISTENT, LOCALES_SCHEMA } from './system-tables.ts';

/** Name of the table. */
export const LOCALES = 'MSysLocales';

const SORT_ID_SIZE = 16;
const VERSION_SIZE = 8;
const NUMBER_TYPE = 2;
/** Its columns since revision 9600 bring another internal update number of the schema. */
const NEWER_COLUMN = 'i64Value';
const UPDATE_KEY = '.Schema\\Internal\\Update';
const NEWER_UPDATE = 2;
const COLUMNS = ['Type', 'iValue', 'Key'];

/** Counts indexes of Unicode text by their sort order: `add` the records of the catalog, then `write` the table. */
export class LocaleCounts {
  readonly #format: PageFormat;
  readonly #sortedTagged: boolean;
  readonly #rows: CatalogRowReader;
  readonly #counts = new Map<string, number>();
  #nameless = false;

  constructor(format: PageFormat, sortedTagged: boolean) {
    this.#format = format;
    this.#sortedTagged = sortedTagged;
    this.#rows = new CatalogRowReader(format);
  }

  /** Counts a record of the catalog, if it is that of such an index. */
  add(record: Uint8Array): void {
    const row = this.#rows.read(record, 0, record.length, this.#sortedTagged);
    if (row === undefined || row.type !== CatalogType.Index || (row.flags & IndexFlag.LocalizedText) === 0) return;
    // Which name an older locale number has only the engine knows.
    if (row.localeName === '' && row.pagesOrLocale !== 0) this.#nameless = true;
    const view = new RecordView();
    view.load(record, 0, record.length, this.#sortedTagged);
    const hasSortId = view.findVariable(systemColumn('SortID').fid) === 'value';
    const sortId = hasSortId ? record.slice(view.start, view.end) : new Uint8Array(SORT_ID_SIZE);
    const version = row.sortVersion?.length === VERSION_SIZE ? u64(row.sortVersion, 0) : 0n;
    const name = `LocaleName=${row.localeName},SortID=${guidText(sortId, 0)},Ver=${version.toString(16)}`;
    this.#counts.set(name, (this.#counts.get(name) ?? 0) + 1);
  }

  /** Writes the rows of MSysLocales. False when the table is of another shape. */
  write(table: TableDef, append: AppendNode): boolean {
    const columns = COLUMNS.map((name) => table.columns.find((column) => column.name === name));
    if (columns.includes(undefined) || table.primaryIndex === undefined) return false;
    const builder = new RecordBuilder(table, this.#format, this.#sortedTagged, { writeDefaults: false });
    const reader = new RecordReader(table, this.#format, undefined);
    const keys = new IndexKeys(table.primaryIndex.definition);
    const nodes: { key: Uint8Array; record: Uint8Array }[] = [];
    for (const [name, type, value] of this.#entries(table)) {
      builder.reset();
      [type, value, utf16Bytes(`${name}\0`)].forEach((cell, i) => {
        builder.setBytes(columns[i]!, encodeKeyValue(columns[i]!.coltyp, 0, cell)!);
      });
      const record = builder.finish().slice();
      reader.load(record, 0, record.length, this.#sortedTagged);
      keys.of(reader, (key, length) => nodes.push({ key: key.slice(0, length), record }));
    }
    nodes.sort((a, b) => compareKeys(a.key, 0, a.key.length, b.key, 0, b.key.length));
    for (const { key, record } of nodes) append(key, key.length, record, 0, record.length);
    return true;
  }

  #entries(table: TableDef): (readonly [name: string, type: number, value: number])[] {
    const isNewer = table.columns.some((column) => column.name === NEWER_COLUMN);
    const schema = LOCALES_SCHEMA.map(
      ([name, type, value]) => [name, type, isNewer && name === UPDATE_KEY ? NEWER_UPDATE : value] as const,
    );
    const counts = [...this.#counts].map(([name, count]) => [name, NUMBER_TYPE, count] as const);
    // Without this row the engine makes the table anew.
    return [...schema, ...counts, ...(this.#nameless ? [] : [LOCALES_CONSISTENT])];
  }
}
