// `esekit FILE` (and `npm start -- FILE`): what this file is, how it is, what that means, and what to do next.
import { Database } from '../../ese/database.ts';
import { DbState, dbStateName } from '../../ese/header/db-state.ts';
import { identifyFile } from '../../ese/header/identify.ts';
import { FileSource } from '../../ese/io/file-source.ts';
import { nextStep, quotePath } from '../../eseutil/next-step.ts';
import type { CommandIo } from '../command-io.ts';
import { ExitStatus } from '../exit-status.ts';
import { countsText, summarize } from '../findings-text.ts';
import { formatBytes } from '../table-text.ts';
import { runFullCheck, type CheckOutcome } from './check.ts';
import { runInfo } from './info.ts';

/** Findings looked at for the summary; the counts are of all. */
const KEPT_MOST = 20_000;

function healthLine({ result }: CheckOutcome, dirty: boolean): string {
  const { counts, pages } = result;
  const checked = `${pages.checked} pages checked`;
  if (result.ok)
    return `SOUND. All ${pages.checked} pages, every record, long value and index entry were checked: ${countsText(counts)}.`;
  if (dirty) {
    // The one warning is its state.
    if (counts.error === 0 && counts.warning === 1) return `NOT SHUT DOWN CLEANLY, but sound as it stands: ${checked}.`;
    return `NOT SHUT DOWN CLEANLY, and as it stands it contradicts itself: ${countsText(counts)}; ${checked}, ${pages.bad} of them bad. Replaying its logs may put much of this right.`;
  }
  if (counts.error === 0) return `BLEMISHED: ${countsText(counts)}; ${checked}. No data is lost.`;
  return `DAMAGED: ${countsText(counts)}; ${checked}, ${pages.bad} of them bad.`;
}

function damagedAdvice(path: string): string {
  const file = quotePath(path);
  return (
    'Copy the file away as it is before anything else, and stop what may have damaged it (virus scanners must not\n' +
    '      touch database folders). A backup with its logs loses the least. Without one:\n' +
    `      esekit repair ${file} --dry-run    what repair would keep and lose; writes nothing\n` +
    `      esekit repair ${file} --keep       repairs, and keeps the damaged original\n` +
    `      esekit export ${file} --out DIR    takes out what can be read\n`
  );
}

/** Runs the verb; returns the exit status. @throws JetError when the file cannot be read or is no ESE file. */
export function runVerdict(path: string, io: CommandIo): number {
  const source = new FileSource(path);
  const file = identifyFile(source);
  if (file.kind !== 'database') {
    source.close();
    return runInfo(path, {}, io);
  }
  const { header, format } = file.found;
  const db = new Database(source);
  const outcome = runFullCheck(db, KEPT_MOST);
  const dirty = header.dbstate !== DbState.CleanShutdown;
  io.out(`${path}\n`);
  io.out(
    `  ESE database, revision 0x${header.ulVersion.toString(16)},${header.ulDaeUpdateMajor}, ${db.tables.length} tables, ${outcome.result.pages.total} pages of ${format.pageSize} bytes (${formatBytes(source.size)})\n`,
  );
  io.out(`  ${dbStateName(header.dbstate)}\n\n`);
  io.out(`${healthLine(outcome, dirty)}\n`);
  if (outcome.findings.length > 0) io.out(`\n${summarize(outcome.findings)}`);
  const next = nextStep(path, file.found, true);
  io.out('\nNext: ');
  if (outcome.result.counts.error > 0 && !dirty) io.out(damagedAdvice(path));
  else io.out(`${next.advice}\n${next.command === undefined ? '' : `      ${next.command}\n`}`);
  db.close();
  return outcome.result.ok ? ExitStatus.Clean : ExitStatus.Damage;
}
