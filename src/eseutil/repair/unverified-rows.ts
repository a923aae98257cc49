// Records on pages whose checksum fails. They may be right or not, so they never go into their table: those that look
// right in every way that can be told are kept apart, in a table `Unverified_<name>` with the same columns.
import type { BuildingTree } from '../../ese/build/database-builder.ts';
import { LongValueBuilder } from '../../ese/build/long-value-builder.ts';
import { RecordBuilder } from '../../ese/build/record-builder.ts';
import type { StoredValue } from '../../ese/build/stored-value.ts';
import { catalogRows, longValueRow, type ColumnSpec } from '../../ese/build/table-spec.ts';
import { buildTables } from '../../ese/catalog/build-tables.ts';
import type { CatalogRow } from '../../ese/catalog/catalog-row.ts';
import { ColumnFlag, type ColumnDef } from '../../ese/catalog/column-def.ts';
import { Coltyp, isLongType } from '../../ese/catalog/column-type.ts';
import type { TableDef } from '../../ese/catalog/table-def.ts';
import { isJetError } from '../../errors/jet-error.ts';
import type { RecordReader } from '../../ese/record/record-reader.ts';
import type { RebuildContext } from './rescue-context.ts';

/** Long values up to this size stay in the record, if it has room. */
const INTRINSIC_MOST = 1023;
const LID_SIZE = 4;
/** Most characters of a table's name. */
const NAME_MOST = 64;

/** Name of the table that keeps unverified records of another. */
export function unverifiedName(table: string): string {
  return `Unverified_${table}`.slice(0, NAME_MOST);
}

const TYPE_NAMES = new Map(Object.entries(Coltyp).map(([name, coltyp]) => [coltyp, name as ColumnSpec['type']]));

function columnSpec(column: ColumnDef): ColumnSpec {
  return {
    name: column.name,
    type: TYPE_NAMES.get(column.coltyp)!,
    place: column.place,
    multiValued: (column.flags & ColumnFlag.Multivalued) !== 0,
    ...(column.codePage === 1200 || column.codePage === 1252 ? { codePage: column.codePage } : {}),
    ...(column.cbMaxLen > 0 ? { maxLength: column.cbMaxLen } : {}),
    ...(column.defaultValue === undefined ? {} : { defaultValue: column.defaultValue }),
  };
}

/** The table of unverified records of one table; made with the first record. */
export class UnverifiedRows {
  count = 0;
  readonly #ctx: RebuildContext;
  readonly #table: TableDef;
  readonly #tree: BuildingTree;
  readonly #longValues: LongValueBuilder;
  readonly #records: RecordBuilder;
  readonly #columns: readonly (readonly [ColumnDef, ColumnDef])[];
  readonly #rows: readonly CatalogRow[];

  constructor(ctx: RebuildContext, table: TableDef) {
    const { builder, scan, revision, nextObjid, sortedTagged, roots } = ctx;
    this.#ctx = ctx;
    this.#table = table;
    const sources = table.columns.filter((column) => column.coltyp !== Coltyp.Slv && column.coltyp !== Coltyp.Nil);
    const spec = { name: unverifiedName(table.name), columns: sources.map(columnSpec) };
    this.#rows = catalogRows(spec, { revision, nextObjid });
    const objid = this.#rows[0]!.objidTable;
    const clone = buildTables(this.#rows, scan.pages.format).find(({ tree }) => tree.objid === objid)!;
    const byName = new Map(clone.columns.map((column) => [column.name, column]));
    this.#columns = sources.map((column) => [column, byName.get(column.name)!] as const);
    this.#tree = builder.table({ objid, kind: 'table' });
    roots.set(objid, this.#tree.pgnoFDP);
    this.#longValues = new LongValueBuilder(builder, this.#tree, clone.lvChunkMax, nextObjid);
    this.#records = new RecordBuilder(clone, scan.pages.format, sortedTagged);
  }

  /** Adds the record that `reader` is at; false when it cannot be written. */
  add(reader: RecordReader): boolean {
    try {
      const record = this.#encode(reader, INTRINSIC_MOST) ?? this.#encode(reader, LID_SIZE);
      if (record === undefined) return false;
      const key = new Uint8Array(4);
      new DataView(key.buffer).setUint32(0, ++this.count, false);
      this.#tree.append(key, 4, record, 0, record.length);
      return true;
    } catch (error) {
      if (isJetError(error)) return false;
      throw error;
    }
  }

  #encode(reader: RecordReader, intrinsicMost: number): Uint8Array | undefined {
    const records = this.#records;
    records.reset();
    let size = 0;
    const most = records.most;
    const cells: [ColumnDef, Uint8Array[]][] = [];
    for (const [from, to] of this.#columns) {
      const values = reader.values(from);
      cells.push([to, values]);
      for (const value of values) size += isLongType(to.coltyp) ? Math.min(value.length, intrinsicMost) : value.length;
    }
    // Long values are written as they are met: a record that will not fit must not have left any.
    if (size > most && intrinsicMost > LID_SIZE) return undefined;
    for (const [column, values] of cells) {
      const stored = values.map((value) => this.#store(column, value, intrinsicMost));
      records.set(column, stored.length === 0 ? null : stored);
    }
    return records.finish();
  }

  #store(column: ColumnDef, bytes: Uint8Array, intrinsicMost: number): StoredValue {
    if (!isLongType(column.coltyp) || bytes.length <= intrinsicMost) return { bytes };
    return { bytes: this.#longValues.add(bytes), separated: true };
  }

  /** Writes what is left; gives the rows that declare the table. */
  finish(): readonly CatalogRow[] {
    this.#longValues.finish();
    this.#tree.finish();
    const { losses, roots } = this.#ctx;
    const what = `${this.count} records of pages whose checksum fails are kept apart, in ${unverifiedName(this.#table.name)}: look at them before you use them`;
    losses.note(`table ${this.#table.name}: ${what}`);
    const longValues = this.#longValues.tree;
    if (longValues === undefined) return this.#rows;
    roots.set(longValues.objid, longValues.pgnoFDP);
    return [...this.#rows, longValueRow(this.#rows[0]!.objidTable, longValues.objid, longValues.pgnoFDP)];
  }
}
