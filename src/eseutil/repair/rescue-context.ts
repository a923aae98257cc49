// What all parts of a repair share.
import type { DatabaseBuilder } from '../../ese/build/database-builder.ts';
import type { CatalogRow } from '../../ese/catalog/catalog-row.ts';
import type { Sorter } from '../../ese/build/sorter.ts';
import type { FileScan } from './file-scan.ts';
import type { LeafPlanner } from './leaf-plan.ts';
import type { LossList } from './repair-result.ts';

/** The state of one repair. */
export interface RescueContext {
  readonly scan: FileScan;
  readonly planner: LeafPlanner;
  readonly losses: LossList;
  /** Record format of the new database. */
  readonly sortedTagged: boolean;
  /** A sorter, one of `count` that work at the same time. */
  readonly sorter: (count: number) => Sorter;
  /** Called for each page read while tables are rebuilt. */
  readonly onPage: () => void;
}

/** The same while the new database is being written. */
export interface RebuildContext extends RescueContext {
  readonly builder: DatabaseBuilder;
  /** Major revision of the new database. */
  readonly revision: number;
  /** A new object id. */
  readonly nextObjid: () => number;
  /** Rows of tables that repair adds. */
  readonly added: CatalogRow[];
  /** Keep records of pages whose checksum fails, apart from the others. */
  readonly keepUnverified: boolean;
  /** Indexes that are not complete and that only the engine can complete, by object id. */
  readonly marked: Set<number>;
  /** Root pages of the new database by object id. */
  readonly roots: Map<number, number>;
}
