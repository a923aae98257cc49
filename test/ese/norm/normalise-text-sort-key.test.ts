// Golden keys are those that Windows made: they stand in databases of real programs.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromHex, toHex } from '../../../src/binary/hex.ts';
import { compareKeys } from '../../../src/ese/norm/compare-keys.ts';
import { areSortFlagsKnown, SortKeyMaker, type SortCertainty } from '../../../src/ese/norm/normalise-text-sort-key.ts';
import { Script, sortWeights } from '../../../src/ese/norm/sort-weights.ts';
import { utf16 } from './index-fixture.ts';

/** Flags that the engine uses when a program gives none. */
const DEFAULT = 0x30401;
const PLAIN = 0x400;
const ROOM = 4000;

function keyOf(text: string, flags = DEFAULT, certainty: SortCertainty = 'table', room = ROOM): string | undefined {
  const bytes = fromHex(utf16(text));
  const out = new Uint8Array(room);
  const length = new SortKeyMaker(flags, certainty).write(out, 0, room, bytes, 0, bytes.length);
  return length < 0 ? undefined : toHex(out, 0, Math.min(length, room));
}

describe('keys that Windows made', () => {
  it.each([
    ['\0', DEFAULT, '0101010100'],
    ['007.jpg\0', DEFAULT, '0d030d030d2607330e350e7e0e250101010100'],
    ['10.10.10.100\0', DEFAULT, '0d1a0d0307330d1a0d0307330d1a0d0307330d1a0d030d030101010100'],
    [
      'ConsecutiveElFailureCount\0',
      DEFAULT,
      '0e0a0e7c0e700e910e210e0a0e9f0e990e320ea20e210e210e480e230e020e320e480e9f0e8a0e210e0a0e7c0e9f0e700e990101010100',
    ],
    [
      '?UP\\Pictures\\2013-10-19\0',
      DEFAULT,
      '073c0e9f0e7e07410e7e0e320e0a0e990e9f0e8a0e210e9107410d1c0d030d1a0d1e0d1a0d030d1a0d2a01010101ffee8212ffec821200',
    ],
    [
      'Volatility_pslist.mkape',
      0x410,
      '0ea20e7c0e480e020e990e320e480e320e990ea707440e7e0e910e480e320e910e9907330e510e360e020e7e0e210101010100',
    ],
  ])('of %j', (text, flags, key) => {
    expect(keyOf(text, flags, 'ascii')).toBe(key);
  });

  it('of a text with a surrogate pair: no case weights when case and width are ignored', () => {
    const key =
      '0e910e320e510e7e0e480e2107020e9f0e700e320e0a0e7c0e1a0e2107020e990e210ea60e990702b040b686' +
      '0102020202020202020202020202020202020202023f3f01010100';
    expect(keyOf('Simple Unicode text \u{1f98a}', DEFAULT, 'most')).toBe(key);
    expect(keyOf('Simple Unicode text \u{1f98a}')).toBeUndefined();
  });
});

describe('levels', () => {
  it('tell accents and capitals apart after the letters', () => {
    expect(keyOf('ab', PLAIN)).toBe('0e020e09' + '01' + '01' + '01' + '01' + '00');
    expect(keyOf('aB', PLAIN)).toBe('0e020e09' + '01' + '01' + '0212' + '01' + '01' + '00');
    expect(keyOf('\u00e9a', PLAIN)).toBe('0e210e02' + '01' + '0e' + '01' + '01' + '01' + '00');
    expect(keyOf('\u00c9a', PLAIN)).toBe('0e210e02' + '01' + '0e' + '01' + '12' + '01' + '01' + '00');
  });

  it('take an accent by itself for one on the letter before', () => {
    expect(keyOf('e\u0301a', PLAIN)).toBe(keyOf('\u00e9a', PLAIN));
    expect(keyOf('\u0301', PLAIN)!.slice(0, 2)).toBe('01');
  });

  it('leave out what flags ask to ignore', () => {
    expect(keyOf('AB', PLAIN | 0x1)).toBe(keyOf('ab', PLAIN));
    expect(keyOf('\u00e9', PLAIN | 0x2)).toBe(keyOf('e', PLAIN));
    expect(keyOf('\u00e9', PLAIN | 0x20)).toBe(keyOf('e', PLAIN));
    expect(keyOf('AB', PLAIN | 0x10)).toBe(keyOf('ab', PLAIN));
    expect(keyOf('a-b_c', PLAIN | 0x4)).toBe(keyOf('abc', PLAIN));
    expect(keyOf('\uff21', PLAIN | 0x20001)).toBe(keyOf('a', PLAIN));
  });

  it('write characters that stand for two as these two', () => {
    expect(keyOf('\u00e6', PLAIN)!.slice(0, 8)).toBe('0e020e21');
    expect(keyOf('\ufb03', PLAIN)!.slice(0, 12)).toBe(keyOf('ffi', PLAIN)!.slice(0, 12));
  });

  it('count hyphens last, or as symbols in a sort of strings', () => {
    expect(keyOf('co-op', PLAIN)).toBe(keyOf('coop', PLAIN)!.slice(0, -2) + 'fffd8212' + '00');
    expect(keyOf('co-op', PLAIN | 0x1000)).toBe('0e0a0e7c06820e7c0e7e' + '0101010100');
  });
});

describe('what is not certain', () => {
  it('gets no key', () => {
    for (const text of ['\u4e2d', '\u3042', '\u30fc', '\u1100', '\ud83d\ude00'])
      expect([text, keyOf(`a${text}`)]).toEqual([text, undefined]);
    expect(keyOf('a\u00e9', DEFAULT, 'ascii')).toBeUndefined();
    expect(keyOf('a\u1100', DEFAULT, 'most')).toBeUndefined();
  });

  it('does not matter behind the end of the room', () => {
    expect(keyOf('abc\u4e2d', DEFAULT, 'table', 5)).toBe('0e020e090e');
    expect(keyOf('abc\u4e2d', DEFAULT, 'table', 6)).toBeUndefined();
  });

  it('is made all the same when asked for', () => {
    expect(keyOf('\u4e2d', PLAIN, 'most')!.slice(0, 4)).toBe('fdff');
    // Katakana and the small form differ from hiragana of full size in the extra weights only.
    const hiragana = keyOf('\u3042', PLAIN, 'most')!;
    expect(hiragana).toBe('2202' + '01' + '01' + '01' + 'ff' + '02' + 'ff' + 'ff' + '01' + '00');
    expect(keyOf('\u30a2', PLAIN, 'most')).toBe('2202' + '010101' + 'ff' + '02' + 'c4ff' + 'ff' + '01' + '00');
    expect(keyOf('\u3041', PLAIN, 'most')).toBe('2202' + '010101' + 'c4ff' + '02' + 'ff' + 'ff' + '01' + '00');
    expect(keyOf('\u30a2', PLAIN | 0x30000, 'most')).toBe(keyOf('\u3042', PLAIN | 0x30000, 'most'));
    expect(keyOf('\u30fc', PLAIN, 'most')!.slice(0, 6)).toBe('ffff01');
  });

  it('are flags that nobody knows', () => {
    expect([0x400, DEFAULT, 0x31403, 0x410].map(areSortFlagsKnown)).toEqual([true, true, true, true]);
    expect([0, 0x200, 0x30001, 0xc00, 0x408, 0x8000400].map(areSortFlagsKnown)).toEqual(Array(6).fill(false));
  });
});

/** Units that stand in the primary level with two bytes each, in every sort. */
const { units } = sortWeights();
const letters = Array.from({ length: 0x600 }, (_, unit) => unit).filter((unit) => {
  const script = units[unit]! & 0xff;
  return script > Script.Punctuation && script < 160;
});
const words = fc.array(fc.constantFrom(...letters), { maxLength: 30 }).map((list) => String.fromCharCode(...list));
const anyText = fc.string({ unit: 'binary', maxLength: 60 });

/** Order by levels: primary weights, then diacritics, then case, each as far as it goes. */
function byLevels(a: string, b: string): number {
  for (const bits of [[0, 8], [16], [24]]) {
    const level = (text: string): number[] =>
      Array.from(text).flatMap((char) => bits.map((bit) => (units[char.charCodeAt(0)]! >>> bit) & 0xff));
    const [left, right] = [level(a), level(b)];
    for (let i = 0; i < Math.max(left.length, right.length); i++) {
      const least = bits.length === 1 ? 2 : -1;
      const difference = (left[i] ?? least) - (right[i] ?? least);
      if (difference !== 0) return Math.sign(difference);
    }
  }
  return 0;
}

describe('sort keys', () => {
  it('are in the order of their levels', () => {
    fc.assert(
      fc.property(words, words, (a, b) => {
        const [left, right] = [fromHex(keyOf(a, PLAIN)!), fromHex(keyOf(b, PLAIN)!)];
        const order = compareKeys(left, 0, left.length, right, 0, right.length);
        expect(Math.sign(order)).toBe(byLevels(a, b));
      }),
    );
  });

  it('have four separators and an end, and bytes above 1 between them', () => {
    fc.assert(
      fc.property(words, (text) => {
        const key = [...fromHex(keyOf(text)!)];
        expect(key.at(-1)).toBe(0);
        expect(key.slice(0, -1).filter((byte) => byte < 1)).toEqual([]);
        expect(key.filter((byte) => byte === 1)).toHaveLength(4);
      }),
    );
  });

  it('cut short are the beginning of the whole, and nothing is written behind the room', () => {
    const flags = fc.constantFrom(PLAIN, DEFAULT, 0x31403, 0x410, 0x404);
    fc.assert(
      fc.property(anyText, flags, fc.nat({ max: 120 }), (text, lcMapFlags, room) => {
        const bytes = fromHex(utf16(text));
        const whole = keyOf(text, lcMapFlags, 'most');
        const out = new Uint8Array(room + 8).fill(0xee);
        const length = new SortKeyMaker(lcMapFlags, 'most').write(out, 4, room, bytes, 0, bytes.length);
        expect([...out.subarray(0, 4), ...out.subarray(4 + room)]).toEqual(Array(8).fill(0xee));
        if (whole === undefined || length < 0) return;
        expect(toHex(out, 4, 4 + Math.min(length, room))).toBe(whole.slice(0, room * 2));
        expect(length > room).toBe(whole.length / 2 > room);
      }),
    );
  });

  it('are the same from a maker that made others before', () => {
    const maker = new SortKeyMaker(DEFAULT, 'most');
    fc.assert(
      fc.property(anyText, (text) => {
        const bytes = fromHex(utf16(text));
        const out = new Uint8Array(ROOM);
        const length = maker.write(out, 0, ROOM, bytes, 0, bytes.length);
        expect(length < 0 ? undefined : toHex(out, 0, length)).toBe(keyOf(text, DEFAULT, 'most'));
      }),
    );
  });
});
