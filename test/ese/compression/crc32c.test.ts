// Published check values: the catalogue's "123456789" and RFC 3720 appendix B.4.
import { expect, test } from 'vitest';
import { crc32c } from '../../../src/ese/compression/crc32c.ts';

test('CRC-32C gives the published check values', () => {
  expect(crc32c(new TextEncoder().encode('123456789'))).toBe(0xe3069283);
  expect(crc32c(new Uint8Array(32))).toBe(0x8a9136aa);
  expect(crc32c(new Uint8Array(32).fill(0xff))).toBe(0x62a8ab43);
  expect(crc32c(Uint8Array.from({ length: 32 }, (_, i) => i))).toBe(0x46dd794e);
  expect(crc32c(new Uint8Array(0))).toBe(0);
});

test('CRC-32C of a part is that of the part alone', () => {
  const bytes = Uint8Array.from({ length: 100 }, (_, i) => i * 7);
  expect(crc32c(bytes, 20, 60)).toBe(crc32c(bytes.slice(20, 60)));
});
