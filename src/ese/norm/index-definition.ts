// What key building has to know of an index: the catalog's index row, decoded, with the columns it names.
// Source: format sections 5.2, 5.3 and 7; idb.hxx, tdb.hxx.
import type { SortOrder } from './sort-order.ts';

/** One column of an index key, in key order. */
export interface KeySegment {
  /** Names the column to `ColumnValues`; means nothing here. */
  readonly columnId: number;
  /** JET_coltyp, 1..18. */
  readonly coltyp: number;
  /** Code page of a text column: 1200 = Unicode, anything else = ASCII. */
  readonly codePage: number;
  readonly descending: boolean;
  /** A fixed column: fid below 128. */
  readonly fixed: boolean;
  /** A tagged column: fid 256 and above. */
  readonly tagged: boolean;
  /** Greatest length of a value in bytes (SpaceUsage); the exact length of a fixed binary or text column. */
  readonly cbMax: number;
  /** The column may hold several values (column flag Multivalued). */
  readonly multiValued: boolean;
}

/** A column that decides whether a record is in the index at all. */
export interface ConditionalColumn {
  readonly columnId: number;
  /** True: the record is indexed when the column is NULL; false: when it is not. */
  readonly mustBeNull: boolean;
}

/** Limits of a tuple (substring) index, in characters. Catalogs of the first form have increment 1 and start 0. */
export interface TupleLimits {
  readonly chLengthMin: number;
  readonly chLengthMax: number;
  /** How many substrings of one value are indexed at most. */
  readonly chToIndexMax: number;
  readonly cchIncrement: number;
  readonly ichStart: number;
}

/** An index. The flags are the catalog's (IDBFLAG, IDXFLAG). */
export interface IndexDefinition {
  readonly segments: readonly KeySegment[];
  readonly unique: boolean;
  readonly primary: boolean;
  readonly allowAllNulls: boolean;
  readonly allowFirstNull: boolean;
  readonly allowSomeNulls: boolean;
  readonly noNullSegments: boolean;
  readonly multivalued: boolean;
  readonly crossProduct: boolean;
  readonly nestedTable: boolean;
  readonly sortNullsHigh: boolean;
  readonly disallowTruncation: boolean;
  readonly dotNetGuid: boolean;
  readonly localizedText: boolean;
  /** Greatest length of a key in bytes; 255 when the catalog says nothing. */
  readonly keyMost: number;
  /** Greatest length of one text or binary segment in bytes; 0 or `keyMost` = no such limit. */
  readonly varSegMac: number;
  readonly conditional: readonly ConditionalColumn[];
  readonly tuple?: TupleLimits;
  /** LCMapString flags of Unicode segments; 0x200 alone = upper-cased text instead of a sort key. */
  readonly lcMapFlags: number;
  /** Order of Unicode segments; without it their sort keys cannot be made. */
  readonly sortOrder?: SortOrder;
}
