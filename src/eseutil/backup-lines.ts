// One backup in a header report (dbdump.cxx).
import { formatLgpos } from '../ese/header/lgpos.ts';
import { formatLogtime } from '../ese/header/logtime.ts';
import type { BackupInfo } from '../ese/header/signature.ts';

const hex = (value: number): string => `0x${(value >>> 0).toString(16)}`;

/** What follows the generations of a backup, by its type. */
const BACKUP_TYPES: Readonly<Record<number, string>> = { 0: '', 1: ' - OSSnapshot', 2: ' - Snapshot' };

/** A backup: its title, then generations, position and time, with an empty line before. */
export function backupLines(title: string, info: BackupInfo, type = 0): string[] {
  return [
    '',
    `${title}:`,
    `        Log Gen: ${info.genLow}-${info.genHigh} (${hex(info.genLow)}-${hex(info.genHigh)})${BACKUP_TYPES[type] ?? ' - UNKNOWN'}`,
    `           Mark: ${formatLgpos(info.lgposMark)}`,
    `           Mark: ${formatLogtime(info.logtimeMark)}`,
  ];
}
