import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fromHex, toHex } from '../../../src/binary/hex.ts';
import { compressXpress } from '../../../src/ese/compression/compress-xpress.ts';
import { compressionScheme, decompress, decompressedSize } from '../../../src/ese/compression/decompress.ts';
import { compressSevenBit } from '../../../src/ese/compression/seven-bit.ts';
import { corpus, describeCorpus } from '../../corpus.ts';
import { scanCompressedValues } from './compressed-values.ts';
import { Xpress9TestEncoder } from './xpress9-encoder.ts';

const text = new TextEncoder().encode('compress '.repeat(9));
const xpress9 = new Xpress9TestEncoder({ recentCount: 4, shortestMatch: 4, shortestRecentMatch: 2, flat: false });
xpress9.block([...text.subarray(0, 9), { offset: 9, length: 40 }, 114, { offset: 9, length: 31 }]);

const valid = {
  '7bit-ascii': compressSevenBit(text)!,
  '7bit-unicode': compressSevenBit(Uint8Array.from([...text].flatMap((c) => [c, 0])))!,
  xpress: compressXpress(text)!,
  xpress9: xpress9.value(text),
  lz4: fromHex('3851009f' + toHex(text.subarray(0, 9)) + '090030' + '50' + toHex(text.subarray(-5))),
} as const;

describe('decompress', () => {
  test.each(Object.entries(valid))('%s', (scheme, value) => {
    const plain = scheme === '7bit-unicode' ? Uint8Array.from([...text].flatMap((c) => [c, 0])) : text;
    expect(compressionScheme(value)).toBe(scheme);
    expect(decompressedSize(value)).toBe(plain.length);
    expect(decompress(value, plain.length)).toEqual({ ok: true, bytes: plain });
    expect(decompress(value, plain.length - 1)).toMatchObject({
      ok: false,
      scheme,
      unsupported: false,
      reason: expect.stringContaining(`at most ${plain.length - 1} are possible`) as string,
    });
  });

  test.each([
    ['', 'unknown', undefined, false, 'there is no scheme byte'],
    ['00ff', 'none', undefined, false, 'the scheme byte says "not compressed"'],
    ['204c4c', 'scrub', undefined, true, 'the value was scrubbed (overwritten on purpose)'],
    ['30' + '3412' + '00'.repeat(12), 'xpress10', 0x1234, true, 'the XPRESS10 bit stream is not public'],
    ['30' + '3412', 'xpress10', undefined, true, 'the XPRESS10 bit stream is not public'],
    ['40', 'unknown', undefined, false, 'there is no scheme 8'],
    ['ff', 'unknown', undefined, false, 'there is no scheme 31'],
  ])('%s is %s', (hex, scheme, size, unsupported, reason) => {
    const data = fromHex(hex);
    expect(compressionScheme(data)).toBe(scheme);
    expect(decompressedSize(data)).toBe(size);
    expect(decompress(data, 100)).toEqual({ ok: false, scheme, reason, unsupported });
  });

  test('damage never throws and never makes more than the limit', () => {
    const damage = fc.array(fc.tuple(fc.nat({ max: 400 }), fc.nat({ max: 255 })), { minLength: 1, maxLength: 6 });
    const limit = 200;
    fc.assert(
      fc.property(fc.constantFrom(...Object.values(valid)), damage, fc.nat({ max: 400 }), (value, changes, length) => {
        const data = value.slice(0, Math.max(1, value.length - Math.max(0, length - 200)));
        for (const [at, byte] of changes) data[at % data.length] = byte;
        const size = decompressedSize(data);
        const result = decompress(data, limit);
        if (!result.ok) expect(result.reason).not.toBe('');
        else {
          expect(result.bytes.length).toBeLessThanOrEqual(limit);
          expect(size).toBe(result.bytes.length);
        }
      }),
      { numRuns: 3000 },
    );
  });

  test('any bytes after any scheme', () => {
    fc.assert(
      fc.property(fc.nat({ max: 63 }), fc.uint8Array({ maxLength: 80 }), (first, rest) => {
        const result = decompress(Uint8Array.of(first, ...rest), 5000);
        if (result.ok) expect(result.bytes.length).toBeLessThanOrEqual(5000);
      }),
      { numRuns: 3000 },
    );
  });
});

/** Every value in an engine's dump, in hexadecimal. */
function dumpedValues(path: string): Set<string> {
  const values = new Set<string>();
  for (const line of readFileSync(path, 'utf8').split('\n')) {
    if (!line.includes('"row":')) continue;
    const { row } = JSON.parse(line) as { row: Record<string, (string | null)[]> };
    for (const instances of Object.values(row)) {
      for (const value of instances) if (value !== null) values.add(value);
    }
  }
  return values;
}

describeCorpus('real databases', () => {
  const real = (file: string, dumped: string, counts: Record<string, number>) =>
    [file, `engine-made/engine-dumps/${dumped}`, counts] as const;
  const made = (name: string, counts: Record<string, number>) =>
    [`engine-made/build/${name}/test.edb`, `engine-made/build/${name}`, counts] as const;
  test.each([
    real('ese/windows-search/Clean/Windows.edb', 'ese__windows-search__Clean__Windows.edb', {
      '7bit-unicode': 13_371,
      xpress: 7,
    }),
    real('ese/ese_parser/decompress_test.edb', 'ese__ese_parser__decompress_test.edb', {
      '7bit-ascii': 20,
      '7bit-unicode': 10,
    }),
    real('ese/ese_parser/decompress_test2.edb', 'ese__ese_parser__decompress_test2.edb', { xpress: 30 }),
    made('p4-efv9600', { '7bit-ascii': 24, '7bit-unicode': 15, xpress: 118 }),
    made('p16-default', { '7bit-ascii': 42, '7bit-unicode': 27, xpress: 199 }),
  ])('every compressed value of %s becomes a value of the dump', (file, dump, expected) => {
    const scanned = scanCompressedValues(readFileSync(corpus(file)));
    const truth = dumpedValues(corpus(`${dump}/dump.jsonl`));
    const counts: Record<string, number> = {};
    const plainOf = (data: Uint8Array, limit: number): Uint8Array => {
      const result = decompress(data, limit);
      if (!result.ok) throw new Error(result.reason);
      const scheme = compressionScheme(data);
      counts[scheme] = (counts[scheme] ?? 0) + 1;
      // The engine's own packing is reproduced bit by bit; its XPRESS streams are at least equalled in size.
      if (scheme === 'xpress') expect(compressXpress(result.bytes)!.length).toBeLessThanOrEqual(data.length);
      else expect(toHex(compressSevenBit(result.bytes)!)).toBe(toHex(data));
      return result.bytes;
    };
    const unknown = scanned.intrinsic.filter((data) => !truth.has(toHex(plainOf(data, 65_536))));
    for (const { size, chunks } of scanned.longValues) {
      const whole = new Uint8Array(size);
      let at = 0;
      for (const { data, plainSize } of chunks) {
        // A chunk is compressed exactly if it is shorter than what it stands for.
        const plain = data.length < plainSize ? plainOf(data, plainSize) : data;
        expect(plain.length).toBe(plainSize);
        whole.set(plain, at);
        at += plainSize;
      }
      if (!truth.has(toHex(whole))) unknown.push(whole);
    }
    expect(unknown).toEqual([]);
    expect(counts).toEqual(expected);
  });
});
