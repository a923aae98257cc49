// Long values written at random by two sessions: bytes and reference counts of a model, no damage, and the same after
// crashes.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { TableSpec } from '../../../src/ese/build/table-spec.ts';
import { Database } from '../../../src/ese/database.ts';
import { BufferSource } from '../../../src/ese/io/buffer-source.ts';
import { LongValues, parseLongValueKey, parseLongValueRoot } from '../../../src/ese/lv/long-values.ts';
import { LogPageFlag } from '../../../src/ese/log/log-record-view.ts';
import { decodeRecord, Lr } from '../../../src/ese/log/record-table.ts';
import { LongValueWriter } from '../../../src/ese/tx/long-value-writer.ts';
import { Transactions } from '../../../src/ese/tx/transactions.ts';
import type { TxSession } from '../../../src/ese/tx/tx-session.ts';
import { buildFile, findingsOf, nodesOf, openFile, replay, type OpenDatabase } from './memory-database.ts';

const TABLE: TableSpec = { name: 'values', columns: [{ name: 'bytes', type: 'LongBinary' }] };

const filled = (size: number, seed: number): Uint8Array =>
  Uint8Array.from({ length: size }, (_, i) => (i * 7 + seed * 13 + (i >> 8)) & 0xff);

const tree = (file: Uint8Array) => {
  const table = new Database(new BufferSource(file)).table('values')!;
  const { pgnoFDP, objid } = table.longValueTree!;
  return {
    table,
    tree: { pgnoFDP, pgnoRoot: pgnoFDP, objidFDP: objid, unique: true, space: false, cbDensityFree: 0 },
  };
};

class Run {
  readonly file: Uint8Array;
  readonly open: OpenDatabase;
  readonly transactions: Transactions;
  readonly sessions: { readonly session: TxSession; readonly writer: LongValueWriter }[];
  readonly chunkMax: number;

  constructor(pageSize: number) {
    this.file = buildFile(pageSize, [[TABLE, [{ bytes: filled(3000, 1) }]]]);
    this.open = openFile(this.file, { dbExtensionSize: 64 });
    this.transactions = new Transactions({ log: this.open.log });
    const database = { db: this.open.db, allocator: this.open.space };
    this.transactions.versions.attach(database);
    const { table, tree: writeTree } = tree(this.file);
    this.chunkMax = table.lvChunkMax;
    this.sessions = [0, 1].map(() => {
      const session = this.transactions.session();
      return {
        session,
        writer: new LongValueWriter(this.transactions, session, database, writeTree, table.lvChunkMax),
      };
    });
  }

  cleanAll(): void {
    for (let i = 0; i < 5; i++) this.transactions.clean();
  }

  saved(): Uint8Array {
    this.open.db.cache.flush();
    return this.open.store.bytes.slice();
  }
}

/** What a file's tree of long values holds: id, references and bytes. */
function valuesIn(file: Uint8Array): Record<string, string> {
  const db = new Database(new BufferSource(file));
  const { table, tree: writeTree } = tree(file);
  const values = new LongValues(db.pages, table.longValueTree!, table.lvChunkMax);
  const found: Record<string, string> = {};
  for (const [key, data] of nodesOf(openFile(file).db, writeTree)) {
    const bytes = new Uint8Array(Buffer.from(key, 'hex'));
    if (parseLongValueKey(bytes)?.offset !== undefined) continue;
    const root = parseLongValueRoot(new Uint8Array(Buffer.from(data, 'hex')))!;
    const result = values.read(bytes.slice().reverse());
    found[key] = `${root.refCount} ${result.ok ? Buffer.from(result.bytes).toString('hex') : result.reason}`;
  }
  return found;
}

/** Findings, but for values that no record refers to: here there are no records. */
const damageOf = (file: Uint8Array): string[] =>
  findingsOf(file).filter((text) => !/^lv\.(orphan|reference-count):/.test(text));

const lidKey = (lid: Uint8Array): string => Buffer.from(lid.slice().reverse()).toString('hex');

type Step = readonly [what: string, which: number, offset: number, size: number];

/** A value of the model: as committed, and as the open transaction has it. */
interface Model {
  readonly references: number;
  readonly bytes: Uint8Array;
}

function apply(run: Run, model: Map<string, Model>, [what, which, offset, size]: Step): void {
  const { writer } = run.sessions[0]!;
  const lids = [...model.keys()];
  const bytes = filled(size, which);
  if (what === 'insert') {
    model.set(lidKey(writer.insert(bytes)), { references: 1, bytes });
    return;
  }
  const name = lids[which % Math.max(lids.length, 1)];
  if (name === undefined) return;
  const value = model.get(name)!;
  const lid = new Uint8Array(Buffer.from(name, 'hex')).reverse();
  const at = value.bytes.length === 0 ? 0 : offset % (value.bytes.length + 1);
  if (what === 'reference') {
    writer.reference(lid);
    model.set(name, { ...value, references: value.references + 1 });
    return;
  }
  if (what === 'release') {
    writer.release(lid);
    if (value.references === 1) model.delete(name);
    else model.set(name, { ...value, references: value.references - 1 });
    return;
  }
  let now: Uint8Array;
  let next: Uint8Array;
  if (what === 'append') {
    now = writer.append(lid, bytes);
    next = new Uint8Array([...value.bytes, ...bytes]);
  } else if (what === 'resize') {
    now = writer.resize(lid, size);
    next = new Uint8Array(size);
    next.set(value.bytes.subarray(0, size));
  } else {
    const cut = what === 'cut';
    now = writer.overwrite(lid, at, bytes, cut);
    next = new Uint8Array(cut ? at + size : Math.max(value.bytes.length, at + size));
    next.set(value.bytes.subarray(0, next.length));
    next.set(bytes, at);
  }
  if (lidKey(now) !== name) {
    if (value.references === 1) throw new Error('a value of one record was copied');
    model.set(name, { ...value, references: value.references - 1 });
  }
  model.set(lidKey(now), { references: 1, bytes: next });
}

const step: fc.Arbitrary<Step> = fc.tuple(
  fc.constantFrom(
    'insert',
    'insert',
    'reference',
    'release',
    'append',
    'resize',
    'overwrite',
    'cut',
    'begin',
    'commit',
    'rollback',
    'clean',
  ),
  fc.nat(20),
  fc.nat(20000),
  fc.oneof(fc.nat(200), fc.nat(12000)),
);

describe('LongValueWriter', () => {
  for (const pageSize of [4096, 16384]) {
    it(`${pageSize}: values and reference counts are those of a model`, () => {
      fc.assert(
        fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
          const run = new Run(pageSize);
          const { session, writer } = run.sessions[0]!;
          const start = valuesIn(run.file);
          const levels: Map<string, Model>[] = [];
          let model = new Map<string, Model>();
          for (const each of steps) {
            const [what] = each;
            if (what === 'begin' && levels.length < 5) {
              session.begin();
              levels.push(new Map(model));
            } else if (what === 'commit' && levels.length > 0) {
              session.commit();
              levels.pop();
            } else if (what === 'rollback' && levels.length > 0) {
              session.rollback();
              model = levels.pop()!;
            } else if (what === 'clean') run.transactions.clean();
            else if (!['begin', 'commit', 'rollback'].includes(what)) {
              session.begin();
              apply(run, model, each);
              session.commit();
            }
            for (const [name, { bytes }] of model) {
              const lid = new Uint8Array(Buffer.from(name, 'hex')).reverse();
              expect(writer.size(lid)).toBe(bytes.length);
            }
          }
          const crashed = run.saved();
          const atCrash = run.open.log.records.length;
          while (session.level > 0) {
            session.rollback();
            model = levels.pop()!;
          }
          run.cleanAll();
          const file = run.saved();
          const expected = Object.fromEntries(
            [...model].map(([name, { references, bytes }]) => [
              name,
              `${references} ${Buffer.from(bytes).toString('hex')}`,
            ]),
          );
          expect(valuesIn(file)).toEqual({ ...start, ...expected });
          expect(damageOf(file)).toEqual([]);
          // After a crash those that nobody refers to are still there.
          const recovered = valuesIn(replay(run.file, run.open.log.records.slice(0, atCrash), true));
          expect(valuesIn(replay(crashed, run.open.log.records.slice(0, atCrash), true))).toEqual(recovered);
          expect(Object.fromEntries(Object.entries(recovered).filter(([, text]) => !text.startsWith('0 ')))).toEqual({
            ...start,
            ...expected,
          });
        }),
        { numRuns: 60, endOnFailure: true },
      );
    });
  }

  it('writes the records that the engine writes for an insert, an append and a release', () => {
    const run = new Run(4096);
    const { session, writer } = run.sessions[0]!;
    const names = (): string[] =>
      run.open.log.records
        .splice(0)
        .map((bytes) => decodeRecord(bytes, 0, bytes.length))
        .filter(({ fields }) => (Number(fields['fFlags'] ?? 0) & LogPageFlag.Space) === 0)
        .map(({ name }) => name as string)
        .filter((name) => !/Macro|Split|Extend|SetExternalHeader|UndoInfo|ConvertFDP2/.test(name));
    session.begin();
    const lid = writer.insert(filled(9000, 3));
    expect(names()).toEqual(['Begin0', 'Insert', 'Insert', 'Replace', 'Insert', 'Insert']);
    writer.append(lid, filled(10, 1));
    expect(names()).toEqual(['Replace', 'Replace']);
    writer.overwrite(lid, 4000, filled(8, 1));
    expect(names()).toEqual(['Replace', 'ReplaceD']);
    writer.release(lid);
    expect(names()).toEqual(['Delta']);
    session.commit();
    expect(names()).toEqual(['Commit0']);
    run.transactions.clean();
    expect(names()).toEqual(['Begin0', 'FlagDelete', 'FlagDelete', 'FlagDelete', 'FlagDelete', 'Commit0']);
  });

  it('gives every session its own state, and has the second of two writers fail', () => {
    const run = new Run(4096);
    const [a, b] = run.sessions;
    a!.session.begin();
    const lid = a!.writer.insert(filled(5000, 1));
    a!.session.commit();
    b!.session.begin();
    const target = new Uint8Array(100);
    expect(b!.writer.readRange(lid, 4980, target)).toBe(20);
    a!.session.begin();
    a!.writer.overwrite(lid, 4000, filled(3000, 9));
    a!.session.commit();
    expect(b!.writer.size(lid)).toBe(5000);
    expect(b!.writer.readRange(lid, 3990, target)).toBe(100);
    expect(target).toEqual(filled(5000, 1).slice(3990, 4090));
    expect(() => b!.writer.append(lid, filled(10, 1))).toThrow('was changed by');
    b!.session.rollback();
    b!.session.begin();
    expect(b!.writer.size(lid)).toBe(7000);
    expect(() => b!.writer.overwrite(lid, 7001, filled(1, 1))).toThrow('none at 7001');
    b!.session.rollback();
  });

  it('keeps a value that another session has let go until that is certain', () => {
    const run = new Run(4096);
    const [a, b] = run.sessions;
    a!.session.begin();
    const lid = a!.writer.insert(filled(6000, 1));
    a!.writer.reference(lid);
    a!.session.commit();
    a!.session.begin();
    b!.session.begin();
    a!.writer.release(lid);
    // Whether b is the last to refer to it is not known yet.
    const own = b!.writer.append(lid, filled(5, 1));
    expect(own).not.toEqual(lid);
    a!.session.rollback();
    b!.session.commit();
    a!.session.begin();
    expect(a!.writer.size(lid)).toBe(6000);
    expect(a!.writer.size(own)).toBe(6005);
    a!.writer.release(lid);
    a!.session.commit();
    run.cleanAll();
    expect(Object.keys(valuesIn(run.saved()))).toHaveLength(2);
  });

  it('removes large values in transactions of limited size', () => {
    const run = new Run(4096);
    const { session, writer } = run.sessions[0]!;
    session.begin();
    const lid = writer.insert(filled(run.chunkMax * 600 + 5, 2));
    session.commit();
    session.begin();
    writer.release(lid);
    session.commit();
    const before = run.open.log.records.length;
    run.transactions.clean();
    const commits = run.open.log.records.slice(before).filter((bytes) => bytes[0] === Lr.Commit0).length;
    expect(commits).toBe(3);
    run.cleanAll();
    const file = run.saved();
    expect(Object.keys(valuesIn(file))).toHaveLength(1);
    expect(damageOf(file)).toEqual([]);
  });
});
