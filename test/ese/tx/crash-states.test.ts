// Crashes at any moment, with writes that got to the disk in any order and in part: what was said to last is there.
import { describe, expect, it } from 'vitest';
import { findings } from '../recovery/dump-comparison.ts';
import { contradiction, crashWork, diskOf, instanceOn, resume, seeded } from './crash-work.ts';
import { NAME } from './instance-files.ts';

const TRANSACTIONS = 500;
/** `npm run soak` asks for more. */
const ROUNDS = Number(process.env['CRASH_ROUNDS'] ?? 120);
const SEED = Number(process.env['CRASH_SEED'] ?? 0);

describe.each([
  { seed: 1, circular: false, sessions: 4 },
  { seed: 2, circular: true, sessions: 1 },
])('crashes of $sessions sessions, circular $circular', ({ seed, circular, sessions }) => {
  it(
    'leave what was committed, and can happen in recovery too',
    async () => {
      const options = { circular, checkpointDepth: 200_000 };
      const work = await crashWork(seed + SEED, sessions, TRANSACTIONS, options);
      const { disk, first } = work;
      expect(disk.changes.filter(({ kind }) => kind === 'rename').length).toBeGreaterThan(4);
      expect(contradiction(work, disk.files().get(NAME)!, disk.changes.length)).toBeUndefined();
      const random = seeded(seed + SEED + 77);
      for (let round = 0; round < ROUNDS; round++) {
        const count = first + Math.floor(random() * (disk.changes.length - first));
        const state = disk.crash(count, random);
        const recovered = resume(state, options);
        const file = recovered.files().get(NAME)!;
        expect(contradiction(work, file, count), `round ${round}: after ${count} changes`).toBeUndefined();
        if (round % 4 !== 0) continue;
        expect(findings(file).filter((text) => !text.startsWith('space.leaked'))).toEqual([]);
        const again = recovered.crash(Math.floor(random() * recovered.changes.length), random);
        const twice = resume(again, options);
        expect(contradiction(work, twice.files().get(NAME)!, count), `round ${round}: again`).toBeUndefined();
        // What is there now is clean: another start finds nothing to do.
        const third = instanceOn(diskOf({ ...state, files: twice.files() }), options);
        expect(third.recovery?.nothingToDo).toBe(true);
        third.close();
      }
    },
    60_000 + 1000 * ROUNDS,
  );
});
