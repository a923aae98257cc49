import { describe, expect, it } from 'vitest';
import { nearNames } from '../../src/export/near-names.ts';

const NAMES = ['MSysObjects', 'MSysObjectsShadow', 'datatable', 'link_table', 'sd_table', 'hiddentable'];

describe('near names', () => {
  it('finds what was mistyped, in any case, nearest first', () => {
    expect(nearNames('dattable', NAMES)).toEqual(['datatable']);
    expect(nearNames('MSYSOBJECT', NAMES)).toEqual(['MSysObjects', 'MSysObjectsShadow']);
    expect(nearNames('linktable', NAMES)[0]).toBe('link_table');
  });

  it('finds names that contain what was asked for, three at most', () => {
    expect(nearNames('table', NAMES)).toEqual(['datatable', 'link_table', 'sd_table']);
  });

  it('finds nothing where nothing is near', () => {
    expect(nearNames('zzzzzzzz', NAMES)).toEqual([]);
    expect(nearNames('', NAMES)).toEqual([]);
  });
});
