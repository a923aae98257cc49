import { describe, expect, it } from 'vitest';
import { parseDbHeader, type DbHeader } from '../../src/ese/header/db-header.ts';
import { integrityOpening, integrityRefusal, integrityVerdict } from '../../src/eseutil/report-integrity.ts';
import { tinyHeader } from './tiny-database.ts';

const header = (set?: (view: DataView) => void): DbHeader => parseDbHeader(tinyHeader(set));
const inState = (state: number): DbHeader =>
  header((view) => {
    view.setUint32(52, state, true);
  });

describe('report of an integrity check', () => {
  it('opens like the original', () => {
    expect(integrityOpening('a.edb', false)).toEqual([
      '',
      'Initiating INTEGRITY mode...',
      '        Database: a.edb',
      '  Temp. Database: none needed',
      '',
      'Checking database integrity.',
    ]);
  });

  it('checks clean databases only', () => {
    expect(integrityRefusal(inState(3), 'a.edb')).toBeUndefined();
    for (const state of [2, 6, 7, 8]) {
      const refusal = integrityRefusal(inState(state), 'a.edb');
      expect(refusal?.error.code).toBe(-550);
      expect(refusal?.warning[1]).toBe('The database is not up-to-date. This operation may find that');
    }
    for (const state of [0, 1, 4, 5, 99]) {
      const refusal = integrityRefusal(inState(state), 'a.edb');
      expect(refusal?.error.code).toBe(-1206);
      expect(refusal?.warning).toEqual([]);
    }
  });

  it('says when the last full backup was', () => {
    expect(integrityVerdict(true, header())).toEqual(['', '', 'Integrity check successful.', '']);
    expect(integrityVerdict(false, header()).at(-1)).toBe('Integrity check completed.  Database is CORRUPTED!');
    // bkinfoFullPrev.logtimeMark: second, minute, hour, day, month, year - 1900.
    const backedUp = header((view) => {
      [10, 20, 3, 4, 5, 101].forEach((byte, i) => {
        view.setUint8(144 + i, byte);
      });
    });
    expect(integrityVerdict(false, backedUp).at(-1)).toBe(
      'Database is CORRUPTED, the last full backup of this database was on 05/04/2001 03:20:10.000 LOC',
    );
  });
});
