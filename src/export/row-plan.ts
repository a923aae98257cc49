// A table's columns made ready for writing its rows: what to look for in a record, in which order, under which name.
import { CODE_PAGE_UNICODE, ColumnFlag, type ColumnDef } from '../ese/catalog/column-def.ts';
import { Coltyp, coltypSize, isTextType } from '../ese/catalog/column-type.ts';
import type { TableDef } from '../ese/catalog/table-def.ts';

/** One column to be written. */
export interface ExportColumn {
  readonly def: ColumnDef;
  /** The column's name; where a damaged catalog has it twice, with a number. */
  readonly name: string;
  /** Place among the table's columns. */
  readonly index: number;
  readonly coltyp: Coltyp;
  readonly codePage: number;
  /** Bytes of every value; 0 where the size varies. */
  readonly size: number;
  readonly fid: number;
  readonly recordOffset: number;
  /** Its values are JSON numbers, true or false: without quotation marks. */
  readonly bare: boolean;
  /** Fixed columns: bytes in the record. */
  readonly fixedSize: number;
  /** Declared to hold several values: always written as a list. */
  readonly list: boolean;
  readonly defaultValue: Uint8Array | undefined;
}

/** The columns of a table. */
export interface RowPlan {
  /** All of them: fixed, variable, tagged. */
  readonly columns: readonly ExportColumn[];
  /** Fixed columns by byte of the record's NULL bitmap: eight field ids each. */
  readonly fixed: readonly (readonly ExportColumn[])[];
  readonly variable: readonly ExportColumn[];
  /** Tagged columns that have a default, in order. */
  readonly taggedDefaults: readonly ExportColumn[];
  /** Tagged columns by field id: the table's own, and those that records mark as the template's. */
  readonly tagged: readonly (ExportColumn | undefined)[];
  readonly derived: readonly (ExportColumn | undefined)[];
}

/** Names made unique: a second `a` becomes `a~2`. */
export function uniqueNames(names: readonly string[], fold: (name: string) => string = (name) => name): string[] {
  const taken = new Set<string>();
  return names.map((name) => {
    let unique = name;
    for (let n = 2; taken.has(fold(unique)); n++) unique = `${name}~${n}`;
    taken.add(fold(unique));
    return unique;
  });
}

function isBare(coltyp: Coltyp): boolean {
  return coltypSize(coltyp) !== 0 && coltyp !== Coltyp.Guid && coltyp !== Coltyp.DateTime;
}

function exportColumn(def: ColumnDef, name: string, index: number): ExportColumn {
  return {
    def,
    name,
    index,
    coltyp: def.coltyp,
    codePage: def.codePage,
    size: coltypSize(def.coltyp),
    fid: def.fid,
    recordOffset: def.recordOffset,
    bare: isBare(def.coltyp),
    fixedSize: def.place === 'fixed' ? def.cbMaxLen : 0,
    list: (def.flags & ColumnFlag.Multivalued) !== 0,
    defaultValue: def.defaultValue,
  };
}

function byFid(columns: readonly ExportColumn[]): (ExportColumn | undefined)[] {
  const table: (ExportColumn | undefined)[] = [];
  for (const column of columns) table[column.fid] = column;
  return table;
}

function byBitmapByte(columns: readonly ExportColumn[]): ExportColumn[][] {
  const last = columns.at(-1)?.fid ?? 0;
  const groups: ExportColumn[][] = Array.from({ length: (last + 7) >> 3 }, () => []);
  for (const column of columns) groups[(column.fid - 1) >> 3]!.push(column);
  return groups;
}

/** Compiles the columns of `table`. */
export function planRows(table: TableDef): RowPlan {
  const names = uniqueNames(table.columns.map((def) => def.name));
  const columns = table.columns.map((def, i) => exportColumn(def, names[i]!, i));
  const tagged = columns.filter((column) => column.def.place === 'tagged');
  return {
    columns,
    fixed: byBitmapByte(columns.filter((column) => column.def.place === 'fixed')),
    variable: columns.filter((column) => column.def.place === 'variable'),
    taggedDefaults: tagged.filter((column) => column.defaultValue !== undefined),
    tagged: byFid(tagged.filter((column) => !column.def.derived)),
    derived: byFid(tagged.filter((column) => column.def.derived)),
  };
}

/** True for text in UTF-16. */
export function isUnicodeText(column: ExportColumn): boolean {
  return isTextType(column.coltyp) && column.codePage === CODE_PAGE_UNICODE;
}
