// Random sessions over the programming interface, against a model of snapshot isolation; crashes at any point.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isJetError } from '../../../src/errors/jet-error.ts';
import { Database } from '../../../src/ese/database.ts';
import { BufferSource } from '../../../src/ese/io/buffer-source.ts';
import { logtimeOf } from '../../../src/ese/recovery/header-changes.ts';
import type { DatabaseSession } from '../../../src/ese/tx/database-session.ts';
import { EngineInstance } from '../../../src/ese/tx/engine-instance.ts';
import type { Row } from '../../../src/ese/tx/index-cursor.ts';
import type { RowInput } from '../../../src/ese/tx/input-value.ts';
import { Instance } from '../../../src/ese/tx/instance.ts';
import type { NewTable, OpenDatabase } from '../../../src/ese/tx/open-database.ts';
import type { SessionTable } from '../../../src/ese/tx/session-table.ts';
import { findings } from '../recovery/dump-comparison.ts';
import { recoverFiles } from '../recovery/memory-recovery.ts';
import { CrashDisk } from './crash-disk.ts';
import { ScheduleModel, type ModelRow, type ModelSession } from './schedule-model.ts';

const NAME = 'mail.edb';
const SESSIONS = 3;
const IDS = 7;

const MAIL: NewTable = {
  name: 'Mail',
  columns: [
    { name: 'id', type: 'Long', notNull: true },
    { name: 'folder', type: 'UnsignedByte' },
    { name: 'subject', type: 'Text' },
    { name: 'tags', type: 'Text', multiValued: true },
    { name: 'note', type: 'Binary' },
    { name: 'count', type: 'Long', escrow: true, defaultValue: 0 },
    { name: 'pad', type: 'Binary' },
    { name: 'body', type: 'LongBinary' },
  ],
  indexes: [
    { name: 'id', key: ['id'], primary: true },
    { name: 'folder', key: ['folder', '-subject'] },
    { name: 'subject', key: ['subject'], unique: true },
    { name: 'tag', key: ['tags'], nulls: 'ignore-any' },
  ],
};

type Action =
  | 'insert'
  | 'update'
  | 'rename'
  | 'delete'
  | 'escrow'
  | 'begin'
  | 'commit'
  | 'rollback'
  | 'look'
  | 'clean'
  | 'checkpoint';
interface Step {
  readonly who: number;
  readonly action: Action;
  readonly id: number;
  readonly folder: number | null;
  readonly subject: number;
  readonly tags: readonly string[];
  readonly size: number;
}

const subjectOf = (n: number): string => `${n % 2 === 0 ? 'Re' : 're'}: subject ${n % 18}`;
const noteOf = (size: number): string | null => (size === 0 ? null : 'ab'.repeat(size));
/** Every fourth row has a long value, most of them too long for the record. */
const bodyOf = (size: number): number | null => (size % 4 === 3 ? size * 35 : null);
const longOf = (size: number): Uint8Array => new Uint8Array(size).fill(size);
const bytesOf = (hex: string): Uint8Array => new Uint8Array(Buffer.from(hex, 'hex'));

const given = ({ folder, subject, tags, note, body }: ModelRow): RowInput => ({
  folder,
  subject,
  tags,
  note: note === null ? null : bytesOf(note),
  body: body === null ? null : longOf(body),
});

/** A row as the interface gives it, as one of the model. */
function modelOf(row: Row): readonly [number, ModelRow] {
  const { id, folder = null, subject, tags = [], note, count, body } = row;
  const bytes = note as Uint8Array | undefined;
  const long = body as Uint8Array | undefined;
  expect(long === undefined || Buffer.compare(long, longOf(long.length)) === 0).toBe(true);
  return [
    id as number,
    {
      folder: folder as number | null,
      subject: subject as string,
      tags: tags as string[],
      note: bytes === undefined ? null : Buffer.from(bytes).toString('hex'),
      body: long === undefined ? null : long.length,
      count: count as number,
    },
  ];
}

const inOrder = (rows: ReadonlyMap<number, ModelRow>): (readonly [number, ModelRow])[] =>
  [...rows].sort(([a], [b]) => a - b);

/** One run: the instance, its sessions and the model of both. */
class Run {
  readonly disk: CrashDisk = new CrashDisk(new Uint8Array(0), 'none');
  readonly engine: EngineInstance;
  readonly model: ScheduleModel = new ScheduleModel(SESSIONS);
  /** Commits that are lasting once so many changes of the disk were made. */
  readonly lasting: { readonly changes: number; readonly commits: number }[] = [];
  /** Commits that had been begun when so many changes of the disk were made. */
  readonly begun: { readonly changes: number; readonly commits: number }[] = [];
  #sessions: { readonly session: DatabaseSession; readonly table: SessionTable; readonly model: ModelSession }[] = [];
  /** Changes of the disk until the table was there. */
  ready: number = 0;

  constructor() {
    let time = 0;
    const instance = new Instance({
      directory: this.disk,
      files: this.disk,
      csecLGFile: 32,
      pageSize: 4096,
      now: () => new Date(Date.UTC(2026, 0, 1) + 10 * time++),
      random: () => 5,
      logtime: logtimeOf,
      dbExtensionSize: 16,
      cacheSize: 1,
      checkpointDepth: 100_000,
    });
    this.engine = new EngineInstance(instance, { dbExtensionSize: 16 });
  }

  async start(): Promise<void> {
    const db: OpenDatabase = await this.engine.createDatabase(NAME);
    const setup = this.engine.session('setup');
    await setup.transaction(() => db.createTable(setup, MAIL));
    await setup.close();
    this.#sessions = this.model.sessions.map((model, i) => {
      const session = this.engine.session(`s${i}`);
      return { session, table: db.table(session, 'Mail'), model };
    });
    this.ready = this.disk.changes.length;
  }

  async step(step: Step): Promise<void> {
    const { session, table, model } = this.#sessions[step.who]!;
    if (step.action === 'clean') this.engine.instance.transactions.clean();
    else if (step.action === 'checkpoint') await this.engine.checkpoint();
    else if (step.action === 'look') this.#look(table, model);
    else if (step.action === 'begin' || model.level === 0) {
      if (model.level >= 4) return;
      session.begin();
      model.begin();
    } else if (step.action === 'commit') await this.#commit(session, model, step.size % 2 === 0);
    else if (step.action === 'rollback') {
      session.rollback();
      model.rollback();
    } else this.#change(table, model, step);
  }

  /** Every session sees what the model says. */
  check(): void {
    for (const { table, model, session } of this.#sessions) {
      expect(session.level).toBe(model.level);
      expect([...table.range()].map(modelOf)).toEqual(inOrder(model.view));
    }
  }

  async finish(): Promise<void> {
    for (const { session, model } of this.#sessions) {
      while (model.level > 0) model.rollback();
      await session.close();
    }
    await this.engine.close();
    expect(findings(this.disk.files().get(NAME)!)).toEqual([]);
    expect(rowsIn(this.disk.files().get(NAME)!)).toEqual(inOrder(this.model.state));
  }

  /** What is left after a crash has every lasting commit, and after those others in their order or none. */
  crash(at: number, random: () => number): void {
    const { disk, model } = this;
    const count = this.ready + Math.floor(at * (disk.changes.length - this.ready + 1));
    const { files } = disk.crash(count, random);
    recoverFiles(files, 'edb', { makeTail: true });
    const file = files.get(NAME)!;
    const least = this.lasting.filter(({ changes }) => changes <= count).at(-1)?.commits ?? 0;
    const most = this.begun.filter(({ changes }) => changes <= count).at(-1)?.commits ?? 0;
    const states = [new Map<number, ModelRow>(), ...model.commits.map(({ state }) => state)];
    const allowed = states.slice(least, most + 1).map((state) => JSON.stringify(inOrder(state)));
    expect(allowed, `after ${count} changes`).toContain(JSON.stringify(rowsIn(file)));
    // Space that was taken for a change whose records did not get to the log is lost, as with the engine.
    expect(findings(file).filter((text) => !text.startsWith('space.leaked'))).toEqual([]);
  }

  #change(table: SessionTable, model: ModelSession, { action, id, folder, subject, tags, size }: Step): void {
    const row = {
      folder,
      subject: subjectOf(subject),
      tags: [...new Set(tags)],
      note: noteOf(size),
      body: bodyOf(size),
      count: 0,
    };
    const before = model.view.get(id);
    const bookmark = table.findBookmark('id', [id]);
    expect(bookmark !== undefined).toBe(before !== undefined);
    let expected: string | undefined;
    let change: () => unknown;
    if (action === 'insert') {
      expected = model.insert(id, row);
      change = () => table.insert({ id, ...given(row), pad: new Uint8Array(200) });
    } else if (before === undefined || bookmark === undefined) return;
    else if (action === 'delete') {
      expected = model.delete(id);
      change = () => {
        table.delete(bookmark);
      };
    } else if (action === 'escrow') {
      expected = model.escrow(id, size - 20);
      change = () => table.escrow(bookmark, 'count', size - 20);
    } else {
      const after = action === 'rename' ? { ...before, subject: row.subject } : { ...row, subject: before.subject };
      expected = model.update(id, { ...after, count: before.count });
      change = () => table.update(bookmark, action === 'rename' ? { subject: row.subject } : given(after));
    }
    let found: string | undefined;
    try {
      change();
    } catch (error) {
      if (!isJetError(error)) throw error;
      found = error.symbol;
    }
    expect(found, `${action} ${id}`).toBe(expected);
  }

  async #commit(session: DatabaseSession, model: ModelSession, durable: boolean): Promise<void> {
    model.commit();
    const commits = this.model.commits.length;
    this.begun.push({ changes: this.disk.changes.length, commits });
    await session.commit({ commit: durable ? 'durable' : 'lazy' });
    const writes = this.model.commits.at(-1)?.writes;
    // A transaction that changed nothing is not in the log: it waits for nobody's lazy commits.
    const changedSomething = writes !== undefined && writes.rows.size + writes.sums.size > 0;
    if (durable && session.level === 0 && changedSomething) {
      this.lasting.push({ changes: this.disk.changes.length, commits });
    }
  }

  #look(table: SessionTable, model: ModelSession): void {
    const rows = inOrder(model.view);
    const ids = (index: string, options: object = {}): number[] =>
      [...table.range(index, { columns: ['id'], ...options })].map(({ id }) => id as number);
    const upper = ([, { subject }]: readonly [number, ModelRow]): string => subject.toUpperCase();
    const bySubject = [...rows].sort((a, b) => (upper(a) < upper(b) ? -1 : 1));
    expect(ids('subject')).toEqual(bySubject.map(([id]) => id));
    expect(ids('subject', { reverse: true })).toEqual(bySubject.map(([id]) => id).reverse());
    for (const folder of [null, 0, 1]) {
      const inFolder = bySubject.filter(([, row]) => row.folder === folder).map(([id]) => id);
      expect(ids('folder', { from: [folder], to: [folder] })).toEqual(inFolder.reverse());
    }
    for (const tag of ['a', 'b', 'c']) {
      const tagged = rows.filter(([, { tags }]) => tags.includes(tag)).map(([id]) => id);
      expect(ids('tag', { from: [tag], to: [tag] })).toEqual(tagged);
    }
    for (const [id, row] of rows) expect(table.find('subject', [row.subject], ['id'])).toEqual({ id });
  }
}

/** The rows of a database file, as the read-only interface finds them. */
function rowsIn(file: Uint8Array): (readonly [number, ModelRow])[] {
  const cursor = new Database(new BufferSource(file)).cursor('Mail');
  const rows: (readonly [number, ModelRow])[] = [];
  for (let more = cursor.first(); more; more = cursor.next()) rows.push(modelOf(cursor.row()));
  return rows;
}

const CHANGES: readonly Action[] = [
  'insert',
  'insert',
  'insert',
  'update',
  'update',
  'rename',
  'delete',
  'escrow',
  'escrow',
];
const OTHERS: readonly Action[] = ['begin', 'commit', 'commit', 'commit', 'rollback', 'look', 'clean', 'checkpoint'];
const step: fc.Arbitrary<Step> = fc.record({
  who: fc.integer({ min: 0, max: SESSIONS - 1 }),
  action: fc.constantFrom(...CHANGES, ...CHANGES, ...OTHERS),
  id: fc.integer({ min: 0, max: IDS - 1 }),
  folder: fc.constantFrom(null, 0, 1),
  subject: fc.integer({ min: 0, max: 40 }),
  tags: fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 3 }),
  size: fc.integer({ min: 0, max: 250 }),
});

describe('sessions over the programming interface', () => {
  it(
    'random schedules keep snapshot isolation, and crashes lose nothing that lasts',
    { timeout: 120_000 },
    async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.array(step, { minLength: 20, maxLength: 120 }),
          fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 6, maxLength: 6 }),
          fc.integer(),
          async (steps, crashes, seed) => {
            const run = new Run();
            await run.start();
            for (const each of steps) {
              await run.step(each);
              run.check();
            }
            await run.finish();
            let state = seed;
            const random = (): number => {
              state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
              return state / 2 ** 32;
            };
            for (const at of crashes) run.crash(at, random);
          },
        ),
        { numRuns: 25, endOnFailure: true },
      );
    },
  );
});
