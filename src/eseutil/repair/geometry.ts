// Page size and header of a damaged file: from the copy that is good, else from the pages themselves: the size whose
// pages have the right checksums (format 1.1, 1.2).
import { JetError } from '../../errors/jet-error.ts';
import { readDbHeader, type FoundHeader } from '../../ese/header/read-db-header.ts';
import type { ByteSource } from '../../ese/io/byte-source.ts';
import { verifyPage } from '../../ese/page/checksum-page.ts';
import { pageFormat, type PageFormat } from '../../ese/page/page-format.ts';
import { pageOffset } from '../../ese/page/page-reader.ts';

/** What is known of the file before any page was looked at. */
export interface Geometry {
  readonly format: PageFormat;
  /** A header whose checksum is right; undefined when both copies are lost. */
  readonly found: FoundHeader | undefined;
}

const PAGE_SIZES = [4096, 8192, 16384, 32768] as const;
/** Pages looked at for each size. */
const SAMPLES = 400;

function soundPages(source: ByteSource, pageSize: number): number {
  const pgnoLast = Math.floor(source.size / pageSize) - 2;
  const step = Math.max(1, Math.floor(pgnoLast / SAMPLES));
  const bytes = new Uint8Array(pageSize);
  let sound = 0;
  let seen = 0;
  for (let pgno = 1; pgno <= pgnoLast; pgno += step) {
    source.read(pageOffset(pgno, pageSize), bytes);
    const verdict = verifyPage(bytes, 0, pageSize, pgno, pgnoLast);
    if (verdict === 'uninitialized') continue;
    seen++;
    if (verdict === 'good') sound++;
  }
  return seen === 0 ? 0 : sound / seen;
}

/**
 * Finds header and page size.
 * @throws JetError JET_errFileInvalidType when no page size makes sense of the file, JET_errPageSizeMismatch for pages
 * of 2 KB.
 */
export function findGeometry(source: ByteSource): Geometry {
  let found: FoundHeader | undefined;
  try {
    found = readDbHeader(source);
  } catch (error) {
    if (!(error instanceof JetError)) throw error;
  }
  if (found !== undefined && found.used !== 'none') {
    if (found.format.pageSize === 2048)
      throw new JetError('JET_errPageSizeMismatch', `${source.name}: databases with pages of 2 KB cannot be repaired`);
    return { format: found.format, found };
  }
  const scores = PAGE_SIZES.map((size) => ({ size, score: soundPages(source, size) }));
  const best = scores.reduce((a, b) => (b.score > a.score ? b : a));
  if (best.score === 0) {
    throw new JetError(
      'JET_errFileInvalidType',
      `${source.name}: this is no ESE database, or nothing of it is left: neither header is sound, and no page of any size is`,
      { file: source.name },
    );
  }
  return { format: pageFormat(best.size)!, found: undefined };
}
