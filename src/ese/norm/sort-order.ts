// The order of Unicode text that an index was made in: locale and version of the sort, as the catalog names them, and
// whether sort keys of that order can be made here.
// Source: format section 5.3; norm.cxx (FNORMNLSVersionEquals), cat.cxx (ErrIndexUnicodeState).
import type { IndexDefinition } from './index-definition.ts';
import { areSortFlagsKnown, SortKeyMaker, type SortCertainty } from './normalise-text-sort-key.ts';
import { LCMAP_UPPERCASE } from './normalise-text-upper.ts';
import { SORT_WEIGHTS_VERSION } from './sort-weights.data.ts';

/** What the catalog says of the order of an index's Unicode text. */
export interface SortOrder {
  /** NLS version; 0 = that of no system. */
  readonly nlsVersion: number;
  /** GUID of the sort in lower case; empty where the catalog has none. */
  readonly sortId: string;
  readonly localeName: string;
  /** Number of a locale that has no name. */
  readonly lcid: number;
}

/** The sort of all locales that have none of their own. */
export const DEFAULT_SORT_ID = '00000001-57ee-1e5c-00b4-d0000bb1e11e';
const NO_SORT_ID = '00000000-0000-0000-0000-000000000000';
/** Locales of the default sort, for catalogs that do not name sorts: invariant and en-US. */
const DEFAULT_LOCALES: ReadonlySet<string> = new Set(['', 'en-us']);
const DEFAULT_LCIDS: ReadonlySet<number> = new Set([0, 0x7f, 0x409]);

/** Windows 8.1 and 10: the engine takes the three for one. ASCII has the weights of the table, other text may not. */
const EARLIER_VERSIONS: ReadonlySet<number> = new Set([0x0006020d, 0x0006020e, 0x0006020f]);

function certaintyOf(order: SortOrder): SortCertainty | undefined {
  const { sortId } = order;
  if (sortId === '' || sortId === NO_SORT_ID) {
    if (!DEFAULT_LOCALES.has(order.localeName.toLowerCase()) || !DEFAULT_LCIDS.has(order.lcid)) return undefined;
  } else if (sortId.toLowerCase() !== DEFAULT_SORT_ID) return undefined;
  if (order.nlsVersion === SORT_WEIGHTS_VERSION) return 'table';
  return EARLIER_VERSIONS.has(order.nlsVersion) ? 'ascii' : undefined;
}

/** Makes the sort keys of an index; undefined when it is of an order, a version or flags that cannot be reproduced. */
export function sortKeyMaker(index: IndexDefinition): SortKeyMaker | undefined {
  const { lcMapFlags, sortOrder: order } = index;
  const certainty = order === undefined ? undefined : certaintyOf(order);
  return certainty === undefined || !areSortFlagsKnown(lcMapFlags)
    ? undefined
    : new SortKeyMaker(lcMapFlags, certainty);
}

/** True when keys of Unicode text can be made for this index, of most texts at least. */
export function mayMakeTextKeys(index: IndexDefinition): boolean {
  return index.lcMapFlags === LCMAP_UPPERCASE || sortKeyMaker(index) !== undefined;
}

/** What the catalog row of a new index says: the version that keys are made in here, in both halves, and the sort. */
export const NEW_SORT_VERSION: Uint8Array = Uint8Array.of(0x05, 0x03, 0x06, 0x00, 0x05, 0x03, 0x06, 0x00);
/** `DEFAULT_SORT_ID` as it is stored. */
export const NEW_SORT_ID: Uint8Array = Uint8Array.of(
  ...[0x01, 0x00, 0x00, 0x00, 0xee, 0x57, 0x5c, 0x1e],
  ...[0x00, 0xb4, 0xd0, 0x00, 0x0b, 0xb1, 0xe1, 0x1e],
);
