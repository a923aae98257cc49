// `esekit info FILE`: the header in plain words: what kind of file, in what state, and what to do next.
import { dbStateName } from '../../ese/header/db-state.ts';
import { DB_VERSION } from '../../ese/header/db-header.ts';
import { identifyFile, type IdentifiedFile } from '../../ese/header/identify.ts';
import { formatLgpos } from '../../ese/header/lgpos.ts';
import { logtimeToIso, type Logtime } from '../../ese/header/logtime.ts';
import type { FoundHeader, HeaderCopy } from '../../ese/header/read-db-header.ts';
import type { Signature } from '../../ese/header/signature.ts';
import { FileSource } from '../../ese/io/file-source.ts';
import type { AttachInfo } from '../../ese/log/log-header.ts';
import { FLUSH_MAP_CLEAN } from '../../ese/log/flush-map-header.ts';
import { HEADER_PAGES } from '../../ese/page/page-reader.ts';
import { nextStep, type NextStep } from '../../eseutil/next-step.ts';
import type { CommandIo } from '../command-io.ts';
import { ExitStatus } from '../exit-status.ts';
import { formatBytes, textFields } from '../table-text.ts';

/** What `info --json` prints. */
interface Info {
  readonly kind: IdentifiedFile['kind'];
  readonly path: string;
  readonly size: number;
  readonly state?: string;
  readonly revision?: string;
  readonly pageSize?: number;
  readonly pages?: number;
  readonly logsRequired?: { readonly first: number; readonly last: number } | null;
  readonly next: string;
  readonly [more: string]: unknown;
}

const KIND_NAMES: Readonly<Record<IdentifiedFile['kind'], string>> = {
  database: 'ESE database',
  'temp-database': 'temporary ESE database',
  'streaming-file': 'streaming file (.stm) of an Exchange store',
  log: 'transaction log',
  checkpoint: 'checkpoint file',
  'flush-map': 'flush map',
};

/** Which Windows and Exchange first wrote a revision. */
function revisionEra(major: number): string {
  if (major >= 20) return major >= 200 ? 'Windows 11' : 'Windows 8 to 11, Exchange 2013 and later';
  if (major >= 0x11) return 'Windows 7, Exchange 2010';
  if (major >= 0x0c) return 'Windows Vista, Exchange 2007';
  if (major >= 0x0b) return 'Exchange 2003 SP1';
  if (major >= 9) return 'Windows 2000 to 2003, Exchange 2000 and 2003';
  return 'Exchange 5.5';
}

const time = (logtime: Logtime): string | undefined => logtimeToIso(logtime);

function signatureText(signature: Signature): string {
  const created = time(signature.create);
  return `${signature.random}${created === undefined ? '' : `, created ${created}`}`;
}

function copyText(name: string, copy: HeaderCopy): string {
  const words: Readonly<Record<HeaderCopy['state'], string>> = {
    good: 'sound',
    'bad-checksum': 'DAMAGED (checksum)',
    differs: 'sound, but differs from the primary',
    missing: 'missing',
  };
  return `${name} ${words[copy.state]}`;
}

function databaseInfo(
  kind: IdentifiedFile['kind'],
  source: FileSource,
  found: FoundHeader,
): { info: Info; text: string; next: NextStep } {
  const { header, format } = found;
  const pages = Math.max(0, Math.floor(source.size / format.pageSize) - HEADER_PAGES);
  const revision = `0x${header.ulVersion.toString(16)},${header.ulDaeUpdateMajor},${header.ulDaeUpdateMinor}`;
  const state = dbStateName(header.dbstate);
  const needed = header.lGenMaxRequired > 0 ? { first: header.lGenMinRequired, last: header.lGenMaxRequired } : null;
  const temp = kind === 'temp-database' || header.dbstate === 1;
  const next = temp
    ? { advice: 'A temporary database is made anew at every start and can be deleted when no program has it open.' }
    : nextStep(source.name, found, false);
  const info: Info = {
    kind,
    path: source.name,
    size: source.size,
    state,
    revision,
    pageSize: format.pageSize,
    pages,
    logsRequired: needed,
    header: { used: found.used, primary: found.primary.state, shadow: found.shadow.state },
    dbtime: Number(header.dbtimeDirtied),
    objidLast: header.objidLast,
    signDb: header.signDb.random,
    signLog: header.signLog.random,
    repairCount: header.ulRepairCount,
    next: next.command === undefined ? next.advice : `${next.advice} Run: ${next.command}`,
  };
  const era = header.ulVersion === DB_VERSION ? ` (${revisionEra(header.ulDaeUpdateMajor)})` : '';
  const text = textFields([
    ['State', state],
    [
      'Logs required',
      needed === null ? 'none' : needed.first === needed.last ? `${needed.first}` : `${needed.first}-${needed.last}`,
    ],
    ['Revision', `${revision}${era}`],
    ['Created as', `0x${header.ulCreateVersion.toString(16)},${header.ulCreateUpdate}`],
    ['Page size', `${format.pageSize} bytes`],
    ['Size', `${pages} pages, ${formatBytes(source.size)}`],
    ['Header', `${copyText('primary', found.primary)}, ${copyText('shadow', found.shadow)}`],
    ['Last attached', time(header.logtimeAttach)],
    ['Last consistent', time(header.logtimeConsistent)],
    ['Last detached', time(header.logtimeDetach)],
    ['Last full backup', time(header.bkinfoFullPrev.logtimeMark)],
    [
      'Repaired',
      header.ulRepairCount + header.ulRepairCountOld === 0
        ? undefined
        : `${header.ulRepairCount + header.ulRepairCountOld} times${time(header.logtimeRepair) === undefined ? '' : `, last ${time(header.logtimeRepair)!}`}`,
    ],
    [
      'Bad checksums seen',
      header.ulBadChecksum === 0
        ? undefined
        : `${header.ulBadChecksum}${time(header.logtimeBadChecksum) === undefined ? '' : `, last ${time(header.logtimeBadChecksum)!}`}`,
    ],
    ['Single-bit errors seen', header.ulECCFixSuccess === 0 ? undefined : `${header.ulECCFixSuccess}`],
    ['Database signature', signatureText(header.signDb)],
    ['Log signature', signatureText(header.signLog)],
  ]);
  return { info, text, next };
}

const attachedPaths = (attached: readonly AttachInfo[]): string =>
  attached.length === 0 ? 'none' : attached.map((a) => a.path).join(', ');

function logInfo(
  source: FileSource,
  file: IdentifiedFile & { kind: 'log' },
): { info: Info; text: string; next: NextStep } {
  const { header } = file;
  const state = file.sound ? 'header sound' : 'header DAMAGED (checksum)';
  const version = `${header.ulMajor}.${header.ulMinor}.${header.ulUpdateMajor}.${header.ulUpdateMinor}`;
  const next = {
    advice: file.sound
      ? 'Keep it with its database: logs are what brings a dirty database back.'
      : 'Recovery stops at a log with a damaged header: look for another copy of it.',
  };
  const info: Info = {
    kind: 'log',
    path: source.name,
    size: source.size,
    state,
    revision: version,
    generation: header.lGeneration,
    signLog: header.signLog.random,
    attached: file.attached.map((a) => ({ dbid: a.dbid, path: a.path })),
    next: next.advice,
  };
  const text = textFields([
    ['State', state],
    ['Generation', `${header.lGeneration} (0x${header.lGeneration.toString(16).toUpperCase()})`],
    ['Version', version],
    ['Sectors', `${header.csecLGFile} of ${header.cbSec} bytes`],
    ['Created', time(header.tmCreate)],
    ['Previous created', time(header.tmPrevGen)],
    ['Databases', attachedPaths(file.attached)],
    ['Log signature', signatureText(header.signLog)],
  ]);
  return { info, text, next };
}

function checkpointInfo(
  source: FileSource,
  file: IdentifiedFile & { kind: 'checkpoint' },
): { info: Info; text: string; next: NextStep } {
  const { checkpoint } = file;
  const state = {
    primary: 'sound',
    shadow: 'primary copy DAMAGED, shadow copy sound',
    none: 'both copies DAMAGED (checksum)',
  }[file.used];
  const next = {
    advice:
      file.used === 'none'
        ? 'Recovery does without it: it then begins at the oldest log.'
        : 'Recovery begins at this position.',
  };
  const info: Info = {
    kind: 'checkpoint',
    path: source.name,
    size: source.size,
    state,
    checkpoint: formatLgpos(checkpoint.lgposCheckpoint),
    generation: checkpoint.lgposCheckpoint.lGeneration,
    signLog: checkpoint.signLog.random,
    attached: file.attached.map((a) => ({ dbid: a.dbid, path: a.path })),
    next: next.advice,
  };
  const text = textFields([
    ['State', state],
    ['Checkpoint', `${formatLgpos(checkpoint.lgposCheckpoint)}: generation ${checkpoint.lgposCheckpoint.lGeneration}`],
    ['Databases', attachedPaths(file.attached)],
    ['Last full backup', time(checkpoint.logtimeFullBackup)],
    ['Log signature', signatureText(checkpoint.signLog)],
  ]);
  return { info, text, next };
}

function flushMapInfo(
  source: FileSource,
  file: IdentifiedFile & { kind: 'flush-map' },
): { info: Info; text: string; next: NextStep } {
  const { header } = file;
  const clean = (header.fFlags & FLUSH_MAP_CLEAN) !== 0;
  const state = `${file.sound ? 'header sound' : 'header DAMAGED (checksum)'}, closed ${clean ? 'properly' : 'while in use'}`;
  const next = { advice: 'It helps the engine to notice lost writes and is made anew when missing.' };
  const info: Info = { kind: 'flush-map', path: source.name, size: source.size, state, clean, next: next.advice };
  const text = textFields([
    ['State', state],
    ['Version', `${header.ulFmVersionMajor},${header.ulFmVersionUpdateMajor},${header.ulFmVersionUpdateMinor}`],
    ['Created', time(header.logtimeCreate)],
    ['Last attached', time(header.logtimeAttach)],
    ['Last detached', time(header.logtimeDetach)],
  ]);
  return { info, text, next };
}

function describe(source: FileSource, file: IdentifiedFile): { info: Info; text: string; next: NextStep } {
  switch (file.kind) {
    case 'log':
      return logInfo(source, file);
    case 'checkpoint':
      return checkpointInfo(source, file);
    case 'flush-map':
      return flushMapInfo(source, file);
    default:
      return databaseInfo(file.kind, source, file.found);
  }
}

/** True when the header itself is damaged or says that something is wrong. */
function hasFinding(file: IdentifiedFile): boolean {
  switch (file.kind) {
    case 'log':
    case 'flush-map':
      return !file.sound;
    case 'checkpoint':
      return file.used !== 'primary';
    default:
      return (
        file.found.primary.state !== 'good' || file.found.shadow.state === 'bad-checksum' || file.found.used === 'none'
      );
  }
}

/** Runs the verb; returns the exit status. @throws JetError when the file cannot be read or is no ESE file. */
export function runInfo(path: string, options: { readonly json?: boolean }, io: CommandIo): number {
  const source = new FileSource(path);
  const file = identifyFile(source);
  const { info, text, next } = describe(source, file);
  if (options.json === true) {
    io.out(JSON.stringify(info, null, 2) + '\n');
  } else {
    io.out(`${path}: ${KIND_NAMES[file.kind]}\n\n${text}\nNext: ${next.advice}\n`);
    if (next.command !== undefined) io.out(`      ${next.command}\n`);
  }
  source.close();
  return hasFinding(file) ? ExitStatus.Damage : ExitStatus.Clean;
}
