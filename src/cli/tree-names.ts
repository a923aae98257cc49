// Names of trees on the command line: TABLE, TABLE/INDEX, TABLE/lv for its long values, INDEX where only one has it.
import type { Database } from '../ese/database.ts';
import { nearNames } from '../export/near-names.ts';
import { tableTrees, type ListedTree } from '../eseutil/tree-listing.ts';

/** What the long values of a table are called after its name. */
const LONG_VALUES = 'lv';

/** The name of a tree, as it can be given again. */
export function treeName(listed: ListedTree): string {
  const table = listed.table?.name ?? '(database)';
  if (listed.role === 'LV') return `${table}/${LONG_VALUES}`;
  return listed.role === 'Idx' ? `${table}/${listed.name}` : table;
}

/** Trees that a name may mean, and where there are none, names that are near. */
export interface FoundTrees {
  readonly trees: readonly ListedTree[];
  readonly suggestions: readonly string[];
}

/** Finds the trees called `name`, in any case: full names first, then names of indexes alone. */
export function findTrees(db: Database, name: string): FoundTrees {
  const wanted = name.toLowerCase();
  const all = [...tableTrees(db)];
  const primary = all
    .filter((one) => one.role === 'Pri')
    .filter((one) => `${one.name}/${one.table?.primaryIndex?.name ?? ''}`.toLowerCase() === wanted);
  const full = [...all.filter((listed) => treeName(listed).toLowerCase() === wanted), ...primary];
  if (full.length > 0) return { trees: full, suggestions: [] };
  const trees = all.filter((listed) => listed.role === 'Idx' && listed.name.toLowerCase() === wanted);
  return { trees, suggestions: trees.length > 0 ? [] : suggestions(all, name) };
}

/** Full names of trees whose full or own name is near. */
function suggestions(all: readonly ListedTree[], name: string): string[] {
  const near = new Set(nearNames(name, [...new Set(all.flatMap((listed) => [listed.name, treeName(listed)]))]));
  return all.filter((listed) => near.has(listed.name) || near.has(treeName(listed))).map(treeName);
}
