// What a transaction sees of a node: the page holds the newest state, versions tell what was before (format 9.7;
// ErrVERAccessNode, DeltaVERGetDelta in ver.cxx).
import { u32, u64 } from '../../binary/little-endian.ts';
import { putU32, putU64 } from '../../binary/little-endian-writer.ts';
import type { NodeView } from '../page/node.ts';
import { Oper } from '../recovery/version-list.ts';
import type { NodeVersion, VersionedDatabase, VersionSession, VersionStore } from './version-store.ts';
import type { WriteTree } from './write-tree.ts';

/** Nodes of one tree as one session sees them. One object serves any number of nodes. */
export class SnapshotView {
  /** Where the data of the node last looked at is, as seen; in the page unless a version had to be used. */
  bytes: Uint8Array = new Uint8Array(0);
  dataStart = 0;
  dataLength = 0;
  readonly #versions: VersionStore;
  readonly #session: VersionSession;
  readonly #dbid: number;
  readonly #tree: WriteTree;

  constructor(versions: VersionStore, session: VersionSession, database: VersionedDatabase, tree: WriteTree) {
    this.#versions = versions;
    this.#session = session;
    this.#dbid = database.db.dbid;
    this.#tree = tree;
  }

  /** Looks at the node that `view` is at. False when the session sees none. */
  look(view: NodeView): boolean {
    this.bytes = view.bytes;
    this.dataStart = view.dataStart;
    this.dataLength = view.dataLength;
    const newest = this.#versions.newestAt(this.#dbid, this.#tree, view);
    return newest === undefined ? !view.isDeleted : this.#lookBehind(!view.isDeleted, newest);
  }

  /** The data of the node last looked at, copied. */
  data(): Uint8Array {
    return this.bytes.slice(this.dataStart, this.dataStart + this.dataLength);
  }

  #lookBehind(existsNow: boolean, newest: NodeVersion): boolean {
    const session = this.#session;
    const begun = session.level > 0 ? session.trxBegin0 : Infinity;
    let exists = existsNow;
    let hidden: NodeVersion[] | undefined;
    for (let version: NodeVersion | undefined = newest; version !== undefined; version = version.older) {
      const isDelta = version.oper === Oper.Delta || version.oper === Oper.Delta64;
      const isOwn = version.session === session && version.trxCommitted === Infinity;
      if (isOwn || version.trxCommitted < begun) {
        // Others may have added to the number before.
        if (isDelta) continue;
        break;
      }
      if (isDelta) (hidden ??= []).push(version);
      else if (version.oper === Oper.Insert) exists = false;
      else if (version.oper === Oper.FlagDelete) exists = true;
      else {
        this.bytes = version.before;
        this.dataStart = 0;
        this.dataLength = version.before.length;
        hidden = undefined;
      }
    }
    if (hidden !== undefined) this.#subtract(hidden);
    return exists;
  }

  #subtract(hidden: readonly NodeVersion[]): void {
    const data = this.data();
    for (const { oper, delta, deltaOffset } of hidden) {
      if (oper === Oper.Delta64) putU64(data, deltaOffset, u64(data, deltaOffset) - delta);
      else putU32(data, deltaOffset, (u32(data, deltaOffset) - Number(delta)) | 0);
    }
    this.bytes = data;
    this.dataStart = 0;
  }
}
