// Every node of every tree of a new database, from its leaf pages in file order, so that it can be held against what was
// meant to be written.
import { NodeDigest } from '../ese/build/node-digest.ts';
import type { Database } from '../ese/database.ts';
import { NodeView } from '../ese/page/node.ts';
import { PageFlag } from '../ese/page/page-flags.ts';
import { Page } from '../ese/page/page.ts';
import { pageOffset } from '../ese/page/page-reader.ts';

const CHUNK = 1 << 20;
const KEY_SIZE_MOST = 0x4000;

/** Fingerprints of all trees of a database, by object id, from its leaf pages in file order. */
export function digestTrees(db: Database, onPages: (count: number) => void): Map<number, NodeDigest> {
  const { format, pgnoLast } = db.pages;
  const perChunk = Math.max(1, Math.floor(CHUNK / format.pageSize));
  const digests = new Map<number, NodeDigest>();
  const node = new NodeView();
  const key = new Uint8Array(KEY_SIZE_MOST);
  const buffer = new Uint8Array(perChunk * format.pageSize);
  const pages = Array.from({ length: perChunk }, (_, i) =>
    buffer.subarray(i * format.pageSize, (i + 1) * format.pageSize),
  );
  for (let first = 1; first <= pgnoLast; first += perChunk) {
    const count = Math.min(perChunk, pgnoLast - first + 1);
    db.source.read(pageOffset(first, format.pageSize), buffer.subarray(0, count * format.pageSize));
    for (let i = 0; i < count; i++) digestPage(new Page(pages[i]!, format, first + i), node, key, digests);
    onPages(count);
  }
  return digests;
}

function digestPage(page: Page, node: NodeView, key: Uint8Array, digests: Map<number, NodeDigest>): void {
  if (!page.isLeaf || (page.fFlags & (PageFlag.SpaceTree | PageFlag.Empty)) !== 0) return;
  const { lineCount, objidFDP } = page;
  if (lineCount === 0) return;
  let digest = digests.get(objidFDP);
  if (digest === undefined) digests.set(objidFDP, (digest = new NodeDigest()));
  for (let line = 0; line < lineCount; line++) {
    if (!node.load(page, line) || node.isDeleted) continue;
    digest.add(key, node.copyKey(key), node.bytes, node.dataStart, node.dataLength);
  }
}
