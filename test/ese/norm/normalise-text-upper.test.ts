import { describe, expect, it } from 'vitest';
import { fromHex, toHex } from '../../../src/binary/hex.ts';
import { normaliseTextUpper } from '../../../src/ese/norm/normalise-text-upper.ts';
import { utf16 } from './index-fixture.ts';

function upper(text: string, room = 200): string | undefined {
  const bytes = fromHex(utf16(text));
  const out = new Uint8Array(200);
  const length = normaliseTextUpper(out, 0, room, bytes, 0, bytes.length);
  return length < 0 ? undefined : toHex(out, 0, length);
}

describe('normaliseTextUpper', () => {
  it('writes capitals big-endian and two zeros', () => {
    expect(upper('aB\u00e9')).toBe('0041' + '0042' + '00c9' + '0000');
    expect(upper('\u0431\u03c9\u4e2d')).toBe('0411' + '03a9' + '4e2d' + '0000');
    expect(upper('\u00ff\u00df\u00f7')).toBe('0178' + '00df' + '00f7' + '0000');
  });

  it('says nothing about characters whose capital is disputed', () => {
    for (const c of ['\u00b5', '\u0131', '\u017f', '\u10d0', '\u1f80', '\u01c5']) {
      expect([c, upper(`a${c}`)]).toEqual([c, undefined]);
    }
  });

  it('says nothing about text that does not fit', () => {
    expect(upper('abc', 8)).toBe('0041004200430000');
    expect(upper('abc', 7)).toBeUndefined();
    expect(upper('', 7)).toBeUndefined();
  });
});
