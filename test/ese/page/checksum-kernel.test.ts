import fc from 'fast-check';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { KernelVerdict } from '../../../src/ese/page/checksum-kernel-code.ts';
import { createChecksumKernel, type ChecksumKernel } from '../../../src/ese/page/checksum-kernel.ts';
import { sealLegacyPage, sealPage, verifyPage } from '../../../src/ese/page/checksum-page.ts';
import { xorChecksum } from '../../../src/ese/page/checksum-xor.ts';
import { flipBit } from './page-bits.ts';

const CAPACITY = 256 * 1024;
const { good, uninitialized, suspect } = KernelVerdict;

/** What a generated page is: its contents, how it is sealed, which bits are flipped afterwards. */
interface PageRecipe {
  readonly seed: number;
  readonly kind: 'ecc' | 'legacy' | 'zero' | 'almost zero' | 'unsealed';
  readonly misplaced: boolean;
  readonly flips: readonly number[];
}

const recipe: fc.Arbitrary<PageRecipe> = fc.record({
  seed: fc.nat(),
  kind: fc.constantFrom('ecc', 'ecc', 'legacy', 'zero', 'almost zero', 'unsealed'),
  misplaced: fc.constantFrom(false, false, false, true),
  flips: fc.oneof({ weight: 3, arbitrary: fc.constant([]) }, fc.array(fc.nat(), { maxLength: 3 })),
});

function bake(page: Uint8Array, { seed, kind, misplaced, flips }: PageRecipe, pgno: number): void {
  let state = seed | 0;
  page.fill(0);
  if (kind === 'almost zero') page[seed % page.length] = 1;
  if (kind === 'zero' || kind === 'almost zero') return;
  for (let i = 0; i < page.length; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    page[i] = state >>> 24;
  }
  const sealedFor = misplaced ? pgno + 1 : pgno;
  if (kind === 'ecc') sealPage(page, 0, page.length, sealedFor);
  if (kind === 'legacy' && page.length <= 8192) sealLegacyPage(page, 0, page.length, sealedFor);
  if (kind === 'legacy' && page.length > 8192) sealLargeLegacyPage(page, sealedFor);
  for (const flip of flips) flipBit(page, flip % (page.length * 8));
}

/** A page that is never written, but that the engine takes. */
function sealLargeLegacyPage(page: Uint8Array, pgno: number): void {
  const view = new DataView(page.buffer, page.byteOffset);
  page[37]! &= ~0x20;
  page.fill(0, 40, 64);
  view.setUint32(4, pgno, true);
  view.setUint32(0, xorChecksum(page, 0, page.length), true);
}

/** All that `verify` gives back. */
function results(kernel: ChecksumKernel, count: number, pageSize: number, pgnoFirst: number): unknown {
  const suspects = kernel.verify(count, pageSize, pgnoFirst);
  const verdicts = [...kernel.verdicts.subarray(0, count)];
  return { suspects, verdicts, dbtime: kernel.dbtimeHighest, pgno: kernel.pgnoDbtimeHighest };
}

test('this machine has the fast kernel, and the plain one on demand', () => {
  expect(createChecksumKernel(CAPACITY).kind).toBe('wasm');
  expect(createChecksumKernel(CAPACITY, 'plain').kind).toBe('plain');
});

test('both kernels and verifyPage agree on pages of every kind', () => {
  const wasm = createChecksumKernel(CAPACITY, 'wasm');
  const plain = createChecksumKernel(CAPACITY, 'plain');
  const cases = fc.record({
    pageSize: fc.constantFrom(2048, 4096, 8192, 16384, 32768),
    pgnoFirst: fc.oneof(fc.nat(1000), fc.integer({ min: 0x7fe00000, max: 0x7fefff00 })),
    recipes: fc.array(recipe, { minLength: 1, maxLength: 7 }),
  });
  fc.assert(
    fc.property(cases, ({ pageSize, pgnoFirst, recipes }) => {
      recipes.forEach((each, i) => {
        bake(plain.pages.subarray(i * pageSize, (i + 1) * pageSize), each, pgnoFirst + i);
      });
      wasm.pages.set(plain.pages.subarray(0, recipes.length * pageSize));
      const found = results(wasm, recipes.length, pageSize, pgnoFirst);
      expect(found).toEqual(results(plain, recipes.length, pageSize, pgnoFirst));
      recipes.forEach((_, i) => {
        const verdict = verifyPage(wasm.pages, i * pageSize, pageSize, pgnoFirst + i);
        const expected = verdict === 'good' ? good : verdict === 'uninitialized' ? uninitialized : suspect;
        expect(wasm.verdicts[i]).toBe(expected);
      });
    }),
    { numRuns: 400 },
  );
});

describe.each(['wasm', 'plain'] as const)('the %s kernel', (kind) => {
  const kernel = createChecksumKernel(CAPACITY, kind);

  function put(page: number, dbtime: bigint, pgno: number, size = 4096): void {
    const view = new DataView(kernel.pages.buffer, kernel.pages.byteOffset);
    kernel.pages.fill(page + 1, page * size, (page + 1) * size);
    view.setBigUint64(page * size + 8, dbtime, true);
    sealPage(kernel.pages, page * size, size, pgno);
  }

  test('sees every flipped bit of a page', () => {
    for (const pageSize of [4096, 32768]) {
      put(0, 5n, 1, pageSize);
      expect(kernel.verify(1, pageSize, 1)).toBe(0);
      for (let bit = 0; bit < pageSize * 8; bit += kind === 'wasm' ? 1 : 37) {
        flipBit(kernel.pages, bit);
        if (kernel.verify(1, pageSize, 1) !== 1) expect(bit).toBe('seen');
        flipBit(kernel.pages, bit);
      }
    }
  });

  test('finds the highest dbtime of good pages, unsigned, and the first page that has it', () => {
    put(0, 7n, 10);
    put(1, 0xfffffffffffffffdn, 11);
    put(2, 0xfffffffffffffffen, 99);
    put(3, 0xfffffffffffffffdn, 13);
    expect(kernel.verify(4, 4096, 10)).toBe(1);
    expect(kernel.dbtimeHighest).toBe(0xfffffffffffffffdn);
    expect(kernel.pgnoDbtimeHighest).toBe(11);
    expect([...kernel.verdicts.subarray(0, 4)]).toEqual([good, good, suspect, good]);
    expect(kernel.verify(1, 4096, 10)).toBe(0);
    expect([kernel.dbtimeHighest, kernel.pgnoDbtimeHighest]).toEqual([7n, 10]);
    expect(kernel.verify(1, 4096, 20)).toBe(1);
    expect([kernel.dbtimeHighest, kernel.pgnoDbtimeHighest]).toEqual([0n, 0]);
    expect(kernel.verify(0, 4096, 20)).toBe(0);
  });

  test('fills its buffer to the last page, and refuses more', () => {
    for (const pageSize of [4096, 8192, 16384, 32768]) {
      const count = CAPACITY / pageSize;
      for (let i = 0; i < count; i++) put(i, BigInt(i + 1), i + 1, pageSize);
      expect(kernel.verify(count, pageSize, 1)).toBe(0);
      expect([kernel.dbtimeHighest, kernel.pgnoDbtimeHighest]).toEqual([BigInt(count), count]);
      expect(() => kernel.verify(count + 1, pageSize, 1)).toThrow(RangeError);
    }
    expect(() => kernel.verify(1, 1000, 1)).toThrow(RangeError);
    expect(() => kernel.verify(-1, 4096, 1)).toThrow(RangeError);
  });

  test('changes no page', () => {
    put(0, 1n, 1);
    put(1, 1n, 5);
    const before = kernel.pages.slice();
    kernel.verify(2, 4096, 1);
    expect(Buffer.compare(before, kernel.pages)).toBe(0);
  });
});

describe('without WebAssembly', () => {
  afterEach(() => {
    vi.unstubAllGlobals();
  });

  test('falls back to plain code, unless the fast kernel is demanded', () => {
    vi.stubGlobal('WebAssembly', undefined);
    expect(createChecksumKernel(CAPACITY).kind).toBe('plain');
    expect(() => createChecksumKernel(CAPACITY, 'wasm')).toThrow();
  });

  test('falls back where compiling is forbidden', () => {
    vi.spyOn(WebAssembly, 'Module').mockImplementation(function () {
      throw new WebAssembly.CompileError('forbidden by policy');
    });
    expect(createChecksumKernel(CAPACITY).kind).toBe('plain');
    vi.restoreAllMocks();
  });
});
