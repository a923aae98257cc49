// A repair stopped after every single operation, with any part of what was not synced lost: the damaged file or the
// repaired one is always there, whole, and the next run comes to its end.
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { JetError } from '../../../src/errors/jet-error.ts';
import { repairDatabase } from '../../../src/eseutil/repair/repair-database.ts';
import { corpus, describeCorpus } from '../../corpus.ts';
import { CrashDisk, EXTREMES, PowerLost, type Survival } from '../../fault/crash-disk.ts';
import { environment, findingsOf, PATH } from './repair-in-memory.ts';

const same = (a: Uint8Array | undefined, b: Uint8Array): boolean => a !== undefined && Buffer.compare(a, b) === 0;

function damaged(): Uint8Array {
  const bytes = new Uint8Array(readFileSync(corpus('ese/dissect/index.edb')));
  bytes.fill(0xa5, 0, 4096);
  return bytes;
}

/** Numbers that look random and are the same every time. */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

/** Ways to lose a random part of what was not synced. */
function survivals(count: number): Survival[] {
  const random = generator(1);
  return Array.from({ length: count }, () => {
    const likely = random();
    return {
      folder: random(),
      write: (bytes) => (random() < 0.1 ? Math.floor((random() * bytes) / 512) * 512 : random() < likely),
    };
  });
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

  it('at a thousand random instants, with random parts of what was not synced lost', () => {
    const old = new Uint8Array(readFileSync(corpus('engine-made/repair/p4-default-leafflip/before.edb')));
    const counting = new CrashDisk({ [PATH]: old });
    repairDatabase(PATH, {}, {}, environment(counting));
    const fresh = counting.files()[PATH]!;
    const list = counting.readText(`${PATH}.REPAIR.RAW`);
    expect(same(fresh, old)).toBe(false);
    const ways = survivals(1000);
    const due = (number: number): number => Math.floor((number * 1000) / counting.operations);
    const left: Record<string, Uint8Array>[] = [];
    const seen = { old: 0, new: 0 };
    const disk = new CrashDisk({ [PATH]: old });
    disk.afterOperation = (number, name) => {
      for (const survival of ways.splice(0, due(number) - due(number - 1))) {
        const files = disk.allAfterCrash(survival);
        const is = same(files[PATH], old) ? 'old' : same(files[PATH], fresh) ? 'new' : 'broken';
        expect(is, `operation ${number}: ${name}`).not.toBe('broken');
        if (is === 'new') expect(new TextDecoder().decode(files[`${PATH}.REPAIR.RAW`])).toBe(list);
        seen[is as 'old' | 'new']++;
        if ((seen.old + seen.new) % 100 === 0) left.push(files);
      }
    };
    repairDatabase(PATH, {}, {}, environment(disk));
    expect(ways).toEqual([]);
    expect(seen.old).toBeGreaterThan(0);
    expect(seen.new).toBeGreaterThan(0);
    expect(left.length).toBe(10);
    for (const files of left) {
      const again = new CrashDisk(files);
      repairDatabase(PATH, {}, {}, environment(again, 2));
      expect(same(again.files()[PATH], fresh)).toBe(true);
    }
  });

  it('by an error of any operation says so and leaves the database whole', () => {
    const old = damaged();
    const whole = new CrashDisk({ [PATH]: old });
    repairDatabase(PATH, {}, {}, environment(whole));
    const fresh = whole.files()[PATH]!;
    for (let operation = 1; operation <= whole.operations; operation++) {
      const disk = new CrashDisk({ [PATH]: old });
      let failed = '';
      disk.beforeOperation = (number, name) => {
        if (number !== operation) return;
        failed = name;
        throw new JetError('JET_errDiskFull', `${name}: the volume is full`);
      };
      let error: unknown;
      try {
        repairDatabase(PATH, {}, {}, environment(disk));
      } catch (caught) {
        error = caught;
      }
      const bytes = disk.files()[PATH];
      expect(same(bytes, old) || same(bytes, fresh), failed).toBe(true);
      expect(error, failed).toBeInstanceOf(JetError);
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
