// Names of logs.
import { expect, it } from 'vitest';
import { archivedLogName, arrangeLogs, guessBases, parseLogName } from '../../../src/ese/log/log-set.ts';

it('knows what each name is', () => {
  const kinds = (name: string, base: string): unknown => {
    const found = parseLogName(name, base);
    return found === undefined ? undefined : [found.kind, found.generation, found.digits];
  };
  expect(kinds('E00.log', 'E00')).toEqual(['current', undefined, undefined]);
  expect(kinds('e00.LOG', 'E00')).toEqual(['current', undefined, undefined]);
  expect(kinds('E0000001.log', 'E00')).toEqual(['archived', 1, 5]);
  expect(kinds('E000000001A.log', 'E00')).toEqual(['archived', 0x1a, 8]);
  expect(kinds('E000000001A.jtx', 'E00')).toEqual(['archived', 0x1a, 8]);
  expect(kinds('E00tmp.log', 'E00')).toEqual(['temporary', undefined, undefined]);
  expect(kinds('E00res00001.jrs', 'E00')).toEqual(['reserve', undefined, undefined]);
  expect(kinds('res2.log', 'E00')).toEqual(['reserve', undefined, undefined]);
  expect(kinds('E00.chk', 'E00')).toEqual(['checkpoint', undefined, undefined]);
  expect(kinds('E00.jcp', 'E00')).toEqual(['checkpoint', undefined, undefined]);
  for (const name of ['E01.log', 'E00000.log', 'E0000000.log', 'E00.edb', 'E0000001.txt', 'E00FFFFFFFF.log', 'x', '']) {
    expect([name, kinds(name, 'E00')]).toEqual([name, undefined]);
  }
});

it('makes names', () => {
  expect(archivedLogName('E00', 0x1a, 'log')).toBe('E000001A.log');
  expect(archivedLogName('edb', 0x1a, 'jtx', 8)).toBe('edb0000001A.jtx');
  expect(archivedLogName('edb', 0x100000, 'log')).toBe('edb00100000.log');
});

it('arranges a folder, with its gaps and two widths of names', () => {
  const names = [
    'edb.log',
    'edb0000A.log',
    'edb00001.log',
    'edb00000002.log',
    'edb00005.log',
    'EDB00006.LOG',
    'edb00000006.log',
    'edbtmp.log',
    'edbres00001.jrs',
    'edbres00002.jrs',
    'edb.chk',
    'priv1.edb',
  ];
  const set = arrangeLogs(names, 'edb');
  expect(set).toMatchObject({
    base: 'edb',
    extension: 'log',
    current: 'edb.log',
    temporary: 'edbtmp.log',
    reserves: ['edbres00001.jrs', 'edbres00002.jrs'],
    checkpoint: 'edb.chk',
    gaps: [
      { first: 3, last: 4 },
      { first: 7, last: 9 },
    ],
  });
  expect(set.archived.map(({ generation }) => generation)).toEqual([1, 2, 5, 6, 10]);
  expect(set.surplus).toHaveLength(1);
});

it('takes the newer extension where there are two', () => {
  const set = arrangeLogs(['E00.jtx', 'E0000001.log', 'E0000002.jtx'], 'E00');
  expect(set).toMatchObject({ extension: 'jtx', current: 'E00.jtx', surplus: ['E0000001.log'] });
  expect(set.archived.map(({ name }) => name)).toEqual(['E0000002.jtx']);
  expect(arrangeLogs([], 'E00')).toEqual({
    base: 'E00',
    extension: 'log',
    archived: [],
    reserves: [],
    gaps: [],
    surplus: [],
  });
});

it('guesses base names', () => {
  expect(guessBases(['E01.log', 'E00.log', 'E0000001.log', 'E00.chk', 'res1.log', 'notes.log', 'ab'])).toEqual([
    'E00',
    'E01',
  ]);
  expect(guessBases(['SRU.log', 'sru00001.log', 'SRU.chk'])).toEqual(['SRU']);
  expect(guessBases([])).toEqual([]);
});
