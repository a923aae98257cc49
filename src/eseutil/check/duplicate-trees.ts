// Object ids name trees: two trees with one id cannot be told apart, whatever the catalog says (format 5.3).
import { SYSTEM_ROOT } from '../../ese/catalog/system-schema.ts';
import type { CheckContext } from './check-context.ts';
import { treesOf } from './check-space.ts';

/** Reports trees whose object id another has already, and has the rest of the check pass them by. */
export function skipDuplicateTrees(ctx: CheckContext): void {
  const known = new Map<number, string>([[SYSTEM_ROOT.objid, 'the database itself']]);
  const trees = ctx.db.tables.map((table) => treesOf(table));
  // Tables first: of a table and an index with one id the table is the greater loss.
  for (const listed of [...trees.map((own) => own.slice(0, 1)), ...trees.map((own) => own.slice(1))]) {
    for (const { tree, place } of listed) {
      const name =
        place.index === undefined ? `table ${place.table!}` : `index ${place.index} of table ${place.table!}`;
      const first = known.get(tree.objid);
      known.set(tree.objid, first ?? name);
      if (first === undefined) continue;
      ctx.skipped.add(tree);
      ctx.reporter.add({
        rule: 'catalog.row',
        severity: 'error',
        jet: 'JET_errCatalogCorrupted',
        at: place,
        message: `${name} has object id ${tree.objid}, which ${first} has already: it is left out of the check`,
      });
    }
  }
}
