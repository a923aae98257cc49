// The database header (DBFILEHDR, format 1.3): every field the engine keeps, as a table.
import { parseLayout, type Parsed } from './layout.ts';

/** Fields of DBFILEHDR, without the engine's `le_` (little-endian) marks. */
export const DB_HEADER = {
  ulChecksum: ['u32', 0],
  ulMagic: ['u32', 4],
  ulVersion: ['u32', 8],
  attrib: ['i32', 12],
  dbtimeDirtied: ['i64', 16],
  signDb: ['signature', 24],
  dbstate: ['u32', 52],
  lgposConsistent: ['lgpos', 56],
  logtimeConsistent: ['logtime', 64],
  logtimeAttach: ['logtime', 72],
  lgposAttach: ['lgpos', 80],
  logtimeDetach: ['logtime', 88],
  lgposDetach: ['lgpos', 96],
  dbid: ['u32', 104],
  signLog: ['signature', 108],
  bkinfoFullPrev: ['bkinfo', 136],
  bkinfoIncPrev: ['bkinfo', 160],
  bkinfoFullCur: ['bkinfo', 184],
  ulDbFlags: ['u32', 208],
  objidLast: ['u32', 212],
  dwMajorVersion: ['u32', 216],
  dwMinorVersion: ['u32', 220],
  dwBuildNumber: ['u32', 224],
  lSPNumber: ['i32', 228],
  ulDaeUpdateMajor: ['u32', 232],
  cbPageSize: ['u32', 236],
  ulRepairCount: ['u32', 240],
  logtimeRepair: ['logtime', 244],
  dbtimeLastScrub: ['i64', 280],
  logtimeScrub: ['logtime', 288],
  lGenMinRequired: ['i32', 296],
  lGenMaxRequired: ['i32', 300],
  cpgUpgrade55Format: ['i32', 304],
  cpgUpgradeFreePages: ['i32', 308],
  cpgUpgradeSpaceMapPages: ['i32', 312],
  bkinfoSnapshotCur: ['bkinfo', 316],
  ulCreateVersion: ['u32', 340],
  ulCreateUpdate: ['u32', 344],
  logtimeGenMaxCreate: ['logtime', 348],
  bkinfoTypeFullPrev: ['u32', 356],
  bkinfoTypeIncPrev: ['u32', 360],
  ulRepairCountOld: ['u32', 364],
  ulECCFixSuccess: ['u32', 368],
  logtimeECCFixSuccess: ['logtime', 372],
  ulECCFixSuccessOld: ['u32', 380],
  ulECCFixFail: ['u32', 384],
  logtimeECCFixFail: ['logtime', 388],
  ulECCFixFailOld: ['u32', 396],
  ulBadChecksum: ['u32', 400],
  logtimeBadChecksum: ['logtime', 404],
  ulBadChecksumOld: ['u32', 412],
  lGenMaxCommitted: ['i32', 416],
  bkinfoCopyPrev: ['bkinfo', 420],
  bkinfoDiffPrev: ['bkinfo', 444],
  bkinfoTypeCopyPrev: ['u32', 468],
  bkinfoTypeDiffPrev: ['u32', 472],
  ulIncrementalReseedCount: ['u32', 476],
  logtimeIncrementalReseed: ['logtime', 480],
  ulIncrementalReseedCountOld: ['u32', 488],
  ulPagePatchCount: ['u32', 492],
  logtimePagePatch: ['logtime', 496],
  ulPagePatchCountOld: ['u32', 504],
  qwSortVersion: ['u64', 508],
  logtimeDbscanPrev: ['logtime', 516],
  logtimeDbscanStart: ['logtime', 524],
  pgnoDbscanHighestContinuous: ['u32', 532],
  lGenRecovering: ['i32', 536],
  ulExtendCount: ['u32', 540],
  logtimeLastExtend: ['logtime', 544],
  ulShrinkCount: ['u32', 552],
  logtimeLastShrink: ['logtime', 556],
  logtimeLastReAttach: ['logtime', 564],
  lgposLastReAttach: ['lgpos', 572],
  ulTrimCount: ['u32', 580],
  signDbHdrFlush: ['signature', 584],
  signFlushMapHdrFlush: ['signature', 612],
  lGenMinConsistent: ['i32', 640],
  ulDaeUpdateMinor: ['u32', 644],
  efvMaxBinAttachDiagnostic: ['u32', 648],
  pgnoDbscanHighest: ['u32', 652],
  lgposLastResize: ['lgpos', 656],
  filetype: ['u32', 667],
  logtimeGenMaxRequired: ['logtime', 672],
  lGenPreRedoMinConsistent: ['i32', 680],
  lGenPreRedoMinRequired: ['i32', 684],
  signRBSHdrFlush: ['signature', 688],
  ulRevertCount: ['u32', 716],
  logtimeRevertFrom: ['logtime', 720],
  logtimeRevertTo: ['logtime', 728],
  ulRevertPageCount: ['u32', 736],
  lgposCommitBeforeRevert: ['lgpos', 740],
} as const;

/** A parsed database header. */
export type DbHeader = Parsed<typeof DB_HEADER>;

/** Bytes of the header proper; the rest of its page is zero. */
export const DB_HEADER_SIZE = 748;

/** `ulMagic` of database headers. */
export const DB_MAGIC = 0x89abcdef;

/** `ulVersion` of every database of this family; the revision counts below it. */
export const DB_VERSION = 0x620;

/** Reads all header fields from the first DB_HEADER_SIZE bytes of a header page. */
export function parseDbHeader(bytes: Uint8Array): DbHeader {
  return parseLayout(DB_HEADER, bytes);
}

/** Page size in bytes that a header names: 0 stands for 4096. */
export function headerPageSize(header: Pick<DbHeader, 'cbPageSize'>): number {
  return header.cbPageSize === 0 ? 4096 : header.cbPageSize;
}

/** Bit of `ulDbFlags`: the database keeps no shadow header. */
export const DB_FLAG_SHADOWING_DISABLED = 0x1;
