// Every record of real databases taken apart and put together again: the engine's own bytes wherever they are
// canonical, the same values everywhere.
import { expect, it } from 'vitest';
import { toHex } from '../../../src/binary/hex.ts';
import { RecordBuilder } from '../../../src/ese/build/record-builder.ts';
import { storedValues, type StoredValues } from '../../../src/ese/build/stored-value.ts';
import { FID_VAR_LEAST, type ColumnDef } from '../../../src/ese/catalog/column-def.ts';
import type { TableDef } from '../../../src/ese/catalog/table-def.ts';
import { Database } from '../../../src/ese/database.ts';
import { FileSource } from '../../../src/ese/io/file-source.ts';
import { RecordView } from '../../../src/ese/record/record-view.ts';
import { TaggedScan } from '../../../src/ese/record/tagged-scan.ts';
import { scanTable } from '../../../src/ese/table-scan.ts';
import { corpus, describeCorpus } from '../../corpus.ts';

/** Files, and how many of their records came out byte for byte. */
const FILES: readonly (readonly [name: string, records: number, identical: number])[] = [
  ['engine-made/build/p16-default/test.edb', 1150, 1097],
  ['engine-made/build/p32-default/test.edb', 1150, 1097],
  ['engine-made/build/p4-default/test.edb', 1150, 1097],
  ['engine-made/build/p4-efv9180/test.edb', 922, 890],
  ['engine-made/build/p4-efv9600/test.edb', 926, 894],
  ['engine-made/build/p8-default/test.edb', 1150, 1097],
  ['engine-made/build/p8-efv8020/test.edb', 750, 735],
  ['engine-made/compact/p16-default/after-eseutil-d.edb', 1148, 977],
  ['engine-made/compact/p32-default/after-eseutil-d.edb', 1148, 977],
  ['engine-made/compact/p4-default/after-eseutil-d.edb', 1148, 977],
  ['engine-made/compact/p4-efv9180/after-eseutil-d.edb', 920, 817],
  ['engine-made/compact/p8-default/after-eseutil-d.edb', 1148, 977],
  ['ese/artemis/qmgr-win10.db', 183, 183],
  ['ese/artemis/qmgr-win11.db', 189, 189],
  ['ese/dissect/Current.mdb', 992, 992],
  ['ese/dissect/SRUDB.dat', 683, 683],
  ['ese/dissect/basic.edb', 190, 190],
  ['ese/dissect/binary.edb', 190, 190],
  ['ese/dissect/default.edb', 201, 201],
  ['ese/dissect/index.edb', 259, 259],
  ['ese/dissect/large.edb', 130166, 130166],
  ['ese/dissect/multi.edb', 211, 211],
  ['ese/dissect/text.edb', 220, 220],
  ['ese/dsinternals/adamntds.dit', 1053, 737],
  ['ese/dsinternals/ntds.dit', 5255, 3514],
  ['ese/ese_parser/decompress_test.edb', 178, 178],
  ['ese/ese_parser/decompress_test2.edb', 181, 181],
  ['ese/go-ese/qmgr-build26100.db', 191, 191],
  ['ese/plaso/Catalog1.edb', 3625, 3625],
  ['ese/ual/Current.mdb', 954, 954],
  ['ese/ual/SystemIdentity.mdb', 246, 246],
  ['ese/windows-search/Clean/Windows.edb', 4110, 3540],
  ['ese/windows-search/Dirty/Windows.edb', 4110, 3540],
  ['recovery/srum-server2022/day1/SRUDB.dat', 191, 191],
  ['recovery/srum-server2022/day2/SRUDB.dat', 620, 620],
  ['recovery/srum-win10-clean/SRUDB.dat', 3592, 3592],
  ['recovery/srum-win10-dirty-gen51/Clean/SRUDB.dat', 7785, 7785],
  ['recovery/srum-win10-dirty-gen51/Dirty/SRUDB.dat', 7785, 7785],
  ['recovery/srum-win10-pair/Clean/SRUDB.dat', 1019, 1019],
  ['recovery/srum-win10-pair/Dirty/SRUDB.dat', 1019, 1019],
  ['engine-made/crash/p4-efv9360-k12/after/test.edb', 387, 380],
  ['engine-made/crash/p8-k12-cache48/after/test.edb', 400, 390],
];

/** Why rebuilt bytes may differ from the engine's. */
interface Differences {
  records: number;
  identical: number;
  /** Bytes under the NULL of a fixed column, left from an earlier value. */
  filler: number;
  /** Bits of the null bitmap beyond the last column: a defragmentation that drops columns clears them. */
  bitmap: number;
  /** Remains of a column deleted since. */
  deleted: number;
}

const isSame = (a: Uint8Array, b: Uint8Array): boolean => a.length === b.length && a.every((byte, i) => byte === b[i]);

/** `expect` for each of some millions of values would take minutes: it is called only to report. */
function expectSame(actual: Uint8Array, expected: Uint8Array, where: string): void {
  if (!isSame(actual, expected)) expect(toHex(actual), where).toBe(toHex(expected));
}

/** True when the record holds anything of a column that the table no longer has. */
function hasDeleted(table: TableDef, record: RecordView, tagged: TaggedScan): boolean {
  const fids = new Set(table.columns.filter((c) => c.place !== 'tagged').map((c) => c.fid));
  for (let fid = 1; fid <= record.fidFixedLast; fid++) if (!fids.has(fid)) return true;
  for (let fid = FID_VAR_LEAST; fid <= record.fidVarLast; fid++) if (!fids.has(fid)) return true;
  const known = new Set(table.columns.filter((c) => c.place === 'tagged').map((c) => `${c.fid} ${c.derived}`));
  tagged.load(record);
  while (tagged.next()) if (!known.has(`${tagged.fid} ${tagged.derived}`)) return true;
  return false;
}

/** The engine's bytes with what is not canonical replaced by what a new record has there. */
function canonical(table: TableDef, record: RecordView, rebuilt: Uint8Array, found: Differences): Uint8Array {
  const bytes = record.bytes.slice(record.recordStart, record.recordEnd);
  const bitmap = record.ibEndOfFixed - ((record.fidFixedLast + 7) >> 3);
  let filler = false;
  for (const column of table.columns) {
    if (column.place !== 'fixed' || column.fid > record.fidFixedLast) continue;
    if ((bytes[bitmap + ((column.fid - 1) >> 3)]! & (1 << ((column.fid - 1) & 7))) === 0) continue;
    for (let i = column.recordOffset; i < column.recordOffset + column.cbMaxLen; i++) {
      if (bytes[i] !== rebuilt[i]) filler = true;
      bytes[i] = rebuilt[i]!;
    }
  }
  if (filler) found.filler++;
  if (record.fidFixedLast % 8 !== 0) {
    const last = bytes[record.ibEndOfFixed - 1]!;
    const beyond = (0xff << (record.fidFixedLast % 8)) & 0xff;
    if ((last & beyond) !== beyond) found.bitmap++;
    bytes[record.ibEndOfFixed - 1] = last | beyond;
  }
  return bytes;
}

function valuesText(values: StoredValues): string {
  if (values === undefined || values === null) return String(values);
  return values
    .map((v) => toHex(v.bytes) + (v.separated ? ' s' : '') + (v.compressed ? ' c' : '') + (v.encrypted ? ' e' : ''))
    .join();
}

/** True when a column that is not set would come out the same: NULL or its default, below the record's last column. */
function goesWithoutSaying(column: ColumnDef, values: StoredValues, record: RecordView): boolean {
  if (column.place === 'tagged' || column.fid === record.fidFixedLast || column.fid === record.fidVarLast) return false;
  const { defaultValue } = column;
  if (values === null) return defaultValue === undefined;
  return values !== undefined && defaultValue !== undefined && isSame(values[0]!.bytes, defaultValue);
}

/** Rebuilds records of one table and compares. */
class Rebuilder {
  readonly #table: TableDef;
  readonly #view = new RecordView();
  readonly #scan: TaggedScan;
  readonly #builders: readonly RecordBuilder[];
  readonly #found: Differences;

  constructor(db: Database, table: TableDef, found: Differences) {
    const { format } = db.pages;
    this.#table = table;
    this.#scan = new TaggedScan(format);
    this.#builders = [false, true].map((sorted) => new RecordBuilder(table, format, sorted, { writeDefaults: false }));
    this.#found = found;
  }

  rebuild(record: RecordView, tagged: TaggedScan, where: string): void {
    const found = this.#found;
    const builder = this.#builders[Number(record.sortedTagged)]!;
    const rebuilt = this.#build(builder, record, tagged, false);
    const copy = rebuilt.slice();
    found.records++;
    if (isSame(rebuilt, record.bytes.subarray(record.recordStart, record.recordEnd))) found.identical++;
    else if (hasDeleted(this.#table, record, this.#scan)) found.deleted++;
    else expectSame(canonical(this.#table, record, rebuilt, found), rebuilt, where);
    this.#compareValues(record, tagged, rebuilt, where);
    expectSame(this.#build(builder, record, tagged, true), copy, where);
  }

  #build(builder: RecordBuilder, record: RecordView, tagged: TaggedScan, sparse: boolean): Uint8Array {
    builder.reset();
    for (const column of this.#table.columns) {
      const values = storedValues(record, tagged, column);
      if (sparse && goesWithoutSaying(column, values, record)) continue;
      if (values !== undefined) builder.set(column, values);
    }
    const { size } = builder;
    const bytes = builder.finish();
    if (bytes.length !== size) expect(bytes.length).toBe(size);
    return bytes;
  }

  #compareValues(record: RecordView, tagged: TaggedScan, rebuilt: Uint8Array, where: string): void {
    const view = this.#view;
    if (!view.load(rebuilt, 0, rebuilt.length, record.sortedTagged)) expect.fail(`${where} is no record`);
    this.#scan.load(view);
    tagged.load(record);
    for (const column of this.#table.columns) {
      const back = valuesText(storedValues(view, this.#scan, column));
      const original = valuesText(storedValues(record, tagged, column));
      if (back !== original) expect(back, `${where} ${column.name}`).toBe(original);
    }
  }
}

describeCorpus('RecordBuilder on every record of real databases', () => {
  it.each(FILES)('%s', (name, records, identical) => {
    const db = new Database(new FileSource(corpus(name)));
    const found: Differences = { records: 0, identical: 0, filler: 0, bitmap: 0, deleted: 0 };
    for (const table of db.tables) {
      const rebuilder = new Rebuilder(db, table, found);
      for (const { record, page, line } of scanTable(db, table))
        rebuilder.rebuild(record.record, record.tagged, `${table.name} ${page.pgno}:${line}`);
    }
    db.close();
    expect(found).toMatchObject({ records, identical });
  });
});
