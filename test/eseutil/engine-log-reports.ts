// The engine's own reports on logs and checkpoints of the corpus: the truth ours are held against.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { corpus, hasCorpus } from '../corpus.ts';

/** A report of the original, and what makes ours. */
export interface EngineLogReport {
  readonly title: string;
  /** Arguments of eseutil. */
  readonly args: readonly string[];
  readonly report: string;
}

const MADE = 'engine-made';
const REAL = 'real-recovery/belkasoft-win10-srum';

const at = (...parts: string[]): string => corpus([MADE, ...parts].join('/'));
const listed = (folder: string): string[] => (existsSync(folder) ? readdirSync(folder).sort() : []);

function crashReports(name: string): EngineLogReport[] {
  const before = at('crash', name, 'before');
  const report = (file: string): string => at('crash', name, file);
  return [
    { title: `${name} /ml`, args: ['/ml', `${before}/edb`], report: report('ml-before.txt') },
    { title: `${name} /ml /v`, args: ['/ml', `${before}/edb.log`, '/v'], report: report('ml-last-v.txt') },
    { title: `${name} /mk`, args: ['/mk', `${before}/edb.chk`], report: report('mk-before.txt') },
    ...listed(report('ml-verbose')).map((file) => ({
      title: `${name} ${file}`,
      args: ['/ml', `${before}/${basename(file, '.txt')}`, '/v'],
      report: report(`ml-verbose/${file}`),
    })),
  ];
}

function realReports(): EngineLogReport[] {
  const folder = corpus(readFileSync(at(REAL, 'source.txt'), 'utf8').trim());
  return [
    { title: `${REAL} /mk`, args: ['/mk', `${folder}/SRU.chk`], report: at(REAL, 'mk-before.txt') },
    ...listed(at(REAL)).flatMap((file) => {
      const log = /^ml-(.*)\.txt$/.exec(file)?.[1];
      return log === undefined
        ? []
        : [{ title: `${REAL} ${log}`, args: ['/ml', `${folder}/${log}`, '/v'], report: at(REAL, file) }];
    }),
  ];
}

/** All reports that the corpus holds. */
export function engineLogReports(): EngineLogReport[] {
  if (!hasCorpus) return [];
  return [...listed(at('crash')).flatMap(crashReports), ...realReports()];
}

const LOGO = /^Extensible Storage Engine Utilities|^Version 10\.0$|^Copyright|^Licensed|^esekit: utilities/;

/** What may differ: who speaks, folders, times taken, and the sentence (not the number or symbol) of an error. */
export function comparableLogReport(text: string): string[] {
  return text
    .split(/\r?\n/)
    .filter((line) => !LOGO.test(line))
    .map((line) =>
      line
        .replace(
          /^( *(?:Log file|Checkpoint file|Integrity check passed for log file|Missing log files?): ).*[\\/]/,
          '$1',
        )
        .replace(/(with error -?\d+ \(\w+), .*\) after/, '$1, TEXT) after')
        .replace(/\d+\.\d+ seconds\.$/, 'N seconds.'),
    );
}
