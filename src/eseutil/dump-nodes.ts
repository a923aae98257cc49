// The report of `eseutil /mn`: the space of every tree and each of its nodes, as the engine prints them (esedump.cxx).
import { i32, u32 } from '../binary/little-endian.ts';
import { BTreeCursor, type TreeFaultHandler } from '../ese/btree/cursor.ts';
import type { TreeRef } from '../ese/btree/tree.ts';
import type { TableDef } from '../ese/catalog/table-def.ts';
import type { Database } from '../ese/database.ts';
import type { NodeView } from '../ese/page/node.ts';
import { NodeFlag } from '../ese/page/page-flags.ts';
import type { Page } from '../ese/page/page.ts';
import { extentFirst, extentOfNode } from '../ese/space/extent.ts';
import { readRootField, spaceTreeRoots, type SpaceHeader } from '../ese/space/space-header.ts';
import { plainText } from './plain-text.ts';
import { declaredTables, ROOT_TREE } from './tree-listing.ts';

/** How to dump nodes. */
export interface NodeDumpOptions {
  /** Deleted nodes too (`/a`). */
  readonly deleted?: boolean;
  /** Only this table (`/t`). */
  readonly table?: TableDef;
  /** Called for pages that cannot be read. */
  readonly onFault?: TreeFaultHandler;
}

/** The engine's number of the one open database. */
const IFMP = 1;
/** Bytes of a key that are shown. */
const KEY_BYTES_SHOWN = 8;
const BITMAP_PAGES = 32;
const RULE = '*'.repeat(66);
const COLUMNS = 'Page    | Line | Flags | KSize | DSize | ';

const HEX: readonly string[] = Array.from(
  { length: 256 },
  (_, i) => `${i.toString(16).toUpperCase().padStart(2, '0')} `,
);

const pages = (count: number): string => `${count} page${count === 1 ? '' : 's'}`;

function keyText(node: NodeView): string {
  let text = '';
  for (let i = 0; i < Math.min(KEY_BYTES_SHOWN, node.keyLength); i++) {
    const at = i < node.prefixLength ? node.prefixStart + i : node.suffixStart + i - node.prefixLength;
    text += HEX[node.bytes[at]!]!;
  }
  return text;
}

function extentText(node: NodeView): string {
  const extent = extentOfNode(node);
  return extent === undefined ? '(no extent)' : `${extentFirst(extent)} - ${extent.pgnoLast} (${extent.pool})`;
}

function nodeLine(cursor: BTreeCursor, info: string): string {
  const { node } = cursor;
  const flag = (bit: number, letter: string): string => ((node.flags & bit) === 0 ? ' ' : letter);
  const flags = flag(NodeFlag.Compressed, 'c') + flag(NodeFlag.Deleted, 'd') + flag(NodeFlag.Version, 'v');
  const place = `${String(cursor.page?.pgno).padStart(7)} | ${String(cursor.line).padStart(4)}`;
  const sizes = `${String(node.keyLength).padStart(5)} | ${String(node.dataLength).padStart(5)}`;
  return `${place} |  ${flags}  | ${sizes} | ${info}`;
}

/** One of the two buffers in the root of a space tree, `at` bytes into its external header (SPLIT_BUFFER). */
function bufferText(header: Uint8Array, at: number): string {
  const cpg = at + 8 <= header.length ? i32(header, at + 4) : 0;
  if (cpg <= 0) return 'No pages';
  const pgnoLast = u32(header, at);
  return `${pgnoLast - cpg + 1} - ${pgnoLast} (${cpg} pages)`;
}

/** One run of the dump. Lines are indented by tabs, one a level. */
class NodeDump {
  readonly #db: Database;
  readonly #options: NodeDumpOptions;

  constructor(db: Database, options: NodeDumpOptions) {
    this.#db = db;
    this.#options = options;
  }

  *lines(): Generator<string> {
    const { table } = this.#options;
    if (table === undefined) {
      yield '';
      yield `[${IFMP} , ${ROOT_TREE.tree.pgnoFDP}] DATABASE ROOT`;
      yield* this.#space(ROOT_TREE.tree, 1);
    }
    for (const one of table === undefined ? declaredTables(this.#db) : [table]) yield* this.#table(one);
  }

  *#table(table: TableDef): Generator<string> {
    yield '\t';
    yield `\t[${IFMP} , ${table.tree.pgnoFDP}] ${plainText(table.name)} (Table)`;
    yield* this.#tree(table.tree, 2);
    // As the engine opens them: those made last come first.
    const secondary = table.indexes.filter((index) => !index.definition.primary);
    for (const index of secondary.sort((a, b) => b.tree.objid - a.tree.objid)) {
      yield '\t\t';
      yield `\t\t[${IFMP} , ${index.tree.pgnoFDP}] INDEX ${plainText(index.name)}:`;
      yield* this.#tree(index.tree, 3);
    }
    if (table.longValueTree === undefined) return;
    yield '\t\t';
    yield `\t\t[${IFMP} , ${table.longValueTree.pgnoFDP}] LONG VALUES:`;
    yield* this.#tree(table.longValueTree, 3);
  }

  *#tree(tree: TreeRef, depth: number): Generator<string> {
    yield* this.#space(tree, depth);
    yield* this.#nodes(tree, depth);
  }

  *#space(tree: TreeRef, depth: number): Generator<string> {
    const indent = '\t'.repeat(depth);
    yield indent;
    yield `${indent}SPACE INFO:`;
    const inner = `${indent}\t`;
    const root = this.#db.pages.tryRead(tree.pgnoFDP);
    if (root instanceof Error) {
      this.#options.onFault?.(tree.pgnoFDP, 0, root);
      yield `${inner}ERROR: the root page cannot be read`;
      return;
    }
    const space = root.objidFDP === tree.objid ? readRootField(root)?.space : undefined;
    if (space === undefined) {
      this.#options.onFault?.(tree.pgnoFDP, 0, 'holds no space header of this tree');
      yield `${inner}ERROR: the root page holds no space header`;
      return;
    }
    yield* this.#spaceHeader(space, tree, root, inner);
  }

  *#spaceHeader(space: SpaceHeader, tree: TreeRef, root: Page, inner: string): Generator<string> {
    if (space.version2) {
      yield `${inner}Primary extent size: <unavailable>`;
      yield `${inner}Last allocation size: ${pages(space.cpgPrimary)}`;
    } else {
      yield `${inner}Primary extent size: ${pages(space.cpgPrimary)}`;
    }
    if (!space.multipleExtent) {
      yield `${inner}Single extent covering pages ${root.pgno} to ${root.pgno + space.cpgPrimary - 1}`;
      const free: number[] = [];
      for (let k = 0; k < BITMAP_PAGES; k++) if ((space.availBitmap & (1 << k)) !== 0) free.push(root.pgno + 1 + k);
      yield `${inner}Avail pages (${free.length}): ${free.map((pgno) => ` ${pgno}`).join('')}`;
      return;
    }
    const { pgnoOE, pgnoAE } = spaceTreeRoots(space);
    yield `${inner}Multiple extents`;
    yield `${inner}Own extent page number   : ${pgnoOE}`;
    yield `${inner}Avail extent page number : ${pgnoAE}`;
    yield `${inner}[${IFMP} , ${pgnoOE}] OWN EXTENT:`;
    yield* this.#spaceTree({ pgnoFDP: pgnoOE, objid: tree.objid, kind: 'space' }, `${inner}\t`);
    yield `${inner}[${IFMP} , ${pgnoAE}] AVAIL EXTENT:`;
    yield* this.#spaceTree({ pgnoFDP: pgnoAE, objid: tree.objid, kind: 'space' }, `${inner}\t`);
  }

  *#spaceTree(tree: TreeRef, indent: string): Generator<string> {
    const root = this.#db.pages.tryRead(tree.pgnoFDP);
    if (!(root instanceof Error)) {
      yield `${indent}SPLIT BUFFER:`;
      yield `${indent}\tBuffer 1: ${bufferText(root.externalHeader, 0)}`;
      yield `${indent}\tBuffer 2: ${bufferText(root.externalHeader, 8)}`;
    }
    yield* this.#nodes(tree, indent.length);
  }

  *#nodes(tree: TreeRef, depth: number): Generator<string> {
    const indent = '\t'.repeat(depth);
    const { deleted = false, onFault } = this.#options;
    const cursor = new BTreeCursor(this.#db.pages, tree, { deleted, ...(onFault === undefined ? {} : { onFault }) });
    if (!cursor.first()) {
      yield `${indent}NODES: none `;
      return;
    }
    const ofSpace = tree.kind === 'space';
    yield `${indent}NODES:`;
    yield `${indent}\t${RULE}`;
    yield `${indent}\t${COLUMNS}${ofSpace ? 'Pages' : 'Key value'}`;
    yield `${indent}\t${RULE}`;
    do yield `${indent}\t${nodeLine(cursor, ofSpace ? extentText(cursor.node) : keyText(cursor.node))}`;
    while (cursor.next());
  }
}

/** The report's lines. */
export function dumpNodes(db: Database, options: NodeDumpOptions = {}): Generator<string> {
  return new NodeDump(db, options).lines();
}
