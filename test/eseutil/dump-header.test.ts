// What real files do not show: reseeded and reverted databases, kinds of backups, patch pages, damaged copies.
import { describe, expect, it } from 'vitest';
import { readDbHeader } from '../../src/ese/header/read-db-header.ts';
import { BufferSource } from '../../src/ese/io/buffer-source.ts';
import { xorChecksum } from '../../src/ese/page/checksum-xor.ts';
import { dumpHeader } from '../../src/eseutil/dump-header.ts';
import { PAGE_SIZE, tinyDatabase, tinyHeader } from './tiny-database.ts';

function report(file: Uint8Array, verbose = false): { lines: readonly string[]; usable: boolean } {
  const source = new BufferSource(file, 'tiny.edb');
  return dumpHeader(source, readDbHeader(source), verbose);
}

const lines = (set: (view: DataView) => void): readonly string[] => report(tinyDatabase({}, 2, tinyHeader(set))).lines;

describe('dumpHeader', () => {
  it('shows the primary copy once, and nothing wrong', () => {
    const { lines: shown, usable } = report(tinyDatabase({}, 2));
    expect(usable).toBe(true);
    expect(shown.slice(0, 3)).toEqual(['', 'DATABASE HEADER:', 'Checksum Information:']);
    expect(shown).toContain('            State: Clean Shutdown');
    expect(shown.at(-1)).toBe('');
    expect(shown.filter((line) => line.startsWith('WARNING'))).toEqual([]);
  });

  it('tells of reseeds and patched pages where there were any', () => {
    const shown = lines((view) => {
      view.setUint32(476, 2, true);
      view.setUint32(504, 7, true);
    });
    const at = shown.findIndex((line) => line.startsWith('       OS Version'));
    expect(shown.slice(at + 1, at + 8)).toEqual([
      '     Reseed Count: 2',
      '      Reseed Date: 00/00/1900 00:00:00.000 LOC',
      ' Old Reseed Count: 0',
      '      Patch Count: 0',
      '       Patch Date: 00/00/1900 00:00:00.000 LOC',
      '  Old Patch Count: 7',
      '',
    ]);
  });

  it('tells of reverts', () => {
    const shown = lines((view) => {
      view.setUint32(716, 3, true);
      view.setUint32(736, 44, true);
      view.setInt32(744, 0x1f, true);
    });
    expect(shown).toContain('     Revert Count: 3');
    expect(shown).toContain('Revert Page Count: 44');
    expect(shown).toContain('Last Commit Before Revert: (0x1F,0,0)  ');
  });

  it('names kinds of backups', () => {
    const shown = lines((view) => {
      view.setUint32(152, 5, true);
      view.setUint32(156, 9, true);
      view.setUint32(356, 1, true);
      view.setUint32(360, 77, true);
    });
    expect(shown).toContain('        Log Gen: 5-9 (0x5-0x9) - OSSnapshot');
    expect(shown).toContain('        Log Gen: 0-0 (0x0-0x0) - UNKNOWN');
  });

  it('counts errors, with the date of the last', () => {
    const shown = lines((view) => {
      view.setUint32(400, 4, true);
      view.setUint8(407, 6);
    });
    expect(shown).toContain('    Bad Checksum Error Count: found (4)');
    expect(shown).toContain('Last Bad Checksum Error Date: 00/06/1900 00:00:00.000 LOC');
    const old = lines((view) => {
      view.setUint32(667, 0, true);
    });
    expect(old.some((line) => line.includes('ECC Fix'))).toBe(false);
  });

  it('keeps names from steering the terminal', () => {
    const shown = lines((view) => {
      [0x1b, 0x5b, 0x41].forEach((byte, i) => {
        view.setUint8(36 + i, byte);
      });
    });
    expect(shown.find((line) => line.startsWith('     DB Signature'))).toMatch(/Computer:\\x1b\[A$/);
  });

  it('shows the shadow when the primary is damaged, and says so', () => {
    const file = tinyDatabase({}, 2);
    file[300]! ^= 1;
    const { lines: shown, usable } = report(file);
    expect(usable).toBe(true);
    expect(shown[1]).toBe('DATABASE SHADOW HEADER:');
    expect(shown).toContain('WARNING: primary header and shadow header are not identical.');
    expect(shown).toContain('WARNING: primary header has a checksum error.');
  });

  it('shows both when neither is sound, or on request', () => {
    const file = tinyDatabase({}, 2);
    expect(report(file, true).lines.filter((line) => line.endsWith('HEADER:'))).toHaveLength(2);
    file[300]! ^= 1;
    file[PAGE_SIZE + 301]! ^= 1;
    const { lines: shown, usable } = report(file);
    expect(usable).toBe(false);
    expect(shown.filter((line) => line.endsWith('HEADER:'))).toHaveLength(2);
    expect(shown).toContain('WARNING: shadow header has a checksum error.');
  });
});

describe('patch page', () => {
  const unfinished = tinyHeader((view) => {
    view.setUint32(24, 4711, true);
    view.setInt32(188, 6, true);
    view.setUint32(200, 5, true);
  });

  function withPatchPage(set: (view: DataView) => void): readonly string[] {
    const file = tinyDatabase({}, 3, unfinished);
    const page = file.subarray(4 * PAGE_SIZE);
    const view = new DataView(page.buffer, page.byteOffset, PAGE_SIZE);
    view.setInt32(44, 6, true);
    view.setUint32(56, 5, true);
    view.setUint32(60, 8, true);
    view.setUint32(64, 4711, true);
    set(view);
    view.setUint32(0, xorChecksum(page, 0, PAGE_SIZE), true);
    return report(file).lines;
  }

  it('completes the backup of an unfinished copy', () => {
    const shown = withPatchPage((view) => {
      view.setUint32(120, 6, true);
      view.setUint32(124, 8, true);
      view.setUint32(128, 9, true);
    });
    const at = shown.indexOf('Patch Current Full Backup:');
    expect(shown.slice(at + 1, at + 4)).toEqual([
      '        Log Gen: 5-8 (0x5-0x8)',
      '           Mark: (0x6,0,0)',
      '           Mark: 00/00/1900 00:00:00.000 LOC',
    ]);
    expect(shown).toContain('   Log Required: 6-8 (0x6-0x8)');
    expect(shown).toContain('  Log Committed: 9 (0x9)');
  });

  it('is told to be missing, damaged or of another database', () => {
    expect(
      withPatchPage((view) => {
        view.setUint32(64, 1, true);
      }),
    ).toContain('WARNING: the patch page at the end of the file is that of another database or backup.');
    const file = tinyDatabase({}, 3, unfinished);
    expect(report(file).lines).toContain(
      'WARNING: the patch page at the end of the file is damaged or was never written.',
    );
  });
});
