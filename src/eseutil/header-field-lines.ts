// The fields of a database header as `eseutil /mh` prints them: the engine's words, order and spacing, which scripts
// parse (dbdump.cxx).
import type { DbHeader } from '../ese/header/db-header.ts';
import { DB_FLAG_SHADOWING_DISABLED, DB_MAGIC } from '../ese/header/db-header.ts';
import { dbStateName } from '../ese/header/db-state.ts';
import { FileType } from '../ese/header/file-kind.ts';
import { compareLgpos, formatLgpos, type Lgpos } from '../ese/header/lgpos.ts';
import { formatLogtime, type Logtime } from '../ese/header/logtime.ts';
import type { Signature } from '../ese/header/signature.ts';
import type { ByteSource } from '../ese/io/byte-source.ts';
import { backupLines } from './backup-lines.ts';
import { patchPageLines } from './patch-page-lines.ts';
import { plainText } from './plain-text.ts';

/** The newest format that the reports' reference engine knows; ours reads the same. */
const ENGINE_VERSION = { format: 0x620, updateMajor: 290, updateMinor: 600, efv: 9600 } as const;

const ATTRIB_DATABASE = 0;

const hex = (value: number): string => `0x${(value >>> 0).toString(16)}`;
const both = (value: number): string => `${value >>> 0} (${hex(value)})`;
const range = (low: number, high: number): string => `${low >>> 0}-${high >>> 0} (${hex(low)}-${hex(high)})`;

/** A signature in the engine's notation. */
export function formatSignature(signature: Signature): string {
  return `Create time:${formatLogtime(signature.create, false)} Rand:${signature.random} Computer:${plainText(signature.computer)}`;
}

function dbtime(value: bigint): string {
  const unsigned = BigInt.asUintN(64, value);
  return `${unsigned} (0x${unsigned.toString(16)})`;
}

/** Position and time of an event: `(0x29,1D,6DF)  11/23/2026 15:18:50.999 UTC`. */
function event(lgpos: Lgpos, time: Logtime): string {
  return `${formatLgpos(lgpos)}  ${formatLogtime(time)}`;
}

function identityLines(header: DbHeader): string[] {
  const { format, updateMajor, updateMinor, efv } = ENGINE_VERSION;
  const version = `${hex(header.ulVersion)},${header.ulDaeUpdateMajor},${header.ulDaeUpdateMinor}`;
  return [
    `        File Type: ${header.attrib === ATTRIB_DATABASE ? 'Database' : 'UNKNOWN'}`,
    `         Checksum: ${hex(header.ulChecksum)}`,
    `   Format ulMagic: ${hex(header.ulMagic)}`,
    `   Engine ulMagic: ${hex(DB_MAGIC)}`,
    ` Format ulVersion: ${version}  (attached by ${header.efvMaxBinAttachDiagnostic})`,
    ` Engine ulVersion: ${hex(format)},${updateMajor},${updateMinor}  (efvCurrent = ${efv})`,
    `Created ulVersion: ${hex(header.ulCreateVersion)},${(header.ulCreateUpdate << 16) >> 16}`,
    `     DB Signature: ${formatSignature(header.signDb)}`,
    `         cbDbPage: ${header.cbPageSize}`,
    `           dbtime: ${dbtime(header.dbtimeDirtied)}`,
  ];
}

function stateLines(header: DbHeader): string[] {
  const { lGenMinRequired, lGenMaxRequired, lGenPreRedoMinRequired, lGenPreRedoMinConsistent } = header;
  const required = `${range(lGenMinRequired, lGenMaxRequired)} [Min. Req. Pre-Redo: ${both(lGenPreRedoMinRequired)}]`;
  const consistent = `${both(header.lGenMinConsistent)} [Pre-Redo: ${both(lGenPreRedoMinConsistent)}]`;
  return [
    `            State: ${dbStateName(header.dbstate)}`,
    `     Log Required: ${required}`,
    `Gen. Max. Req. Creation Time: ${formatLogtime(header.logtimeGenMaxRequired)}`,
    `    Log Committed: ${range(0, header.lGenMaxCommitted)}`,
    `Gen. Max. Com. Creation Time: ${formatLogtime(header.logtimeGenMaxCreate)}`,
    `   Log Consistent: ${consistent}`,
    `   Log Recovering: ${both(header.lGenRecovering)}`,
    `         Shadowed: ${(header.ulDbFlags & DB_FLAG_SHADOWING_DISABLED) === 0 ? 'Yes' : 'No'}`,
    `       Last Objid: ${header.objidLast}`,
    `     Scrub Dbtime: ${dbtime(header.dbtimeLastScrub)}`,
    `       Scrub Date: ${formatLogtime(header.logtimeScrub)}`,
    `     Repair Count: ${header.ulRepairCount}`,
    `      Repair Date: ${formatLogtime(header.logtimeRepair)}`,
    ` Old Repair Count: ${header.ulRepairCountOld}`,
    `  Last Consistent: ${event(header.lgposConsistent, header.logtimeConsistent)}`,
    `      Last Attach: ${event(header.lgposAttach, header.logtimeAttach)}`,
    `      Last Detach: ${event(header.lgposDetach, header.logtimeDetach)}`,
    `    Last ReAttach: ${event(header.lgposLastReAttach, header.logtimeLastReAttach)}`,
  ];
}

function originLines(header: DbHeader): string[] {
  const nls = BigInt.asUintN(64, header.qwSortVersion);
  const sort = `${(nls >> 32n).toString(16)}.${(nls & 0xffffffffn).toString(16)}`;
  const os = `${header.dwMajorVersion}.${header.dwMinorVersion}.${header.dwBuildNumber} SP ${header.lSPNumber >>> 0}`;
  return [
    `             Dbid: ${(header.dbid << 16) >> 16}`,
    `    Log Signature: ${formatSignature(header.signLog)}`,
    `       OS Version: (${os} NLS ${sort})`,
    ...reseedLines(header),
  ];
}

/** Only databases that were reseeded or had pages patched tell of it. */
function reseedLines(header: DbHeader): string[] {
  const counts =
    header.ulIncrementalReseedCount |
    header.ulIncrementalReseedCountOld |
    header.ulPagePatchCount |
    header.ulPagePatchCountOld;
  if (counts === 0) return [];
  return [
    `     Reseed Count: ${header.ulIncrementalReseedCount}`,
    `      Reseed Date: ${formatLogtime(header.logtimeIncrementalReseed)}`,
    ` Old Reseed Count: ${header.ulIncrementalReseedCountOld}`,
    `      Patch Count: ${header.ulPagePatchCount}`,
    `       Patch Date: ${formatLogtime(header.logtimePagePatch)}`,
    `  Old Patch Count: ${header.ulPagePatchCountOld}`,
  ];
}

function allBackupLines(header: DbHeader): string[] {
  return [
    ...backupLines('Previous Full Backup', header.bkinfoFullPrev, header.bkinfoTypeFullPrev),
    ...backupLines('Previous Incremental Backup', header.bkinfoIncPrev, header.bkinfoTypeIncPrev),
    ...backupLines('Previous Copy Backup', header.bkinfoCopyPrev, header.bkinfoTypeCopyPrev),
    ...backupLines('Previous Differential Backup', header.bkinfoDiffPrev, header.bkinfoTypeDiffPrev),
    ...backupLines('Current Full Backup', header.bkinfoFullCur),
    ...backupLines('Current Shadow copy backup', header.bkinfoSnapshotCur),
  ];
}

function sizeLines(header: DbHeader): string[] {
  const { lgposLastResize } = header;
  const matches =
    compareLgpos(lgposLastResize, header.lgposAttach) === 0
      ? '(Matches "Last Attach", no subsequent resize)'
      : compareLgpos(lgposLastResize, header.lgposConsistent) === 0
        ? '(Matches "Last Consistent", no subsequent resize)'
        : '';
  return [
    '',
    `     cpgUpgrade55Format: ${header.cpgUpgrade55Format}`,
    `    cpgUpgradeFreePages: ${header.cpgUpgradeFreePages}`,
    `cpgUpgradeSpaceMapPages: ${header.cpgUpgradeSpaceMapPages}`,
    '',
    `      Last Resize: ${formatLgpos(lgposLastResize)}  ${matches}`,
    '',
    `     Extend Count: ${header.ulExtendCount}`,
    `      Extend Date: ${formatLogtime(header.logtimeLastExtend)}`,
    '',
    `     Shrink Count: ${header.ulShrinkCount}`,
    `      Shrink Date: ${formatLogtime(header.logtimeLastShrink)}`,
    '',
    `       Trim Count: ${header.ulTrimCount}`,
  ];
}

/** A count of errors: `none`, or `found` with the date of the last one, where there is one. */
function errorCount(label: string, count: number, dateLabel?: string, date?: Logtime): string[] {
  if (count === 0) return [`${label}: none`];
  const found = `${label}: found (${count})`;
  return dateLabel === undefined || date === undefined ? [found] : [found, `${dateLabel}: ${formatLogtime(date)}`];
}

/** Errors met and the state of database maintenance. Headers older than the file type field have none of it. */
function healthLines(header: DbHeader): string[] {
  if (header.filetype !== FileType.Database) return [];
  const fixed = [header.ulECCFixSuccess, '   Last ECC Fix Success Date', header.logtimeECCFixSuccess] as const;
  const failed = [header.ulECCFixFail, '     Last ECC Fix Error Date', header.logtimeECCFixFail] as const;
  const bad = [header.ulBadChecksum, 'Last Bad Checksum Error Date', header.logtimeBadChecksum] as const;
  return [
    '',
    ...errorCount('       ECC Fix Success Count', ...fixed),
    ...errorCount('   Old ECC Fix Success Count', header.ulECCFixSuccessOld),
    ...errorCount('         ECC Fix Error Count', ...failed),
    ...errorCount('     Old ECC Fix Error Count', header.ulECCFixFailOld),
    ...errorCount('    Bad Checksum Error Count', ...bad),
    ...errorCount('Old bad Checksum Error Count', header.ulBadChecksumOld),
    '',
    `  Last Database Maintenance Finish Date: ${formatLogtime(header.logtimeDbscanPrev)}`,
    `Current Database Maintenance Start Date: ${formatLogtime(header.logtimeDbscanStart)}`,
    `      Highest Continuous Database Maintenance Page: ${header.pgnoDbscanHighestContinuous}`,
    `      Highest Database Maintenance Page: ${header.pgnoDbscanHighest}`,
  ];
}

function flushLines(header: DbHeader): string[] {
  const lines = [
    '',
    `  Database Header Flush Signature: ${formatSignature(header.signDbHdrFlush)}`,
    ` Flush Map Header Flush Signature: ${formatSignature(header.signFlushMapHdrFlush)}`,
    `       RBS Header Flush Signature: ${formatSignature(header.signRBSHdrFlush)}`,
  ];
  if (header.ulRevertCount === 0 && header.ulRevertPageCount === 0) return lines;
  return [
    ...lines,
    '',
    `     Revert Count: ${header.ulRevertCount}`,
    ` Revert From Date: ${formatLogtime(header.logtimeRevertFrom)}`,
    `   Revert To Date: ${formatLogtime(header.logtimeRevertTo)}`,
    `Revert Page Count: ${header.ulRevertPageCount}`,
    `Last Commit Before Revert: ${formatLgpos(header.lgposCommitBeforeRevert)}  `,
  ];
}

/** All fields of a header, from `Fields:` on. `source` is looked into for the patch page of an unfinished backup. */
export function headerFieldLines(header: DbHeader, source: ByteSource): string[] {
  return [
    'Fields:',
    ...identityLines(header),
    ...stateLines(header),
    ...originLines(header),
    ...allBackupLines(header),
    ...sizeLines(header),
    ...healthLines(header),
    ...patchPageLines(header, source),
    ...flushLines(header),
  ];
}
