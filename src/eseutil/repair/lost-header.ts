// The revision of a database whose headers are both lost: the lowest one that has all that its pages show (format 1.4).
import type { RescuedCatalog } from './catalog-rescue.ts';
import type { FileScan } from './file-scan.ts';
import { LeafKind } from './leaf-register.ts';

/** A revision, major and minor. */
export interface Revision {
  readonly major: number;
  readonly minor: number;
}

/**
 * Catalog columns with the first revision that has them, newest first. Newer engines give new databases all columns they
 * know, whatever the revision; the newest here is the revision they use by default.
 */
const COLUMN_EVIDENCE: readonly (readonly [string, Revision])[] = [
  ['LocaleName', { major: 0x14, minor: 0 }],
  ['LVChunkMax', { major: 0x11, minor: 0 }],
  ['SpaceHints', { major: 0x0d, minor: 0 }],
  ['KeyMost', { major: 0x0c, minor: 0 }],
];
const REVISION_ECC: Revision = { major: 0x0b, minor: 0 };
const REVISION_SORTED_TAGGED: Revision = { major: 9, minor: 0 };
const REVISION_OLDEST: Revision = { major: 2, minor: 0 };
const REVISION_LARGE_PAGES: Revision = { major: 0x11, minor: 0 };
const REVISION_ROOT_FIELDS: Revision = { major: 30, minor: 40 };
const REVISION_LONG_LIDS: Revision = { major: 70, minor: 160 };

/** What the pages alone say: enough to read the catalog by. */
export function revisionOfPages(scan: FileScan): Revision {
  const { leaves, pages } = scan;
  const longLids = leaves.objects().some(
    ({ objid, kind }) =>
      kind === LeafKind.LongValue &&
      leaves.of(objid, kind).some((entry) => {
        const key = leaves.key(entry, true);
        return key.length === 12 || (key.length === 8 && (key[0]! & 0x80) !== 0);
      }),
  );
  if (longLids) return REVISION_LONG_LIDS;
  const fields = [...scan.roots.values()].some((roots) => roots.some((root) => root.field?.autoInc !== undefined));
  if (fields) return REVISION_ROOT_FIELDS;
  if (pages.format.extendedHeader) return REVISION_LARGE_PAGES;
  if (scan.eccPages > 0) return REVISION_ECC;
  return scan.sortedTaggedPages > 0 ? REVISION_SORTED_TAGGED : REVISION_OLDEST;
}

/** The same with what the catalog tells. */
export function revisionOfCatalog(pages: Revision, catalog: RescuedCatalog): Revision {
  const names = new Set(
    catalog.rows.filter(({ row }) => row.objidTable === 2 && row.type === 2).map(({ row }) => row.name),
  );
  const evidence = COLUMN_EVIDENCE.find(([name]) => names.has(name))?.[1] ?? REVISION_OLDEST;
  return evidence.major > pages.major ? evidence : pages;
}
