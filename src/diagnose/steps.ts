// Steps that many fixes share, in the order in which they are taken (see PHASES). Commands name this toolkit's verbs where
// it has them, and the Windows tools where it has not.
import type { FixStep } from './rule.ts';

/** File-level scanners must leave database folders alone. */
export const EXCLUDE_FROM_SCANNERS: FixStep = {
  phase: 'protect',
  text: 'Exclude the folders of databases, streaming files, logs, checkpoint and mail queues (and drive M: of Exchange 2000) from file-level virus scanners, indexers and backup agents, and stop a scan that is running: mail is scanned through the store, not through its files.',
  risk: 'safe',
  takes: 'minutes',
};

export const DISMOUNT: FixStep = {
  phase: 'dismount',
  text: 'Dismount the store of {database} (Exchange System Manager; Dismount-Database from 2007 on; up to 5.5 stop the Information Store service). Nothing below works on a file that is in use.',
  only: 'mail',
  risk: 'offline',
  takes: 'minutes',
};

export const STOP_SERVICE: FixStep = {
  phase: 'dismount',
  text: 'Stop the service that uses {database}.',
  only: 'other',
  risk: 'offline',
  takes: 'minutes',
};

export const COPY_AWAY: FixStep = {
  phase: 'copy',
  text: 'Copy database, streaming file, logs and checkpoint away as they are, before anything changes them.',
  command: 'esekit copy {path} {copy}',
  risk: 'read-only',
  needsDismount: true,
  takes: 'minutes',
};

export const LOOK_AT_HEADER: FixStep = {
  phase: 'look',
  text: 'Look at the state of the database and the logs it needs; nothing is written.',
  command: 'esekit info {path}',
  risk: 'read-only',
  takes: 'seconds',
  doneBy: 'clean,not-clean',
};

export const CHECK: FixStep = {
  phase: 'look',
  text: 'Check every page, record and index; nothing is written.',
  command: 'esekit check {path}',
  risk: 'read-only',
  needsDismount: true,
  takes: 'minutes',
  doneBy: 'checked',
};

export const LOOK_AT_LOGS: FixStep = {
  phase: 'look',
  text: 'Look at which log is sound and which generation it is.',
  command: 'esekit info {log}',
  risk: 'read-only',
  takes: 'seconds',
};

export const LOOK_FOR_HARDWARE: FixStep = {
  phase: 'cause',
  text: 'Look for what changed the pages: disk, controller and file system events in the System log, firmware and drivers, write caches without battery, a memory test. Damage comes back until that is found.',
  risk: 'safe',
  takes: 'hours',
};

export const BRING_LOGS: FixStep = {
  phase: 'recover',
  text: 'Put the missing logs ({missing}) back beside the database: from backup, the quarantine of a virus scanner, other volumes. Delete no log and rename none before their generations are known.',
  risk: 'safe',
  takes: 'minutes',
  doneBy: 'logs-present',
};

export const REPLAY: FixStep = {
  phase: 'recover',
  text: 'Have the logs replayed (soft recovery, eseutil /r). Mounting does the same.',
  command: 'esekit recover {folder} --base {base}',
  risk: 'offline',
  needsDismount: true,
  takes: 'minutes',
};

export const RESTORE: FixStep = {
  phase: 'restore',
  text: 'If a good backup exists and data is lost: restore it and let the logs since be replayed. That loses nothing as long as all logs are there.',
  risk: 'offline',
  takes: 'hours',
};

export const MOVE_MAILBOXES: FixStep = {
  phase: 'protect',
  text: 'While the store still mounts, move its mailboxes to another database: what moves is sound, what does not move is named.',
  only: 'mail',
  risk: 'safe',
  takes: 'hours',
};

export const DEFRAGMENT: FixStep = {
  phase: 'rebuild',
  text: 'Defragment (eseutil /d): all rows go into a new file and all indexes are made anew. It needs free space of 110 % of the file, and refuses when rows cannot be read.',
  command: 'esekit defrag {path}',
  risk: 'offline',
  needsDismount: true,
  takes: 'hours',
};

export const SAVE_WHAT_IS_THERE: FixStep = {
  phase: 'repair',
  text: 'Take out what can be read, before anything is thrown away.',
  command: 'esekit export {path} --out {out}',
  risk: 'read-only',
  needsDismount: true,
  takes: 'hours',
};

export const REPAIR_LOOK: FixStep = {
  phase: 'repair',
  text: 'See what a repair would keep and lose; nothing is written.',
  command: 'esekit repair {path} --dry-run',
  risk: 'read-only',
  needsDismount: true,
  takes: 'minutes',
};

export const REPAIR: FixStep = {
  phase: 'repair',
  text: 'Last resort, only when there is neither a backup nor any hope of logs: repair (eseutil /p). What cannot be read is dropped, and no log can be replayed afterwards.',
  command: 'esekit repair {path} --keep',
  risk: 'data-loss',
  needsDismount: true,
  takes: 'hours',
};

export const ISINTEG_55: FixStep = {
  phase: 'logic',
  text: 'Check and mend the logic of the store; repeat until it reports 0 fixes. The Information Store service must be stopped.',
  command: 'isinteg -pri -fix -test alltests',
  only: 'mail',
  risk: 'offline',
  takes: 'hours',
  versions: ['4.0', '5.5'],
};

export const ISINTEG: FixStep = {
  phase: 'logic',
  text: 'Check and mend the logic of the store; repeat until it reports 0 fixes. The service runs, the store is dismounted. After a repair this is a must.',
  command: 'isinteg -s {server} -fix -test alltests',
  only: 'mail',
  risk: 'offline',
  needsDismount: true,
  takes: 'hours',
  versions: ['2000', '2007'],
};

export const REPAIR_REQUEST: FixStep = {
  phase: 'after',
  text: 'Have the logic of the store mended while it is mounted (isinteg does not exist any more).',
  command:
    'New-MailboxRepairRequest -Database {database} -CorruptionType SearchFolder,AggregateCounts,ProvisionedFolder,FolderView',
  only: 'mail',
  risk: 'safe',
  takes: 'hours',
  versions: ['2010', '2013'],
};

export const MOUNT: FixStep = {
  phase: 'mount',
  text: 'Mount the store (Exchange System Manager; Mount-Database from 2007 on; up to 5.5 start the Information Store service).',
  only: 'mail',
  risk: 'safe',
  takes: 'minutes',
};

export const START_SERVICE: FixStep = {
  phase: 'mount',
  text: 'Start the service again.',
  only: 'other',
  risk: 'safe',
  takes: 'minutes',
};

export const FULL_BACKUP: FixStep = {
  phase: 'after',
  text: 'Make a full backup at once: after defragmentation or repair older backups and logs do not fit any more.',
  risk: 'safe',
  takes: 'hours',
};

/** The store's logic, for every version. */
export const STORE_LOGIC: readonly FixStep[] = [ISINTEG_55, ISINTEG, REPAIR_REQUEST];

/** The resolution for a store whose pages can be read but whose contents contradict each other. */
export const REBUILD_STORE: readonly FixStep[] = [
  EXCLUDE_FROM_SCANNERS,
  DISMOUNT,
  STOP_SERVICE,
  COPY_AWAY,
  LOOK_AT_HEADER,
  CHECK,
  DEFRAGMENT,
  ...STORE_LOGIC,
  MOUNT,
  START_SERVICE,
  FULL_BACKUP,
];

/** The way back from damaged pages or trees: from the least loss to the most. */
export const MEND_DATABASE: readonly FixStep[] = [
  DISMOUNT,
  STOP_SERVICE,
  COPY_AWAY,
  LOOK_AT_HEADER,
  CHECK,
  RESTORE,
  DEFRAGMENT,
  SAVE_WHAT_IS_THERE,
  REPAIR_LOOK,
  REPAIR,
  ...STORE_LOGIC,
  MOUNT,
  START_SERVICE,
  FULL_BACKUP,
];

/** A step of one rule only: what to do, of no risk to the data. */
export function todo(text: string, more: Partial<FixStep> = {}): FixStep {
  return { phase: 'configure', text, risk: 'safe', ...more };
}

/** A step that only looks. */
export function look(text: string, command?: string): FixStep {
  return { phase: 'look', text, risk: 'read-only', ...(command !== undefined && { command }) };
}
