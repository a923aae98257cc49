// The new database of a repair must pass the whole check, but for what is known to be incomplete.
import { JetError } from '../../errors/jet-error.ts';
import { Database } from '../../ese/database.ts';
import type { Finding } from '../../ese/finding.ts';
import type { ByteSource } from '../../ese/io/byte-source.ts';
import { checkDatabase } from '../check.ts';
import type { RebuildResult } from './rebuild-database.ts';

/** @throws JetError JET_errReadVerifyFailure when the check finds anything but missing entries of incomplete indexes. */
export function verifyRepair(
  repaired: ByteSource,
  { tables }: RebuildResult,
  path: string,
  onProgress: (done: number, total: number) => void,
): void {
  const incomplete = new Set(
    tables.flatMap(({ table, indexesIncomplete }) => indexesIncomplete.map(({ index }) => `${table}/${index}`)),
  );
  let problem: Finding | undefined;
  checkDatabase(new Database(repaired), {
    onFinding: (finding) => {
      const { table, index } = finding.at;
      const known = index !== undefined && incomplete.has(`${table ?? ''}/${index}`);
      if (finding.severity !== 'info' && !known) problem ??= finding;
    },
    onProgress,
  });
  if (problem === undefined) return;
  const message = `${path}: the repaired copy does not pass its verification: ${problem.message}. The original is untouched`;
  throw new JetError('JET_errReadVerifyFailure', message, { file: path });
}
