// Column compression (format 6.4; compression.cxx): the first byte of a compressed value or long-value chunk names the
// scheme in its upper five bits.
import { decodeLz4, lz4Size } from './lz4.ts';
import { decodeSevenBit, sevenBitSize } from './seven-bit.ts';
import { decodeXpress, xpressSize } from './xpress.ts';
import { decodeXpress9, xpress9Size } from './xpress9.ts';

/** How a value is compressed. `scrub` marks bytes that were overwritten on purpose. */
export type CompressionScheme =
  'none' | '7bit-ascii' | '7bit-unicode' | 'xpress' | 'scrub' | 'xpress9' | 'xpress10' | 'lz4';

/** Outcome of decompressing one intrinsic value or long-value chunk. */
export type Decompressed =
  | { readonly ok: true; readonly bytes: Uint8Array }
  | {
      readonly ok: false;
      readonly scheme: CompressionScheme | 'unknown';
      /** One clause. */
      readonly reason: string;
      /** True when the value may well be sound, but there is no way to read it. */
      readonly unsupported: boolean;
    };

/** Scheme numbers in use, in order. */
const SCHEMES: readonly CompressionScheme[] = [
  'none',
  '7bit-ascii',
  '7bit-unicode',
  'xpress',
  'scrub',
  'xpress9',
  'xpress10',
  'lz4',
];

const XPRESS10_HEADER_SIZE = 15;

/** The scheme named by the first byte of a compressed value. */
export function compressionScheme(data: Uint8Array): CompressionScheme | 'unknown' {
  return (data.length > 0 ? SCHEMES[data[0]! >> 3] : undefined) ?? 'unknown';
}

/**
 * Decompresses one value or chunk (which must be known to be compressed: nothing in it says so). `limit` is the most
 * bytes it may become; a larger size is refused before anything is allocated. Damage is told in the result, not thrown.
 */
export function decompress(data: Uint8Array, limit: number): Decompressed {
  const scheme = compressionScheme(data);
  const result = decodeScheme(scheme, data, limit);
  if (typeof result !== 'string') return { ok: true, bytes: result };
  return { ok: false, scheme, reason: result, unsupported: scheme === 'scrub' || scheme === 'xpress10' };
}

function decodeScheme(scheme: CompressionScheme | 'unknown', data: Uint8Array, limit: number): Uint8Array | string {
  switch (scheme) {
    case '7bit-unicode':
    case '7bit-ascii':
      return decodeSevenBit(data, limit);
    case 'xpress':
      return decodeXpress(data, limit);
    case 'xpress9':
      return decodeXpress9(data, limit);
    case 'lz4':
      return decodeLz4(data, limit);
    case 'scrub':
      return 'the value was scrubbed (overwritten on purpose)';
    case 'xpress10':
      return 'the XPRESS10 bit stream is not public';
    case 'none':
      return 'the scheme byte says "not compressed"';
    case 'unknown':
      return data.length === 0 ? 'there is no scheme byte' : `there is no scheme ${data[0]! >> 3}`;
  }
}

/**
 * How many bytes `data` would decompress to, where its headers tell; they are not proof. `undefined` where they do not
 * tell or are damaged.
 */
export function decompressedSize(data: Uint8Array): number | undefined {
  switch (compressionScheme(data)) {
    case '7bit-ascii':
    case '7bit-unicode':
      return sevenBitSize(data);
    case 'xpress':
      return xpressSize(data);
    case 'xpress9':
      return xpress9Size(data);
    case 'xpress10':
      // The same place as in LZ4, before two checksums.
      return data.length < XPRESS10_HEADER_SIZE ? undefined : lz4Size(data);
    case 'lz4':
      return lz4Size(data);
    case 'none':
    case 'scrub':
    case 'unknown':
      return undefined;
  }
}
