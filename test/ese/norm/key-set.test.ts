import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toHex } from '../../../src/binary/hex.ts';
import { KeySet } from '../../../src/ese/norm/key-set.ts';

describe('KeySet', () => {
  it('tells new keys from old ones, like a Set of texts', () => {
    const set = new KeySet();
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 4, max: 2 }), { maxLength: 300 }), (keys) => {
        set.clear();
        const texts = new Set<string>();
        for (const key of keys) {
          const isNew = !texts.has(toHex(key));
          texts.add(toHex(key));
          expect(set.add(key, key.length)).toBe(isNew);
        }
      }),
    );
  });

  it('grows, and forgets everything when cleared', () => {
    const set = new KeySet();
    const key = new Uint8Array(50);
    const number = (n: number): Uint8Array => {
      new DataView(key.buffer).setUint32(20, n);
      return key;
    };
    for (let n = 0; n < 20_000; n++) set.add(number(n), 50);
    for (let n = 0; n < 20_000; n += 7) expect(set.add(number(n), 50)).toBe(false);
    expect(set.byteLength).toBe(1_000_000);
    set.clear();
    expect(set.byteLength).toBe(0);
    for (let n = 0; n < 100; n++) expect(set.add(number(n), 50)).toBe(true);
  });
});
