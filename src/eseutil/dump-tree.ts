// The pages of one tree, level by level from its root to its leaves, each with how full it is (format 2.3).
import { toHex } from '../binary/hex.ts';
import type { TreeFaultHandler } from '../ese/btree/cursor.ts';
import { childPgno, MAX_TREE_DEPTH, treeMismatch, type TreeRef } from '../ese/btree/tree.ts';
import type { Database } from '../ese/database.ts';
import { NodeView } from '../ese/page/node.ts';
import { PageSet } from '../ese/page/page-set.ts';
import type { Page } from '../ese/page/page.ts';

/** One page of a tree. */
export interface TreePage {
  readonly level: number;
  readonly pgno: number;
  readonly kind: 'branch' | 'leaf';
  readonly pgnoPrev: number;
  readonly pgnoNext: number;
  readonly lines: number;
  /** Lines flagged deleted, not yet cleaned up. */
  readonly deleted: number;
  /** Bytes free, as the page states. */
  readonly free: number;
  /** Part of the page's room that is taken, in percent. */
  readonly fill: number;
  /** First key, hexadecimal; empty when the page has no line. */
  readonly firstKey: string;
}

/** A page that could not be used. */
export interface TreeFault {
  readonly level: number;
  readonly pgno: number;
  readonly problem: string;
}

/** Walks one tree level by level. Each page is read once per level; memory grows by four bytes a page. */
class LevelWalk {
  readonly #db: Database;
  readonly #tree: TreeRef;
  readonly #seen: PageSet;
  readonly #onFault: TreeFaultHandler;
  readonly #node = new NodeView();

  constructor(db: Database, tree: TreeRef, onFault: TreeFaultHandler) {
    this.#db = db;
    this.#tree = tree;
    this.#onFault = onFault;
    this.#seen = new PageSet(db.pages.pgnoLast);
  }

  *run(): Generator<TreePage | TreeFault> {
    let level: readonly (readonly [pgno: number, pgnoParent: number])[] = [[this.#tree.pgnoFDP, 0]];
    for (let depth = 0; level.length > 0 && depth < MAX_TREE_DEPTH; depth++) {
      const next: [number, number][] = [];
      for (const [pgno, pgnoParent] of level) {
        const page = this.#open(pgno);
        if (typeof page === 'string') {
          this.#onFault(pgno, pgnoParent, page);
          yield { level: depth, pgno, problem: page };
        } else {
          yield this.#describe(page, depth);
          if (!page.isLeaf) this.#collect(page, next);
        }
      }
      level = next;
    }
  }

  #open(pgno: number): Page | string {
    const page = this.#db.pages.tryRead(pgno);
    if (page instanceof Error) return page.message;
    const mismatch = treeMismatch(page, this.#tree);
    if (mismatch !== undefined) return `page ${pgno} ${mismatch}`;
    return this.#seen.add(pgno) ? page : `page ${pgno} is linked twice`;
  }

  #describe(page: Page, level: number): TreePage {
    const { lineCount } = page;
    let deleted = 0;
    for (let line = 0; line < lineCount; line++) if (this.#node.load(page, line) && this.#node.isDeleted) deleted++;
    const firstKey = lineCount > 0 && this.#node.load(page, 0) ? toHex(this.#node.key()) : '';
    const { dataSize } = page.format;
    return {
      level,
      pgno: page.pgno,
      kind: page.isLeaf ? 'leaf' : 'branch',
      pgnoPrev: page.pgnoPrev,
      pgnoNext: page.pgnoNext,
      lines: lineCount,
      deleted,
      free: page.cbFree,
      fill: Math.round((Math.max(0, dataSize - page.cbFree) * 1000) / dataSize) / 10,
      firstKey,
    };
  }

  #collect(page: Page, next: [number, number][]): void {
    for (let line = 0; line < page.lineCount; line++) {
      if (this.#node.load(page, line)) next.push([childPgno(this.#node), page.pgno]);
      else this.#onFault(page.pgno, page.pgno, `has an unreadable line ${line}`);
    }
  }
}

/** The pages of `tree` from the root down, each level in key order; pages that cannot be used stand in their place. */
export function walkLevels(
  db: Database,
  tree: TreeRef,
  onFault: TreeFaultHandler = () => undefined,
): Generator<TreePage | TreeFault> {
  return new LevelWalk(db, tree, onFault).run();
}

const KEY_DIGITS_SHOWN = 32;

/** The tree as lines of text. */
export function* dumpTree(db: Database, tree: TreeRef, onFault?: TreeFaultHandler): Generator<string> {
  let level = -1;
  let [pages, lines, free, faults] = [0, 0, 0, 0];
  for (const one of walkLevels(db, tree, onFault)) {
    if (one.level !== level) {
      if (level >= 0) yield '';
      level = one.level;
      yield level === 0 ? 'Level 0: the root' : `Level ${level}`;
      yield '      page  kind        prev      next  lines  deleted   free   full  first key';
    }
    if ('problem' in one) {
      faults++;
      yield `${String(one.pgno).padStart(10)}  PROBLEM: ${one.problem}`;
      continue;
    }
    pages++;
    free += one.free;
    if (one.kind === 'leaf') lines += one.lines - one.deleted;
    yield treePageText(one);
  }
  const full = pages === 0 ? 0 : 100 - (free * 100) / (pages * db.pages.format.dataSize);
  yield '';
  yield `${pages} pages on ${level + 1} levels, ${lines} entries, ${full.toFixed(1)} % full`;
  if (faults > 0) yield `${faults} pages could not be used: what they lead to is not shown.`;
}

function treePageText(page: TreePage): string {
  const cell = (value: number, width: number): string => String(value).padStart(width);
  const { firstKey } = page;
  const key = firstKey.length <= KEY_DIGITS_SHOWN ? firstKey : `${firstKey.slice(0, KEY_DIGITS_SHOWN)}...`;
  const links = `${cell(page.pgnoPrev, 9)} ${cell(page.pgnoNext, 9)}`;
  const sizes = `${cell(page.lines, 6)} ${cell(page.deleted, 8)} ${cell(page.free, 6)} ${page.fill.toFixed(1).padStart(5)}%`;
  return `${cell(page.pgno, 10)}  ${page.kind.padEnd(6)} ${links} ${sizes}  ${key}`.trimEnd();
}
