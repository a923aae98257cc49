// The trees a writer works on, and on whose behalf: what log records say of both (format 9.6, LRNODE).
import type { TableDef } from '../catalog/table-def.ts';
import type { Lgpos } from '../header/lgpos.ts';
import { LogPageFlag } from '../log/log-record-view.ts';

/** A tree that is changed. Space trees are known by the tree whose space they tell of. */
export interface WriteTree {
  /** Root of the tree, or of the tree that owns the space tree. */
  readonly pgnoFDP: number;
  /** Root of the tree itself. */
  readonly pgnoRoot: number;
  readonly objidFDP: number;
  /** Keys are unique in the tree (or in the owner of a space tree, whose own always are). */
  readonly unique: boolean;
  readonly space: boolean;
  /** Bytes of a leaf that inserts at the end leave free. */
  readonly cbDensityFree: number;
}

/** Percent of a page that inserts of long values fill. */
export const LONG_VALUE_DENSITY = 100;

/** The tree of a table, index or of long values as one to write to; `density`: percent of a page that inserts fill. */
export function writeTreeOf(tree: TableDef['tree'], unique: boolean, density: number, pageSize: number): WriteTree {
  const { pgnoFDP, objid } = tree;
  const cbDensityFree = Math.floor(((100 - density) * pageSize) / 100);
  return {
    pgnoFDP,
    pgnoRoot: pgnoFDP,
    objidFDP: objid,
    unique,
    space: false,
    cbDensityFree,
  };
}

/** True when a node is identified by its key alone. */
export function keyIdentifies(tree: WriteTree): boolean {
  return tree.unique || tree.space;
}

/** Flags that records on pages of `tree` have. */
export function treeLogFlags(tree: WriteTree): number {
  return (tree.unique ? LogPageFlag.Unique : 0) | (tree.space ? LogPageFlag.Space : 0);
}

/** The session that changes: a change is part of its transaction. */
export interface WriteSession {
  readonly procid: number;
  /** Transaction level, from 1 on. */
  readonly level: number;
  readonly trxBegin0: number;
  /** Where the transaction of level 1 begins in the log, when that is known. */
  readonly lgposBegin0?: Lgpos | undefined;
  /** To be called before a record of the session is logged: the beginning of its transaction is logged when needed. */
  beforeRecord(): void;
}
