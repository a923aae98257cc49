// Defragmentation stopped after every single operation, with any part of what was not synced lost: the old file or the
// new one is always there, whole, and the next run comes to its end.
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { JetError } from '../../src/errors/jet-error.ts';
import { Database } from '../../src/ese/database.ts';
import { BufferSource } from '../../src/ese/io/buffer-source.ts';
import type { LockEnvironment } from '../../src/ese/io/lock-file.ts';
import { checkDatabase } from '../../src/eseutil/check.ts';
import { defragment, type DefragEnvironment, type DefragOptions } from '../../src/eseutil/defrag.ts';
import { corpus, describeCorpus } from '../corpus.ts';
import { CrashDisk, EXTREMES, PowerLost, type Survival } from '../fault/crash-disk.ts';

const PATH = '/data/db.edb';
const NOW = new Date('2020-01-01T00:00:00Z');

/** A process of its own: those with other numbers are dead. The clock is long after anything was written. */
function environment(layer: CrashDisk, pid: number): DefragEnvironment {
  const lock: LockEnvironment = {
    pid,
    host: 'here',
    bootId: 'one',
    isAlive: (other) => other === pid,
    nowMs: () => NOW.getTime(),
  };
  return { layer, lock, now: () => NOW, random: () => 7 };
}

const run = (disk: CrashDisk, pid: number, options: DefragOptions = {}): unknown =>
  defragment(PATH, options, {}, environment(disk, pid));

const same = (a: Uint8Array | undefined, b: Uint8Array): boolean =>
  a !== undefined && a.length === b.length && Buffer.compare(a, b) === 0;

/** What a run makes of the database; sound by the check. */
function defragmented(old: Uint8Array): { bytes: Uint8Array; operations: number } {
  const disk = new CrashDisk({ [PATH]: old });
  run(disk, 1);
  expect(disk.names()).toEqual([PATH]);
  const bytes = disk.files()[PATH]!;
  expect(checkDatabase(new Database(new BufferSource(bytes))).ok).toBe(true);
  return { bytes, operations: disk.operations };
}

function crashAfter(old: Uint8Array, operation: number, options: DefragOptions = {}): CrashDisk {
  const disk = new CrashDisk({ [PATH]: old, '/data/db.jfm': new Uint8Array(16) });
  disk.beforeOperation = (number) => {
    if (number > operation) throw new PowerLost();
  };
  expect(() => run(disk, 1, options)).toThrow(PowerLost);
  return disk;
}

/** Numbers that look random and are the same every time. */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

describeCorpus('a defragmentation that is stopped', () => {
  const small = (): Uint8Array => readFileSync(corpus('ese/dissect/index.edb'));

  it('after any operation leaves the old file or the new one, and the next run succeeds', () => {
    const old = small();
    const { bytes: fresh } = defragmented(old);
    let states = 0;
    for (let operation = 0; ; operation++) {
      let disk: CrashDisk;
      try {
        disk = crashAfter(old, operation);
      } catch (error) {
        // The run came to its end: every operation was the last one once.
        expect(String(error)).toContain('to throw');
        expect(operation).toBeGreaterThan(10);
        break;
      }
      for (const [name, survival] of Object.entries(EXTREMES)) {
        states++;
        const left = disk.allAfterCrash(survival);
        const is = same(left[PATH], old) ? 'old' : same(left[PATH], fresh) ? 'new' : 'broken';
        expect(is, `operation ${operation}, ${name}`).not.toBe('broken');
        const again = new CrashDisk(left);
        run(again, 2);
        // What a crash leaves of a file whose name is not even known to the lock would be someone else's.
        expect(
          again.names().filter((file) => !/\.lck/.test(file) || again.readText(file) !== ''),
          `operation ${operation}, ${name}`,
        ).toEqual(expect.arrayContaining([PATH]));
        expect(same(again.files()[PATH], defragmented(left[PATH]!).bytes)).toBe(true);
      }
    }
    expect(states).toBeGreaterThan(40);
  });

  it('leaves nothing behind after the next run', () => {
    const old = small();
    const { operations } = defragmented(old);
    for (let operation = 0; operation < operations; operation++) {
      const disk = crashAfter(old, operation);
      const again = new CrashDisk(disk.allAfterCrash(EXTREMES['all']!));
      run(again, 2);
      expect(again.names(), `operation ${operation}`).toEqual([PATH]);
    }
  });

  it('at a thousand random instants, with random parts of what was not synced lost', () => {
    const old = readFileSync(corpus('engine-made/build/p4-default/test.edb'));
    const { bytes: fresh } = defragmented(old);
    const random = generator(1);
    const survivals: Survival[] = Array.from({ length: 1000 }, () => {
      const likely = random();
      return {
        folder: random(),
        write: (bytes) => (random() < 0.1 ? Math.floor((random() * bytes) / 512) * 512 : random() < likely),
      };
    });
    const counting = new CrashDisk({ [PATH]: old });
    run(counting, 1);
    const perOperation = Math.ceil(survivals.length / counting.operations);
    const disk = new CrashDisk({ [PATH]: old });
    const left: Record<string, Uint8Array>[] = [];
    const seen = { old: 0, new: 0 };
    disk.afterOperation = (number, name) => {
      for (const survival of survivals.splice(0, perOperation)) {
        const bytes = disk.afterCrash(PATH, survival);
        const is = same(bytes, old) ? 'old' : same(bytes, fresh) ? 'new' : 'broken';
        expect(is, `operation ${number}: ${name}`).not.toBe('broken');
        seen[is as 'old' | 'new']++;
        if ((seen.old + seen.new) % 100 === 0) left.push(disk.allAfterCrash(survival));
      }
    };
    run(disk, 1);
    expect(survivals).toEqual([]);
    expect(seen.old).toBeGreaterThan(0);
    expect(seen.new).toBeGreaterThan(0);
    expect(left.length).toBe(10);
    for (const files of left) {
      const again = new CrashDisk(files);
      run(again, 2);
      expect(checkDatabase(new Database(new BufferSource(again.files()[PATH]!))).ok).toBe(true);
    }
  });

  it('by an error of any operation says so and leaves the database whole', () => {
    const old = small();
    const { bytes: fresh, operations } = defragmented(old);
    for (let operation = 1; operation <= operations; operation++) {
      const disk = new CrashDisk({ [PATH]: old });
      let failed = '';
      disk.beforeOperation = (number, name) => {
        if (number !== operation) return;
        failed = name;
        throw new JetError('JET_errDiskFull', `${name}: the volume is full`);
      };
      let error: unknown;
      try {
        run(disk, 1);
      } catch (caught) {
        error = caught;
      }
      const bytes = disk.files()[PATH];
      expect(same(bytes, old) || same(bytes, fresh), failed).toBe(true);
      expect(error, failed).toBeInstanceOf(JetError);
      // The one file that could not be removed may stay.
      const most = failed.startsWith('unlink') ? 2 : 1;
      expect(disk.names().length, `${operation} ${failed}: ${disk.names().join()}`).toBeLessThanOrEqual(most);
    }
  });
});
