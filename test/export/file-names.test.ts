import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fileNames, safeFileName } from '../../src/export/file-names.ts';

describe('file names', () => {
  it('leaves ordinary table names alone', () => {
    for (const name of ['MSysObjects', 'datatable', '{D10CA2FE-6FCF-4F6D-848E-B2E99266FA89}', 'Mailbox 1-23', 'ärger'])
      expect(safeFileName(name)).toBe(name);
  });

  it('replaces what file systems do not take', () => {
    expect(safeFileName('a/b\\c:d*e?f"g<h>i|j')).toBe('a_b_c_d_e_f_g_h_i_j');
    expect(safeFileName('a\0b\nc\x7f')).toBe('a_b_c_');
    expect(safeFileName('')).toBe('_');
    expect(safeFileName('..')).toBe('__');
    expect(safeFileName('../../etc/passwd')).toBe('___.._etc_passwd');
    expect(safeFileName('.hidden')).toBe('_hidden');
    expect(safeFileName('-rf')).toBe('_rf');
    expect(safeFileName('trailing. ')).toBe('trailing__');
  });

  it('avoids the names of Windows devices, with or without an ending', () => {
    for (const name of ['CON', 'nul', 'Com1', 'LPT9', 'aux.tar', 'COM²', 'CONOUT$', 'prn .x'])
      expect(safeFileName(name)).toBe(`_${name}`);
    for (const name of ['CONS', 'COM10', 'nul_', 'LPT']) expect(safeFileName(name)).toBe(name);
  });

  it('keeps names apart that become the same, also where case does not count', () => {
    expect(fileNames(['Table', 'TABLE', 'a/b', 'a?b', 'a_b', 'table~2'])).toEqual([
      'Table',
      'TABLE~2',
      'a_b',
      'a_b~2',
      'a_b~3',
      'table~2~2',
    ]);
    expect(fileNames(['ÿ', 'Ÿ'])).toEqual(['ÿ', 'Ÿ~2']);
  });

  it('is safe and unique for any names', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary', maxLength: 200 })), (names) => {
        const files = fileNames(names);
        expect(new Set(files.map((name) => name.normalize('NFC').toLowerCase())).size).toBe(names.length);
        // eslint-disable-next-line no-control-regex -- that there are none is the point
        for (const file of files) expect(file).toMatch(/^[^. -][^<>:"/\\|?*\x00-\x1f]{0,120}$/);
      }),
    );
  });
});
