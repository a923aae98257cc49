// Our definitions against the engine's own logs: the same records in the same order, with the same bytes.
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { MemoryPageStore } from '../../../src/ese/cache/memory-page-store.ts';
import { BufferSource } from '../../../src/ese/io/buffer-source.ts';
import { LogFileReader } from '../../../src/ese/log/log-file-reader.ts';
import { LogRecordView } from '../../../src/ese/log/log-record-view.ts';
import { pageFormat } from '../../../src/ese/page/page-format.ts';
import type { CatalogRow } from '../../../src/ese/catalog/catalog-row.ts';
import { CatalogRowReader } from '../../../src/ese/catalog/catalog-row.ts';
import { CatalogType } from '../../../src/ese/catalog/system-schema.ts';
import { ColumnFlag } from '../../../src/ese/catalog/column-def.ts';
import { coltypName } from '../../../src/ese/catalog/column-type.ts';
import type { ColumnSpec, TableSpec } from '../../../src/ese/build/table-spec.ts';
import { createLongValueTree } from '../../../src/ese/tx/create-long-value-tree.ts';
import { addColumn } from '../../../src/ese/tx/define-column.ts';
import { createIndex, deleteIndex } from '../../../src/ese/tx/define-index.ts';
import { TableWriter } from '../../../src/ese/tx/table-writer.ts';
import { createTable, createTableOf, deleteTable } from '../../../src/ese/tx/define-table.ts';
import type { DefinitionContext } from '../../../src/ese/tx/definition-context.ts';
import type { TxSession } from '../../../src/ese/tx/tx-session.ts';
import { createCatalog, createSystemTables } from '../../../src/ese/tx/create-database.ts';
import { MemoryLogSink } from '../../../src/ese/tx/log-sink.ts';
import { SpaceWriter } from '../../../src/ese/tx/space-writer.ts';
import { Transactions } from '../../../src/ese/tx/transactions.ts';
import { WritableDatabase } from '../../../src/ese/tx/writable-database.ts';
import { corpus, describeCorpus } from '../../corpus.ts';

/** Padding, and what only an instance writes. */
const LEFT_OUT = new Set(['NOP2', 'NOP', 'Init2', 'CreateDB', 'CreateDBFinish']);
/** Numbers of transactions, versions and sessions; images of pages before, which we compress otherwise. */
const NUMBERS = new Set(['trxBegin0', 'trxCommit0', 'rceid', 'procid', 'cbPageBeforeImage']);
const PROCID = 5;
const CATALOG = 2;
const OBJIDS = 6;
const LOCALES = 7;

/** Bits of page flags that only writing a page gives it, and the mark that an image is compressed. */
const WRITTEN = 0xa000;
const COMPRESSED = 1;
const BITS: Readonly<Record<string, number>> = {
  fNewPageFlags: WRITTEN,
  fSplitPageFlags: WRITTEN,
  flags: COMPRESSED,
};

function textOf(view: LogRecordView): string {
  const { fields, tails } = view.decode();
  // How much of the row is logged is the business of rows.
  if (view.name.startsWith('Replace') && fields['objidFDP'] === LOCALES) return 'an order of text counted once more';
  const kept = Object.entries(fields).flatMap(([name, value]) =>
    NUMBERS.has(name)
      ? []
      : [`${name}=${name in BITS ? Number(value) & ~BITS[name]! : String(value as number | bigint)}`],
  );
  const bytes = Object.entries(tails).flatMap(([name, part]) =>
    name === 'beforeImage' ? [] : [`${name}:${Buffer.from(part).toString('hex')}`],
  );
  return `${view.name} ${kept.join(' ')} ${bytes.join(' ')}`;
}

/** Without the database times: other sessions of the engine wrote something in between. */
const timeless = (texts: readonly string[]): string[] => texts.map((text) => text.replace(/ dbtime\w*=-?\d+/g, ''));

/** A record of the engine's log: in words, its session, and the catalog row it inserts. */
interface EngineRecord {
  readonly text: string;
  readonly procid: number;
  readonly row: CatalogRow | undefined;
}

function engineRecords(name: string, log = 'edb00001.log'): EngineRecord[] {
  const path = corpus(`engine-made/crash/${name}/before/${log}`);
  const reader = new LogFileReader(new BufferSource(new Uint8Array(readFileSync(path))));
  const record = new LogRecordView();
  const rows = new CatalogRowReader(pageFormat(4096)!);
  const records: EngineRecord[] = [];
  while (reader.next(record)) {
    if (LEFT_OUT.has(record.name)) continue;
    const { fields, tails } = record.decode();
    const isRow = record.name === 'Insert' && fields['objidFDP'] === CATALOG;
    const data = tails['data'];
    const row = isRow && data !== undefined ? rows.read(data.slice(), 0, data.length, true) : undefined;
    const procid = 'procid' in fields ? Number(fields['procid']) : record.name === 'ExtendDB' ? PROCID : 0;
    records.push({ text: textOf(record), procid, row });
  }
  return records;
}

function ourRecords(log: MemoryLogSink, from = 0): string[] {
  const view = new LogRecordView();
  return log.records.slice(from).map((bytes) => {
    view.bytes = bytes;
    view.start = 0;
    view.length = bytes.length;
    view.lrtyp = bytes[0]!;
    return textOf(view);
  });
}

/** Page sizes by folder. */
const FOLDERS = [
  ['p4-k12-cache64', 4096],
  ['p8-k12-cache48', 8192],
  ['p16-k10-cache48', 16384],
  ['p32-k07-cache32', 32768],
] as const;

/** A database that grows as the engine's did, just created. */
function created(pageSize: number): { context: DefinitionContext; session: TxSession; log: MemoryLogSink } {
  const log = new MemoryLogSink();
  const store = new MemoryPageStore(pageFormat(pageSize)!, new Uint8Array(2 * pageSize));
  const db = new WritableDatabase(store, { dbid: 1, dbtime: 0, objidLast: 0, log });
  const transactions = new Transactions({ log });
  const database = { db, allocator: new SpaceWriter(db, { dbExtensionSize: 16 }) };
  transactions.versions.attach(database);
  const context = { transactions, database };
  const session = transactions.session();
  createCatalog(context, session, { dbExtensionSize: 16 });
  createSystemTables(context, session);
  return { context, session, log };
}

describeCorpus('definitions as the engine logs them', () => {
  for (const [name, pageSize] of FOLDERS) {
    it(`${name}: a new database`, () => {
      const theirs = engineRecords(name).map(({ text }) => text);
      const ours = ourRecords(created(pageSize).log);
      expect(ours.length).toBeGreaterThan(500);
      expect(ours).toEqual(theirs.slice(0, ours.length));
    });
  }

  it('a table with many columns and indexes, an empty one, columns added to it, and long values', () => {
    const records = engineRecords('p4-k12-cache64');
    const { context, session, log } = created(4096);
    const start = log.records.length;
    const rowsOf = (objid: number): CatalogRow[] =>
      records.flatMap(({ row }) => (row?.objidTable === objid && row.type !== CatalogType.LongValue ? [row] : []));
    context.database.db.objidLast = 37;
    const table = createTableOf(context, session, rowsOf(8));
    const [empty, ...columns] = rowsOf(38);
    createTable(context, session, { name: empty!.name, columns: [] });
    for (const { name, coltypOrPgnoFDP, spaceUsage, flags } of columns) {
      const type = coltypName(coltypOrPgnoFDP) as ColumnSpec['type'];
      const autoIncrement = (flags & ColumnFlag.AutoIncrement) !== 0;
      addColumn(context, session, empty!.name, { name, type, maxLength: spaceUsage, autoIncrement });
    }
    createLongValueTree(context, session, table);
    const ours = timeless(ourRecords(log, start));
    // What was consistent is noted by another session.
    const theirs = timeless(records.slice(start).flatMap(({ procid, text }) => (procid === 7 ? [] : [text])));
    expect(ours).toEqual(theirs.slice(0, ours.length));
  });

  /** Kinds of records with their trees, `theirs` of the user's session from one kind on to the end of its level. */
  const kinds = (texts: readonly string[], own: number): string[] =>
    texts.flatMap((text) => {
      const [kind] = text.split(' ');
      const [, objid] = /objidFDP=(\d+)/.exec(text) ?? [];
      const [, level] = /levelCommitTo=(\d+)/.exec(text) ?? [];
      // What pages hold already, and which have to be written in between, differs.
      if (kind === 'UndoInfo') return [];
      return [`${kind!} ${objid === undefined ? '' : Number(objid) === own ? 'own' : objid}${level ?? ''}`];
    });
  const untilCommit = (all: readonly string[], from: number): string[] =>
    all.slice(from, all.findIndex((text, i) => i > from && text.startsWith('Commit levelCommitTo=1')) + 1);
  const ofUser = (log: string): string[] =>
    engineRecords('p4-k25', log).flatMap(({ procid, text }) => (procid === PROCID ? [text] : []));

  it('a table that is deleted, an index that is', () => {
    const all = ofUser('edb00014.log');
    const isObjids = (text: string): boolean => text.startsWith('FlagDelete') && text.includes(` objidFDP=${OBJIDS} `);
    const deleted = all.findIndex(isObjids);
    const table = untilCommit(all, deleted - 1);
    const begin = all.findIndex((text, i) => i >= deleted + table.length - 1 && text.startsWith('Begin0'));
    const index = untilCommit(all, begin);
    const { context, session, log } = created(4096);
    const spec: TableSpec = {
      name: 'NewTab',
      columns: [
        { name: 'id', type: 'Long', autoIncrement: true },
        { name: 'cLong', type: 'Long' },
        { name: 'vTextA', type: 'Text' },
        { name: 'lTxtA', type: 'LongText' },
      ],
    };
    createLongValueTree(context, session, createTable(context, session, spec));
    createTable(context, session, { ...spec, name: 'other', indexes: [{ name: 'i', key: ['id'] }] });
    let start = log.records.length;
    session.begin();
    deleteTable(context, session, 'NewTab');
    expect(kinds(ourRecords(log, start), 0)).toEqual(kinds(table, 0));
    session.commit();
    start = log.records.length;
    session.begin();
    deleteIndex(context, session, 'other', 'i');
    expect(kinds(ourRecords(log, start), 0)).toEqual(kinds(index, 0));
  });

  it('an index that is made of rows', () => {
    const all = ofUser('edb00013.log');
    const from = all.findIndex((text) => text.startsWith('CreateSingleExtentFDP') && text.includes('objidFDP=41 '));
    const theirs = kinds(untilCommit(all, from), 41);
    const rows = theirs.filter((kind) => kind === 'Insert own').length;
    const { context, session, log } = created(4096);
    const columns = [
      { name: 'a', type: 'Long' },
      { name: 'b', type: 'Long' },
    ] as const;
    const table = createTable(context, session, { name: 't', columns });
    const writer = new TableWriter(context.transactions, session, context.database, table);
    for (let i = 0; i < rows; i++) writer.insert({ a: i % 7, b: i });
    session.begin();
    const start = log.records.length;
    const { indexes } = createIndex(context, session, 't', { name: 'ixLater', key: ['-a', 'b'] });
    const ours = kinds(ourRecords(log, start), indexes[0]!.tree.objid);
    expect(ours.slice(ours.indexOf('CreateSingleExtentFDP own'))).toEqual(theirs);
  });
});
