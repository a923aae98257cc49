// Rows inserted, changed and deleted at random, cleaned up at any time: trees stay sound, space is neither lost nor given
// out twice, old snapshots lose nothing, the log makes the same pages.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Lr } from '../../../src/ese/log/record-table.ts';
import type { TxSession } from '../../../src/ese/tx/tx-session.ts';
import { CleaningRun, type Things } from './cleaning-run.ts';

const ACTIONS = [
  ...['insert', 'insert', 'insert', 'delete', 'delete', 'delete', 'deleteAll', 'update'],
  ...['begin', 'commit', 'commit', 'rollback', 'clean', 'clean', 'watch'],
] as const;
type Step = readonly [action: (typeof ACTIONS)[number], from: number, count: number, stride: number, size: number];

function* idsOf(from: number, count: number, stride: number): Generator<number> {
  for (let i = 0; i < count; i++) yield (from + i * stride) % 600;
}

class Run extends CleaningRun {
  readonly watcher: TxSession = this.transactions.session();
  watched: Things | undefined;
  /** Types of all records there were. */
  readonly types = new Set<number>();

  step([action, from, count, stride, size]: Step): void {
    const ids = idsOf(from, count, stride);
    if (action === 'clean') this.#clean();
    else if (action === 'watch') this.#watch();
    else if (action === 'begin') {
      if (this.session.level < 4) this.begin();
    } else if (action === 'commit' || action === 'rollback') {
      if (this.session.level > 0) this[action]();
    } else if (this.session.level === 0) {
      this.within(() => {
        this.#change(action, ids, size);
      });
    } else this.#change(action, ids, size);
  }

  #change(action: string, ids: Iterable<number>, size: number): void {
    if (action === 'insert') this.insert(ids, (id) => (size * (id % 7)) >> 3);
    else if (action === 'update') this.update(ids, (id) => (size * (id % 5)) >> 2);
    else this.delete(action === 'delete' ? ids : [...this.view.keys()]);
  }

  #clean(): void {
    this.transactions.clean();
    this.expectSound();
    if (this.session.level > 0) this.expectRows(this.session, this.view);
    if (this.watched !== undefined) this.expectRows(this.watcher, this.watched);
  }

  /** Begins to watch, or ends it. */
  #watch(): void {
    if (this.watched === undefined) {
      this.watcher.begin();
      this.watched = new Map(this.views[0]);
      return;
    }
    this.expectRows(this.watcher, this.watched);
    this.watcher.commit();
    this.watched = undefined;
  }

  finish(): void {
    while (this.session.level > 0) this.rollback();
    if (this.watched !== undefined) this.#watch();
    this.cleanAll();
    expect(this.transactions.versions.isEmpty).toBe(true);
    this.expectSound();
    this.expectRows(this.session, this.view);
    this.expectReplays();
    for (const record of this.open.log.records) this.types.add(record[0]!);
  }
}

const step: fc.Arbitrary<Step> = fc.tuple(
  fc.constantFrom(...ACTIONS),
  fc.integer({ min: 0, max: 599 }),
  fc.integer({ min: 1, max: 200 }),
  fc.constantFrom(1, 1, 3, 7, 599),
  fc.integer({ min: 0, max: 240 }),
);

describe('cleaning up', () => {
  it('random rows', () => {
    const types = new Set<number>();
    fc.assert(
      fc.property(fc.array(step, { minLength: 10, maxLength: 60 }), fc.constantFrom(4096, 8192), (steps, pageSize) => {
        const run = new Run(pageSize);
        for (const each of steps) run.step(each);
        run.finish();
        for (const type of run.types) types.add(type);
      }),
      { numRuns: 60, seed: 11, endOnFailure: true },
    );
    for (const type of [Lr.Delete, Lr.Merge2, Lr.EmptyTree, Lr.Undo, Lr.Split2]) expect(types).toContain(type);
  }, 120_000);
});
