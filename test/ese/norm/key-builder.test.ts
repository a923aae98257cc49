import { describe, expect, it } from 'vitest';
import { fromHex, toHex } from '../../../src/binary/hex.ts';
import type { IndexDefinition, KeySegment } from '../../../src/ese/norm/index-definition.ts';
import { KeyBuilder } from '../../../src/ese/norm/key-builder.ts';
import { ascii, indexOf, segment, utf16 } from './index-fixture.ts';

type Appended = readonly [KeySegment, string | null];

function build(index: Partial<IndexDefinition>, ...appended: Appended[]): KeyBuilder {
  const builder = new KeyBuilder(indexOf([], index));
  for (const [to, value] of appended) {
    if (value === null) builder.appendNull(to);
    else builder.appendValue(to, fromHex('eeee' + value + 'ee'), 2, 2 + value.length / 2);
  }
  return builder;
}
const hex = (builder: KeyBuilder): string => toHex(builder.bytes, 0, builder.length);

const long = segment();
const text = segment({ coltyp: 10 });
const binary = segment({ coltyp: 9 });
const unicode = segment({ coltyp: 12, codePage: 1200 });

describe('KeyBuilder', () => {
  it('appends NULL low or high, and zero-length values', () => {
    expect(hex(build({}, [long, null], [text, null], [text, ''], [binary, ''], [unicode, '']))).toBe('0000404040');
    expect(hex(build({ sortNullsHigh: true }, [long, null], [text, '']))).toBe('c040');
  });

  it('takes a zero-length value of a sized type for NULL', () => {
    expect(hex(build({}, [long, '']))).toBe('00');
  });

  it('inverts every byte of a descending segment, prefix included', () => {
    const down = (s: KeySegment): KeySegment => ({ ...s, descending: true });
    expect(hex(build({}, [down(long), '01000000'], [long, '01000000']))).toBe('807ffffffe' + '7f80000001');
    expect(hex(build({}, [down(text), null], [down(text), ''], [down(text), ascii('a')]))).toBe('ff' + 'bf' + '80beff');
    expect(hex(build({}, [down(binary), 'ff']))).toBe('80' + '00ffffffffffffff' + 'fe');
    expect(hex(build({}, [down(unicode), utf16('a')]))).toBe('80');
  });

  it('copies a fixed binary column', () => {
    const fixed = segment({ coltyp: 9, fixed: true, cbMax: 3 });
    expect(hex(build({}, [fixed, '010203'], [binary, '010203']))).toBe('7f010203' + '7f010203000000000003');
    expect(hex(build({ varSegMac: 3 }, [fixed, '010203'], [long, '01000000']))).toBe('7f0102' + '7f80000001');
    const cut = build({ keyMost: 3, varSegMac: 3 }, [fixed, '010203']);
    expect([hex(cut), cut.truncated]).toEqual(['7f0102', true]);
  });

  it('cuts segments of every type at the end of the key', () => {
    for (const [to, value, expected] of [
      [long, '01000000', '7f8000'],
      [text, ascii('abc'), '7f4142'],
      [binary, '0102', '7f0102'],
    ] as const) {
      const builder = build({ keyMost: 6, varSegMac: 6 }, [segment({ coltyp: 3 }), '0100'], [to, value], [long, null]);
      expect(hex(builder)).toBe('7f8001' + expected);
      expect([builder.exact, builder.full, builder.truncated]).toEqual([true, true, true]);
    }
  });

  it('calls a key that just fits not truncated, until something is left out', () => {
    const builder = build({ keyMost: 5, varSegMac: 5 }, [long, '01000000']);
    expect([builder.full, builder.truncated]).toEqual([true, false]);
    builder.appendNull(long);
    expect([hex(builder), builder.truncated]).toEqual(['7f80000001', true]);
    builder.reset();
    expect([builder.length, builder.full, builder.truncated]).toEqual([0, false, false]);
  });

  it('limits text and binary segments to varSegMac, and goes on after them', () => {
    const cut = build({ varSegMac: 4 }, [text, ascii('abcdef')], [long, '01000000'], [binary, '0102030405']);
    expect([hex(cut), cut.truncated]).toEqual(['7f414243' + '7f80000001' + '7f010203', false]);
    expect(hex(build({ varSegMac: 12 }, [binary, '0102030405060708090a']))).toBe(
      '7f' + '0102030405060708' + '09' + '090a',
    );
    expect(hex(build({ varSegMac: 0 }, [text, ascii('abcdef')]))).toBe('7f' + ascii('ABCDEF') + '00');
  });

  it('has room for the prefix of a text alone without calling it cut', () => {
    const builder = build({ keyMost: 6, varSegMac: 6 }, [long, '01000000'], [text, ascii('abc')]);
    expect([hex(builder), builder.truncated]).toEqual(['7f800000017f', false]);
    const sortKey = build({ keyMost: 6, varSegMac: 6 }, [long, '01000000'], [unicode, utf16('abc')]);
    expect([hex(sortKey), sortKey.exact]).toEqual(['7f800000017f', true]);
  });

  it('knows no more than the prefix byte of a Unicode text, and nothing after it', () => {
    const builder = build({}, [long, '01000000'], [unicode, utf16('abc')], [long, '01000000'], [long, null]);
    expect([hex(builder), builder.exact]).toEqual(['7f800000017f', false]);
  });

  it('knows upper-cased Unicode text when that is what the index holds', () => {
    const builder = build({ lcMapFlags: 0x200 }, [unicode, utf16('ab')], [long, '01000000']);
    expect([hex(builder), builder.exact]).toEqual(['7f004100420000' + '7f80000001', true]);
    const cut = build({ lcMapFlags: 0x200, keyMost: 6, varSegMac: 6 }, [unicode, utf16('ab')]);
    expect([hex(cut), cut.exact]).toEqual(['7f', false]);
  });

  it('does not guess the key of a damaged value that is too short for its type', () => {
    const builder = build({}, [long, '0100']);
    expect([hex(builder), builder.exact]).toEqual(['7f', false]);
  });
});
