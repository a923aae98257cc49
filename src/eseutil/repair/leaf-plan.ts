// Which leaf pages make up a tree, and in what order, told from the pages themselves (format 10.3). Branch pages and
// neighbours vouch for leaves; they are never the only way to them.
import { u32 } from '../../binary/little-endian.ts';
import { MAX_TREE_DEPTH } from '../../ese/btree/tree.ts';
import { NodeView } from '../../ese/page/node.ts';
import { PageFlag } from '../../ese/page/page-flags.ts';
import type { PageSet } from '../../ese/page/page-set.ts';
import type { Page } from '../../ese/page/page.ts';
import type { FileScan } from './file-scan.ts';
import { LeafKind } from './leaf-register.ts';
import { PageState } from './rescue-pages.ts';

/** How well a leaf's membership is proved: a branch page leads to it, a neighbour names it, nothing does. */
const Rank = { Unproved: 1, Chained: 2, Referenced: 3 } as const;

/** The leaves of one tree. Entries are those of the register. */
export interface LeafPlan {
  readonly objid: number;
  readonly kind: number;
  /** Pages whose keys ascend and overlap those of no other page, in key order. */
  readonly plain: readonly number[];
  /** Groups of pages that overlap each other, or whose own keys do not ascend: best first. */
  readonly tangled: readonly (readonly number[])[];
  /** Pages of the tree that are known and cannot be used. */
  readonly lost: readonly number[];
  /** Pages left out: remains of what the tree once was. */
  readonly stale: readonly number[];
  /** True when the branch pages are all there and lead to no page that is lost. */
  readonly whole: boolean;
}

/** What the branch pages of a tree say. */
class BranchEvidence {
  /** Leaves that have a rank. */
  ranked = 0;
  readonly lost = new Set<number>();
  /** True when every branch page from the root on was there. */
  complete = true;
  dbtimeMost = 0;
  readonly #scan: FileScan;
  readonly #objid: number;
  readonly #kind: number;
  readonly #seen = new Set<number>();
  readonly #node = new NodeView();

  constructor(scan: FileScan, objid: number, kind: number) {
    this.#scan = scan;
    this.#objid = objid;
    this.#kind = kind;
  }

  walk(pgnoRoot: number): void {
    this.#from(pgnoRoot, Rank.Referenced);
    if (this.complete) return;
    for (const pgno of this.#scan.branches.get(this.#objid) ?? []) this.#from(pgno, Rank.Chained);
  }

  #from(pgnoStart: number, rank: number): void {
    const todo: { pgno: number; depth: number }[] = [{ pgno: pgnoStart, depth: 0 }];
    for (let step = todo.pop(); step !== undefined; step = todo.pop()) {
      const { pgno, depth } = step;
      if (this.#seen.has(pgno)) continue;
      this.#seen.add(pgno);
      const page = this.#scan.pages.read(pgno);
      if (page === undefined || !this.#isOurs(page) || depth > MAX_TREE_DEPTH) {
        this.complete = false;
        continue;
      }
      if (page.isLeaf) {
        this.#leaf(pgno, rank);
        this.dbtimeMost = Math.max(this.dbtimeMost, Number(page.dbtimeDirtied));
      } else this.#branch(page, rank, depth, todo);
    }
  }

  #branch(page: Page, rank: number, depth: number, todo: { pgno: number; depth: number }[]): void {
    const node = this.#node;
    const overLeaves = (page.fFlags & PageFlag.ParentOfLeaf) !== 0;
    this.dbtimeMost = Math.max(this.dbtimeMost, Number(page.dbtimeDirtied));
    for (let line = 0; line < page.lineCount; line++) {
      if (!node.load(page, line) || node.dataLength !== 4) {
        this.complete = false;
        continue;
      }
      const child = u32(node.bytes, node.dataStart);
      if (overLeaves) this.#leaf(child, rank);
      else todo.push({ pgno: child, depth: depth + 1 });
    }
  }

  #leaf(pgno: number, rank: number): void {
    const { leaves, pages } = this.#scan;
    const entry = leaves.entryOf(pgno);
    if (entry >= 0 && leaves.objid[entry] === this.#objid && leaves.kind[entry] === this.#kind) {
      this.raise(entry, rank);
      return;
    }
    const page = pages.read(pgno);
    // A leaf without lines is the root of an empty tree.
    if (page === undefined || !this.#isOurs(page)) this.lost.add(pgno);
  }

  /** Gives a leaf of the tree at least that rank. */
  raise(entry: number, rank: number): void {
    const { ranks } = this.#scan.leaves;
    if (ranks[entry] === 0) this.ranked++;
    ranks[entry] = Math.max(rank, ranks[entry]!);
  }

  #isOurs(page: Page): boolean {
    const { fFlags } = page;
    const kind =
      (fFlags & PageFlag.LongValue) !== 0
        ? LeafKind.LongValue
        : (fFlags & PageFlag.Index) !== 0
          ? LeafKind.Index
          : LeafKind.Table;
    const excluded = PageFlag.Empty | PageFlag.PreInit | PageFlag.SpaceTree;
    return page.objidFDP === this.#objid && kind === this.#kind && (fFlags & excluded) === 0;
  }
}

/** Works out the leaves of trees. */
export class LeafPlanner {
  readonly #scan: FileScan;
  readonly #available: PageSet;

  constructor(scan: FileScan, available: PageSet) {
    this.#scan = scan;
    this.#available = available;
  }

  /** The leaves of a tree; `pgnoFDP` is where the catalog says its root is, if it says so. */
  plan(objid: number, kind: number, pgnoFDP?: number): LeafPlan {
    const { leaves } = this.#scan;
    const evidence = new BranchEvidence(this.#scan, objid, kind);
    const all = leaves.of(objid, kind);
    for (const entry of all) leaves.ranks[entry] = 0;
    const root = this.#root(objid, kind, pgnoFDP);
    evidence.walk(root);
    // Nothing but a root that cannot be used: it was the only page.
    const alone = all.length === 0 && evidence.dbtimeMost === 0 && !this.#scan.pages.isUsable(root);
    if (alone && root > 0) evidence.lost.add(root);
    this.#followChains(all, evidence);
    const members: number[] = [];
    const stale: number[] = [];
    for (const entry of all) (this.#belongs(entry, evidence) ? members : stale).push(entry);
    this.#missingNeighbours(members, evidence);
    const lost = [...evidence.lost].sort((a, b) => a - b);
    const { plain, tangled } = this.#arrange(members);
    const pgnos = stale.map((entry) => leaves.pgno[entry]!);
    return { objid, kind, plain, tangled, lost, stale: pgnos, whole: evidence.complete && lost.length === 0 };
  }

  /** The same without the pages that a space tree lists as available: for trees that nothing declares. */
  withoutAvailable(plan: LeafPlan): LeafPlan {
    const isUsed = (entry: number): boolean => !this.#available.has(this.#scan.leaves.pgno[entry]!);
    const tangled = plan.tangled.map((cluster) => cluster.filter(isUsed)).filter((cluster) => cluster.length > 0);
    return { ...plan, plain: plan.plain.filter(isUsed), tangled };
  }

  #root(objid: number, kind: number, pgnoFDP: number | undefined): number {
    const roots = (this.#scan.roots.get(objid) ?? []).filter((root) => root.kind === kind);
    if (pgnoFDP !== undefined && (roots.length === 0 || roots.some((root) => root.pgno === pgnoFDP))) return pgnoFDP;
    // The catalog may be older than the root's last move.
    return roots.reduce((best, root) => (root.dbtime > best.dbtime ? root : best), { pgno: 0, dbtime: -1 }).pgno;
  }

  /** Neighbours that name each other vouch for each other. */
  #followChains(all: Uint32Array, evidence: BranchEvidence): void {
    const { leaves } = this.#scan;
    if (evidence.ranked === all.length) return;
    const todo = [...(evidence.ranked === 0 ? all : all.filter((entry) => leaves.ranks[entry] !== 0))];
    for (let entry = todo.pop(); entry !== undefined; entry = todo.pop()) {
      const pgno = leaves.pgno[entry]!;
      for (const forward of [true, false]) {
        const neighbour = leaves.entryOf((forward ? leaves.pgnoNext : leaves.pgnoPrev)[entry]!);
        if (neighbour < 0 || leaves.objid[neighbour] !== leaves.objid[entry]) continue;
        const back = (forward ? leaves.pgnoPrev : leaves.pgnoNext)[neighbour]!;
        if (back !== pgno || leaves.kind[neighbour] !== leaves.kind[entry] || leaves.ranks[neighbour] !== 0) continue;
        evidence.raise(neighbour, Rank.Chained);
        todo.push(neighbour);
      }
    }
  }

  #belongs(entry: number, evidence: BranchEvidence): boolean {
    const { leaves } = this.#scan;
    const pgno = leaves.pgno[entry]!;
    if (leaves.ranks[entry] !== 0) return true;
    if (this.#available.has(pgno)) return false;
    // Branch pages that are all there know of every leaf, unless they are older than it.
    return !evidence.complete || leaves.dbtime[entry]! > evidence.dbtimeMost;
  }

  #missingNeighbours(members: readonly number[], evidence: BranchEvidence): void {
    if (evidence.complete) return;
    const { leaves, pages } = this.#scan;
    for (const entry of members) {
      for (const pgno of [leaves.pgnoPrev[entry]!, leaves.pgnoNext[entry]!]) {
        const state = pages.state(pgno);
        const gone = pgno > pages.pgnoLast || state === PageState.Bad || state === PageState.Unwritten;
        if (pgno !== 0 && gone) evidence.lost.add(pgno);
      }
    }
  }

  /** Puts pages in key order and finds those that overlap. */
  #arrange(members: readonly number[]): Pick<LeafPlan, 'plain' | 'tangled'> {
    const { leaves } = this.#scan;
    const sorted = Uint32Array.from(members).sort((a, b) => leaves.compareFirst(a, b) || a - b);
    const rank = (entry: number): number => leaves.ranks[entry]! || Rank.Unproved;
    const better = (a: number, b: number): number =>
      Math.min(rank(b), Rank.Chained) - Math.min(rank(a), Rank.Chained) ||
      leaves.dbtime[b]! - leaves.dbtime[a]! ||
      rank(b) - rank(a);
    const plain: number[] = [];
    const tangled: number[][] = [];
    let cluster: number[] = [];
    let furthest = -1;
    const close = (): void => {
      if (cluster.length === 0) return;
      if (cluster.length === 1 && leaves.inOrder[cluster[0]!] === 1) plain.push(cluster[0]!);
      else tangled.push(cluster.sort(better));
      cluster = [];
    };
    for (const entry of sorted) {
      if (furthest >= 0 && leaves.compareFirstToLast(entry, furthest) > 0) {
        close();
        furthest = -1;
      }
      cluster.push(entry);
      if (furthest < 0 || leaves.compareLast(entry, furthest) > 0) furthest = entry;
    }
    close();
    return { plain, tangled };
  }
}
