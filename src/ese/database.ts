// A database, opened for reading: header, pages, catalog, tables.
import { JetError } from '../errors/jet-error.ts';
import type { TreeFaultHandler } from './btree/cursor.ts';
import type { OrphanFinder } from './btree/leaf-walk.ts';
import { buildTables } from './catalog/build-tables.ts';
import type { CatalogRow } from './catalog/catalog-row.ts';
import {
  CATALOG_SHADOW_TREE,
  CATALOG_TREE,
  mergeCatalogRows,
  readCatalogRows,
  type CatalogRows,
} from './catalog/read-catalog.ts';
import type { TableDef } from './catalog/table-def.ts';
import { FileType } from './header/file-kind.ts';
import { readDbHeader, type FoundHeader } from './header/read-db-header.ts';
import { PageInventory } from './btree/page-inventory.ts';
import { PageReader, type PageReaderOptions } from './page/page-reader.ts';
import type { ByteSource } from './io/byte-source.ts';
import { TableCursor, type TableCursorOptions } from './table-cursor.ts';

/** The catalog of a database: its rows and the tables they declare. */
export interface Catalog {
  readonly rows: readonly CatalogRow[];
  readonly tables: readonly TableDef[];
  /** Where the rows are from. `both`: each copy is damaged, and they were put together. */
  readonly from: 'catalog' | 'shadow' | 'both';
  /** False when rows may be missing: neither copy could be read whole. */
  readonly complete: boolean;
}

/** How to open a database. */
export interface DatabaseOptions extends PageReaderOptions {
  /** Called for pages of the catalog that could not be used. */
  readonly onFault?: TreeFaultHandler;
}

/** A database opened for reading. Nothing is read but the header until it is asked for. */
export class Database {
  readonly source: ByteSource;
  readonly found: FoundHeader;
  readonly pages: PageReader;
  readonly #onFault: TreeFaultHandler | undefined;
  #catalog: Catalog | undefined;
  #inventory: PageInventory | undefined;

  /**
   * @throws JetError JET_errFileInvalidType when the source is no database,
   * JET_errDatabaseStreamingFileMismatch for a streaming file (.stm), JET_errPageSizeMismatch for 2 KB pages.
   */
  constructor(source: ByteSource, options: DatabaseOptions = {}) {
    this.source = source;
    this.found = readDbHeader(source);
    const { header, format } = this.found;
    if (header.attrib === 1 || header.filetype === FileType.StreamingFile) {
      throw new JetError(
        'JET_errDatabaseStreamingFileMismatch',
        `${source.name}: this is a streaming file (.stm), not a database`,
      );
    }
    if (format.pageSize === 2048) {
      throw new JetError(
        'JET_errPageSizeMismatch',
        `${source.name}: pages of 2 KB: only the header of such a database can be read`,
      );
    }
    const verify = options.verify ?? !this.hasNoChecksums;
    this.pages = new PageReader(source, format, { ...options, verify });
    this.#onFault = options.onFault;
  }

  /** A temporary database: its pages carry no checksums, and it has no catalog. */
  get hasNoChecksums(): boolean {
    return (
      this.found.header.filetype === FileType.TempDatabase ||
      (this.found.header.dbstate === 1 && isZeroChecksum(this.source, this.found))
    );
  }

  /** The catalog, read when first asked for. */
  get catalog(): Catalog {
    this.#catalog ??= this.#readCatalog();
    return this.#catalog;
  }

  get tables(): readonly TableDef[] {
    return this.catalog.tables;
  }

  /** The table of that name, in any case; undefined when there is none. */
  table(name: string): TableDef | undefined {
    const wanted = name.toLowerCase();
    return this.tables.find((table) => table.name.toLowerCase() === wanted);
  }

  /**
   * A cursor over a table, in primary order or that of an index.
   * @throws JetError JET_errObjectNotFound when there is no such table, JET_errIndexNotFound for an unknown index.
   */
  cursor(tableName: string, options: TableCursorOptions = {}): TableCursor {
    const table = this.table(tableName);
    if (table === undefined)
      throw new JetError('JET_errObjectNotFound', `there is no table ${tableName}`, { table: tableName });
    return new TableCursor(this, table, options);
  }

  /** Finds leaf pages no branch leads to any more (scans the file once, when first needed). */
  get orphans(): OrphanFinder {
    return { orphanLeaves: (tree, seen, low, high) => this.inventory.orphanLeaves(tree, seen, low, high) };
  }

  /** Leaf pages by object, whether their tree still leads to them or not (scans the file once, when first needed). */
  get inventory(): PageInventory {
    this.#inventory ??= new PageInventory(this.pages);
    return this.#inventory;
  }

  close(): void {
    this.source.close();
  }

  #readCatalog(): Catalog {
    const { format } = this.found;
    const options = this.#onFault === undefined ? {} : { onFault: this.#onFault };
    const first = readCatalogRows(this.pages, CATALOG_TREE, options);
    const done = (rows: readonly CatalogRow[], from: Catalog['from'], complete: boolean): Catalog => ({
      rows,
      tables: buildTables(rows, format),
      from,
      complete,
    });
    if (first.complete && first.rows.length > 0) return done(first.rows, 'catalog', true);
    const shadow = readCatalogRows(this.pages, CATALOG_SHADOW_TREE, options);
    if (shadow.complete && shadow.rows.length > 0) return done(shadow.rows, 'shadow', true);
    const salvaged = [CATALOG_TREE, CATALOG_SHADOW_TREE].map((tree): CatalogRows =>
      readCatalogRows(this.pages, tree, { orphans: this.orphans }),
    );
    return done(mergeCatalogRows(salvaged[0]!.rows, salvaged[1]!.rows), 'both', false);
  }
}

/** True when the first page carries data but no checksum at all. */
function isZeroChecksum(source: ByteSource, found: FoundHeader): boolean {
  const page = new Uint8Array(found.format.pageSize);
  source.read(2 * found.format.pageSize, page);
  const sum = page.subarray(0, 8);
  return sum.every((byte) => byte === 0) && page.some((byte) => byte !== 0);
}
