// Dump text of the records about the log stream itself: start, end, recovery, backups, checksums (logapi.cxx, LrToSz).
import { parseBackupInfo } from '../ese/header/signature.ts';
import { u16, u32 } from '../binary/little-endian.ts';
import { DBMS_PARAM_SIZE, parseDbmsParam } from '../ese/log/dbms-param.ts';
import { offsetOf, recordType } from '../ese/log/record-table.ts';
import {
  ansiText,
  lgposText,
  recordTime,
  wideText,
  type LogRecordDescriber,
  type LogRecordDescribers,
} from './describe-log-record-values.ts';
import { environmentLines } from './environment-lines.ts';
import { logRecordLabel } from './describe-log-record-labels.ts';
import { plainText } from './plain-text.ts';

const SETTINGS = offsetOf('Init', 'dbms_param');
const INDENT = ' '.repeat(6);

function settings(bytes: Uint8Array, at: number): string {
  const param = parseDbmsParam(bytes.subarray(at, at + DBMS_PARAM_SIZE), 0);
  const paths = [
    `${INDENT}Env SystemPath:${plainText(param.systemPath)}`,
    `${INDENT}Env LogFilePath:${plainText(param.logFilePath)}`,
  ];
  return ['', ...paths, ...environmentLines(param), ''].join('\n');
}

const INIT_TIME = offsetOf('Init2', 'logtime');
const init: LogRecordDescriber = (bytes, at) => settings(bytes, at + SETTINGS);
const init2: LogRecordDescriber = (bytes, at) =>
  ` (${recordTime(bytes, at + INIT_TIME)})${settings(bytes, at + SETTINGS)}`;

const TERM_TIME = offsetOf('Term2', 'logtime');
const term2: LogRecordDescriber = (bytes, at) => ` (${recordTime(bytes, at + TERM_TIME)})`;

const UNDO_TIME = offsetOf('RecoveryUndo2', 'logtime');
const recoveryUndo2: LogRecordDescriber = (bytes, at) => ` (${recordTime(bytes, at + UNDO_TIME)})`;

const QUIT = {
  lgpos: offsetOf('RecoveryQuit', 'lgpos'),
  lgposRedoFrom: offsetOf('RecoveryQuit', 'lgposRedoFrom'),
  fHard: offsetOf('RecoveryQuit', 'fHard'),
};

const recoveryQuit: LogRecordDescriber = (bytes, at) => {
  const kind = bytes[at + QUIT.fHard] === 0 ? 'Soft' : 'Hard';
  const lines = [
    '',
    `${INDENT}Quit on ${kind} Restore.`,
    `${INDENT}RedoFrom:${lgposText(bytes, at + QUIT.lgposRedoFrom)}`,
    `${INDENT}UndoRecordFrom:${lgposText(bytes, at + QUIT.lgpos)}`,
    '',
  ];
  return lines.join('\n');
};

const recoveryQuit2: LogRecordDescriber = (bytes, at, end, context) =>
  `${term2(bytes, at, end, context)}${recoveryQuit(bytes, at, end, context)}`;

/** A path that is filled up on the left to the length it has in the record; nothing for an empty one. */
function pathText(bytes: Uint8Array, at: number, end: number, cb: number, before: string): string {
  return cb === 0 ? '' : before + ansiText(bytes, at, end).padStart(cb);
}

const RESTORE = { cbPath: offsetOf('FullBackup', 'cbPath'), tail: recordType('FullBackup').size };
const oldBackup: LogRecordDescriber = (bytes, at, end) =>
  pathText(bytes, at + RESTORE.tail, end, u16(bytes, at + RESTORE.cbPath), '');

const BACKUP = {
  type: offsetOf('Backup', 'fBackupType'),
  cbPath: offsetOf('Backup', 'cbPath'),
  tail: recordType('Backup').size,
};
const BACKUP_KINDS = [
  'FullBackup',
  'IncrementalBackup',
  'StartSnapshot',
  'StopSnapshot',
  'TruncateLogs',
  'OSSnapshot',
  'OSIncrementalSnapshot',
];
const UNKNOWN = '*Unknown*';

const backup: LogRecordDescriber = (bytes, at, end) => {
  const kind = BACKUP_KINDS[bytes[at + BACKUP.type]!] ?? UNKNOWN;
  return ` ${kind}${pathText(bytes, at + BACKUP.tail, end, u16(bytes, at + BACKUP.cbPath), ' ')}`;
};

const BACKUP2 = {
  phase: offsetOf('Backup2', 'eBackupPhase'),
  type: offsetOf('Backup2', 'eBackupType'),
  scope: offsetOf('Backup2', 'eBackupScope'),
  dbid: offsetOf('Backup2', 'dbid'),
  details: offsetOf('Backup2', 'phaseDetails'),
  cbPath: offsetOf('Backup2', 'cbPath'),
  tail: recordType('Backup2').size,
};
const PHASES = ['', 'Begin', 'PrepLogs', 'Truncate', 'Update', 'Torpedos Away!', 'Stop'];
const TYPES: Readonly<Record<number, string>> = { 0: 'External', 1: 'OSSnapshot', 3: 'Surrogate' };
const SCOPES: Readonly<Record<number, string>> = { 1: 'Full', 2: 'Incremental', 5: 'Copy', 6: 'Differential' };

const backup2: LogRecordDescriber = (bytes, at, end) => {
  const phase = PHASES[bytes[at + BACKUP2.phase]!] ?? UNKNOWN;
  const type = TYPES[u32(bytes, at + BACKUP2.type)] ?? UNKNOWN;
  const scope = SCOPES[bytes[at + BACKUP2.scope]!] ?? UNKNOWN;
  const details = at + BACKUP2.details;
  const { genLow, genHigh } = parseBackupInfo(bytes, details);
  const mark = `${lgposText(bytes, details)},(${recordTime(bytes, details + 8)}),(${genLow | 0},${genHigh | 0})`;
  const path = pathText(bytes, at + BACKUP2.tail, end, u16(bytes, at + BACKUP2.cbPath), ' ');
  return ` ${phase}( ${type}:${scope}, dbid=${bytes[at + BACKUP2.dbid]!}, phaseDetails[${mark}] )${path}`;
};

const SHORT_SUM_ON = 0x9a;
const SHORT_SUM_OFF = 0xd1;
const CHECKSUM = ['cbBackwards', 'cbForwards', 'cbNext', 'ulChecksum', 'ulShortChecksum'].map((field) =>
  offsetOf('Checksum', field),
);
const CHECKSUM_KIND = offsetOf('Checksum', 'bUseShortChecksum');

const checksum: LogRecordDescriber = (bytes, at) => {
  const numbers = CHECKSUM.map(
    (offset) =>
      `0x${u32(bytes, at + offset)
        .toString(16)
        .toUpperCase()}`,
  );
  const [backwards, forwards, next, sum, shortSum] = numbers as [string, string, string, string, string];
  const kind = bytes[at + CHECKSUM_KIND]!;
  const ranges = `${backwards},${forwards},${next}`;
  if (kind === SHORT_SUM_ON) return ` (${ranges} checksum [${sum},${shortSum}])`;
  if (kind === SHORT_SUM_OFF) return ` (${ranges} checksum [${sum}])`;
  const use = `use short checksum 0x${kind.toString(16).toUpperCase()}`;
  return ` CORRUPT (${ranges} checksum ${sum} short checksum ${shortSum} ${use})`;
};

const MS = {
  isec: offsetOf('MS', 'isecForwardLink'),
  ib: offsetOf('MS', 'ibForwardLink'),
  sum: offsetOf('MS', 'ulCheckSum'),
};

const multiSector: LogRecordDescriber = (bytes, at) => {
  const hex = (offset: number): string =>
    u16(bytes, at + offset)
      .toString(16)
      .toUpperCase();
  return ` (${hex(MS.isec)},${hex(MS.ib)} checksum ${u32(bytes, at + MS.sum)})`;
};

const EXT_TAIL = recordType('ExtRestore').size;

const extRestore: LogRecordDescriber = (bytes, at, end) => {
  const from = at + EXT_TAIL;
  const nul = bytes.indexOf(0, from);
  const second = nul < 0 || nul >= end ? end : nul + 1;
  return ` (${ansiText(bytes, from, end)},${ansiText(bytes, second, end)})`;
};

const extRestore2: LogRecordDescriber = (bytes, at, end) => {
  let second = at + EXT_TAIL;
  while (second + 1 < end && u16(bytes, second) !== 0) second += 2;
  return ` (${wideText(bytes, at + EXT_TAIL, end)},${wideText(bytes, second + 2, end)})`;
};

const FRAGMENT = {
  total: offsetOf('FragmentBegin', 'cbTotalLRSize'),
  size: offsetOf('FragmentBegin', 'cbFragmentSize'),
  tail: recordType('FragmentBegin').size,
  furtherSize: offsetOf('Fragment', 'cbFragmentSize'),
};

const fragmentBegin: LogRecordDescriber = (bytes, at, end) => {
  const label = at + FRAGMENT.tail < end ? logRecordLabel(bytes[at + FRAGMENT.tail]!) : UNKNOWN;
  const sizes = `Total ${u32(bytes, at + FRAGMENT.total)} bytes, current ${u16(bytes, at + FRAGMENT.size)} bytes`;
  return ` (${sizes}, lrtyp ${label})`;
};

const fragment: LogRecordDescriber = (bytes, at) => ` (${u16(bytes, at + FRAGMENT.furtherSize)} bytes)`;

/** The describers of this family, by the name of the record type. */
export const STREAM_RECORDS: LogRecordDescribers = {
  Init: init,
  Init2: init2,
  Term2: term2,
  RecoveryUndo2: recoveryUndo2,
  RecoveryQuit: recoveryQuit,
  RecoveryQuit2: recoveryQuit2,
  RecoveryQuitKeepAttachments: recoveryQuit2,
  FullBackup: oldBackup,
  IncBackup: oldBackup,
  Backup: backup,
  Backup2: backup2,
  Checksum: checksum,
  MS: multiSector,
  ExtRestore: extRestore,
  ExtRestore2: extRestore2,
  FragmentBegin: fragmentBegin,
  Fragment: fragment,
};
