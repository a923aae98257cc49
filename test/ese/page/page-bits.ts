// Pages to damage: random contents, sealed as one of the kinds a database can have.
import { sealLegacyPage, sealPage } from '../../../src/ese/page/checksum-page.ts';

/** Kinds of pages, by checksum and size. */
export const PAGE_KINDS: readonly { readonly format: 'xor' | 'ecc'; readonly pageSize: number }[] = [
  { format: 'xor', pageSize: 4096 },
  { format: 'xor', pageSize: 8192 },
  { format: 'ecc', pageSize: 2048 },
  { format: 'ecc', pageSize: 4096 },
  { format: 'ecc', pageSize: 8192 },
  { format: 'ecc', pageSize: 16384 },
  { format: 'ecc', pageSize: 32768 },
];

/** A sealed page of pseudo-random bytes. */
export function sealedPage(format: 'xor' | 'ecc', pageSize: number, pgno: number, seed = 1): Uint8Array {
  let state = seed;
  const page = Uint8Array.from({ length: pageSize }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    return state >>> 24;
  });
  (format === 'ecc' ? sealPage : sealLegacyPage)(page, 0, pageSize, pgno);
  return page;
}

/** Flips one bit of a page. */
export function flipBit(page: Uint8Array, bit: number): void {
  page[bit >> 3]! ^= 1 << (bit & 7);
}

/** Byte for byte the same: far quicker than toEqual. */
export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0;
}
