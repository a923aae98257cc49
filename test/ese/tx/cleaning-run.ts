// A table whose rows come and go in memory: long keys make deep trees, an index that is not unique has entries with a
// common beginning. A model knows which rows there are.
import { expect } from 'vitest';
import type { TableSpec } from '../../../src/ese/build/table-spec.ts';
import type { TxSession } from '../../../src/ese/tx/tx-session.ts';
import { differingPages } from '../recovery/page-comparison.ts';
import { DefinitionRun } from './definition-run.ts';

/** The table. */
export const THINGS: TableSpec = {
  name: 'things',
  columns: [
    { name: 'id', type: 'Binary', notNull: true },
    { name: 'kind', type: 'Binary' },
    { name: 'body', type: 'Binary' },
  ],
  indexes: [
    { name: 'id', key: ['id'], primary: true, unique: true },
    { name: 'kind', key: ['kind'] },
  ],
};

const MIX = 0x9e3779b1;

/** Bytes of an id: first ones that spread and stay in order, then many that are the same for all. */
function idBytes(id: number): Uint8Array {
  const bytes = new Uint8Array(90).fill(id & 0xff);
  new DataView(bytes.buffer).setUint32(0, id);
  return bytes;
}

function kindBytes(id: number): Uint8Array {
  const bytes = new Uint8Array(60).fill(7);
  bytes[59] = Math.imul(id, MIX) >>> 30;
  return bytes;
}

/** Ids of rows and how large each is. */
export type Things = ReadonlyMap<number, number>;

/** Rows that come and go. */
export class CleaningRun extends DefinitionRun {
  readonly session: TxSession = this.transactions.session();
  /** What the session sees, by level; the committed rows first. */
  readonly views: Map<number, number>[] = [new Map<number, number>()];
  /** Bookmarks of all rows there ever were, by id. */
  readonly #bookmarks = new Map<number, Uint8Array>();

  constructor(pageSize = 4096) {
    super([[THINGS, []]], pageSize);
  }

  get view(): Map<number, number> {
    return this.views.at(-1)!;
  }

  begin(): void {
    this.session.begin();
    this.views.push(new Map(this.view));
  }

  commit(): void {
    this.session.commit();
    this.views.splice(-2, 1);
  }

  rollback(): void {
    this.session.rollback();
    this.views.pop();
  }

  /** Inserts the rows that are not there. */
  insert(ids: Iterable<number>, size: (id: number) => number): void {
    const writer = this.writer(this.session, 'things');
    for (const id of ids) {
      if (this.view.has(id)) continue;
      const length = size(id);
      const row = { id: idBytes(id), kind: kindBytes(id), body: new Uint8Array(length).fill(1) };
      this.#bookmarks.set(id, writer.insert(row));
      this.view.set(id, length);
    }
  }

  /** Gives the rows that are there another size. */
  update(ids: Iterable<number>, size: (id: number) => number): void {
    const writer = this.writer(this.session, 'things');
    for (const id of ids) {
      if (!this.view.has(id)) continue;
      const length = size(id);
      writer.update(this.#bookmarks.get(id)!, { body: new Uint8Array(length).fill(2) });
      this.view.set(id, length);
    }
  }

  /** Deletes the rows that are there. */
  delete(ids: Iterable<number>): void {
    const writer = this.writer(this.session, 'things');
    for (const id of ids) if (this.view.delete(id)) writer.delete(this.#bookmarks.get(id)!);
  }

  /** One transaction that commits. */
  within(work: () => void): void {
    this.begin();
    work();
    this.commit();
  }

  /** Cleans up until nothing is left to do. */
  cleanAll(): void {
    while (this.transactions.clean() > 0);
  }

  /** The rows that a session sees are those. */
  expectRows(session: TxSession, things: Things): void {
    const seen = this.values(session, 'things', 'id').map(([id]) => parseInt(id!.slice(0, 8), 16));
    expect(seen).toEqual([...things.keys()].sort((a, b) => a - b));
    const sizes = this.values(session, 'things', 'body').map(([body = '']) => body.length / 2);
    expect(sizes).toEqual([...things].sort(([a], [b]) => a - b).map(([, size]) => size));
  }

  /** No finding: trees are sound, entries fit rows, every page is in use once or free. */
  expectSound(): void {
    expect(this.findings()).toEqual([]);
  }

  /** The log makes the same pages of the file as it was. No transaction may be open. */
  expectReplays(): void {
    const bytes = this.bytes();
    const padded = new Uint8Array(bytes.length);
    padded.set(this.replayed().subarray(0, padded.length));
    expect(differingPages(padded, bytes)).toEqual([]);
  }
}
