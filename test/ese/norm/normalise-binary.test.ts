import { describe, expect, it } from 'vitest';
import { fromHex, toHex } from '../../../src/binary/hex.ts';
import { binaryGroupsLength, normaliseBinaryGroups } from '../../../src/ese/norm/normalise-binary.ts';

function groups(value: string, room?: number): string {
  const bytes = fromHex(value);
  const size = Math.min(room ?? Infinity, binaryGroupsLength(bytes.length));
  const out = new Uint8Array(size + 2).fill(0xee);
  normaliseBinaryGroups(out, 1, size, bytes, 0, bytes.length);
  expect([out[0], out[size + 1]]).toEqual([0xee, 0xee]);
  return toHex(out, 1, size + 1);
}

describe('normaliseBinaryGroups', () => {
  it('pads the last group and counts its bytes', () => {
    expect(groups('ab')).toBe('ab0000000000000001');
    expect(groups('01020304050607')).toBe('0102030405060700' + '07');
  });

  it('counts 8 for a full last group and 9 for one with more to come', () => {
    expect(groups('0102030405060708')).toBe('0102030405060708' + '08');
    expect(groups('010203040506070809')).toBe('0102030405060708' + '09' + '0900000000000000' + '01');
  });

  it('fills what room there is, without the count of a group that does not fit', () => {
    const value = '0102030405060708090a';
    expect(groups(value, 9)).toBe('010203040506070809');
    expect(groups(value, 11)).toBe('010203040506070809' + '090a');
    expect(groups(value, 14)).toBe('010203040506070809' + '090a000000');
    expect(groups(value, 17)).toBe('010203040506070809' + '090a000000000000');
    expect(groups(value, 3)).toBe('010203');
    expect(groups(value, 0)).toBe('');
  });
});
