// Columns that sessions change by differences, without waiting for each other (JetEscrowUpdate; ErrRECIEscrowUpdate in
// recupd.cxx).
import { i32, i64 } from '../../binary/little-endian.ts';
import { JetError } from '../../errors/jet-error.ts';
import { ColumnFlag, type ColumnDef } from '../catalog/column-def.ts';
import type { TableDef } from '../catalog/table-def.ts';
import type { KeyValue } from '../norm/key-value.ts';
import type { VersionedTree } from './versioned-tree.ts';

type Values = Readonly<Record<string, KeyValue | readonly KeyValue[] | undefined>>;

const isEscrow = ({ flags, place }: ColumnDef): boolean => place === 'fixed' && (flags & ColumnFlag.EscrowUpdate) !== 0;

/** The escrow columns of one table. */
export class EscrowColumns {
  readonly #table: string;
  readonly #columns: readonly ColumnDef[];
  readonly #records: VersionedTree;

  constructor(table: TableDef, records: VersionedTree) {
    this.#table = table.name;
    this.#columns = table.columns.filter(isEscrow);
    this.#records = records;
  }

  /** A new row with their defaults, which every record must hold: differences are made where the value is. */
  complete(row: Values): Values {
    const missing = this.#columns.filter(({ name }) => row[name] === undefined || row[name] === null);
    if (missing.length === 0) return row;
    return { ...row, ...Object.fromEntries(missing.map(({ name, defaultValue }) => [name, defaultValue ?? 0])) };
  }

  /** @throws JetError JET_errInvalidColumnType: values of a row that is there are only changed by differences. */
  refuse(row: Values): void {
    const given = this.#columns.find(({ name }) => row[name] !== undefined);
    if (given === undefined) return;
    const message = `${given.name} of table ${this.#table} is changed by differences alone`;
    throw new JetError('JET_errInvalidColumnType', message, { table: this.#table });
  }

  /**
   * Adds to the value of a row; what it was before, changes of others that are not committed yet included.
   * @throws JetError JET_errInvalidOperation for other columns; JET_errRecordNotFound, JET_errWriteConflict (another
   * session changed or deleted the row).
   */
  add(bookmark: Uint8Array, column: ColumnDef, delta: bigint | number): bigint {
    if (!this.#columns.includes(column)) {
      const message = `${column.name} of table ${this.#table} is no escrow column`;
      throw new JetError('JET_errInvalidOperation', message, { table: this.#table });
    }
    const size = column.cbMaxLen === 8 ? 8 : 4;
    const before = this.#records.delta(bookmark, column.recordOffset, delta, size);
    const bytes = new Uint8Array(8);
    new DataView(bytes.buffer).setBigUint64(0, BigInt.asUintN(64, before), true);
    return size === 8 ? i64(bytes, 0) : BigInt(i32(bytes, 0));
  }
}
