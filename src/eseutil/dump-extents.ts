// The extents of every tree: what it owns, what of it is available, what is kept for splits (format 4).
import type { TreeFaultHandler } from '../ese/btree/cursor.ts';
import type { Database } from '../ese/database.ts';
import { extentFirst, type Extent } from '../ese/space/extent.ts';
import { readTreeSpace, type TreeSpace } from '../ese/space/tree-space.ts';
import { plainText } from './plain-text.ts';
import { plainInteger } from './record-columns.ts';
import { countPages, spaceUsage } from './space-usage.ts';
import type { ListedTree } from './tree-listing.ts';

/** A run of pages. */
export interface PlainExtent {
  readonly first: number;
  readonly last: number;
  readonly pages: number;
  /** Pool of available pages: 0 general, 1 continuous, 2 shelved. */
  readonly pool?: number;
}

/** The space of one tree. */
export interface TreeExtents {
  /** What the tree is for: database root, records, long values, index. */
  readonly kind: 'database' | 'table' | 'long-values' | 'index';
  readonly table?: string;
  readonly index?: string;
  readonly objid: number;
  readonly pgnoFDP: number;
  /** Absent with everything below it when the tree's root cannot be read. */
  readonly pgnoParent?: number;
  readonly pgnoOE?: number;
  readonly pgnoAE?: number;
  readonly autoInc?: number | string;
  readonly ownedPages?: number;
  readonly availablePages?: number;
  readonly owned?: readonly PlainExtent[];
  readonly available?: readonly PlainExtent[];
  readonly splitBuffers?: readonly PlainExtent[];
}

const KINDS = { Db: 'database', Pri: 'table', LV: 'long-values', Idx: 'index' } as const;

function plainExtent(extent: Extent): PlainExtent {
  const { pgnoLast: last, cpg: pages, pool } = extent;
  return { first: extentFirst(extent), last, pages, ...(pool === 0 ? {} : { pool }) };
}

function spaceFields(space: TreeSpace): Omit<TreeExtents, 'kind' | 'objid' | 'pgnoFDP'> {
  const { header, autoInc } = space;
  const usage = spaceUsage(space);
  return {
    pgnoParent: header.pgnoParent,
    ...(header.multipleExtent ? { pgnoOE: header.pgnoOE, pgnoAE: header.pgnoOE + 1 } : {}),
    ...(autoInc === undefined ? {} : { autoInc: plainInteger(autoInc) }),
    ownedPages: usage.owned,
    availablePages: usage.available,
    owned: space.owned.map(plainExtent),
    available: space.available.map(plainExtent),
    splitBuffers: space.buffers.map(plainExtent),
  };
}

/** The space of one tree, as data. */
export function treeExtents(db: Database, listed: ListedTree, onFault?: TreeFaultHandler): TreeExtents {
  const space = readTreeSpace(db.pages, listed.tree, onFault);
  return {
    kind: KINDS[listed.role],
    ...(listed.table === undefined ? {} : { table: listed.table.name }),
    ...(listed.role === 'Idx' ? { index: listed.name } : {}),
    objid: listed.tree.objid,
    pgnoFDP: listed.tree.pgnoFDP,
    ...(space === undefined ? {} : spaceFields(space)),
  };
}

const WIDTH = 100;

/** Extents in as few lines as fit. */
function* extentLines(title: string, extents: readonly PlainExtent[]): Generator<string> {
  if (extents.length === 0) return;
  const indent = ' '.repeat(14);
  let line = `    ${title.padEnd(10)}`;
  const pools = ['', ' continuous', ' shelved'];
  for (const [i, extent] of extents.entries()) {
    const range = extent.pages === 1 ? `${extent.last}` : `${extent.first}-${extent.last}`;
    const text = `${range}${extent.pages === 0 ? ' marker' : ''}${pools[extent.pool ?? 0] ?? ` pool ${extent.pool}`}`;
    const separated = i + 1 < extents.length ? `${text},` : text;
    if (line.length > indent.length && line.length + separated.length + 1 > WIDTH) {
      yield line.trimEnd();
      line = indent;
    }
    line += `${separated} `;
  }
  yield line.trimEnd();
}

function title(tree: TreeExtents): string {
  switch (tree.kind) {
    case 'database':
      return 'Database';
    case 'table':
      return `Table ${tree.table}`;
    case 'long-values':
      return `  Long values of ${tree.table}`;
    case 'index':
      return `  Index ${tree.index} of ${tree.table}`;
  }
}

/** One tree's space as lines of text. */
export function* extentTextLines(tree: TreeExtents): Generator<string> {
  yield `${plainText(title(tree))} (object ${tree.objid}, root page ${tree.pgnoFDP})`;
  if (tree.owned === undefined) {
    yield '    PROBLEM: its root page tells no space';
    return;
  }
  const trees = tree.pgnoOE === undefined ? '' : `, space trees at pages ${tree.pgnoOE} and ${tree.pgnoAE}`;
  const reserved = countPages((tree.splitBuffers ?? []).map((e) => ({ pgnoLast: e.last, cpg: e.pages, pool: 0 })));
  const kept = reserved === 0 ? '' : `, ${reserved} kept for splits`;
  const autoInc = tree.autoInc === undefined ? '' : `, auto-increment ${tree.autoInc}`;
  yield `    ${tree.ownedPages} page${tree.ownedPages === 1 ? '' : 's'} owned, ${tree.availablePages} available${kept}${trees}${autoInc}`;
  yield* extentLines('owned', tree.owned);
  yield* extentLines('available', tree.available ?? []);
  yield* extentLines('splits', tree.splitBuffers ?? []);
}
