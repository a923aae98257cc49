import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ProgressBar } from '../../src/eseutil/progress-bar.ts';

describe('ProgressBar', () => {
  it('centres its title over the scale', () => {
    expect(new ProgressBar('Checksum').begin()).toBe(
      [
        '                     Checksum Status (% complete)',
        '',
        '          0    10   20   30   40   50   60   70   80   90  100',
        '          |----|----|----|----|----|----|----|----|----|----|',
        '          ',
      ].join('\n'),
    );
  });

  it('prints a dot for each two percent', () => {
    const bar = new ProgressBar('Scanning');
    expect(bar.advance(1, 100)).toBe('');
    expect(bar.advance(5, 100)).toBe('..');
    expect(bar.advance(5, 100)).toBe('');
    expect(bar.advance(3, 100)).toBe('');
    expect(bar.advance(10, 100)).toBe('...');
  });

  it('always ends with 51 dots', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.integer({ min: -5, max: 200 }), fc.nat(150))), (steps) => {
        const bar = new ProgressBar('Scanning');
        const dots = steps.map(([done, total]) => bar.advance(done, total)).join('') + bar.finish();
        expect(dots).toBe(`${'.'.repeat(51)}\n`);
      }),
    );
  });
});
