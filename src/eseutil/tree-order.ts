// The order in which reports go through a database: tables by name, within a table its indexes by name, names as the
// catalog's own indexes sort them (RootObjects, Name; _cat.cxx).
import type { IndexDef } from '../ese/catalog/index-def.ts';
import type { TableDef } from '../ese/catalog/table-def.ts';

/** A name as catalog keys hold it: only a to z become capitals. */
function sortForm(name: string): string {
  return name.replace(/[a-z]/g, (letter) => letter.toUpperCase());
}

function byName(a: { readonly name: string }, b: { readonly name: string }): number {
  const [left, right] = [sortForm(a.name), sortForm(b.name)];
  return left < right ? -1 : left > right ? 1 : 0;
}

/** Tables in the order of the catalog. */
export function inCatalogOrder(tables: readonly TableDef[]): TableDef[] {
  return [...tables].sort(byName);
}

/** Indexes of a table in the order of the catalog, the primary one included where there is one. */
export function indexesInOrder(table: TableDef): IndexDef[] {
  return [...table.indexes].sort(byName);
}

/** Indexes other than the primary one, in the order of the catalog. */
export function secondaryIndexes(table: TableDef): IndexDef[] {
  return indexesInOrder(table).filter((index) => !index.definition.primary);
}
