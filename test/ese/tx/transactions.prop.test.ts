// Sessions that change one tree at once, against a model of snapshot isolation; crashes at any point in between.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { TableSpec } from '../../../src/ese/build/table-spec.ts';
import { Database } from '../../../src/ese/database.ts';
import { isJetError } from '../../../src/errors/jet-error.ts';
import { BufferSource } from '../../../src/ese/io/buffer-source.ts';
import { Transactions } from '../../../src/ese/tx/transactions.ts';
import type { TxSession } from '../../../src/ese/tx/tx-session.ts';
import { VersionedTree } from '../../../src/ese/tx/versioned-tree.ts';
import { buildFile, findingsOf, nodesOf, openFile, replay, treeOf, type OpenDatabase } from './memory-database.ts';
import { keyOf, NUMBERS, recordOf } from './numbers-table.ts';

type State = ReadonlyMap<number, number>;
type Action = 'insert' | 'replace' | 'delete' | 'begin' | 'commit' | 'rollback' | 'clean' | 'flush' | 'crash';
type Step = readonly [who: number, action: Action, id: number, length: number];

/** One session of the model: what it sees, by level, and what it wrote. */
interface Actor {
  readonly session: TxSession;
  readonly tree: VersionedTree;
  views: Map<number, number>[];
  written: Set<number>[];
  /** Commits that had happened when it began. */
  begun: number;
}

const expected = (state: State): [string, string][] =>
  [...state]
    .map(([id, length]): [string, string] => [hex(keyOf(id)), hex(recordOf(id, length))])
    .sort(([a], [b]) => (a < b ? -1 : 1));
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

/** A database, its sessions and the model of both. */
class Run {
  readonly file: Uint8Array;
  readonly open: OpenDatabase;
  readonly transactions: Transactions;
  readonly actors: Actor[];
  readonly #tree;
  /** States by commit: the number of log records that must be lasting for it to be, and what it made. */
  readonly commits: { readonly records: number; readonly state: State; readonly written: ReadonlySet<number> }[] = [];

  constructor(pageSize: number, cacheSize: number) {
    this.file = buildFile(pageSize, [[NUMBERS, []]] as [TableSpec, []][]);
    this.open = openFile(this.file, { cacheSize });
    const { db, space, log } = this.open;
    this.transactions = new Transactions({ log });
    this.#tree = treeOf(new Database(new BufferSource(this.file)).table('numbers')!);
    const database = { db, allocator: space };
    this.transactions.versions.attach(database);
    this.actors = [0, 1, 2].map(() => {
      const session = this.transactions.session();
      const tree = new VersionedTree(this.transactions, session, database, this.#tree);
      return { session, tree, views: [], written: [], begun: 0 };
    });
  }

  get state(): State {
    return this.commits.at(-1)?.state ?? new Map();
  }

  /** The error a change of `id` must end with. */
  #problem(actor: Actor, action: Action, id: number): string | undefined {
    const sees = actor.views.at(-1)!.has(id);
    const others = this.actors.filter((other) => other !== actor);
    const conflict =
      others.some(({ written }) => written.some((ids) => ids.has(id))) ||
      this.commits.slice(actor.begun).some(({ written }) => written.has(id));
    if (action === 'insert') return sees || conflict ? 'JET_errKeyDuplicate' : undefined;
    if (!sees) return 'JET_errRecordNotFound';
    return conflict ? 'JET_errWriteConflict' : undefined;
  }

  change(actor: Actor, action: 'insert' | 'replace' | 'delete', id: number, length: number): void {
    const problem = this.#problem(actor, action, id);
    let found: string | undefined;
    try {
      if (action === 'insert') actor.tree.insert(keyOf(id), recordOf(id, length));
      else if (action === 'replace') actor.tree.replace(keyOf(id), recordOf(id, length));
      else actor.tree.delete(keyOf(id));
    } catch (error) {
      if (!isJetError(error)) throw error;
      found = error.symbol;
    }
    expect(found).toBe(problem);
    if (problem !== undefined) return;
    if (action === 'delete') actor.views.at(-1)!.delete(id);
    else actor.views.at(-1)!.set(id, length);
    actor.written.at(-1)!.add(id);
  }

  begin(actor: Actor): void {
    if (actor.session.level >= 3) return;
    if (actor.session.level === 0) actor.begun = this.commits.length;
    actor.session.begin();
    actor.views.push(new Map(actor.views.at(-1) ?? this.state));
    actor.written.push(new Set());
  }

  commit(actor: Actor, durable: boolean): void {
    const lgpos = actor.session.commit();
    const view = actor.views.pop()!;
    const written = actor.written.pop()!;
    if (actor.session.level > 0) {
      actor.views[actor.views.length - 1] = view;
      for (const id of written) actor.written.at(-1)!.add(id);
      return;
    }
    const state = new Map(this.state);
    for (const id of written) {
      const length = view.get(id);
      if (length === undefined) state.delete(id);
      else state.set(id, length);
    }
    const { log } = this.open;
    // A transaction that changed nothing is not in the log: it lasts as long as what it saw.
    const records = lgpos === undefined ? (this.commits.at(-1)?.records ?? 0) : log.records.length;
    this.commits.push({ records, state, written });
    if (durable && lgpos !== undefined) log.flushTo(lgpos);
  }

  rollback(actor: Actor): void {
    actor.session.rollback();
    actor.views.pop();
    actor.written.pop();
  }

  /** What is on the disk now, recovered, has every lasting commit and nothing else. */
  crash(): void {
    const { store, log } = this.open;
    const recovered = replay(store.bytes, log.records.slice(0, log.flushed), true);
    const lasting = this.commits.filter(({ records }) => records <= log.flushed).at(-1);
    expect(nodesOf(openFile(recovered).db, this.#tree)).toEqual(expected(lasting?.state ?? new Map()));
    expect(findingsOf(recovered)).toEqual([]);
  }

  step([who, action, id, length]: Step): void {
    const actor = this.actors[who]!;
    if (action === 'clean') this.transactions.clean();
    else if (action === 'flush') this.open.db.cache.flush();
    else if (action === 'crash') this.crash();
    else if (action === 'begin' || actor.session.level === 0) this.begin(actor);
    else if (action === 'commit') this.commit(actor, id % 2 === 0);
    else if (action === 'rollback') this.rollback(actor);
    else this.change(actor, action, id, length);
    for (const { session, tree, views } of this.actors) {
      const view = session.level > 0 ? views.at(-1)! : this.state;
      const seen = [...tree.from()].map((found): [string, string] => [hex(found.key), hex(found.data)]);
      expect(seen).toEqual(expected(view));
    }
  }

  finish(): void {
    for (const actor of this.actors) while (actor.session.level > 0) this.rollback(actor);
    this.transactions.clean();
    expect(this.transactions.versions.size).toBe(0);
    this.open.db.cache.flush();
    expect(nodesOf(this.open.db, this.#tree)).toEqual(expected(this.state));
    expect(findingsOf(this.open.store.bytes)).toEqual([]);
    this.crash();
  }
}

const CHANGES: readonly Action[] = ['insert', 'insert', 'insert', 'insert', 'replace', 'replace', 'replace', 'delete'];
const OTHERS: readonly Action[] = ['begin', 'commit', 'commit', 'rollback', 'clean', 'flush', 'crash'];
const step: fc.Arbitrary<Step> = fc.tuple(
  fc.integer({ min: 0, max: 2 }),
  fc.constantFrom(...CHANGES, ...CHANGES, ...OTHERS),
  fc.integer({ min: 0, max: 25 }),
  fc.integer({ min: 0, max: 1500 }),
);

describe('transactions', () => {
  it('a page with a change committed lazily is not on the disk before the commit is', () => {
    const run = new Run(8192, 1);
    const insert: Step = [1, 'insert', 2, 1135];
    for (const each of [insert, insert, [1, 'commit', 10, 0], [1, 'begin', 0, 0]] as Step[]) run.step(each);
    run.step([1, 'replace', 2, 89]);
    run.step([1, 'commit', 13, 0]);
    run.step([0, 'flush', 0, 0]);
    run.crash();
    run.finish();
  });

  it('random sessions and crashes', () => {
    fc.assert(
      fc.property(fc.array(step, { minLength: 20, maxLength: 120 }), fc.constantFrom(4096, 8192), (steps, pageSize) => {
        const run = new Run(pageSize, 1);
        for (const each of steps) run.step(each);
        run.finish();
      }),
      { numRuns: 60, endOnFailure: true },
    );
  });
});
