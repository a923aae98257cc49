// Is a database that was just built what it should be? The whole check, and beyond it every node of every tree against
// the fingerprints that were taken when they were written.
import { NodeDigest } from '../ese/build/node-digest.ts';
import { Database } from '../ese/database.ts';
import type { Finding } from '../ese/finding.ts';
import type { ByteSource } from '../ese/io/byte-source.ts';
import { NodeView } from '../ese/page/node.ts';
import { PageFlag } from '../ese/page/page-flags.ts';
import { Page } from '../ese/page/page.ts';
import { pageOffset } from '../ese/page/page-reader.ts';
import { checkDatabase } from './check.ts';

/** Outcome of a verification. */
export interface CopyVerdict {
  /** Everything the check found. */
  readonly findings: readonly Finding[];
  /** Object ids whose nodes are not those that were written. */
  readonly differing: readonly number[];
}

const CHUNK = 1 << 20;
const KEY_SIZE_MOST = 0x4000;
/** Findings kept: a sound copy has none. */
const FINDINGS_MOST = 1000;

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

const EMPTY = new NodeDigest();

/** Verifies the database in `source`. `onProgress`: pages done of pages to do. */
export function verifyCopy(
  source: ByteSource,
  expected: ReadonlyMap<number, NodeDigest>,
  onProgress: (done: number, total: number) => void,
): CopyVerdict {
  const db = new Database(source);
  const total = 2 * db.pages.pgnoLast;
  const findings: Finding[] = [];
  checkDatabase(db, {
    onFinding: (finding) => {
      if (findings.length < FINDINGS_MOST) findings.push(finding);
    },
    onProgress: (done) => {
      onProgress(done, total);
    },
  });
  let done = db.pages.pgnoLast;
  const actual = digestTrees(db, (count) => {
    onProgress((done += count), total);
  });
  const differing = [...new Set([...expected.keys(), ...actual.keys()])].filter(
    (objid) => !(expected.get(objid) ?? EMPTY).equals(actual.get(objid) ?? EMPTY),
  );
  return { findings, differing };
}
