// `esekit diagnose PATH...`: all evidence together. The first line says what is wrong, the second what to run next.
import { existsSync, writeFileSync } from 'node:fs';
import { diagnose } from '../../diagnose/diagnose.ts';
import { gatherEvidence } from '../../diagnose/gather/gather.ts';
import type { ReadFile } from '../../diagnose/gather/read-file-evidence.ts';
import { THIS_HOST } from '../../diagnose/host/host-view.ts';
import { diagnosisHtml } from '../../diagnose/report-html.ts';
import { diagnosisText } from '../../diagnose/report-text.ts';
import { plainText } from '../../eseutil/plain-text.ts';
import type { CommandIo } from '../command-io.ts';
import { ExitStatus } from '../exit-status.ts';

/** Options of the verb. */
export interface DiagnoseOptions {
  readonly json?: boolean;
  /** Where to write the report. */
  readonly html?: string;
  /** Check databases of any size. */
  readonly full?: boolean;
  /** Look at this machine, too: open files, scanners, free space. */
  readonly host?: boolean;
}

const LISTED_MOST = 20;

/** Files that could not be used, and how many of each kind were read. */
function readText(read: readonly ReadFile[], more: boolean): string {
  const kinds = new Map<string, number>();
  for (const { kind } of read) kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
  const counts = [...kinds].map(([kind, count]) => `${count} ${kind}`).join(', ');
  const notes = read.filter(({ note }) => note !== undefined).slice(0, LISTED_MOST);
  const lines = notes.map(({ path, note }) => `  ${plainText(path)}: ${plainText(note!)}\n`);
  return `\nRead: ${counts}${more ? '; there are more files than are looked at' : ''}\n${lines.join('')}`;
}

/** Runs the verb; returns the exit status. */
export function runDiagnose(paths: readonly string[], options: DiagnoseOptions, io: CommandIo): number {
  const absent = paths.find((path) => !existsSync(path));
  if (absent !== undefined) {
    io.err(`diagnose: ${plainText(absent)}: there is no such file or folder\n`);
    return ExitStatus.Failed;
  }
  const { set, read, more } = gatherEvidence(paths, {
    ...(options.full === true && { full: true }),
    ...(options.host !== false && { host: THIS_HOST }),
  });
  const diagnosis = diagnose(set);
  if (options.html !== undefined) writeFileSync(options.html, diagnosisHtml(diagnosis, read));
  if (options.json === true) io.out(`${JSON.stringify({ ...diagnosis, read }, null, 2)}\n`);
  else io.out(diagnosisText(diagnosis) + readText(read, more));
  if (read.length > 0 && read.every(({ kind }) => kind === 'unreadable')) return ExitStatus.Failed;
  const bad = diagnosis.findings.some(({ severity }) => severity !== 'info') || diagnosis.unexplained.length > 0;
  return bad ? ExitStatus.Damage : ExitStatus.Clean;
}
