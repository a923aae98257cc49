import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { leftAligned, plainText } from '../../src/eseutil/plain-text.ts';

describe('plainText', () => {
  it('leaves names alone', () => {
    expect(plainText('SystemIndex_1.Properties {Größe} 日本')).toBe('SystemIndex_1.Properties {Größe} 日本');
  });

  it('takes the power from control characters', () => {
    expect(plainText('a\u001b[31mb\nc\u009bd')).toBe('a\\x1b[31mb\\x0ac\\x9bd');
    expect(plainText('x\u202ey\u2028z')).toBe('x\\x202ey\\x2028z');
  });

  it('never lets one through', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(plainText(text)).not.toMatch(/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u);
      }),
    );
  });

  it('fills and cuts to a width', () => {
    expect(leftAligned('ab', 4)).toBe('ab  ');
    expect(leftAligned('abcdef', 4)).toBe('abcd');
    expect(leftAligned('\u0007', 4)).toBe('\\x07');
  });
});
