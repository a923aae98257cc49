// Instances that take up the logs of engines that were killed: what the engine's own recovery made of them, and a stream
// that goes on.
import { chmodSync, cpSync, existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { Database } from '../../../src/ese/database.ts';
import { parseDbHeader } from '../../../src/ese/header/db-header.ts';
import { DbState } from '../../../src/ese/header/db-state.ts';
import { BufferSource } from '../../../src/ese/io/buffer-source.ts';
import { corpus, describeCorpus } from '../../corpus.ts';
import { tempFolder } from '../../temp-folder.ts';
import { expectDump } from '../recovery/dump-comparison.ts';
import { fileOf, openInstance } from './instance-files.ts';

const CASES = ['p4-k05-cache64', 'p4-circ-k28', 'p4-k12-cache64', 'p8-k12-cache48', 'p32-k07-cache32'];

describeCorpus('Instance on the logs of killed engines', () => {
  it.each(CASES)('%s: recovers to what the engine recovered, and goes on', (name) => {
    const from = join(corpus('engine-made/crash'), name);
    const folder = tempFolder();
    cpSync(join(from, 'before'), folder, { recursive: true });
    chmodSync(folder, 0o755);
    for (const file of readdirSync(folder)) chmodSync(join(folder, file), 0o644);
    const pageSize = 1024 * Number(/^p(\d+)/.exec(name)![1]);
    const instance = openInstance(folder, { pageSize });
    expect(instance.recovery?.databases.map(({ state }) => state)).toEqual(['recovered']);
    const generation = instance.log.lGeneration;
    const file = fileOf(folder, 'test.edb');
    expect(expectDump(file, join(from, 'dump-after.jsonl')).rows).toBeGreaterThan(0);
    expect(parseDbHeader(file).dbstate).toBe(DbState.CleanShutdown);
    instance.attachFile('test.edb');
    instance.checkpoint(true);
    instance.close();
    const again = openInstance(folder, { pageSize });
    expect(again.recovery?.nothingToDo).toBe(true);
    expect(again.log.lGeneration).toBeGreaterThanOrEqual(generation);
    again.close();
    expect(existsSync(join(folder, 'edbtmp.log'))).toBe(false);
    expect(new Database(new BufferSource(fileOf(folder, 'test.edb'))).tables.length).toBeGreaterThan(2);
  });
});
