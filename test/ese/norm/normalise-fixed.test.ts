import { describe, expect, it } from 'vitest';
import { fromHex, toHex } from '../../../src/binary/hex.ts';
import { normaliseFixed } from '../../../src/ese/norm/normalise-fixed.ts';

function key(coltyp: number, stored: string, dotNetGuid = false): string {
  const out = new Uint8Array(20).fill(0xee);
  const length = normaliseFixed(out, 1, coltyp, dotNetGuid, fromHex('aa' + stored), 1);
  expect(out[0]).toBe(0xee);
  expect(out[length + 1]).toBe(0xee);
  return toHex(out, 1, length + 1);
}

describe('normaliseFixed', () => {
  // Stored value and key; `engine` marks pairs taken from a database the engine wrote.
  it.each([
    ['Bit false', 1, '00', '7f00'],
    ['Bit true', 1, 'ff', '7fff'],
    ['Bit true by another byte', 1, '01', '7fff'],
    ['UnsignedByte', 2, 'd7', '7fd7'],
    ['Short 4 (engine)', 3, '0400', '7f8004'],
    ['Short -1', 3, 'ffff', '7f7fff'],
    ['Short least', 3, '0080', '7f0000'],
    ['Long 1 (engine)', 4, '01000000', '7f80000001'],
    ['Long -2', 4, 'feffffff', '7f7ffffffe'],
    ['Long greatest', 4, 'ffffff7f', '7fffffffff'],
    ['Currency (engine)', 5, '0000a01439ef0c00', '7f800cef3914a00000'],
    ['LongLong (engine)', 15, '003665c4ffffffff', '7f7fffffffc4653600'],
    ['UnsignedLong (engine)', 14, '19000000', '7f00000019'],
    ['UnsignedLong, high bit', 14, '000000f0', '7ff0000000'],
    ['UnsignedShort (engine)', 17, 'f399', '7f99f3'],
    ['UnsignedLongLong', 18, '0807060504030281', '7f8102030405060708'],
    ['Single 876.875 (engine)', 6, '00385b44', '7fc45b3800'],
    ['Single -1', 6, '000080bf', '7f407fffff'],
    ['Double 1', 7, '000000000000f03f', '7fbff0000000000000'],
    ['Double -6152.015625 (engine)', 7, '000000000408b8c0', '7f3f47f7fbffffffff'],
    ['Double 0', 7, '0000000000000000', '7f8000000000000000'],
    ['Double -0', 7, '0000000000000080', '7f7fffffffffffffff'],
    ['DateTime (engine)', 8, '4c682fa1e9dae440', '7fc0e4dae9a12f684c'],
  ])('%s', (_, coltyp, stored, expected) => {
    expect(key(coltyp, stored)).toBe(expected);
  });

  it('orders a GUID from its last group, or like .NET from its first', () => {
    expect(key(16, '4fa65ddfec21cea9d8a8ef673406047f')).toBe('7fef673406047fd8a8cea9ec214fa65ddf');
    const stored = '000102030405060708090a0b0c0d0e0f';
    expect(key(16, stored)).toBe('7f0a0b0c0d0e0f08090607040500010203');
    expect(key(16, stored, true)).toBe('7f0302010005040706' + '08090a0b0c0d0e0f');
  });
});
