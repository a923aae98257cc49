// `esekit tables FILE [TABLE]`: the tables of a database; or the columns and indexes of one.
import { coltypName } from '../../ese/catalog/column-type.ts';
import { ColumnFlag, type ColumnDef } from '../../ese/catalog/column-def.ts';
import { IndexFlag, type IndexDef } from '../../ese/catalog/index-def.ts';
import { isSystemTable, type TableDef } from '../../ese/catalog/table-def.ts';
import { walkLeaves } from '../../ese/btree/leaf-walk.ts';
import { Database } from '../../ese/database.ts';
import { FileSource } from '../../ese/io/file-source.ts';
import { NodeView } from '../../ese/page/node.ts';
import { readTreeSpace } from '../../ese/space/tree-space.ts';
import { plainText } from '../../eseutil/plain-text.ts';
import type { CommandIo } from '../command-io.ts';
import { ExitStatus } from '../exit-status.ts';
import { nearNames } from '../../export/near-names.ts';
import { formatBytes, textTable } from '../table-text.ts';

/** Rows counted, pages owned, and whether anything was out of reach. */
interface TableSize {
  readonly rows: number;
  readonly pages: number;
  readonly complete: boolean;
}

function measure(db: Database, table: TableDef): TableSize {
  let rows = 0;
  let complete = true;
  const onFault = (): void => {
    complete = false;
  };
  const node = new NodeView();
  for (const page of walkLeaves(db.pages, table.tree, { onFault, orphans: db.orphans })) {
    for (let line = 0; line < page.lineCount; line++) if (node.load(page, line) && !node.isDeleted) rows++;
  }
  const space = readTreeSpace(db.pages, table.tree, onFault);
  // Indexes and long values take their space out of the table's, so its owned extents hold them all.
  const pages = space?.owned.reduce((sum, extent) => sum + extent.cpg, 0) ?? 0;
  return { rows, pages, complete };
}

const COLUMN_FLAGS: readonly (readonly [number, string])[] = [
  [ColumnFlag.NotNull, 'not null'],
  [ColumnFlag.Version, 'version'],
  [ColumnFlag.AutoIncrement, 'auto-increment'],
  [ColumnFlag.Multivalued, 'multi-valued'],
  [ColumnFlag.EscrowUpdate, 'escrow'],
  [ColumnFlag.UserDefinedDefault, 'default by callback'],
  [ColumnFlag.Compressed, 'compressed'],
  [ColumnFlag.Encrypted, 'encrypted'],
];

function columnNotes(column: ColumnDef): string {
  const notes = COLUMN_FLAGS.filter(([bit]) => (column.flags & bit) !== 0).map(([, name]) => name);
  if (column.defaultValue !== undefined) notes.push('default');
  return notes.join(', ');
}

function indexNotes(index: IndexDef): string {
  const { definition } = index;
  const notes = [
    definition.primary ? 'primary' : '',
    definition.unique ? 'unique' : '',
    (index.flags & IndexFlag.NoNullSegments) !== 0 ? 'no NULLs' : '',
    definition.tuple === undefined ? '' : 'substrings',
    definition.conditional.length === 0 ? '' : 'conditional',
    definition.crossProduct ? 'cross product' : '',
  ];
  return notes.filter((note) => note !== '').join(', ');
}

function columnJson(column: ColumnDef): Record<string, unknown> {
  return {
    name: column.name,
    id: column.columnId,
    type: coltypName(column.coltyp),
    place: column.place,
    maxLength: column.cbMaxLen,
    ...(column.codePage === 0 ? {} : { codePage: column.codePage }),
    multiValued: (column.flags & ColumnFlag.Multivalued) !== 0,
    flags: column.flags,
  };
}

function indexJson(index: IndexDef): Record<string, unknown> {
  const { definition } = index;
  return {
    name: index.name,
    key: index.keyColumns,
    primary: definition.primary,
    unique: definition.unique,
    pgnoFDP: index.tree.pgnoFDP,
    objid: index.tree.objid,
  };
}

function listTables(db: Database, options: { readonly json?: boolean }, io: CommandIo): number {
  const measured = db.tables.map((table) => ({ table, size: measure(db, table) }));
  const complete = db.catalog.complete && measured.every(({ size }) => size.complete);
  const status = complete ? ExitStatus.Clean : ExitStatus.Damage;
  if (options.json === true) {
    const list = measured.map(({ table, size }) => ({
      name: table.name,
      rows: size.rows,
      pages: size.pages,
      bytes: size.pages * db.pages.format.pageSize,
      complete: size.complete,
      system: isSystemTable(table),
      objid: table.tree.objid,
      pgnoFDP: table.tree.pgnoFDP,
      columns: table.columns.length,
      indexes: table.indexes.length,
    }));
    io.out(JSON.stringify(list, null, 2) + '\n');
    return status;
  }
  const right = 'right' as const;
  const columns = [
    { title: 'Table' },
    { title: 'Rows', align: right },
    { title: 'Pages', align: right },
    { title: 'Size', align: right },
    { title: 'Columns', align: right },
    { title: 'Indexes', align: right },
    { title: '' },
  ];
  const rows = measured.map(({ table, size }) => [
    table.name,
    `${size.rows}`,
    `${size.pages}`,
    formatBytes(size.pages * db.pages.format.pageSize),
    `${table.columns.length}`,
    `${table.indexes.length}`,
    [isSystemTable(table) ? 'system' : '', size.complete ? '' : 'INCOMPLETE: pages cannot be read']
      .filter((note) => note !== '')
      .join(', '),
  ]);
  io.out(textTable(columns, rows));
  if (!complete) io.err('Part of this database cannot be read: run `esekit check` for the pages.\n');
  return status;
}

function showTable(db: Database, table: TableDef, options: { readonly json?: boolean }, io: CommandIo): number {
  const size = measure(db, table);
  const status = size.complete ? ExitStatus.Clean : ExitStatus.Damage;
  if (options.json === true) {
    const { name, tree, lvChunkMax, templateName } = table;
    const shown = {
      name,
      ...size,
      objid: tree.objid,
      pgnoFDP: tree.pgnoFDP,
      lvChunkMax,
      templateName,
      columns: table.columns.map(columnJson),
      indexes: table.indexes.map(indexJson),
    };
    io.out(JSON.stringify(shown, null, 2) + '\n');
    return status;
  }
  const of = table.templateName === undefined ? '' : `, derived from ${plainText(table.templateName)}`;
  io.out(
    `${plainText(table.name)}: ${size.rows} rows, ${size.pages} pages, object ${table.tree.objid}, root page ${table.tree.pgnoFDP}${of}\n\n`,
  );
  const right = 'right' as const;
  const columns = table.columns.map((c) => [
    c.name,
    `${c.fid}`,
    coltypName(c.coltyp),
    c.place,
    c.cbMaxLen === 0 ? '' : `${c.cbMaxLen}`,
    c.codePage === 0 ? '' : `${c.codePage}`,
    columnNotes(c),
  ]);
  io.out(
    textTable(
      [
        { title: 'Column' },
        { title: 'Id', align: right },
        { title: 'Type' },
        { title: 'Place' },
        { title: 'Bytes', align: right },
        { title: 'Code page', align: right },
        { title: '' },
      ],
      columns,
    ),
  );
  const indexes = table.indexes.map((index) => [
    index.name,
    index.keyColumns.join(' '),
    `${index.tree.pgnoFDP}`,
    indexNotes(index),
  ]);
  io.out(
    '\n' +
      textTable([{ title: 'Index' }, { title: 'Key' }, { title: 'Root page', align: right }, { title: '' }], indexes),
  );
  if (!size.complete) io.err('Part of this table cannot be read: run `esekit check` for the pages.\n');
  return status;
}

/** Runs the verb; returns the exit status. @throws JetError when the file cannot be opened as a database. */
export function runTables(
  path: string,
  tableName: string | undefined,
  options: { readonly json?: boolean },
  io: CommandIo,
): number {
  const db = new Database(new FileSource(path));
  try {
    if (tableName === undefined) return listTables(db, options, io);
    const table = db.table(tableName);
    if (table !== undefined) return showTable(db, table, options, io);
    const near = nearNames(
      tableName,
      db.tables.map((t) => t.name),
    );
    io.err(
      `There is no table ${tableName} in ${path}.${near.length === 0 ? '' : ` Did you mean ${plainText(near.join(' or '))}?`}\n`,
    );
    return ExitStatus.Usage;
  } finally {
    db.close();
  }
}
