// What the verification of a new database says of it and of the one it was made from.
import { JetError } from '../errors/jet-error.ts';
import type { Database } from '../ese/database.ts';
import type { Finding } from '../ese/finding.ts';
import { checkDatabase } from './check.ts';
import type { CopyVerdict } from './verify-copy.ts';

/** Findings about content: a salvaged database may still have them. All others would mean that it was built wrong. */
const CONTENT_RULES = /^(lv|record|value|index|objids)\./;

/** Which files it is about, and whom to tell. */
export interface CopyTrial {
  /** The original. */
  readonly path: string;
  /** The new database. */
  readonly temp: string;
  readonly salvage: boolean;
  readonly say: (finding: Finding) => void;
}

/** Findings of the new database name its own pages: those of the original are told instead. Gives the decisive one. */
function reportOriginal(db: Database, say: (finding: Finding) => void): Finding | undefined {
  let first: Finding | undefined;
  checkDatabase(db, {
    onFinding: (finding) => {
      if (finding.severity === 'info') return;
      if (finding.severity === 'error' && CONTENT_RULES.test(finding.rule)) first ??= finding;
      say(finding);
    },
  });
  return first;
}

/**
 * What is wrong with the new database is either inherited, and then the original `db` has it too, or our own fault.
 * @throws JetError for both, but for what a salvage may inherit.
 */
export function judgeCopy({ findings, differing }: CopyVerdict, db: Database, trial: CopyTrial): void {
  const { path, temp, salvage, say } = trial;
  const errors = findings.filter(({ severity }) => severity === 'error');
  const inherited = differing.length === 0 && errors.every(({ rule }) => CONTENT_RULES.test(rule));
  if (inherited && salvage) {
    // Their pages are those of the new database.
    for (const finding of errors) say({ ...finding, at: {} });
    return;
  }
  if (errors.length === 0 && differing.length === 0) return;
  const first = inherited ? reportOriginal(db, say) : undefined;
  if (first !== undefined) {
    const symbol = first.jet?.symbol ?? 'JET_errDatabaseCorrupted';
    throw new JetError(symbol, `${path}: the database is damaged: ${first.message}`, { file: path });
  }
  const why = errors[0]?.message ?? `object ${differing[0]} does not hold what was written`;
  const message = `${temp}: the new database does not pass its verification: ${why}`;
  throw new JetError('JET_errReadVerifyFailure', message, { file: temp });
}
