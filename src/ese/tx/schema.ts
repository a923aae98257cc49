// The tables of an open database as its sessions see them: definitions change with transactions as rows do (FCB and TDB
// with their versioned columns and indexes; fcb.cxx, ErrCATInitFCB in cat.cxx).
import { JetError } from '../../errors/jet-error.ts';
import { buildTables } from '../catalog/build-tables.ts';
import { CatalogRowReader, type CatalogRow } from '../catalog/catalog-row.ts';
import { CATALOG_TREE } from '../catalog/read-catalog.ts';
import { CatalogType, OBJID_CATALOG } from '../catalog/system-schema.ts';
import type { TableDef } from '../catalog/table-def.ts';
import { NodeView } from '../page/node.ts';
import type { PageFormat } from '../page/page-format.ts';
import type { Transactions } from './transactions.ts';
import { treeAtRoot } from './tree-at-root.ts';
import { TreePath } from './tree-path.ts';
import type { TxSession } from './tx-session.ts';
import type { VersionedDatabase } from './version-store.ts';
import type { WritableDatabase } from './writable-database.ts';

/** A table: what the catalog says of it, as rows and as a definition. */
export interface TableState {
  readonly rows: readonly CatalogRow[];
  readonly table: TableDef;
}

/** A table from one change of its definition to the next. */
interface TableEpoch {
  /** Undefined: the table is deleted. */
  state: TableState | undefined;
  /** The transaction that made the change, until it commits. */
  session: TxSession | undefined;
  /** Number of its commit; 0: the table was there when the database was opened. */
  trxCommit0: number;
  /** Others cannot write to the table until the change is committed: they would not keep an index that is being made. */
  readonly blocksWriters: boolean;
}

/** How a change is made known. */
export interface ChangeOptions {
  readonly blocksWriters?: boolean;
}

const NOT_FOUND = 'JET_errObjectNotFound';
const schemas = new WeakMap<WritableDatabase, Schema>();

/** The definitions of one database, shared by all sessions. */
export class Schema {
  /** Rises with each change that any session may see. */
  version = 0;
  readonly #format: PageFormat;
  /** Epochs of each table by object id, newest first. */
  readonly #epochs = new Map<number, TableEpoch[]>();
  /** Object ids that ever had a name, in lower case. */
  readonly #names = new Map<string, Set<number>>();

  constructor(format: PageFormat, rows: readonly CatalogRow[]) {
    this.#format = format;
    const groups = new Map<number, CatalogRow[]>();
    for (const row of rows) {
      const group = groups.get(row.objidTable);
      if (group === undefined) groups.set(row.objidTable, [row]);
      else group.push(row);
    }
    for (const table of buildTables(rows, format)) {
      const { objid } = table.tree;
      this.#push(objid, {
        state: { rows: groups.get(objid) ?? [], table },
        session: undefined,
        trxCommit0: 0,
        blocksWriters: false,
      });
    }
  }

  /** The schema of an open database, read when it is first asked for. */
  static of(database: VersionedDatabase): Schema {
    const { db } = database;
    const known = schemas.get(db);
    if (known !== undefined) return known;
    const schema = new Schema(db.store.format, readRows(db));
    schemas.set(db, schema);
    return schema;
  }

  /** The schema of a database whose catalog is yet to be made of these rows. */
  static begin(database: VersionedDatabase, rows: readonly CatalogRow[]): Schema {
    const { db } = database;
    const schema = new Schema(db.store.format, rows);
    schemas.set(db, schema);
    return schema;
  }

  /**
   * The table of that name, in any case, as `session` sees it; without one: as the last commit left it.
   * @throws JetError JET_errObjectNotFound.
   */
  table(name: string, session?: TxSession): TableDef {
    return this.state(name, session).table;
  }

  /** As `table`, with its catalog rows. @throws JetError JET_errObjectNotFound. */
  state(name: string, session?: TxSession): TableState {
    const found = this.find(name, session);
    if (found !== undefined) return found;
    throw new JetError(NOT_FOUND, `there is no table ${name}`, { table: name });
  }

  /** As `state`; undefined: there is none. */
  find(name: string, session?: TxSession): TableState | undefined {
    const wanted = name.toLowerCase();
    for (const objid of this.#names.get(wanted) ?? []) {
      const state = this.#seen(objid, session);
      if (state?.table.name.toLowerCase() === wanted) return state;
    }
    return undefined;
  }

  /** All tables, by name, as `session` sees them. */
  *tables(session?: TxSession): Generator<TableDef> {
    const seen = [...this.#epochs.keys()].flatMap((objid) => this.#seen(objid, session)?.table ?? []);
    yield* seen.sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  /**
   * The definition a table is to be written by, which has the columns and indexes of the last commit, whenever the
   * transaction began.
   * @throws JetError JET_errObjectNotFound: the table is deleted; JET_errWriteConflict: another session's transaction
   * makes an index of it.
   */
  tableForWriting(objid: number, session: TxSession): TableDef {
    const epochs = this.#epochs.get(objid) ?? [];
    const blocking = epochs.find(
      ({ blocksWriters, session: by }) => blocksWriters && by !== undefined && by !== session,
    );
    const state = newest(epochs, session)?.state;
    if (state === undefined) throw new JetError(NOT_FOUND, `table ${objid} is deleted`);
    if (blocking === undefined) return state.table;
    const message = `session ${session.name}: ${blocking.session!.name} makes an index of table ${state.table.name}`;
    throw new JetError('JET_errWriteConflict', message, { table: state.table.name });
  }

  /**
   * The definition that a change by `session` begins from.
   * @throws JetError JET_errObjectNotFound; JET_errWriteConflict: another transaction changes it, or changed it after
   * this one began.
   */
  stateForChange(name: string, session: TxSession): TableState {
    const { table } = this.state(name, session);
    const epochs = this.#epochs.get(table.tree.objid)!;
    const [first] = epochs;
    const isOthers = first!.session !== undefined && first!.session !== session;
    const isLater = first!.session === undefined && session.level > 0 && first!.trxCommit0 > session.trxBegin0;
    if (!isOthers && !isLater) return first!.state!;
    const message = `session ${session.name}: another one changed the definition of table ${table.name}`;
    throw new JetError('JET_errWriteConflict', message, { table: table.name });
  }

  /** A definition of these rows. `rows`: of the table alone. */
  stateOf(rows: readonly CatalogRow[]): TableState {
    const { objidTable } = rows[0]!;
    const own = rows.find(({ type }) => type === CatalogType.Table);
    const template = own?.templateOrCallback ?? '';
    const inherited = template === '' ? [] : (this.find(template)?.rows ?? []);
    const table = buildTables([...rows, ...inherited], this.#format).find(({ tree }) => tree.objid === objidTable)!;
    return { rows, table };
  }

  /**
   * Has a table from now on be what `rows` say; none: it is deleted. Others see it when the transaction commits; with a
   * rollback it is forgotten. The session must be in a transaction.
   */
  change(
    transactions: Transactions,
    session: TxSession,
    objid: number,
    rows: readonly CatalogRow[],
    { blocksWriters = false }: ChangeOptions = {},
  ): TableDef | undefined {
    const state = rows.length === 0 ? undefined : this.stateOf(rows);
    const epoch: TableEpoch = { state, session, trxCommit0: Infinity, blocksWriters };
    this.#push(objid, epoch);
    session.onRollback(() => {
      this.#remove(objid, epoch);
    });
    session.onCommit((trxCommit0) => {
      epoch.session = undefined;
      epoch.trxCommit0 = trxCommit0;
      this.version++;
      transactions.afterAllSee(trxCommit0, () => {
        this.#forgetBefore(objid, epoch);
      });
    });
    return state?.table;
  }

  /** True for tables that the session's open transaction made: nobody else knows of them. */
  isMadeBy(objid: number, session: TxSession): boolean {
    const first = this.#epochs.get(objid)?.at(-1);
    return first !== undefined && first.session === session;
  }

  /** A table has a long-value tree from now on, for all that see the table. */
  addLongValueTree(objid: number, row: CatalogRow): void {
    for (const epoch of this.#epochs.get(objid) ?? []) {
      if (epoch.state !== undefined) epoch.state = this.stateOf([...epoch.state.rows, row]);
    }
    this.version++;
  }

  /** The long-value tree that `addLongValueTree` told of is gone again. */
  removeLongValueTree(objid: number, row: CatalogRow): void {
    for (const epoch of this.#epochs.get(objid) ?? []) {
      const rows = epoch.state?.rows.filter((each) => each !== row);
      if (rows !== undefined && rows.length > 0) epoch.state = this.stateOf(rows);
    }
    this.version++;
  }

  /** The table with this object id as a session sees it. */
  #seen(objid: number, session: TxSession | undefined): TableState | undefined {
    const epochs = this.#epochs.get(objid) ?? [];
    const begun = session === undefined || session.level === 0 ? Infinity : session.trxBegin0;
    return epochs.find(({ session: by, trxCommit0 }) => (by === undefined ? trxCommit0 < begun : by === session))
      ?.state;
  }

  #push(objid: number, epoch: TableEpoch): void {
    const epochs = this.#epochs.get(objid);
    if (epochs === undefined) this.#epochs.set(objid, [epoch]);
    else epochs.unshift(epoch);
    if (epoch.state !== undefined) {
      const name = epoch.state.table.name.toLowerCase();
      const objids = this.#names.get(name);
      if (objids === undefined) this.#names.set(name, new Set([objid]));
      else objids.add(objid);
    }
    this.version++;
  }

  #remove(objid: number, epoch: TableEpoch): void {
    this.#keep(objid, (each) => each !== epoch);
    this.version++;
  }

  /** All see `epoch`: what was before it nobody can see any more. */
  #forgetBefore(objid: number, epoch: TableEpoch): void {
    const epochs = this.#epochs.get(objid) ?? [];
    const at = epochs.indexOf(epoch);
    if (at >= 0)
      this.#keep(objid, (each) => epochs.indexOf(each) <= at && (each !== epoch || epoch.state !== undefined));
  }

  #keep(objid: number, isKept: (epoch: TableEpoch) => boolean): void {
    const epochs = this.#epochs.get(objid) ?? [];
    const kept = epochs.filter(isKept);
    if (kept.length > 0) this.#epochs.set(objid, kept);
    else this.#epochs.delete(objid);
    const names = new Set(kept.map(({ state }) => state?.table.name.toLowerCase()));
    for (const { state } of epochs) {
      const name = state?.table.name.toLowerCase();
      if (name === undefined || names.has(name)) continue;
      const objids = this.#names.get(name);
      objids?.delete(objid);
      if (objids?.size === 0) this.#names.delete(name);
    }
  }
}

/** The newest epoch but for those of other sessions' open transactions. */
function newest(epochs: readonly TableEpoch[], session: TxSession): TableEpoch | undefined {
  return epochs.find(({ session: by }) => by === undefined || by === session);
}

/** All rows of MSysObjects. */
function readRows(db: WritableDatabase): CatalogRow[] {
  const rows: CatalogRow[] = [];
  const reader = new CatalogRowReader(db.store.format);
  const node = new NodeView();
  const tree = { ...treeAtRoot(db, CATALOG_TREE.pgnoFDP), objidFDP: OBJID_CATALOG };
  const path = new TreePath(db, tree);
  try {
    path.seekEnd(0);
    for (let more = path.exact || path.move(1); more; more = path.move(1)) {
      if (!path.atNode(node) || node.isDeleted) continue;
      const row = reader.read(node.bytes, node.dataStart, node.dataStart + node.dataLength, true);
      if (row === undefined) throw new JetError('JET_errCatalogCorrupted', `${db.store.name}: a row of the catalog`);
      rows.push(row);
    }
  } finally {
    path.release();
  }
  return rows;
}
