// A repair stopped after every single operation, with any part of what was not synced lost: the damaged file or the
// repaired one is always there, whole, and the next run comes to its end.
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { repairDatabase } from '../../../src/eseutil/repair/repair-database.ts';
import { corpus, describeCorpus } from '../../corpus.ts';
import { CrashDisk, EXTREMES, PowerLost } from '../../fault/crash-disk.ts';
import { environment, findingsOf, PATH } from './repair-in-memory.ts';

const same = (a: Uint8Array | undefined, b: Uint8Array): boolean => a !== undefined && Buffer.compare(a, b) === 0;

function damaged(): Uint8Array {
  const bytes = new Uint8Array(readFileSync(corpus('ese/dissect/index.edb')));
  bytes.fill(0xa5, 0, 4096);
  return bytes;
}

describeCorpus('a repair that is stopped', () => {
  it('after any operation leaves the old file or the new one, and the next run succeeds', () => {
    const old = damaged();
    const whole = new CrashDisk({ [PATH]: old });
    repairDatabase(PATH, {}, {}, environment(whole));
    const fresh = whole.files()[PATH]!;
    expect(findingsOf(fresh)).toEqual([]);
    expect(whole.names()).toEqual([PATH, `${PATH}.REPAIR.RAW`]);
    expect(whole.operations).toBeGreaterThan(10);
    for (let operation = 0; operation < whole.operations; operation++) {
      const disk = new CrashDisk({ [PATH]: old });
      disk.beforeOperation = (number) => {
        if (number > operation) throw new PowerLost();
      };
      expect(() => repairDatabase(PATH, {}, {}, environment(disk))).toThrow(PowerLost);
      for (const [name, survival] of Object.entries(EXTREMES)) {
        const left = disk.allAfterCrash(survival);
        const is = same(left[PATH], old) ? 'old' : same(left[PATH], fresh) ? 'new' : 'broken';
        expect(is, `operation ${operation}, ${name}`).not.toBe('broken');
        const again = new CrashDisk(left);
        repairDatabase(PATH, {}, {}, environment(again, 2));
        expect(same(again.files()[PATH], fresh), `operation ${operation}, ${name}`).toBe(true);
      }
    }
  });

  it('by the caller takes away what it made', () => {
    const disk = new CrashDisk({ [PATH]: damaged() });
    let asked = 0;
    const isStopped = (): boolean => ++asked > 4;
    expect(() => repairDatabase(PATH, {}, { isStopped }, environment(disk))).toThrow('interrupted');
    expect(disk.names()).toEqual([PATH]);
  });
});
