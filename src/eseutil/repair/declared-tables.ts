// From the rescued catalog to tables that can be rebuilt. Where rows are lost: columns come back from the records, tables
// whose records cannot be taken apart are left to be kept as raw rows.
import { CatalogRecordBuilder } from '../../ese/build/catalog-record.ts';
import { buildTables } from '../../ese/catalog/build-tables.ts';
import type { CatalogRow } from '../../ese/catalog/catalog-row.ts';
import { CatalogType, OBJID_CATALOG_SHADOW } from '../../ese/catalog/system-schema.ts';
import type { TableDef } from '../../ese/catalog/table-def.ts';
import type { RescuedCatalog, RescuedRow } from './catalog-rescue.ts';
import { lostColumnRows } from './lost-columns.ts';
import type { RescueContext } from './rescue-context.ts';

/** Rows and the tables they declare. */
export interface DeclaredTables {
  readonly rows: readonly RescuedRow[];
  readonly tables: readonly TableDef[];
}

/** Rows in the order of the catalog. */
export function inCatalogOrder(rows: readonly RescuedRow[]): RescuedRow[] {
  return [...rows].sort(
    (a, b) => a.row.objidTable - b.row.objidTable || a.row.type - b.row.type || a.row.id - b.row.id,
  );
}

class Settlement {
  readonly #ctx: RescueContext;
  readonly #records: CatalogRecordBuilder;
  #rows: readonly RescuedRow[];

  constructor(ctx: RescueContext, rows: readonly RescuedRow[]) {
    this.#ctx = ctx;
    this.#rows = rows;
    this.#records = new CatalogRecordBuilder(ctx.scan.pages.format, ctx.sortedTagged);
  }

  run(): DeclaredTables {
    const added: CatalogRow[] = [];
    const tables = this.tables();
    const byName = new Map(tables.map((table) => [table.name.toLowerCase(), table]));
    for (const table of tables) {
      if (table.tree.objid <= OBJID_CATALOG_SHADOW) continue;
      const template = byName.get(table.templateName?.toLowerCase() ?? '');
      const missing = table.templateName !== undefined && template === undefined;
      if (table.columns.length === 0 || table.primaryIndex?.unresolved === true || missing) {
        this.#giveUp(table);
        continue;
      }
      const own = this.#rows.map(({ row }) => row).filter((row) => row.objidTable === table.tree.objid);
      const lost = lostColumnRows(this.#ctx, table, own, template);
      if (lost === undefined) this.#giveUp(table);
      else this.#addColumns(table, lost, added);
      this.#dropIndexes(table);
    }
    this.#rows = inCatalogOrder([
      ...this.#rows,
      ...added.map((row) => ({ row, record: this.#records.build(row).slice() })),
    ]);
    return { rows: this.#rows, tables: this.tables() };
  }

  tables(): TableDef[] {
    return buildTables(
      this.#rows.map(({ row }) => row),
      this.#ctx.scan.pages.format,
    );
  }

  /** Takes a table out of the catalog: its records will be kept as raw rows. */
  #giveUp(table: TableDef): void {
    this.#rows = this.#rows.filter(({ row }) => row.objidTable !== table.tree.objid);
    this.#ctx.losses.add({
      table: table.name,
      what: `the catalog has lost what is needed to take its records apart: they are kept as raw rows in Recovered_${table.tree.objid}`,
    });
  }

  #addColumns(table: TableDef, lost: readonly CatalogRow[], added: CatalogRow[]): void {
    for (const row of lost) {
      const have = added.some((other) => other.objidTable === row.objidTable && other.id === row.id);
      if (have) continue;
      added.push(row);
      const what = 'the catalog has lost this column: it comes back as binary, without its name and type';
      this.#ctx.losses.add({ table: table.name, column: row.name, what });
    }
  }

  /** Indexes over lost columns cannot be rebuilt. */
  #dropIndexes(table: TableDef): void {
    for (const index of table.indexes) {
      if (index.definition.primary || !index.unresolved) continue;
      const isIndex = ({ row }: RescuedRow): boolean =>
        row.objidTable === table.tree.objid && row.type === CatalogType.Index && row.id === index.tree.objid;
      this.#rows = this.#rows.filter((row) => !isIndex(row));
      const what = 'it names columns that the catalog has lost: it was taken out';
      this.#ctx.losses.add({ table: table.name, index: index.name, what });
    }
  }
}

/** The tables to be rebuilt, and the rows that declare them. */
export function declaredTables(ctx: RescueContext, catalog: RescuedCatalog): DeclaredTables {
  const settlement = new Settlement(ctx, catalog.rows);
  return catalog.complete ? { rows: catalog.rows, tables: settlement.tables() } : settlement.run();
}
