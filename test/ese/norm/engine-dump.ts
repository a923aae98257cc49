// Reads a dump.jsonl made through the engine's API: rows with raw column values, and each index with its entries.
// Index definitions come from the MSysObjects rows of the same dump.
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { guidText } from '../../../src/binary/guid.ts';
import { fromHex } from '../../../src/binary/hex.ts';
import { i16, u16, u32 } from '../../../src/binary/little-endian.ts';
import type {
  ConditionalColumn,
  IndexDefinition,
  KeySegment,
  TupleLimits,
} from '../../../src/ese/norm/index-definition.ts';

interface DumpedColumn {
  readonly name: string;
  readonly id: number;
  readonly type: number;
  readonly max: number;
  readonly grbit: number;
  readonly cp: number;
  readonly default: string;
}
type DumpedValues = Readonly<Record<string, readonly string[]>>;
interface DumpedRow {
  readonly table: string;
  readonly bm: string;
  readonly row: DumpedValues;
}
/** An index as dumped: entries are [key, primary bookmark], hexadecimal, in index order. */
export interface DumpedIndex {
  readonly table: string;
  readonly index: string;
  readonly key: string;
  readonly entries: readonly (readonly [string, string])[];
}
interface DumpedLine extends Partial<DumpedRow>, Partial<DumpedIndex> {
  readonly columns?: readonly DumpedColumn[];
}

/** A row: its bookmark and what a column holds (undefined = NULL). */
export interface EngineRow {
  readonly bookmark: string;
  readonly value: (columnId: number, itag: number) => Uint8Array | undefined;
}

/** A table of a dump, complete. */
export interface EngineTable {
  readonly name: string;
  readonly rows: readonly EngineRow[];
  readonly indexes: readonly { readonly dumped: DumpedIndex; readonly definition: IndexDefinition }[];
}

const JET_bitColumnTagged = 0x2;
const JET_bitColumnMultiValued = 0x400;
const TEMPLATE_COLUMN = 0x80000000;

/** Yields the tables of a dump one by one. A dump of a database the engine refused yields nothing. */
export async function* engineTables(path: string): AsyncGenerator<EngineTable> {
  const catalog = await readCatalog(path);
  let columns: readonly DumpedColumn[] = [];
  let rows: EngineRow[] = [];
  let indexes: DumpedIndex[] = [];
  let name: string | undefined;
  const finished = (): EngineTable => ({
    name: name!,
    rows,
    indexes: indexes.map((dumped) => ({ dumped, definition: definitionOf(dumped, catalog, columns) })),
  });
  for await (const line of linesOf(path)) {
    if (line.columns !== undefined) {
      if (name !== undefined) yield finished();
      name = line.table;
      columns = line.columns;
      rows = [];
      indexes = [];
    } else if (line.row !== undefined) rows.push(rowOf(line as DumpedRow, columns));
    else if (line.entries !== undefined) indexes.push(line as DumpedIndex);
  }
  if (name !== undefined) yield finished();
}

async function* linesOf(path: string): AsyncGenerator<DumpedLine> {
  for await (const text of createInterface({ input: createReadStream(path) })) {
    if (text.startsWith('{')) yield JSON.parse(text) as DumpedLine;
  }
}

interface Catalog {
  /** Object id of each table by name. */
  readonly tables: ReadonlyMap<string, string>;
  /** Index rows by `objid of the table` + index name. */
  readonly indexes: ReadonlyMap<string, DumpedValues>;
}

async function readCatalog(path: string): Promise<Catalog> {
  const tables = new Map<string, string>();
  const indexes = new Map<string, DumpedValues>();
  for await (const line of linesOf(path)) {
    if (line.table !== 'MSysObjects' || line.row === undefined) continue;
    const name = new TextDecoder('latin1').decode(fromHex(line.row['Name']![0]!));
    const objid = line.row['ObjidTable']![0]!;
    if (line.row['Type']![0] === '0100') tables.set(name, objid);
    if (line.row['Type']![0] === '0300') indexes.set(`${objid} ${name}`, line.row);
  }
  return { tables, indexes };
}

function rowOf(line: DumpedRow, columns: readonly DumpedColumn[]): EngineRow {
  const byId = new Map<number, readonly Uint8Array[]>();
  for (const column of columns) {
    const dumped = line.row[column.name];
    if (dumped !== undefined) byId.set(column.id, dumped.map(fromHex));
    else if ((column.grbit & JET_bitColumnTagged) !== 0 && column.default !== '') {
      byId.set(column.id, [fromHex(column.default)]);
    }
  }
  return { bookmark: line.bm, value: (columnId, itag) => byId.get(columnId)?.[itag - 1] };
}

function definitionOf(dumped: DumpedIndex, catalog: Catalog, columns: readonly DumpedColumn[]): IndexDefinition {
  const row = catalog.indexes.get(`${catalog.tables.get(dumped.table)!} ${dumped.index}`);
  if (row === undefined) throw new Error(`no catalog row for ${dumped.table}.${dumped.index}`);
  const field = (name: string): Uint8Array => fromHex(row[name]?.[0] ?? '');
  const flags = u32(field('Flags'), 0);
  const has = (bit: number): boolean => (flags & bit) !== 0;
  const extended = has(0x10000);
  const keyMost = row['KeyMost'] === undefined ? 255 : u16(field('KeyMost'), 0);
  const limits = field('TupleLimits');
  return {
    segments: namedColumns(field('KeyFldIDs'), extended).map((c) => segmentOf(c, columns)),
    unique: has(0x1),
    primary: has(0x20),
    allowAllNulls: has(0x2),
    allowFirstNull: has(0x4),
    allowSomeNulls: has(0x8),
    noNullSegments: has(0x10),
    multivalued: has(0x80),
    crossProduct: has(0x2000),
    nestedTable: has(0x8000),
    sortNullsHigh: has(0x800),
    disallowTruncation: has(0x4000),
    dotNetGuid: has(0x20000),
    localizedText: has(0x400),
    keyMost,
    varSegMac: row['VarSegMac'] === undefined ? keyMost : u16(field('VarSegMac'), 0),
    conditional: namedColumns(field('ConditionalColumns'), extended).map((c): ConditionalColumn => ({
      columnId: c.columnId,
      mustBeNull: extended ? (c.flags & 0x20) !== 0 : c.negative,
    })),
    ...(limits.length > 0 ? { tuple: tupleOf(limits) } : {}),
    lcMapFlags: row['LCMapFlags'] === undefined ? 0 : u32(field('LCMapFlags'), 0),
    ...(field('Version').length === 8
      ? {
          sortOrder: {
            nlsVersion: u32(field('Version'), 0),
            sortId: field('SortID').length === 16 ? guidText(field('SortID'), 0) : '',
            localeName: new TextDecoder('utf-16le').decode(field('LocaleName')),
            lcid: u32(field('PagesOrLocale'), 0),
          },
        }
      : {}),
  };
}

interface NamedColumn {
  readonly columnId: number;
  readonly flags: number;
  readonly negative: boolean;
}

function namedColumns(bytes: Uint8Array, extended: boolean): NamedColumn[] {
  const named: NamedColumn[] = [];
  for (let i = 0; i < bytes.length; i += extended ? 4 : 2) {
    const fid = extended ? u16(bytes, i + 2) : Math.abs(i16(bytes, i));
    const flags = extended ? bytes[i]! : 0;
    const columnId = (flags & 0x80) !== 0 ? TEMPLATE_COLUMN + fid : fid;
    named.push({ columnId, flags, negative: !extended && i16(bytes, i) < 0 });
  }
  return named;
}

function segmentOf(named: NamedColumn, columns: readonly DumpedColumn[]): KeySegment {
  const column = columns.find((c) => c.id === named.columnId);
  if (column === undefined) throw new Error(`no column ${named.columnId}`);
  return {
    columnId: named.columnId,
    coltyp: column.type,
    codePage: column.cp,
    descending: named.negative || (named.flags & 0x40) !== 0,
    fixed: (column.id & 0xffff) < 128,
    tagged: (column.grbit & JET_bitColumnTagged) !== 0,
    cbMax: column.max,
    multiValued: (column.grbit & JET_bitColumnMultiValued) !== 0,
  };
}

function tupleOf(limits: Uint8Array): TupleLimits {
  const whole = limits.length >= 20;
  return {
    chLengthMin: u32(limits, 0),
    chLengthMax: u32(limits, 4),
    chToIndexMax: u32(limits, 8),
    cchIncrement: whole ? u32(limits, 12) : 1,
    ichStart: whole ? u32(limits, 16) : 0,
  };
}
