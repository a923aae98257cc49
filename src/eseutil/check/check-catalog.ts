// The rows of the catalog: do they make sense in themselves and together (format 5, 10.1)?
import { isChunkSize, isFixedOffset } from '../../ese/catalog/build-tables.ts';
import { CatalogType, isCatalog } from '../../ese/catalog/system-schema.ts';
import type { CatalogRow } from '../../ese/catalog/catalog-row.ts';
import { FID_VAR_LEAST } from '../../ese/catalog/column-def.ts';
import { isColtyp } from '../../ese/catalog/column-type.ts';
import { CATALOG_TREE } from '../../ese/catalog/read-catalog.ts';
import type { TableDef } from '../../ese/catalog/table-def.ts';
import type { FindingPlace } from '../../ese/finding.ts';
import type { CheckContext } from './check-context.ts';
import { rowName } from './compare-catalogs.ts';

const PLACE: FindingPlace = { objid: CATALOG_TREE.objid, table: 'MSysObjects' };

/** What a column row says must be possible: else its values cannot be found. */
function columnProblem(row: CatalogRow, pageSize: number): string | undefined {
  if (row.coltypOrPgnoFDP === 0) return undefined; // deleted
  if (!isColtyp(row.coltypOrPgnoFDP)) return `declares a column of type ${row.coltypOrPgnoFDP}`;
  if (row.id < 1 || row.id > 0xffff) return `declares a column with id ${row.id}`;
  if (isFixedOffset(row.recordOffset) || row.id >= FID_VAR_LEAST || isCatalog(row.objidTable)) return undefined;
  return `puts a fixed column at offset ${row.recordOffset} of records that have at most ${pageSize} bytes`;
}

function rowProblem(ctx: CheckContext, row: CatalogRow, tables: ReadonlySet<number>): string | undefined {
  const { format } = ctx.db.pages;
  if (row.type < CatalogType.Table || row.type > CatalogType.Callback + 2)
    return `has type ${row.type}, which no row has`;
  if (!tables.has(row.objidTable)) return `belongs to table ${row.objidTable}, which the catalog does not have`;
  if (row.type === CatalogType.Column) return columnProblem(row, format.pageSize);
  if (row.lvChunkMax !== undefined && !isChunkSize(row.lvChunkMax, format)) {
    return `gives long values chunks of ${row.lvChunkMax} bytes, which do not fit its pages`;
  }
  return undefined;
}

/** What only all rows of a table together can tell. */
function checkTableRows(ctx: CheckContext, table: TableDef, names: ReadonlySet<string>): void {
  const add = (message: string): void => {
    ctx.reporter.add({ rule: 'catalog.row', severity: 'error', jet: 'JET_errCatalogCorrupted', at: PLACE, message });
  };
  for (const index of table.indexes) {
    if (index.unresolved)
      add(
        `index ${index.name} of table ${table.name} names columns that the catalog does not have (${index.keyColumns.join(' ')})`,
      );
  }
  if (table.templateName !== undefined && !names.has(table.templateName.toLowerCase())) {
    add(`table ${table.name} derives from ${table.templateName}, which the catalog does not have`);
  }
}

/** Checks what the rows of the catalog say. */
export function checkCatalog(ctx: CheckContext): void {
  const { catalog } = ctx.db;
  const tables = new Set(catalog.rows.filter((row) => row.type === CatalogType.Table).map((row) => row.objidTable));
  for (const row of catalog.rows) {
    const problem = rowProblem(ctx, row, tables);
    if (problem === undefined) continue;
    ctx.reporter.add({
      rule: 'catalog.row',
      severity: 'error',
      jet: 'JET_errCatalogCorrupted',
      at: PLACE,
      message: `catalog row ${rowName(row)} ${problem}`,
    });
  }
  const names = new Set(catalog.tables.map((table) => table.name.toLowerCase()));
  for (const table of catalog.tables) checkTableRows(ctx, table, names);
  if (catalog.from !== 'catalog') {
    const used =
      catalog.from === 'shadow' ? 'its shadow is used' : 'both copies are damaged: what is left of them is used';
    ctx.reporter.add({
      rule: 'catalog.damaged',
      severity: 'error',
      jet: 'JET_errCatalogCorrupted',
      at: PLACE,
      message: `the catalog is damaged; ${used}`,
    });
  }
}
