import { describe, expect, it } from 'vitest';
import { JetError } from '../../src/errors/jet-error.ts';
import { BANNER, bannerLines } from '../../src/eseutil/banner.ts';
import { failureLines, successLines } from '../../src/eseutil/operation-end.ts';

describe('frame of a report', () => {
  it('ends with the line that scripts look for', () => {
    expect(successLines(63)).toEqual(['Operation completed successfully in 0.063 seconds.', '']);
    const error = new JetError('JET_errDatabaseDirtyShutdown', 'a.edb: dirty');
    expect(failureLines(error, 12_345)[0]).toBe(
      'Operation terminated with error -550 (JET_errDatabaseDirtyShutdown, a.edb: dirty) after 12.345 seconds.',
    );
  });

  it('begins with our own banner, or without one', () => {
    expect(bannerLines()).toEqual(['', BANNER, '']);
    expect(bannerLines(false)).toEqual(['']);
    expect(BANNER).not.toMatch(/Microsoft/);
  });
});
