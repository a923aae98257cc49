import { describe, expect, it } from 'vitest';
import { ascii, indexOf, keysOf, segment, utf16 } from './index-fixture.ts';

const long1 = segment({ columnId: 1 });
const long2 = segment({ columnId: 2 });
const multi3 = segment({ columnId: 3, coltyp: 2, tagged: true, multiValued: true });
const multi4 = segment({ columnId: 4, coltyp: 2, tagged: true, multiValued: true });
const unicode5 = segment({ columnId: 5, coltyp: 10, codePage: 1200 });
const text6 = segment({ columnId: 6, coltyp: 10 });
const exact = (...keys: string[]): unknown => ({ known: 'exact', keys });

const [one, two] = ['01000000', '02000000'];
const [key1, key2] = ['7f80000001', '7f80000002'];

describe('IndexKeys: NULL policy', () => {
  const some = { allowAllNulls: false, allowFirstNull: false };
  const none = { ...some, allowSomeNulls: false };

  it('has an entry for every record by default', () => {
    const index = indexOf([long1, long2]);
    expect(keysOf(index, { 1: one, 2: two })).toEqual(exact(key1 + key2));
    expect(keysOf(index, { 2: two })).toEqual(exact('00' + key2));
    expect(keysOf(index, {})).toEqual(exact('0000'));
  });

  it('leaves out keys of NULLs only, or with NULL first, or with any NULL', () => {
    const allNulls = indexOf([long1, long2], { allowAllNulls: false });
    expect(keysOf(allNulls, {})).toEqual(exact());
    expect(keysOf(allNulls, { 2: two })).toEqual(exact('00' + key2));
    const firstNull = indexOf([long1, long2], some);
    expect(keysOf(firstNull, { 2: two })).toEqual(exact());
    expect(keysOf(firstNull, { 1: one })).toEqual(exact(key1 + '00'));
    expect(keysOf(indexOf([long1, long2], none), { 1: one })).toEqual(exact());
    expect(keysOf(indexOf([long1, long2], none), { 1: one, 2: two })).toEqual(exact(key1 + key2));
  });

  it('judges a key with NULL first by that rule alone', () => {
    const odd = indexOf([long1, long2], { allowSomeNulls: false });
    expect(keysOf(odd, { 2: two })).toEqual(exact('00' + key2));
    expect(keysOf(odd, { 1: one })).toEqual(exact());
  });

  it('does not count zero-length values as NULL', () => {
    expect(keysOf(indexOf([text6], none), { 6: '' })).toEqual(exact('40'));
  });

  it('leaves out keys of NULLs when NULL must not be first, even if they are allowed', () => {
    expect(keysOf(indexOf([long1], { allowFirstNull: false }), {})).toEqual(exact());
  });

  it('reports a NULL where none may be', () => {
    const index = indexOf([long1, long2], { ...none, noNullSegments: true });
    expect(keysOf(index, { 1: one })).toEqual({ known: 'refused', keys: [] });
    expect(keysOf(index, { 1: one, 2: two })).toEqual(exact(key1 + key2));
  });

  it('always has an entry in a primary index', () => {
    expect(keysOf(indexOf([long1, long2], { ...none, primary: true }), {})).toEqual(exact('0000'));
    const strict = indexOf([long1], { ...none, primary: true, noNullSegments: true });
    expect(keysOf(strict, {})).toEqual({ known: 'refused', keys: [] });
  });

  it('notes NULLs after the end of a full key', () => {
    const index = indexOf([long1, long2], { keyMost: 5, varSegMac: 5, allowSomeNulls: false });
    expect(keysOf(index, { 1: one, 2: two })).toEqual(exact(key1));
    expect(keysOf(index, { 1: one })).toEqual(exact());
    const tiny = indexOf([long1, long2], { keyMost: 1, varSegMac: 1, allowAllNulls: false });
    expect(keysOf(tiny, { 2: two })).toEqual(exact());
  });
});

describe('IndexKeys: conditions and refusals', () => {
  it('asks every conditional column', () => {
    const index = indexOf([long1], {
      conditional: [
        { columnId: 2, mustBeNull: false },
        { columnId: 3, mustBeNull: true },
      ],
    });
    expect(keysOf(index, { 1: one, 2: two })).toEqual(exact(key1));
    expect(keysOf(index, { 1: one })).toEqual(exact());
    expect(keysOf(index, { 1: one, 2: two, 3: '05' })).toEqual(exact());
    expect(keysOf(index, { 1: one, 2: '' })).toEqual(exact(key1));
  });

  it('reports a key that must not be cut', () => {
    const index = indexOf([long1, text6], { keyMost: 8, varSegMac: 8, disallowTruncation: true });
    expect(keysOf(index, { 1: one, 6: ascii('a') })).toEqual(exact(key1 + '7f4100'));
    expect(keysOf(index, { 1: one, 6: ascii('ab') })).toEqual({ known: 'refused', keys: [] });
  });
});

describe('IndexKeys: multi-valued columns', () => {
  it('has a key for each value, equal ones once', () => {
    const index = indexOf([multi3, long1]);
    expect(keysOf(index, { 1: one, 3: ['09', '05', '09'] })).toEqual(exact('7f09' + key1, '7f05' + key1));
    expect(keysOf(index, { 1: one })).toEqual(exact('00' + key1));
    expect(keysOf(index, {})).toEqual(exact('0000'));
  });

  it('takes the first value of other columns', () => {
    expect(keysOf(indexOf([multi3, multi4]), { 3: ['01', '02'], 4: ['03', '04'] })).toEqual(
      exact('7f017f03', '7f027f03'),
    );
  });

  it('stops at a key the NULL policy leaves out', () => {
    const index = indexOf([multi3, long1], { allowSomeNulls: false });
    expect(keysOf(index, { 3: ['01', '02'] })).toEqual(exact());
  });

  it('combines values in a cross product', () => {
    const index = indexOf([multi3, multi4], { crossProduct: true });
    expect(keysOf(index, { 3: ['01', '02'], 4: ['03', '04'] })).toEqual(
      exact('7f017f03', '7f017f04', '7f027f03', '7f027f04'),
    );
    expect(keysOf(index, { 3: ['01', '02'] })).toEqual(exact('7f0100', '7f0200'));
    expect(keysOf(index, { 4: ['03', '04'] })).toEqual(exact('007f03', '007f04'));
  });

  it('pairs values in a nested table', () => {
    const index = indexOf([multi3, multi4], { nestedTable: true });
    expect(keysOf(index, { 3: ['01', '02'], 4: ['03', '04', '05'] })).toEqual(exact('7f017f03', '7f027f04', '007f05'));
    const strict = indexOf([multi3, multi4], { nestedTable: true, allowSomeNulls: false, allowFirstNull: false });
    expect(keysOf(strict, { 3: ['01', '02'], 4: ['03', '04', '05'] })).toEqual(exact('7f017f03', '7f027f04'));
    expect(keysOf(indexOf([multi3, long1], { nestedTable: true }), { 1: one, 3: ['01', '02'] })).toEqual(
      exact('7f01' + key1, '7f02' + key1),
    );
  });

  it('has no key in an index without columns', () => {
    expect(keysOf(indexOf([]), { 1: one })).toEqual(exact());
  });

  it('finds nothing in a nested table without tagged columns, and one key beside a tagged single value', () => {
    const tagged = segment({ columnId: 2, tagged: true });
    expect(keysOf(indexOf([long1], { nestedTable: true }), { 1: one })).toEqual(exact());
    expect(keysOf(indexOf([tagged], { nestedTable: true }), { 2: two })).toEqual(exact(key2));
    const beside = indexOf([multi3, tagged], { nestedTable: true });
    expect(keysOf(beside, { 2: two, 3: ['01', '02'] })).toEqual(exact('7f01' + key2, '7f02' + key2));
  });

  it('gives up on a record with too many keys', () => {
    const values = Array.from({ length: 1100 }, (_, i) => (i & 0xff).toString(16).padStart(2, '0'));
    const index = indexOf([multi3, multi4], { crossProduct: true });
    const { known, keys } = keysOf(index, { 3: values, 4: values });
    expect([known, keys.length]).toEqual(['too-many', 238 * 256 + 106]);
  });
});

describe('IndexKeys: tuples', () => {
  const tuple = { chLengthMin: 3, chLengthMax: 4, chToIndexMax: 0x7fff, cchIncrement: 1, ichStart: 0 };
  const key = (text: string): string => `7f${ascii(text)}00`;

  it('has a key for each substring, equal ones once', () => {
    expect(keysOf(indexOf([text6], { tuple }), { 6: ascii('abcdef') })).toEqual(
      exact(key('ABCD'), key('BCDE'), key('CDEF'), key('DEF')),
    );
    expect(keysOf(indexOf([text6], { tuple }), { 6: ascii('aaaaaa') })).toEqual(exact(key('AAAA'), key('AAA')));
    expect(keysOf(indexOf([text6], { tuple }), { 6: ascii('ab') })).toEqual(exact());
    expect(keysOf(indexOf([text6], { tuple }), {})).toEqual(exact());
  });

  it('starts, steps and ends where the limits say', () => {
    const limits = { ...tuple, chToIndexMax: 2, cchIncrement: 3, ichStart: 1 };
    expect(keysOf(indexOf([text6], { tuple: limits }), { 6: ascii('abcdefghijklm') })).toEqual(
      exact(key('BCDE'), key('EFGH')),
    );
    expect(keysOf(indexOf([text6], { tuple: { ...tuple, chToIndexMax: 0 } }), { 6: ascii('abc') })).toEqual(exact());
  });

  it('survives limits that make no sense', () => {
    const limits = { chLengthMin: -1, chLengthMax: -1, chToIndexMax: -1, cchIncrement: 0, ichStart: -5 };
    expect(keysOf(indexOf([text6], { tuple: limits }), { 6: ascii('abc') })).toEqual(exact());
    expect(
      keysOf(indexOf([text6], { tuple: { ...limits, chLengthMin: 0, ichStart: 0 } }), { 6: ascii('abc') }),
    ).toEqual(exact(key('ABC')));
  });

  it('repeats the other segments in each key', () => {
    const index = indexOf([text6, long1], { tuple, allowSomeNulls: false });
    expect(keysOf(index, { 1: one, 6: ascii('abcd') })).toEqual(exact(key('ABCD') + key1, key('BCD') + key1));
    expect(keysOf(index, { 6: ascii('abcd') })).toEqual(exact());
  });

  it('goes through all values of a multi-valued column', () => {
    const multi = segment({ columnId: 7, coltyp: 10, tagged: true, multiValued: true });
    expect(keysOf(indexOf([multi], { tuple }), { 7: [ascii('abc'), ascii('x'), ascii('def')] })).toEqual(
      exact(key('ABC'), key('DEF')),
    );
  });

  it('has substrings of binary values too', () => {
    const binary = segment({ columnId: 8, coltyp: 9 });
    expect(keysOf(indexOf([binary], { tuple }), { 8: '01020304' })).toEqual(
      exact('7f010203040000000004', '7f020304000000000003'),
    );
  });
});

describe('IndexKeys: Unicode text', () => {
  it('gives the known beginning of the key and says so', () => {
    const index = indexOf([long1, unicode5, long2]);
    expect(keysOf(index, { 1: one, 2: two, 5: utf16('abc') })).toEqual({ known: 'prefixes', keys: [key1 + '7f+'] });
    expect(keysOf(index, { 1: one, 2: two })).toEqual(exact(key1 + '00' + key2));
    expect(keysOf(index, { 1: one, 2: two, 5: '' })).toEqual(exact(key1 + '40' + key2));
  });

  it('knows from the NULLs alone whether there is an entry', () => {
    const index = indexOf([unicode5, long1], { allowSomeNulls: false });
    expect(keysOf(index, { 5: utf16('abc') })).toEqual(exact());
    expect(keysOf(index, { 1: one, 5: utf16('abc') })).toEqual({ known: 'prefixes', keys: ['7f+'] });
  });

  it('emits one prefix for each value or substring that may have an entry', () => {
    const multi = segment({ columnId: 7, coltyp: 12, codePage: 1200, tagged: true, multiValued: true });
    expect(keysOf(indexOf([multi]), { 7: [utf16('a'), '', utf16('b')] })).toEqual({
      known: 'prefixes',
      keys: ['7f+', '40', '7f+'],
    });
    const tuple = { chLengthMin: 3, chLengthMax: 10, chToIndexMax: 100, cchIncrement: 1, ichStart: 0 };
    expect(keysOf(indexOf([unicode5], { tuple }), { 5: utf16('abcde') }).keys).toEqual(['7f+', '7f+', '7f+']);
  });
});
