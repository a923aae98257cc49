import { describe, expect, it } from 'vitest';
import { guidText } from '../../../src/binary/guid.ts';
import { fromHex, toHex } from '../../../src/binary/hex.ts';
import { u32 } from '../../../src/binary/little-endian.ts';
import { KeyBuilder } from '../../../src/ese/norm/key-builder.ts';
import {
  DEFAULT_SORT_ID,
  mayMakeTextKeys,
  NEW_SORT_ID,
  NEW_SORT_VERSION,
  type SortOrder,
} from '../../../src/ese/norm/sort-order.ts';
import { SORT_WEIGHTS_VERSION } from '../../../src/ese/norm/sort-weights.data.ts';
import { indexOf, keysOf, segment, utf16 } from './index-fixture.ts';

const own: SortOrder = { nlsVersion: SORT_WEIGHTS_VERSION, sortId: DEFAULT_SORT_ID, localeName: 'en-US', lcid: 0 };
const unicode = segment({ coltyp: 12, codePage: 1200 });

/** The key of a text in an index of that order; `+` = only this beginning of it is known. */
function keyOf(text: string, order?: Partial<SortOrder>, lcMapFlags = 0x30401): string {
  const index = indexOf([unicode], { lcMapFlags, sortOrder: { ...own, ...order } });
  return keysOf(index, { 1: utf16(text) }).keys.join();
}

describe('orders of which keys are made', () => {
  it('are those of the version of the table', () => {
    expect(keyOf('ab')).toBe('7f' + '0e020e09' + '0101010100');
    expect(keyOf('\u00e9')).toBe('7f' + '0e21' + '01' + '0e' + '01010100');
    expect(keyOf('\u4e2d')).toBe('7f+');
  });

  it('are those of Windows 8.1 and before the last change of Windows 10, for ASCII', () => {
    for (const nlsVersion of [0x6020d, 0x6020e, 0x6020f]) {
      expect(keyOf('ab', { nlsVersion })).toBe('7f' + '0e020e09' + '0101010100');
      expect(keyOf('\u00e9', { nlsVersion })).toBe('7f+');
    }
  });

  it('are no others', () => {
    for (const nlsVersion of [0, 0x50000, 0x60101, 0x6020c, 0x60304, 0x60306, 0x60400])
      expect(keyOf('ab', { nlsVersion })).toBe('7f+');
    expect(keyOf('ab', { sortId: '00000007-57ee-1e5c-00b4-d0000bb1e11e' })).toBe('7f+');
    expect(keyOf('ab', {}, 0x30401 | 0x8)).toBe('7f+');
  });

  it('go by the locale where no sort is named', () => {
    for (const sortId of ['', '00000000-0000-0000-0000-000000000000']) {
      expect(keyOf('a', { sortId })).toBe('7f0e020101010100');
      expect(keyOf('a', { sortId, localeName: '', lcid: 0x409 })).toBe('7f0e020101010100');
      expect(keyOf('a', { sortId, localeName: 'sv-SE' })).toBe('7f+');
      expect(keyOf('a', { sortId, localeName: '', lcid: 0x41d })).toBe('7f+');
    }
  });

  it('are of none when the catalog names none', () => {
    expect(keysOf(indexOf([unicode]), { 1: utf16('a') }).keys).toEqual(['7f+']);
    expect(mayMakeTextKeys(indexOf([unicode]))).toBe(false);
    expect(mayMakeTextKeys(indexOf([unicode], { lcMapFlags: 0x200 }))).toBe(true);
    expect(mayMakeTextKeys(indexOf([unicode], { sortOrder: own }))).toBe(true);
  });

  it('are what new indexes are said to have', () => {
    expect([u32(NEW_SORT_VERSION, 0), u32(NEW_SORT_VERSION, 4)]).toEqual([SORT_WEIGHTS_VERSION, SORT_WEIGHTS_VERSION]);
    expect(guidText(NEW_SORT_ID, 0).toLowerCase()).toBe(DEFAULT_SORT_ID);
  });
});

describe('a sort key in a key', () => {
  const build = (text: string, changes: Parameters<typeof indexOf>[1]): KeyBuilder => {
    const builder = new KeyBuilder(indexOf([], { sortOrder: own, ...changes }));
    const bytes = fromHex(utf16(text));
    builder.appendValue(unicode, bytes, 0, bytes.length);
    return builder;
  };
  const hex = (builder: KeyBuilder): string => toHex(builder.bytes, 0, builder.length);

  it('is cut at the end of the key, and that is told', () => {
    const cut = build('abc', { keyMost: 6, varSegMac: 6 });
    expect([hex(cut), cut.truncated, cut.exact]).toEqual(['7f0e020e090e', true, true]);
    const fits = build('a', { keyMost: 8, varSegMac: 8 });
    expect([hex(fits), fits.truncated]).toEqual(['7f0e020101010100', false]);
  });

  it('is cut at the end of the segment, which is meant', () => {
    const cut = build('abc', { keyMost: 255, varSegMac: 5 });
    expect([hex(cut), cut.truncated, cut.exact]).toEqual(['7f0e020e09', false, true]);
  });

  it('is made of 256 bytes of text when the key has 255', () => {
    const same = 'a'.repeat(20) + '\0'.repeat(108);
    expect(hex(build(`${same}b`, { keyMost: 255 }))).toBe(hex(build(same, { keyMost: 255 })));
    expect(hex(build(`${same}b`, { keyMost: 256 }))).not.toBe(hex(build(same, { keyMost: 256 })));
  });

  it('is inverted when descending', () => {
    const index = indexOf([{ ...unicode, descending: true }], { sortOrder: own });
    expect(keysOf(index, { 1: utf16('a') }).keys).toEqual(['80f1fdfefefefeff']);
  });
});
