import { describe, expect, it } from 'vitest';
import type { ChecksumScanResult } from '../../src/eseutil/checksum-scan.ts';
import { BANNER } from '../../src/eseutil/banner.ts';
import {
  checksumOpening,
  checksumSummary,
  damagedPageLine,
  hasBadChecksums,
} from '../../src/eseutil/report-checksums.ts';

const SCAN: ChecksumScanResult = {
  pagesSeen: 1312,
  counts: {
    good: 1100,
    uninitialized: 203,
    correctable: 2,
    wrongPageNumber: 3,
    bad: 4,
    unreadable: 0,
    withoutChecksum: 0,
  },
  damaged: [],
  dbtimeHighest: 0x6a0cn,
  pgnoDbtimeHighest: 32,
  hasPatchPage: false,
  partialPageBytes: 0,
  reads: 21,
  bytes: 1312 * 4096,
  elapsedMs: 2500.9,
  threads: 1,
};

describe('report of a checksum scan', () => {
  it('opens like the original', () => {
    expect(checksumOpening('a.edb', true)).toEqual([
      '',
      BANNER,
      '',
      'Initiating CHECKSUM mode...',
      '        Database: a.edb',
      '  Temp. Database: none needed',
      '',
      '',
      'File: a.edb',
      '',
    ]);
    expect(checksumOpening(`${'x'.repeat(70)}.edb`, false)[6]).toBe(`File: ${'x'.repeat(64)}`);
  });

  it('sums up like the original', () => {
    expect(checksumSummary(SCAN, 4096)).toEqual([
      '',
      '',
      '1312 pages seen',
      '7 bad checksums',
      '2 correctable checksums',
      '203 uninitialized pages',
      '3 wrong page numbers',
      '0x6a0c highest dbtime (pgno 0x20)',
      '',
      '21 reads performed',
      '5 MB read',
      '2 seconds taken',
      '2 MB/second',
      '2500 milliseconds used',
      '119 milliseconds per read',
      '',
    ]);
    expect(checksumSummary({ ...SCAN, reads: 0, elapsedMs: 3 }, 32768)).toContain('1 seconds taken');
  });

  it('names damaged pages', () => {
    expect(damagedPageLine({ pgno: 7, verdict: 'bad' })).toBe('ERROR: page 7 checksum failed');
    expect(damagedPageLine({ pgno: -1, verdict: 'bad' })).toBe('ERROR: page -1 (header) checksum failed');
    const checksum = { format: 'ecc', stored: [1n], computed: [2n], bits: [16388], verdict: 'correctable' } as const;
    expect(damagedPageLine({ pgno: 807, verdict: 'correctable', checksum })).toBe(
      'WARNING: page 807 checksum verification failed but the corruption ( bit 16388 ) can be corrected',
    );
    const wrong = { ...checksum, verdict: 'wrong-page-number', pgnoActual: 9 } as const;
    expect(damagedPageLine({ pgno: 8, verdict: 'wrong-page-number', checksum: wrong })).toContain('holds page 9');
    expect(damagedPageLine({ pgno: 8, verdict: 'unreadable' })).toBe('ERROR: page 8 cannot be read');
  });

  it('takes correctable pages for no damage', () => {
    const counts = { ...SCAN.counts, wrongPageNumber: 0, bad: 0 };
    expect(hasBadChecksums({ ...SCAN, counts })).toBe(false);
    expect(hasBadChecksums({ ...SCAN, counts: { ...counts, wrongPageNumber: 1 } })).toBe(true);
    expect(hasBadChecksums({ ...SCAN, counts, pagesSeen: 0 })).toBe(true);
  });
});
