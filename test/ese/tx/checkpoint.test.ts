// The checkpoint moves while sessions work: pages are written by age, old logs are used again, and what a crash leaves at
// any time can be recovered.
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openInstance } from '../../../src/ese/io/open-instance.ts';
import type { EngineInstance } from '../../../src/ese/tx/engine-instance.ts';
import type { NewTable } from '../../../src/ese/tx/open-database.ts';
import { findings } from '../recovery/dump-comparison.ts';

const LOG_SIZE = 131_072;
const DEPTH = 6 * LOG_SIZE;
const ROWS: NewTable = {
  name: 'Rows',
  columns: [
    { name: 'Id', type: 'Long', notNull: true },
    { name: 'Other', type: 'Long' },
    { name: 'Body', type: 'Binary' },
  ],
  indexes: [
    { name: 'Primary', key: ['Id'], primary: true },
    { name: 'ByOther', key: ['Other'] },
  ],
};

/** Numbers in no order, all different. */
const scattered = (i: number): number => Math.imul(i, 0x9e3779b1) >> 1;

describe('a checkpoint', () => {
  let folder: string;
  const open = (path: string): Promise<EngineInstance> =>
    openInstance(path, { logFileSize: LOG_SIZE, circular: true, pageSize: 4096, cacheSize: 1, checkpointDepth: DEPTH });

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'esekit-checkpoint-'));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  /** The files as they are now, as a killed process leaves them. */
  const snapshot = (name: string): string => {
    const copy = join(folder, name);
    mkdirSync(copy);
    for (const file of readdirSync(join(folder, 'live')))
      if (!file.endsWith('.lck')) copyFileSync(join(folder, 'live', file), join(copy, file));
    return copy;
  };

  it('moves while sessions work, and every crash can be recovered from', async () => {
    const live = join(folder, 'live');
    const instance = await open(live);
    const db = await instance.createDatabase('rows.edb');
    const setup = instance.session();
    await setup.transaction(() => db.createTable(setup, ROWS));
    const table = db.table(setup, 'Rows');
    const body = new Uint8Array(200);
    const states: { readonly copy: string; readonly rows: number }[] = [];
    const inodes = new Set<number>();
    let mostLogs = 0;
    for (let group = 0; group < 240; group++) {
      setup.begin();
      for (let i = group * 20; i < group * 20 + 20; i++)
        table.insert({ Id: scattered(i), Other: scattered(i + 7), Body: body });
      await setup.commit();
      const logs = readdirSync(live).filter((name) => /^edb.*\.log$/.test(name));
      mostLogs = Math.max(mostLogs, logs.length);
      for (const name of logs) inodes.add(statSync(join(live, name)).ino);
      if (group % 60 === 59) states.push({ copy: snapshot(`crash${group}`), rows: (group + 1) * 20 });
    }
    const { lGeneration } = instance.instance.log;
    expect(lGeneration).toBeGreaterThan(20);
    expect(instance.instance.lgposCheckpoint.lGeneration).toBeGreaterThan(lGeneration - 9);
    expect(mostLogs).toBeLessThan(12);
    // Files of logs serve again and again.
    expect(inodes.size).toBeLessThan(lGeneration);
    await instance.close();
    expect(readdirSync(live)).not.toContain('edbtmp.log');
    for (const { copy, rows } of states) {
      const again = await open(copy);
      expect(again.wasRecovered).toBe(true);
      const found = (await again.attachDatabase('rows.edb')).table(again.session(), 'Rows');
      expect(found.count()).toBe(rows);
      expect(found.count('ByOther')).toBe(rows);
      await again.close();
      expect(findings(new Uint8Array(readFileSync(join(copy, 'rows.edb'))))).toEqual([]);
    }
  }, 120_000);
});
