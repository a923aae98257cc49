// What changes of definitions work with.
import { JetError } from '../../errors/jet-error.ts';
import type { TableDef } from '../catalog/table-def.ts';
import { TableFlag } from '../catalog/table-def.ts';
import { NEW_SORT_ID, NEW_SORT_VERSION } from '../norm/sort-order.ts';
import type { CatalogContext } from '../build/table-spec.ts';
import { Schema } from './schema.ts';
import type { SpaceWriter } from './space-writer.ts';
import type { Transactions } from './transactions.ts';
import type { TxSession } from './tx-session.ts';
import type { VersionedDatabase } from './version-store.ts';

/** A database whose trees can be made and dropped. */
export interface DefinableDatabase extends VersionedDatabase {
  readonly allocator: SpaceWriter;
  /** Its header; its revision tells what its catalog knows. */
  readonly header?: { readonly ulDaeUpdateMajor: number };
}

/** The transactions of an instance, and a database of it. */
export interface DefinitionContext {
  readonly transactions: Transactions;
  readonly database: DefinableDatabase;
  /** Major revision of the format. Default: as the header says, or 0x14. */
  readonly revision?: number;
}

/** Revision of databases that say nothing else: that of Windows 8.1 and Exchange 2013. */
export const REVISION_DEFAULT = 0x14;

/** What catalog rows of new objects are made with. */
export function catalogContext({ database, revision }: DefinitionContext): CatalogContext {
  return {
    revision: revision ?? database.header?.ulDaeUpdateMajor ?? REVISION_DEFAULT,
    nextObjid: () => database.db.nextObjid(),
    textOrder: { sortVersion: NEW_SORT_VERSION, sortId: NEW_SORT_ID },
  };
}

/** The schema of the context's database. */
export function schemaOf({ database }: DefinitionContext): Schema {
  return Schema.of(database);
}

/** Does something in a transaction of its own within that of the session; nothing is left of it when it fails. */
export function within<T>(session: TxSession, work: () => T): T {
  session.begin();
  let result: T;
  try {
    result = work();
  } catch (error) {
    session.rollback();
    throw error;
  }
  session.commit();
  return result;
}

/** Refuses changes of tables whose definition is fixed. @throws JetError JET_errFixedDDL. */
export function refuseFixed(table: TableDef): void {
  if ((table.flags & (TableFlag.FixedDdl | TableFlag.Template | TableFlag.System)) === 0) return;
  throw new JetError('JET_errFixedDDL', `the definition of table ${table.name} is fixed`, { table: table.name });
}
