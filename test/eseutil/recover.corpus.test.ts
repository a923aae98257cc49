// Recovery of folders: what is written, what is left, and what a failure or a crash leaves behind.
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { isJetError } from '../../src/errors/jet-error.ts';
import { parseDbHeader } from '../../src/ese/header/db-header.ts';
import { DbState } from '../../src/ese/header/db-state.ts';
import { readDbHeader } from '../../src/ese/header/read-db-header.ts';
import { BufferSource } from '../../src/ese/io/buffer-source.ts';
import { nodeFileLayer, type FileLayer } from '../../src/ese/io/file-layer.ts';
import { lockEnvironment } from '../../src/ese/io/lock-file.ts';
import { LogFileReader } from '../../src/ese/log/log-file-reader.ts';
import { Interrupted } from '../../src/eseutil/interruption.ts';
import { recover, recoverEnvironment } from '../../src/eseutil/recover.ts';
import { corpus, describeCorpus } from '../corpus.ts';
import { differingPages } from '../ese/recovery/page-comparison.ts';
import { tempFolder } from '../temp-folder.ts';

const CRASHED = 'engine-made/crash/p4-k12-cache64';
const engines = (): Uint8Array => new Uint8Array(readFileSync(corpus(`${CRASHED}/after/test.edb`)));

function copyOf(name: string): string {
  const folder = tempFolder();
  for (const file of readdirSync(corpus(name))) copyFileSync(corpus(`${name}/${file}`), join(folder, file));
  return folder;
}

const crashed = (): string => copyOf(`${CRASHED}/before`);
const read = (folder: string, name: string): Uint8Array => new Uint8Array(readFileSync(join(folder, name)));
const contents = (folder: string): Map<string, string> =>
  new Map(readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), 'latin1')]));
const errorOf = (run: () => unknown): string => {
  try {
    run();
    return 'none';
  } catch (error) {
    return isJetError(error) ? error.symbol : String(error);
  }
};

describeCorpus('recovery of a folder', () => {
  it('puts the recovered database in place, closes the logs, and has nothing to do after that', () => {
    const folder = crashed();
    const before = new Set(readdirSync(folder));
    const shown: number[] = [];
    const result = recover({ folder, base: 'edb' }, { onProgress: (done) => shown.push(done) });
    expect(result.databases).toMatchObject([{ name: join(folder, 'test.edb'), state: 'recovered' }]);
    expect(result.logsWritten).toEqual([25]);
    expect(result.checkpointWritten).toBe(true);
    expect(shown.at(-1)).toBe(1000);
    expect([...shown].sort((a, b) => a - b)).toEqual(shown);
    const file = read(folder, 'test.edb');
    expect(differingPages(file, engines())).toEqual([]);
    expect(readDbHeader(new BufferSource(file))).toMatchObject({
      primary: { state: 'good' },
      shadow: { state: 'good' },
    });
    // The flush map told of the pages of the database as it was.
    before.delete('test.jfm');
    expect(new Set(readdirSync(folder))).toEqual(before);
    const after = contents(folder);
    expect(recover({ folder }).nothingToDo).toBe(true);
    expect(contents(folder)).toEqual(after);
  });

  it('adds logs when the last one is full', () => {
    const folder = copyOf('engine-made/crash/p4-k05-cache64/before');
    const result = recover({ folder });
    expect(result.logsWritten).toEqual([13, 14, 15]);
    for (const name of ['edb.log', 'edb0000D.log', 'edb0000E.log']) expect(existsSync(join(folder, name))).toBe(true);
    expect(existsSync(join(folder, 'edb0000F.log'))).toBe(false);
    rmSync(join(folder, 'edb.chk'));
    // From the first log on: everything was done, and the last record says so.
    expect(recover({ folder, ignoreCheckpoint: true }).redone).toBe(0);
    const after = new Uint8Array(readFileSync(corpus('engine-made/crash/p4-k05-cache64/after/test.edb')));
    expect(differingPages(read(folder, 'test.edb'), after)).toEqual([]);
  });

  it('goes on without a current log where its successor was being made', () => {
    const folder = copyOf('engine-made/crash/p4-k05-cache64/before');
    copyFileSync(join(folder, 'edb.log'), join(folder, 'edb0000D.log'));
    rmSync(join(folder, 'edb.log'));
    writeFileSync(join(folder, 'edbtmp.log'), new Uint8Array(131072));
    const archived = read(folder, 'edb0000D.log');
    const result = recover({ folder });
    expect(result.logsWritten).toEqual([14, 15]);
    expect(read(folder, 'edb0000D.log').every((byte, i) => byte === archived[i])).toBe(true);
    expect(recover({ folder, ignoreCheckpoint: true }).redone).toBe(0);
    expect(existsSync(join(folder, 'edb.log'))).toBe(true);
    expect(existsSync(join(folder, 'edbtmp.log'))).toBe(false);
    expect(recover({ folder }).nothingToDo).toBe(true);
    expect(parseDbHeader(read(folder, 'test.edb')).dbstate).toBe(DbState.CleanShutdown);
  });

  it('writes nothing in a dry run, and leaves the logs alone when told to', () => {
    const folder = crashed();
    const before = contents(folder);
    const dry = recover({ folder, dryRun: true });
    expect(dry.databases.map(({ state }) => state)).toEqual(['recovered']);
    expect(dry.undone).toBeGreaterThan(0);
    expect(contents(folder)).toEqual(before);
    recover({ folder, keepLogs: true });
    const after = contents(folder);
    for (const name of before.keys()) if (/log$|chk$/.test(name)) expect(after.get(name), name).toBe(before.get(name));
    expect(differingPages(read(folder, 'test.edb'), engines())).toEqual([]);
  });

  it('recovers in place, and marks the database while it is neither the old nor the new', () => {
    const folder = crashed();
    const states: number[] = [];
    recover(
      { folder, inPlace: true, cacheSize: 1 },
      {
        onProgress: () => {
          states.push(parseDbHeader(read(folder, 'test.edb')).dbstate);
        },
      },
    );
    expect(new Set(states)).toEqual(new Set([DbState.DirtyShutdown, DbState.BeingConverted, DbState.CleanShutdown]));
    expect(differingPages(read(folder, 'test.edb'), engines())).toEqual([]);
  });

  it('finds databases elsewhere: a folder, a file, a path of its own', () => {
    for (const how of ['folder', 'file', 'path', 'name'] as const) {
      const folder = crashed();
      const elsewhere = join(folder, 'data');
      mkdirSync(elsewhere);
      const name = how === 'folder' ? 'TEST.EDB' : 'other.edb';
      copyFileSync(join(folder, 'test.edb'), join(elsewhere, name));
      rmSync(join(folder, 'test.edb'));
      const path = join(elsewhere, name);
      const { attachInfos } = new LogFileReader(new BufferSource(read(folder, 'edb.log')));
      const logged = attachInfos[0]!.path;
      const where = {
        folder: { database: elsewhere },
        file: { database: path },
        path: { paths: [[logged, path] as const] },
        name: { paths: [['test.edb', path] as const] },
      }[how];
      recover({ folder, ...where });
      expect(differingPages(read(elsewhere, name), engines()), how).toEqual([]);
    }
  });

  it('stops at a position, and the database then leaves the stream', () => {
    const folder = copyOf('engine-made/crash/p4-k31/before');
    const database = read(folder, 'test.edb');
    // The required logs reach to the end: the pages may hold any change of them.
    expect(errorOf(() => recover({ folder, stopAt: { lGeneration: 10, isec: 5, ib: 0 } }))).toBe(
      'JET_errRequiredLogFilesMissing',
    );
    expect(Buffer.from(read(folder, 'test.edb')).equals(database)).toBe(true);
  });

  it('leaves everything as it was when it fails or is stopped', () => {
    for (const [file, symbol] of [
      ['edb.log', 'JET_errMissingLogFile'],
      ['edb00016.log', 'JET_errInvalidLogSequence'],
    ] as const) {
      const folder = crashed();
      rmSync(join(folder, file));
      const before = contents(folder);
      expect(errorOf(() => recover({ folder }))).toBe(symbol);
      expect(contents(folder)).toEqual(before);
    }
    const folder = crashed();
    const before = contents(folder);
    expect(() => recover({ folder }, { isStopped: () => true })).toThrow(Interrupted);
    expect(contents(folder)).toEqual(before);
    writeFileSync(join(folder, 'E00.log'), '');
    expect(errorOf(() => recover({ folder }))).toBe('JET_errMissingLogFile');
  });

  it('is refused while another holds the database', () => {
    const folder = crashed();
    const holder = { ...lockEnvironment(), doing: 'defragmentation', since: '', temp: '' };
    writeFileSync(join(folder, 'test.edb.lck'), JSON.stringify(holder));
    expect(errorOf(() => recover({ folder }))).toBe('JET_errDatabaseInUse');
  });

  it('can be run again whenever it was killed: after every single operation on the files', () => {
    class Killed extends Error {}
    let operations = 0;
    const counting = (limit: number): FileLayer =>
      new Proxy(nodeFileLayer, {
        get: (target, name: keyof FileLayer) => {
          const member = target[name].bind(target) as (...args: unknown[]) => unknown;
          const writes = ['create', 'write', 'truncate', 'rename', 'unlink'].includes(name);
          return (...args: unknown[]): unknown => {
            if (writes && operations++ >= limit) throw new Killed();
            return member(...args);
          };
        },
      });
    const ends = new Set<string>();
    for (let limit = 0; limit < 200; limit++) {
      const folder = copyOf('engine-made/crash/p4-k05-cache64/before');
      operations = 0;
      let killed = false;
      try {
        recover({ folder }, {}, { ...recoverEnvironment(), layer: counting(limit) });
      } catch (error) {
        if (!(error instanceof Killed)) throw error;
        killed = true;
      }
      rmSync(join(folder, 'test.edb.lck'), { force: true });
      const again = recover({ folder });
      ends.add(again.nothingToDo ? 'nothing' : again.databases.map(({ state }) => state).join());
      const after = new Uint8Array(readFileSync(corpus('engine-made/crash/p4-k05-cache64/after/test.edb')));
      expect(differingPages(read(folder, 'test.edb'), after), `killed after ${limit}`).toEqual([]);
      expect(parseDbHeader(read(folder, 'test.edb')).dbstate).toBe(DbState.CleanShutdown);
      rmSync(folder, { recursive: true });
      if (!killed) break;
    }
    expect(ends).toEqual(new Set(['recovered', 'closed by the logs', 'left alone', 'nothing']));
  });
});
