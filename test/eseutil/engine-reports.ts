// The engine's own reports: eseutil's output for databases of the corpus. The truth ours is held against.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { corpus, hasCorpus } from '../corpus.ts';

/** A report of the original, and what makes ours. */
export interface EngineReport {
  readonly title: string;
  readonly database: string;
  /** Arguments of eseutil, without the file. */
  readonly mode: string;
  readonly options: readonly string[];
  readonly report: string;
}

/** Modes by the name of the report file. */
const MODES: Readonly<Record<string, readonly [string, ...string[]]>> = {
  mh: ['/mh'],
  mm: ['/mm'],
  ms: ['/ms'],
  msv: ['/ms', '/v'],
  'mn-nodes': ['/mn', '/a'],
  k: ['/k'],
  g: ['/g'],
};

function report(folder: string, name: string, kind: string, database: string): EngineReport[] {
  const file = corpus(`engine-made/${folder}/${name}.txt`);
  const [mode, ...options] = MODES[kind]!;
  return existsSync(file) && existsSync(database)
    ? [{ title: `${folder} ${name}`, database, mode: mode, options, report: file }]
    : [];
}

function folders(of: string): string[] {
  return readdirSync(corpus(`engine-made/${of}`)).map((name) => `${of}/${name}`);
}

function realDatabase(folder: string): string {
  return corpus(readFileSync(corpus(`engine-made/${folder}/source.txt`), 'utf8').trim());
}

/** All reports that the corpus holds, of the kinds that are compared. */
export function engineReports(): EngineReport[] {
  if (!hasCorpus) return [];
  const at = (folder: string, file: string): string => corpus(`engine-made/${folder}/${file}`);
  const kinds = Object.keys(MODES);
  return [
    ...folders('build').flatMap((folder) =>
      kinds.flatMap((kind) => report(folder, kind, kind, at(folder, 'test.edb'))),
    ),
    ...folders('engine-dumps').flatMap((folder) =>
      // These space reports were made with /v.
      kinds.flatMap((kind) => report(folder, kind, kind === 'ms' ? 'msv' : kind, realDatabase(folder))),
    ),
    ...folders('compact').flatMap((folder) =>
      ['mh', 'ms', 'g'].flatMap((kind) => report(folder, `${kind}-new`, kind, at(folder, 'after-eseutil-d.edb'))),
    ),
    ...folders('repair').flatMap((folder) =>
      ['before', 'after'].flatMap((when) =>
        ['mh', 'k', 'g'].flatMap((kind) => report(folder, `${kind}-${when}`, kind, at(folder, `${when}.edb`))),
      ),
    ),
    ...folders('crash').flatMap((folder) =>
      ['before', 'after'].flatMap((when) => report(folder, `mh-${when}`, 'mh', at(folder, `${when}/test.edb`))),
    ),
    ...folders('damaged-logs').flatMap((folder) => report(folder, 'mh-after', 'mh', at(folder, 'after-test.edb'))),
  ];
}

const LOGO = /^Extensible Storage Engine Utilities|^Version 10\.0$|^Copyright|^Licensed/;
/** Lines that only Windows, or only a measurement of single reads, can fill; and sizes on a disk that is not ours. */
const UNKNOWABLE =
  /^ {2,}(Volume Name|File System|Cluster Size|NTFS Attribute|Extents? (Enumerated|Statistics)|Smallest|Largest|Average|Total Size|Histogram|Lengths|Percentile|On-disk Size|Space Saved)|milliseconds for the (slow|fast)est read$/;
/** What the original wrote to its other stream, and another tool mixed in. */
const OTHER_STREAM = /^(ERROR|WARNING): page \d+ checksum/;
const MEASURED = /^\d+ (reads performed|MB read|seconds taken|MB\/second|milliseconds (used|per read))$/;

/**
 * The one place that says what may differ between the original's reports and ours: who speaks, names of files, what
 * only Windows knows, times taken, and the sentence (not the number or symbol) of an error.
 */
export function comparableReport(text: string, names: readonly string[]): string[] {
  const lines = text.split(/\r?\n/);
  const kept = lines.filter(
    (line) => !LOGO.test(line) && !line.startsWith('esekit: ') && !UNKNOWABLE.test(line) && !OTHER_STREAM.test(line),
  );
  return kept.map((line) => withoutNames(withoutMeasures(line), names));
}

function withoutMeasures(line: string): string {
  return line
    .replace(/^( {2}Temp\. Database): .*/, '$1: NAME')
    .replace(MEASURED, 'N $1')
    .replace(/(with error -?\d+ \(\w+), .*\) after/, '$1, TEXT) after')
    .replace(/\d+\.\d+ seconds\.$/, 'N seconds.');
}

function withoutNames(line: string, names: readonly string[]): string {
  // The row of the database begins with its name, cut or filled up to the width of the column.
  const row = / +Db .*/.exec(line);
  if (row !== null && names.some((name) => name.startsWith(line.slice(0, row.index)))) return `FILE ${row[0].trim()}`;
  const place = /^( *(?:Database|File|File Name): )(.*)$/.exec(line);
  return place !== null && names.some((name) => name.startsWith(place[2]!)) ? `${place[1]!}FILE` : line;
}
