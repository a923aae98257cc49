// Is a database that was just built what it should be? The whole check, and beyond it every node of every tree against
// the fingerprints that were taken when they were written.
import { NodeDigest } from '../ese/build/node-digest.ts';
import { Database } from '../ese/database.ts';
import type { Finding } from '../ese/finding.ts';
import type { ByteSource } from '../ese/io/byte-source.ts';
import { checkDatabase } from './check.ts';
import type { DigestThread } from './digest-thread.ts';
import { digestTrees } from './digest-trees.ts';

/** Outcome of a verification. */
export interface CopyVerdict {
  /** Everything the check found. */
  readonly findings: readonly Finding[];
  /** Object ids whose nodes are not those that were written. */
  readonly differing: readonly number[];
}

/** Findings kept: a sound copy has none. */
const FINDINGS_MOST = 1000;
const EMPTY = new NodeDigest();

/**
 * Verifies the database in `source`. `onProgress`: pages done of pages to do. `thread`: one that makes the fingerprints
 * meanwhile.
 */
export function verifyCopy(
  source: ByteSource,
  expected: ReadonlyMap<number, NodeDigest>,
  onProgress: (done: number, total: number) => void,
  thread?: DigestThread,
): CopyVerdict {
  const db = new Database(source);
  const { pgnoLast } = db.pages;
  const total = thread === undefined ? 2 * pgnoLast : pgnoLast;
  const findings: Finding[] = [];
  checkDatabase(db, {
    onFinding: (finding) => {
      if (findings.length < FINDINGS_MOST) findings.push(finding);
    },
    onProgress: (done) => {
      onProgress(done, total);
    },
  });
  let done = pgnoLast;
  const own = (): ReadonlyMap<number, NodeDigest> =>
    digestTrees(db, (count) => {
      onProgress(Math.min((done += count), total), total);
    });
  const actual = thread?.result() ?? own();
  const differing = [...new Set([...expected.keys(), ...actual.keys()])].filter(
    (objid) => !(expected.get(objid) ?? EMPTY).equals(actual.get(objid) ?? EMPTY),
  );
  return { findings, differing };
}
