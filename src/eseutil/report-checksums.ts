// The words of `eseutil /k`: what a checksum scan found, line for line as the original prints it
// (_esefile/checksum.cxx). It measures single reads too; a scan on several threads has nothing to say of them.
import type { ChecksumScanResult } from './checksum-scan.ts';
import type { DamagedPage } from './checksum-tally.ts';
import { bannerLines } from './banner.ts';
import { plainText } from './plain-text.ts';
import { ProgressBar } from './progress-bar.ts';

const NAME_MOST = 64;

/** Everything before the progress bar. */
export function checksumOpening(name: string, logo: boolean): string[] {
  return [
    ...bannerLines(logo),
    'Initiating CHECKSUM mode...',
    `        Database: ${plainText(name)}`,
    '  Temp. Database: none needed',
    '',
    '',
    `File: ${plainText(name).slice(0, NAME_MOST)}`,
    '',
  ];
}

/** The bar of a checksum scan. */
export function checksumBar(): ProgressBar {
  return new ProgressBar('Checksum');
}

/** The numbers after the progress bar. Pages with another page's contents count as bad checksums, as they always did. */
export function checksumSummary(scan: ChecksumScanResult, pageSize: number): string[] {
  const { counts, reads } = scan;
  const megabytes = Math.floor(scan.pagesSeen / ((1024 * 1024) / pageSize));
  const seconds = Math.max(1, Math.floor(scan.elapsedMs / 1000));
  const milliseconds = Math.floor(scan.elapsedMs);
  return [
    '',
    '',
    `${scan.pagesSeen} pages seen`,
    `${counts.bad + counts.unreadable + counts.wrongPageNumber} bad checksums`,
    `${counts.correctable} correctable checksums`,
    `${counts.uninitialized} uninitialized pages`,
    `${counts.wrongPageNumber} wrong page numbers`,
    `0x${scan.dbtimeHighest.toString(16)} highest dbtime (pgno 0x${scan.pgnoDbtimeHighest.toString(16)})`,
    '',
    `${reads} reads performed`,
    `${megabytes} MB read`,
    `${seconds} seconds taken`,
    `${Math.floor(megabytes / seconds)} MB/second`,
    `${milliseconds} milliseconds used`,
    `${reads === 0 ? 0 : Math.floor(milliseconds / reads)} milliseconds per read`,
    '',
  ];
}

/** One damaged page, for standard error. */
export function damagedPageLine(page: DamagedPage): string {
  const name = `page ${page.pgno}${page.pgno <= 0 ? ' (header)' : ''}`;
  switch (page.verdict) {
    case 'correctable': {
      const bits = page.checksum?.bits.join(', ') ?? '';
      return `WARNING: ${name} checksum verification failed but the corruption ( bit ${bits} ) can be corrected`;
    }
    case 'wrong-page-number':
      return `ERROR: ${name} checksum failed: it holds page ${page.checksum?.pgnoActual ?? '?'}`;
    case 'unreadable':
      return `ERROR: ${name} cannot be read`;
    case 'bad':
      return `ERROR: ${name} checksum failed`;
  }
}

/** True when the scan found pages that cannot be used: the original ends with -1206 then. */
export function hasBadChecksums(scan: ChecksumScanResult): boolean {
  const { bad, unreadable, wrongPageNumber } = scan.counts;
  return bad + unreadable + wrongPageNumber > 0 || scan.pagesSeen === 0;
}
