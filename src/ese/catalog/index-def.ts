// An index as the catalog declares it (format 5.3; IDBFLAG and IDXFLAG in idb.hxx).
import type { TreeRef } from '../btree/tree.ts';
import type { IndexDefinition } from '../norm/index-definition.ts';

/** Low word of an index row's Flags. */
export const IndexFlag = {
  Unique: 0x1,
  AllowAllNulls: 0x2,
  AllowFirstNull: 0x4,
  AllowSomeNulls: 0x8,
  NoNullSegments: 0x10,
  Primary: 0x20,
  LocaleSet: 0x40,
  Multivalued: 0x80,
  TemplateIndex: 0x100,
  DerivedIndex: 0x200,
  LocalizedText: 0x400,
  SortNullsHigh: 0x800,
  UnicodeFixup: 0x1000,
  CrossProduct: 0x2000,
  DisallowTruncation: 0x4000,
  NestedTable: 0x8000,
} as const;

/** High word of an index row's Flags. */
export const IndexExtraFlag = { ExtendedColumns: 1, DotNetGuid: 2, DeferredPopulate: 4, OptionallyUnique: 8 } as const;

/** An index of a table. */
export interface IndexDef {
  readonly name: string;
  /** Its tree; for the primary index the table's own. */
  readonly tree: TreeRef;
  readonly flags: number;
  readonly extraFlags: number;
  /** Percent of a page that is filled when the index is built. */
  readonly density: number;
  readonly lcid: number;
  readonly localeName: string;
  /** 8 bytes: version of the sort order used; empty for indexes without Unicode text. */
  readonly sortVersion: Uint8Array;
  /** How keys are made from records. */
  readonly definition: IndexDefinition;
  /** Columns of the key by name, with + or - for the direction. */
  readonly keyColumns: readonly string[];
  /** True when it names columns the catalog does not have: its keys cannot be made. */
  readonly unresolved: boolean;
}

/** True when keys of this index hold sort keys of Unicode text, which cannot be made for every text and version. */
export function hasUnicodeSegment(index: IndexDef): boolean {
  return index.definition.segments.some((s) => (s.coltyp === 10 || s.coltyp === 12) && s.codePage === 1200);
}
