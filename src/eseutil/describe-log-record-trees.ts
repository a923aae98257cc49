// Dump text of the records that change the shape of a tree: splits, merges, moves, new and emptied trees, freed space
// (logapi.cxx, LrToSz).
import { i16, i32, u16, u32 } from '../binary/little-endian.ts';
import { offsetOf, recordType } from '../ese/log/record-table.ts';
import {
  dbtimeText,
  PAGE_FLAG_WORDS,
  pageFlags,
  pageHead,
  pagePlace,
  sessionText,
} from './describe-log-record-nodes.ts';
import {
  dataText,
  hex32,
  hex64,
  type LogRecordDescriber,
  type LogRecordDescribers,
} from './describe-log-record-values.ts';

const DBID = offsetOf('Split2', 'dbid');
const PGNO = offsetOf('Split2', 'pgno');

/** `1:ab,[1:662]`: a neighbour of the page: its time before, 0 when there is no such page. */
function neighbour(bytes: Uint8Array, at: number, dbtimeAt: number, pgnoAt: number): string {
  const dbtime = u32(bytes, at + pgnoAt) === 0 ? '0' : hex64(bytes, at + dbtimeAt);
  return `${dbtime},${pagePlace(bytes, at, at + pgnoAt)}`;
}

const objid = (bytes: Uint8Array, at: number, objidAt: number): string =>
  `objid:[${bytes[at + DBID]!}:${u32(bytes, at + objidAt)}]`;

const DEHYDRATED = 1;
const XPRESS = 2;

/** `1169[X]`: size and packing of the image of a page before a split or merge. `flagsAt` < 0: the record has none. */
function beforeImage(bytes: Uint8Array, at: number, flagsAt: number, sizeAt: number): string {
  if (flagsAt < 0) return '0[]';
  const flags = u32(bytes, at + flagsAt);
  const dehydrated = (flags & DEHYDRATED) === 0 ? '' : 'D';
  return `${i32(bytes, at + sizeAt)}[${dehydrated}${(flags & XPRESS) === 0 ? '' : 'X'}]`;
}

const SPLIT_OPERS = ['None', 'Insert', 'Replace', 'FlagInsertAndReplaceData'];
const SPLIT_TYPES = ['SplitVertical', 'SplitRight', 'Append'];
const SPLIT_RIGHT = 1;
const OPER_INSERT = 1;
const UNKNOWN = '*Unknown*';

const SPLIT = {
  pgnoNew: offsetOf('Split2', 'pgnoNew'),
  pgnoRight: offsetOf('Split2', 'pgnoRight'),
  dbtimeRightBefore: offsetOf('Split2', 'dbtimeRightBefore'),
  pgnoParent: offsetOf('Split2', 'pgnoParent'),
  dbtimeParentBefore: offsetOf('Split2', 'dbtimeParentBefore'),
  objidFDP: offsetOf('Split2', 'objidFDP'),
  splittype: offsetOf('Split2', 'splittype'),
  splitoper: offsetOf('Split2', 'splitoper'),
  ilineOper: offsetOf('Split2', 'ilineOper'),
  ilineSplit: offsetOf('Split2', 'ilineSplit'),
  clines: offsetOf('Split2', 'clines'),
  flags: offsetOf('Split2', 'flags'),
  cbPageBeforeImage: offsetOf('Split2', 'cbPageBeforeImage'),
};

/** Split and Split2; the fields that both have stand in the same places. */
function splitDescriber(flagsAt: number): LogRecordDescriber {
  return (bytes, at) => {
    if (u32(bytes, at + SPLIT.pgnoNew) === 0) {
      const parent = `parent:${hex64(bytes, at + SPLIT.dbtimeParentBefore)},${pagePlace(bytes, at)}`;
      return ` ParentOfSplitPage ${pageHead(bytes, at)}${parent})`;
    }
    const [type, oper] = [bytes[at + SPLIT.splittype]!, bytes[at + SPLIT.splitoper]!];
    const [ilineSplit, ilineOper] = [u16(bytes, at + SPLIT.ilineSplit), u16(bytes, at + SPLIT.ilineOper)];
    const last = u16(bytes, at + SPLIT.clines) - 1;
    const hot = type === SPLIT_RIGHT && oper === OPER_INSERT && ilineSplit === ilineOper && ilineSplit === last;
    const what = hot ? 'SplitHotpoint' : (SPLIT_TYPES[type] ?? UNKNOWN);
    const fields = [
      `split:[${bytes[at + DBID]!}:${u32(bytes, at + PGNO)}:${ilineSplit}]`,
      `oper/last:[${ilineOper}/${last & 0xffff}]`,
      `new:${pagePlace(bytes, at, at + SPLIT.pgnoNew)}`,
      `parent:${neighbour(bytes, at, SPLIT.dbtimeParentBefore, SPLIT.pgnoParent)}`,
      `right:${neighbour(bytes, at, SPLIT.dbtimeRightBefore, SPLIT.pgnoRight)}`,
      ` ${objid(bytes, at, SPLIT.objidFDP)}`,
      ` ${PAGE_FLAG_WORDS.split[pageFlags(bytes, at)]!}`,
      ` splitoper:${SPLIT_OPERS[oper] ?? UNKNOWN}`,
      ` beforeImage:${beforeImage(bytes, at, flagsAt, SPLIT.cbPageBeforeImage)}`,
    ];
    return ` ${what} ${pageHead(bytes, at)}${fields.join(',')})`;
  };
}

const MERGE_TYPES = [
  'None',
  'EmptyPage',
  'FullRight',
  'PartialRight',
  'EmptyTree',
  'FullLeft',
  'PartialLeft',
  'PageMove',
];
const KEY_CHANGE = 1;
const DELETE_NODE = 2;
const EMPTY_PAGE = 4;

const MERGE = {
  pgnoRight: offsetOf('Merge2', 'pgnoRight'),
  dbtimeRightBefore: offsetOf('Merge2', 'dbtimeRightBefore'),
  pgnoLeft: offsetOf('Merge2', 'pgnoLeft'),
  dbtimeLeftBefore: offsetOf('Merge2', 'dbtimeLeftBefore'),
  pgnoParent: offsetOf('Merge2', 'pgnoParent'),
  dbtimeParentBefore: offsetOf('Merge2', 'dbtimeParentBefore'),
  cbSizeTotal: offsetOf('Merge2', 'cbSizeTotal'),
  cbSizeMaxTotal: offsetOf('Merge2', 'cbSizeMaxTotal'),
  cbUncFreeDest: offsetOf('Merge2', 'cbUncFreeDest'),
  ilineMerge: offsetOf('Merge2', 'ilineMerge'),
  flagsMerge: offsetOf('Merge2', 'fLRMergeFlags'),
  mergetype: offsetOf('Merge2', 'mergetype'),
  cbKeyParentSep: offsetOf('Merge2', 'cbKeyParentSep'),
  flags: offsetOf('Merge2', 'flags'),
  cbPageBeforeImage: offsetOf('Merge2', 'cbPageBeforeImage'),
};

/** Merge and Merge2; `tailAt`: where the separator stands. */
function mergeDescriber(flagsAt: number, tailAt: number): LogRecordDescriber {
  return (bytes, at, end, context) => {
    const flags = bytes[at + MERGE.flagsMerge]!;
    const words = [
      PAGE_FLAG_WORDS.space[pageFlags(bytes, at)]!,
      (flags & KEY_CHANGE) === 0 ? 'NKC' : 'KC',
      (flags & EMPTY_PAGE) === 0 ? 'NEP' : 'EP',
      (flags & DELETE_NODE) === 0 ? 'ND' : 'D',
      MERGE_TYPES[bytes[at + MERGE.mergetype]!] ?? UNKNOWN,
    ];
    const fields = [
      `merge:[${bytes[at + DBID]!}:${u32(bytes, at + PGNO)}:${u16(bytes, at + MERGE.ilineMerge)}]`,
      `right:${neighbour(bytes, at, MERGE.dbtimeRightBefore, MERGE.pgnoRight)}`,
      `left:${neighbour(bytes, at, MERGE.dbtimeLeftBefore, MERGE.pgnoLeft)}`,
      `parent:${neighbour(bytes, at, MERGE.dbtimeParentBefore, MERGE.pgnoParent)}`,
      words.join(':'),
      `size:${i16(bytes, at + MERGE.cbSizeTotal)}`,
      `maxsize:${i16(bytes, at + MERGE.cbSizeMaxTotal)}`,
      `uncfree:${i16(bytes, at + MERGE.cbUncFreeDest)}`,
      `beforeImage:${beforeImage(bytes, at, flagsAt, MERGE.cbPageBeforeImage)}`,
    ];
    const separator = dataText(bytes, at + tailAt, u16(bytes, at + MERGE.cbKeyParentSep), end, context);
    return ` ${pageHead(bytes, at)}${fields.join(',')})${separator}`;
  };
}

const MOVE = {
  pgnoDest: offsetOf('PageMove', 'pgnoDest'),
  pgnoLeft: offsetOf('PageMove', 'pgnoLeft'),
  pgnoRight: offsetOf('PageMove', 'pgnoRight'),
  pgnoParent: offsetOf('PageMove', 'pgnoParent'),
  dbtimeLeftBefore: offsetOf('PageMove', 'dbtimeLeftBefore'),
  dbtimeRightBefore: offsetOf('PageMove', 'dbtimeRightBefore'),
  dbtimeParentBefore: offsetOf('PageMove', 'dbtimeParentBefore'),
  objidFDP: offsetOf('PageMove', 'objidFDP'),
  ilineParent: offsetOf('PageMove', 'ilineParent'),
  fMoveFlags: offsetOf('PageMove', 'fMoveFlags'),
  cbPageHeader: offsetOf('PageMove', 'cbPageHeader'),
  cbPageTrailer: offsetOf('PageMove', 'cbPageTrailer'),
};
const SYSTEM_TASK = 0x20;

const pageMove: LogRecordDescriber = (bytes, at) => {
  const parent = `[${bytes[at + DBID]!}:${u32(bytes, at + MOVE.pgnoParent)}:${u32(bytes, at + MOVE.ilineParent)}]`;
  const fields = [
    `source:${pagePlace(bytes, at)}`,
    `destination:${pagePlace(bytes, at, at + MOVE.pgnoDest)}`,
    `right:${neighbour(bytes, at, MOVE.dbtimeRightBefore, MOVE.pgnoRight)}`,
    `left:${neighbour(bytes, at, MOVE.dbtimeLeftBefore, MOVE.pgnoLeft)}`,
    `parent:${hex64(bytes, at + MOVE.dbtimeParentBefore)},${parent}`,
    `header:${i32(bytes, at + MOVE.cbPageHeader)}`,
    `trailer:${i32(bytes, at + MOVE.cbPageTrailer)}`,
    objid(bytes, at, MOVE.objidFDP),
    `flags:${hex32(bytes, at + MOVE.fMoveFlags)}`,
    ` ${(pageFlags(bytes, at) & SYSTEM_TASK) === 0 ? 'USR' : 'SYS'}`,
  ];
  return ` ${pageHead(bytes, at)}${fields.join(',')})`;
};

const ROOT_MOVE = {
  dbtimeAfter: offsetOf('RootPageMove', 'dbtimeAfter'),
  dbid: offsetOf('RootPageMove', 'dbid'),
  objid: offsetOf('RootPageMove', 'objid'),
  procid: offsetOf('RootPageMove', 'procid'),
};

const rootPageMove: LogRecordDescriber = (bytes, at) => {
  const tree = `objid:[${bytes[at + ROOT_MOVE.dbid]!}:${u32(bytes, at + ROOT_MOVE.objid)}]`;
  return ` ${hex64(bytes, at + ROOT_MOVE.dbtimeAfter)},(${u16(bytes, at + ROOT_MOVE.procid).toString(16)},${tree})`;
};

const CREATE_M = {
  objidFDP: offsetOf('CreateMultipleExtentFDP', 'objidFDP'),
  pgnoOE: offsetOf('CreateMultipleExtentFDP', 'pgnoOE'),
  pgnoAE: offsetOf('CreateMultipleExtentFDP', 'pgnoAE'),
  pgnoFDPParent: offsetOf('CreateMultipleExtentFDP', 'pgnoFDPParent'),
  cpgPrimary: offsetOf('CreateMultipleExtentFDP', 'cpgPrimary'),
  fPageFlags: offsetOf('CreateMultipleExtentFDP', 'fPageFlags'),
};

const createMultipleExtent: LogRecordDescriber = (bytes, at) => {
  const fields = [
    `FDP:${pagePlace(bytes, at)}`,
    `OE:${pagePlace(bytes, at, at + CREATE_M.pgnoOE)}`,
    `AE:${pagePlace(bytes, at, at + CREATE_M.pgnoAE)}`,
    `FDPParent:${pagePlace(bytes, at, at + CREATE_M.pgnoFDPParent)}`,
    objid(bytes, at, CREATE_M.objidFDP),
    `PageFlags:[0x${hex32(bytes, at + CREATE_M.fPageFlags)}]`,
    `${u32(bytes, at + CREATE_M.cpgPrimary)}`,
    PAGE_FLAG_WORDS.owner[pageFlags(bytes, at)]!,
  ];
  return ` ${dbtimeText(bytes, at)},${sessionText(bytes, at)}${fields.join(',')})`;
};

const CREATE_S = {
  objidFDP: offsetOf('CreateSingleExtentFDP', 'objidFDP'),
  pgnoFDPParent: offsetOf('CreateSingleExtentFDP', 'pgnoFDPParent'),
  cpgPrimary: offsetOf('CreateSingleExtentFDP', 'cpgPrimary'),
  fPageFlags: offsetOf('CreateSingleExtentFDP', 'fPageFlags'),
};

const createSingleExtent: LogRecordDescriber = (bytes, at) => {
  const places = `${pagePlace(bytes, at)},${pagePlace(bytes, at, at + CREATE_S.pgnoFDPParent)}`;
  const tree = `[${u32(bytes, at + CREATE_S.objidFDP)}]`;
  const flags = `PageFlags:[0x${hex32(bytes, at + CREATE_S.fPageFlags)}]${u32(bytes, at + CREATE_S.cpgPrimary)}`;
  const words = PAGE_FLAG_WORDS.owner[pageFlags(bytes, at)]!;
  return ` ${dbtimeText(bytes, at)},${sessionText(bytes, at)}${places},${tree},${flags},${words})`;
};

const CONVERT = {
  objidFDP: offsetOf('ConvertFDP2', 'objidFDP'),
  pgnoFDPParent: offsetOf('ConvertFDP2', 'pgnoFDPParent'),
  pgnoSecondaryFirst: offsetOf('ConvertFDP2', 'pgnoSecondaryFirst'),
  cpgPrimary: offsetOf('ConvertFDP2', 'cpgPrimary'),
  cpgSecondary: offsetOf('ConvertFDP2', 'cpgSecondary'),
};

const convertFdp: LogRecordDescriber = (bytes, at) => {
  const fields = [
    pagePlace(bytes, at),
    pagePlace(bytes, at, at + CONVERT.pgnoFDPParent),
    `[${u32(bytes, at + CONVERT.objidFDP)}]`,
    `+${u32(bytes, at + CONVERT.cpgPrimary)}`,
    pagePlace(bytes, at, at + CONVERT.pgnoSecondaryFirst),
    `+${u32(bytes, at + CONVERT.cpgSecondary)}`,
    PAGE_FLAG_WORDS.owner[pageFlags(bytes, at)]!,
  ];
  return ` ${pageHead(bytes, at)}${fields.join(',')})`;
};

const EMPTY = {
  objidFDP: offsetOf('EmptyTree', 'objidFDP'),
  cbEmptyPageList: offsetOf('EmptyTree', 'cbEmptyPageList'),
  tail: recordType('EmptyTree').size,
};

const emptyTree: LogRecordDescriber = (bytes, at, end, context) => {
  const cb = u16(bytes, at + EMPTY.cbEmptyPageList);
  const words = PAGE_FLAG_WORDS.space[pageFlags(bytes, at)]!;
  const what = `${pagePlace(bytes, at)},${objid(bytes, at, EMPTY.objidFDP)},${words},${cb}`;
  return ` ${pageHead(bytes, at)}${what})${dataText(bytes, at + EMPTY.tail, cb, end, context)}`;
};

/** The describers of this family, by the name of the record type. */
export const TREE_RECORDS: LogRecordDescribers = {
  Split: splitDescriber(-1),
  Split2: splitDescriber(SPLIT.flags),
  Merge: mergeDescriber(-1, recordType('Merge').size),
  Merge2: mergeDescriber(MERGE.flags, recordType('Merge2').size),
  PageMove: pageMove,
  RootPageMove: rootPageMove,
  CreateMultipleExtentFDP: createMultipleExtent,
  CreateSingleExtentFDP: createSingleExtent,
  ConvertFDP: convertFdp,
  ConvertFDP2: convertFdp,
  EmptyTree: emptyTree,
};
