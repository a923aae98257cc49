import { describe, expect, it } from 'vitest';
import { fromHex, toHex } from '../../../src/binary/hex.ts';
import { isTextAsciiCut, normaliseTextAscii } from '../../../src/ese/norm/normalise-text-ascii.ts';
import { ascii } from './index-fixture.ts';

function text(value: string, room: number): { hex: string; cut: boolean } {
  const bytes = fromHex('ee' + value);
  const out = new Uint8Array(room + 2).fill(0xee);
  const length = normaliseTextAscii(out, 1, room, bytes, 1, bytes.length);
  expect([out[0], out[length + 1]]).toEqual([0xee, 0xee]);
  return { hex: toHex(out, 1, length + 1), cut: isTextAsciiCut(length, room, bytes, 1, bytes.length) };
}

describe('normaliseTextAscii', () => {
  it('makes a to z capitals, nothing else, and ends with 0', () => {
    expect(text(ascii('aZ`{z09') + 'e4ff', 100)).toEqual({ hex: ascii('AZ`{Z09') + 'e4ff' + '00', cut: false });
  });

  it('stops at the first NUL', () => {
    expect(text('616200' + '6364', 100)).toEqual({ hex: '414200', cut: false });
    expect(text('006364', 100)).toEqual({ hex: '00', cut: false });
  });

  it('fits when there is room for the terminator', () => {
    expect(text(ascii('abc'), 4)).toEqual({ hex: '41424300', cut: false });
  });

  it('lowers the last byte of a cut text by 0x20, letter or not', () => {
    expect(text(ascii('abc'), 3)).toEqual({ hex: '414243', cut: true });
    expect(text(ascii('abCd'), 3)).toEqual({ hex: '4142' + '23', cut: true });
    expect(text(ascii('ab cd'), 3)).toEqual({ hex: '4142' + '00', cut: true });
    expect(text('6162' + '1070', 3)).toEqual({ hex: '4142' + 'f0', cut: true });
    expect(text(ascii('abc'), 1)).toEqual({ hex: '41', cut: true });
  });

  it('does not call a text cut that ends with a NUL where the room does', () => {
    expect(text('616200' + '6364', 3)).toEqual({ hex: '414200', cut: false });
    expect(text('610062' + '6364', 3)).toEqual({ hex: '4100', cut: false });
  });

  it('writes nothing without room', () => {
    expect(text(ascii('abc'), 0)).toEqual({ hex: '', cut: false });
  });
});
