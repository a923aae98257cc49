// Flags of a page header (format 2.1; cpage.hxx) and of a node (2.2).

/** Bits of `fFlags` in a page header. */
export const PageFlag = {
  Root: 0x1,
  Leaf: 0x2,
  ParentOfLeaf: 0x4,
  Empty: 0x8,
  Repaired: 0x10,
  SpaceTree: 0x20,
  Index: 0x40,
  LongValue: 0x80,
  SlvAvail: 0x100,
  SlvOwnerMap: 0x200,
  NonUniqueKeys: 0x400,
  NewRecordFormat: 0x800,
  NewChecksumFormat: 0x2000,
  Scrubbed: 0x4000,
  FlushType: 0x18000,
  PreInit: 0x20000,
  FdpDelete: 0x40000,
} as const;

/** Bits that tell what kind of tree a page belongs to. */
export const TREE_KIND_FLAGS: number =
  PageFlag.SpaceTree | PageFlag.Index | PageFlag.LongValue | PageFlag.NonUniqueKeys;

/** Bits of a node's flags. `Version` is a run-time mark that may be stale on disk. */
export const NodeFlag = { Version: 1, Deleted: 2, Compressed: 4 } as const;

const NAMES: readonly (readonly [number, string])[] = [
  [PageFlag.Root, 'root'],
  [PageFlag.Leaf, 'leaf'],
  [PageFlag.ParentOfLeaf, 'parent of leaf'],
  [PageFlag.Empty, 'empty'],
  [PageFlag.Repaired, 'repaired'],
  [PageFlag.SpaceTree, 'space tree'],
  [PageFlag.Index, 'index'],
  [PageFlag.LongValue, 'long value'],
  [PageFlag.SlvAvail, 'SLV space'],
  [PageFlag.SlvOwnerMap, 'SLV owner map'],
  [PageFlag.NonUniqueKeys, 'non-unique keys'],
  [PageFlag.NewRecordFormat, 'new record format'],
  [PageFlag.NewChecksumFormat, 'ECC checksum'],
  [PageFlag.Scrubbed, 'scrubbed'],
  [PageFlag.PreInit, 'pre-initialised'],
  [PageFlag.FdpDelete, 'root deleted'],
];

/** The flags of a page in words, in the order of their bits. */
export function describePageFlags(flags: number): string[] {
  return NAMES.filter(([bit]) => (flags & bit) !== 0).map(([, name]) => name);
}
