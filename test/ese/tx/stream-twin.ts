// An engine of ours in memory that begins where the engine's database stands, and does what its log records say.
import { MemoryPageStore } from '../../../src/ese/cache/memory-page-store.ts';
import { Database } from '../../../src/ese/database.ts';
import { BufferSource } from '../../../src/ese/io/buffer-source.ts';
import { LogPageFlag } from '../../../src/ese/log/log-record-view.ts';
import type { DecodedRecord } from '../../../src/ese/log/record-table.ts';
import { applyDiff } from '../../../src/ese/operations/apply-diff.ts';
import { PageFlag } from '../../../src/ese/page/page-flags.ts';
import type { PageFormat } from '../../../src/ese/page/page-format.ts';
import { createFdp } from '../../../src/ese/tx/create-fdp.ts';
import { freeingOf } from '../../../src/ese/tx/free-tree.ts';
import { MemoryLogSink } from '../../../src/ese/tx/log-sink.ts';
import { SpaceWriter } from '../../../src/ese/tx/space-writer.ts';
import { Transactions } from '../../../src/ese/tx/transactions.ts';
import { TreeWriter } from '../../../src/ese/tx/tree-writer.ts';
import { TxSession } from '../../../src/ese/tx/tx-session.ts';
import { VersionedTree } from '../../../src/ese/tx/versioned-tree.ts';
import { WritableDatabase } from '../../../src/ese/tx/writable-database.ts';
import type { WriteTree } from '../../../src/ese/tx/write-tree.ts';
import { clean, type Cleaning } from './clean-replay.ts';

/** Where the engine's database stands. `file`: as it is without any change that is only in memory. */
export interface TwinState {
  readonly file: Uint8Array;
  readonly format: PageFormat;
  readonly dbtime: number;
  readonly objidLast: number;
}

/** The node that a record is about, as it was before. */
export interface NodeBefore {
  readonly key: Uint8Array;
  readonly data: Uint8Array;
}

const DENSITY_DEFAULT = 80;
const num = (record: DecodedRecord, field: string): number => Number(record.fields[field]);

/** Our side of a comparison. */
export class StreamTwin {
  readonly log: MemoryLogSink = new MemoryLogSink();
  readonly #transactions = new Transactions({ log: this.log });
  readonly #db: WritableDatabase;
  readonly #space: SpaceWriter;
  readonly #sessions = new Map<number, TxSession>();
  readonly #trees = new Map<string, VersionedTree>();
  /** By object id. */
  readonly #densities = new Map<number, number>();

  constructor({ file, format, dbtime, objidLast }: TwinState) {
    this.#db = new WritableDatabase(new MemoryPageStore(format, file), { dbid: 1, dbtime, objidLast, log: this.log });
    this.#space = new SpaceWriter(this.#db, { dbExtensionSize: 16 });
    for (const { tree, density, indexes, longValueTree } of new Database(new BufferSource(file)).catalog.tables) {
      for (const index of indexes) this.#densities.set(index.tree.objid, index.density);
      this.#densities.set(tree.objid, density);
      if (longValueTree !== undefined) this.#densities.set(longValueTree.objid, 100);
    }
  }

  session(procid: number): TxSession {
    let session = this.#sessions.get(procid);
    if (session === undefined) {
      session = new TxSession(this.#transactions, this.log, procid, `${procid}`);
      this.#sessions.set(procid, session);
    }
    return session;
  }

  /** Begins, commits or rolls back as a record says; false when it is about something else. */
  transaction(record: DecodedRecord): boolean {
    const { name } = record;
    const session = this.session(num(record, 'procid'));
    if (name === 'Begin0' || name === 'Begin') {
      for (let count = num(record, 'clevelsToBegin'); count > 0; count--) session.begin();
    } else if (name === 'Commit0' || name === 'Commit') {
      while (session.level > num(record, 'levelCommitTo')) session.commit();
    } else if (name === 'Rollback') {
      for (let count = num(record, 'levelRollback'); count > 0; count--) session.rollback();
    } else if (name === 'Undo') session.undoNewest();
    else return false;
    return true;
  }

  /** Makes a tree with one extent. */
  create(record: DecodedRecord): void {
    const [fPageFlags, objidFDP] = [num(record, 'fPageFlags'), num(record, 'objidFDP')];
    if ((fPageFlags & PageFlag.LongValue) !== 0) this.#densities.set(objidFDP, 100);
    createFdp(this.#db, this.session(num(record, 'procid')), this.#space, {
      pgnoFDPParent: num(record, 'pgnoFDPParent'),
      pages: num(record, 'cpgPrimary'),
      unique: (num(record, 'fFlags') & LogPageFlag.Unique) !== 0,
      objidFDP,
      fPageFlags,
    });
  }

  /** Cleans up a node and its page, as a transaction of the engine's cleaner does. */
  clean(procid: number, cleaning: Cleaning): void {
    clean({ db: this.#db, space: this.#space, session: this.session(procid) }, cleaning);
  }

  /** Gives the space of a deleted tree back. */
  free(procid: number, pgnoFDP: number): void {
    freeingOf(this.#db, this.#space, pgnoFDP)(this.session(procid));
  }

  /** Changes a node. */
  change(record: DecodedRecord, { key, data }: NodeBefore): void {
    const { name, tails } = record;
    const tree = this.#tree(record);
    if (name === 'Insert') {
      const whole = new Uint8Array(Buffer.concat([tails['prefix']!, tails['suffix']!]));
      const versioned = (num(record, 'fFlags') & LogPageFlag.Versioned) !== 0;
      (versioned ? tree : this.#writer(record)).insert(whole, tails['data']!);
    } else if (name === 'FlagInsert' || name === 'FlagInsertAndReplaceData') tree.insert(tails['key']!, tails['data']!);
    else if (name === 'FlagDelete') tree.delete(key, data);
    else if (name === 'Replace') tree.replace(key, tails['data']!);
    else if (name === 'ReplaceD') tree.replace(key, changedBy(record, data));
    else if (name === 'Delta') tree.delta(key, num(record, 'cbOffset'), num(record, 'delta'), 4);
    else if (name === 'Delete') this.#writer(record).delete(key, data);
    else throw new Error(`no operation for ${name}`);
  }

  #tree(record: DecodedRecord): VersionedTree {
    const procid = num(record, 'procid');
    const name = `${procid} ${num(record, 'objidFDP')}`;
    let tree = this.#trees.get(name);
    if (tree === undefined) {
      const database = { db: this.#db, allocator: this.#space };
      tree = new VersionedTree(this.#transactions, this.session(procid), database, this.#writeTree(record));
      this.#trees.set(name, tree);
    }
    return tree;
  }

  #writer(record: DecodedRecord): TreeWriter {
    const session = this.session(num(record, 'procid'));
    return new TreeWriter({ db: this.#db, session, tree: this.#writeTree(record), allocator: this.#space });
  }

  #writeTree(record: DecodedRecord): WriteTree {
    const [pgnoFDP, objidFDP] = [num(record, 'pgnoFDP'), num(record, 'objidFDP')];
    const density = this.#densities.get(objidFDP) ?? DENSITY_DEFAULT;
    const cbDensityFree = Math.floor(((100 - density) * this.#db.cache.format.pageSize) / 100);
    const unique = (num(record, 'fFlags') & LogPageFlag.Unique) !== 0;
    return { pgnoFDP, pgnoRoot: pgnoFDP, objidFDP, unique, space: false, cbDensityFree };
  }
}

/** The data that a ReplaceD record makes of `old`. */
function changedBy(record: DecodedRecord, old: Uint8Array): Uint8Array {
  const target = new Uint8Array(32768);
  const diff = record.tails['data']!;
  const wide = (num(record, 'cb') & 0x8000) !== 0;
  return target.slice(0, applyDiff(diff, 0, diff.length, wide, old, 0, old.length, target));
}
