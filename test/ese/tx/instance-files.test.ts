// Instances on real files: group commit, resuming, attaching, detaching, faults of the disk.
import { copyFileSync, cpSync, existsSync, readdirSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { JetError } from '../../../src/errors/jet-error.ts';
import { parseDbHeader } from '../../../src/ese/header/db-header.ts';
import { DbState } from '../../../src/ese/header/db-state.ts';
import { BufferSource } from '../../../src/ese/io/buffer-source.ts';
import { nodeFileLayer, type InstanceLayer } from '../../../src/ese/io/file-layer.ts';
import { readCheckpointFile } from '../../../src/ese/log/checkpoint-file.ts';
import { tempFolder } from '../../temp-folder.ts';
import { findings } from '../recovery/dump-comparison.ts';
import {
  fileOf,
  NAME,
  openInstance,
  PAGE_SIZE,
  putDatabase,
  recordLength,
  Rows,
  rowsOfFile,
} from './instance-files.ts';

/** As a crash leaves it: a copy of the folder, without what the dead process held. */
function crashed(folder: string): string {
  const copy = tempFolder();
  cpSync(folder, copy, { recursive: true });
  for (const name of readdirSync(copy)) if (name.endsWith('.lck')) unlinkSync(join(copy, name));
  return copy;
}

function symbolOf(action: () => unknown): string | undefined {
  try {
    action();
  } catch (error) {
    return error instanceof JetError ? error.symbol : String(error);
  }
  return undefined;
}

async function rejection(promise: Promise<unknown>): Promise<JetError> {
  try {
    await promise;
  } catch (error) {
    return error as JetError;
  }
  throw new Error('it was kept');
}

/** A layer whose operations on some files fail while `fails` says so. */
function faulty(fails: (path: string, action: 'write' | 'sync' | 'create') => JetError | undefined): InstanceLayer {
  const paths = new Map<number, string>();
  const check = (path: string, action: 'write' | 'sync' | 'create'): void => {
    const error = fails(path, action);
    if (error !== undefined) throw error;
  };
  const layer: InstanceLayer = Object.create(nodeFileLayer) as InstanceLayer;
  return Object.assign(layer, {
    create(path: string): number {
      check(path, 'create');
      const handle = nodeFileLayer.create(path);
      paths.set(handle, path);
      return handle;
    },
    openToWrite(path: string): number {
      const handle = nodeFileLayer.openToWrite(path);
      paths.set(handle, path);
      return handle;
    },
    write(handle: number, bytes: Uint8Array, position: number): void {
      check(paths.get(handle) ?? '', 'write');
      nodeFileLayer.write(handle, bytes, position);
    },
    sync(handle: number): void {
      check(paths.get(handle) ?? '', 'sync');
      nodeFileLayer.sync(handle);
    },
    async syncLater(handle: number): Promise<void> {
      check(paths.get(handle) ?? '', 'sync');
      await nodeFileLayer.syncLater(handle);
    },
    read: (handle: number, target: Uint8Array, position: number) => nodeFileLayer.read(handle, target, position),
    close: (handle: number) => {
      nodeFileLayer.close(handle);
    },
    truncate: (handle: number, size: number) => {
      nodeFileLayer.truncate(handle, size);
    },
    names: (folder: string) => nodeFileLayer.names(folder),
    rename: (from: string, to: string) => {
      nodeFileLayer.rename(from, to);
    },
    unlink: (path: string) => {
      nodeFileLayer.unlink(path);
    },
    syncFolder: (folder: string) => {
      nodeFileLayer.syncFolder(folder);
    },
    source: (path: string) => nodeFileLayer.source(path),
    readText: (path: string) => nodeFileLayer.readText(path),
    facts: (path: string) => nodeFileLayer.facts(path),
  });
}

describe('Instance on files', () => {
  it('goes on after a clean shutdown, in the log where it ended', async () => {
    const folder = tempFolder();
    const file = fileOf(folder, putDatabase(folder).split('/').at(-1));
    for (let round = 0; round < 4; round++) {
      const instance = openInstance(folder, { csecLGFile: 32 });
      expect(instance.recovery?.nothingToDo).toBe(round === 0 ? undefined : true);
      const rows = new Rows(instance, instance.attachFile(NAME), file);
      rows.session.begin();
      for (let i = 0; i < 50; i++) rows.insert(round * 100 + i, 300);
      await instance.commit(rows.session);
      instance.close();
      const { dbstate, lGenMaxRequired } = parseDbHeader(fileOf(folder));
      expect([dbstate, lGenMaxRequired]).toEqual([DbState.CleanShutdown, 0]);
    }
    expect(rowsOfFile(fileOf(folder)).size).toBe(200);
    expect(findings(fileOf(folder))).toEqual([]);
    expect(readdirSync(folder).filter((name) => name.endsWith('.lck'))).toEqual([]);
  });

  it('recovers after a crash and goes on; what was not committed is gone', async () => {
    let folder = tempFolder();
    const file = fileOf(folder, putDatabase(folder).split('/').at(-1));
    for (let round = 0; round < 5; round++) {
      const instance = openInstance(folder, { csecLGFile: 32, cacheSize: 1 });
      const rows = new Rows(instance, instance.attachFile(NAME), file);
      const open = new Rows(instance, instance.databases[0]!, file);
      open.session.begin();
      open.insert(10_000 + round, 10);
      for (let i = 0; i < 30; i++) {
        rows.session.begin();
        rows.insert(round * 100 + i, 500);
        await instance.commit(rows.session);
      }
      if (round % 2 === 1) instance.checkpoint(true);
      const copy = crashed(folder);
      instance.close();
      folder = copy;
    }
    const last = openInstance(folder);
    expect(last.recovery?.databases.map(({ state }) => state)).toEqual(['recovered']);
    last.close();
    expect(rowsOfFile(fileOf(folder)).size).toBe(150);
    expect([...rowsOfFile(fileOf(folder)).values()].every((length) => length === recordLength(500))).toBe(true);
    expect(findings(fileOf(folder)).filter((text) => !text.startsWith('space.leaked'))).toEqual([]);
  });

  it('commits of many sessions share a sync, and lazy ones come along', async () => {
    const folder = tempFolder();
    const file = fileOf(folder, putDatabase(folder).split('/').at(-1));
    const instance = openInstance(folder);
    const database = instance.attachFile(NAME);
    const sessions = Array.from({ length: 32 }, () => new Rows(instance, database, file));
    const before = instance.log.syncs;
    await Promise.all(
      sessions.map(async (rows, i) => {
        for (let round = 0; round < 4; round++) {
          rows.session.begin();
          rows.insert(i * 10 + round, 20);
          await instance.commit(rows.session);
        }
      }),
    );
    expect(instance.log.syncs - before).toBeLessThan(30);
    sessions[0]!.session.begin();
    sessions[0]!.insert(5000, 20);
    await instance.commit(sessions[0]!.session, 'lazy');
    await new Promise((resolve) => setTimeout(resolve, 80));
    const copy = crashed(folder);
    instance.close();
    openInstance(copy).close();
    expect(rowsOfFile(fileOf(copy)).size).toBe(129);
  });

  it('a write that cannot wait works while commits wait', async () => {
    const folder = tempFolder();
    const file = fileOf(folder, putDatabase(folder).split('/').at(-1));
    const instance = openInstance(folder, { csecLGFile: 32 });
    const rows = new Rows(instance, instance.attachFile(NAME), file);
    const waiting: Promise<void>[] = [];
    for (let i = 0; i < 200; i++) {
      rows.session.begin();
      rows.insert(i, 400);
      waiting.push(instance.commit(rows.session));
      if (i % 7 === 3) instance.log.flushTo(instance.log.position);
      if (i % 11 === 5) await Promise.resolve();
      if (i % 50 === 49) await new Promise((resolve) => setImmediate(resolve));
    }
    await Promise.all(waiting);
    const copy = crashed(folder);
    instance.close();
    openInstance(copy).close();
    expect(rowsOfFile(fileOf(copy)).size).toBe(200);
  });

  it('circular logging keeps the logs from the checkpoint on', async () => {
    const folder = tempFolder();
    const file = fileOf(folder, putDatabase(folder).split('/').at(-1));
    const instance = openInstance(folder, { csecLGFile: 32, circular: true, checkpointDepth: 300_000 });
    const rows = new Rows(instance, instance.attachFile(NAME), file);
    for (let i = 0; i < 600; i++) {
      rows.session.begin();
      rows.insert(i, 800);
      await instance.commit(rows.session, i % 3 === 0 ? 'durable' : 'lazy');
    }
    expect(instance.log.lGeneration).toBeGreaterThan(5);
    expect(readdirSync(folder).filter((name) => /^edb[0-9A-F]{5}\.log$/.test(name)).length).toBeLessThan(6);
    expect(instance.lgposCheckpoint.lGeneration).toBeGreaterThan(instance.log.lGeneration - 6);
    await instance.log.lasting(instance.log.position).catch(() => undefined);
    instance.log.flushTo(instance.log.position);
    const copy = crashed(folder);
    instance.close();
    openInstance(copy).close();
    expect(rowsOfFile(fileOf(copy)).size).toBe(600);
    expect(findings(fileOf(copy))).toEqual([]);
  });

  it('attaches, detaches and takes over databases of other streams; several at once', async () => {
    const folder = tempFolder();
    const other = tempFolder();
    const file = fileOf(folder, putDatabase(folder).split('/').at(-1));
    putDatabase(folder, 'second.edb');
    const instance = openInstance(folder);
    const first = instance.attachFile(NAME);
    const second = instance.attachFile('second.edb');
    expect([first.db.dbid, second.db.dbid]).toEqual([1, 2]);
    expect(symbolOf(() => instance.attachFile(NAME))).toBe('JET_errDatabaseInUse');
    for (const [i, database] of [first, second].entries()) {
      const rows = new Rows(instance, database, file);
      rows.session.begin();
      rows.insert(i, 10);
      await instance.commit(rows.session);
    }
    instance.detach(first);
    expect(parseDbHeader(fileOf(folder)).dbstate).toBe(DbState.CleanShutdown);
    copyFileSync(join(folder, NAME), join(other, NAME));
    const elsewhere = openInstance(other);
    const rows = new Rows(elsewhere, elsewhere.attachFile(NAME), file);
    rows.session.begin();
    rows.insert(7, 10);
    await elsewhere.commit(rows.session);
    const afterCrash = crashed(other);
    elsewhere.close();
    openInstance(afterCrash).close();
    expect([...rowsOfFile(fileOf(afterCrash)).keys()]).toEqual([0, 7]);
    instance.attachFile(NAME);
    const copy = crashed(folder);
    instance.close();
    openInstance(copy).close();
    expect([...rowsOfFile(fileOf(copy)).keys()]).toEqual([0]);
    expect([...rowsOfFile(fileOf(copy, 'second.edb')).keys()]).toEqual([1]);
  });

  it('refuses what does not fit', () => {
    const folder = tempFolder();
    putDatabase(folder);
    const instance = openInstance(folder, { csecLGFile: 32 });
    expect(symbolOf(() => openInstance(folder))).toBe('JET_errDatabaseInUse');
    expect(symbolOf(() => instance.attachFile('absent.edb'))).toBe('JET_errFileNotFound');
    instance.attachFile(NAME);
    const copy = crashed(folder);
    instance.close();
    expect(symbolOf(() => openInstance(folder, { csecLGFile: 64 }))).toBe(
      'JET_errLogFileSizeMismatchDatabasesConsistent',
    );
    expect(symbolOf(() => openInstance(folder, { pageSize: 8192 }))).toBe('JET_errPageSizeMismatch');
    expect(symbolOf(() => openInstance(folder, { csecLGFile: 8 }))).toBe('JET_errInvalidParameter');
    unlinkSync(join(copy, NAME));
    expect(symbolOf(() => openInstance(copy))).toBe('JET_errAttachedDatabaseMismatch');
    expect(readdirSync(copy).filter((name) => name.endsWith('.lck'))).toEqual([]);
  });

  it('a log that cannot be written stops everything, and nothing committed is lost', async () => {
    const folder = tempFolder();
    const file = fileOf(folder, putDatabase(folder).split('/').at(-1));
    let broken = false;
    const error = new JetError('JET_errDiskIO', 'the disk does not answer');
    const layer = faulty((path, action) =>
      broken && action === 'sync' && path.endsWith('edb.log') ? error : undefined,
    );
    const instance = openInstance(folder, { cacheSize: 1 }, layer);
    // The current log has that name from the second start on.
    instance.close();
    const again = openInstance(folder, { cacheSize: 1 }, layer);
    const rows = new Rows(again, again.attachFile(NAME), file);
    rows.session.begin();
    rows.insert(1, 10);
    await again.commit(rows.session);
    broken = true;
    rows.session.begin();
    rows.insert(2, 10);
    const first = await rejection(again.commit(rows.session));
    expect([first.symbol, (first.cause as JetError).symbol]).toEqual(['JET_errLogWriteFail', 'JET_errDiskIO']);
    broken = false;
    expect(symbolOf(() => again.log.append(Uint8Array.of(1)))).toBe('JET_errLogWriteFail');
    expect(
      symbolOf(() => {
        again.databases[0]!.db.cache.flush();
      }),
    ).toBe('JET_errLogWriteFail');
    again.close();
    openInstance(folder).close();
    expect([1, 2]).toContain(rowsOfFile(fileOf(folder)).size);
  });

  it('a database that cannot be written stops everything, and nothing committed is lost', async () => {
    const folder = tempFolder();
    const file = fileOf(folder, putDatabase(folder).split('/').at(-1));
    let broken = false;
    const error = new JetError('JET_errDiskFull', 'the volume is full');
    const layer = faulty((path, action) => (broken && action === 'write' && path.endsWith('.edb') ? error : undefined));
    const instance = openInstance(folder, {}, layer);
    const rows = new Rows(instance, instance.attachFile(NAME), file);
    rows.session.begin();
    rows.insert(1, 10);
    await instance.commit(rows.session);
    broken = true;
    expect(
      symbolOf(() => {
        instance.checkpoint(true);
      }),
    ).toBe('JET_errDiskFull');
    broken = false;
    rows.session.begin();
    expect(
      symbolOf(() => {
        rows.insert(2, 10);
      }),
    ).toBe('JET_errInstanceUnavailable');
    instance.close();
    openInstance(folder).close();
    expect([...rowsOfFile(fileOf(folder)).keys()]).toEqual([1]);
  });

  it('on a full disk the reserve logs let transactions end and the instance close', async () => {
    const folder = tempFolder();
    const file = fileOf(folder, putDatabase(folder).split('/').at(-1));
    let full = false;
    const error = new JetError('JET_errDiskFull', 'the volume is full');
    const layer = faulty((path, action) =>
      full && action === 'create' && path.includes('edbtmp') ? error : undefined,
    );
    const instance = openInstance(folder, { csecLGFile: 32 }, layer);
    expect(existsSync(join(folder, 'edbres00001.jrs'))).toBe(true);
    const rows = new Rows(instance, instance.attachFile(NAME), file);
    full = true;
    let done = 0;
    let refused: string | undefined;
    while (refused === undefined && done < 1000) {
      rows.session.begin();
      refused = symbolOf(() => {
        rows.insert(done, 900);
      });
      if (refused !== undefined) rows.session.rollback();
      else {
        await instance.commit(rows.session);
        done++;
      }
    }
    expect(refused).toBe('JET_errLogDiskFull');
    expect(done).toBeGreaterThan(20);
    instance.close();
    expect(parseDbHeader(fileOf(folder)).dbstate).toBe(DbState.CleanShutdown);
    expect(rowsOfFile(fileOf(folder)).size).toBe(done);
    full = false;
    const again = openInstance(folder, {}, layer);
    const more = new Rows(again, again.attachFile(NAME), file);
    more.session.begin();
    more.insert(5000, 10);
    await again.commit(more.session);
    again.close();
    expect(rowsOfFile(fileOf(folder)).size).toBe(done + 1);
  });

  it('a write that the disk lost is noticed when the page is read again', async () => {
    const folder = tempFolder();
    const file = fileOf(folder, putDatabase(folder).split('/').at(-1));
    const instance = openInstance(folder);
    const database = instance.attachFile(NAME);
    const rows = new Rows(instance, database, file);
    rows.session.begin();
    rows.insert(1, 10);
    await instance.commit(rows.session);
    instance.checkpoint(true);
    const pgno = rows.tree.tree.pgnoFDP;
    const before = new Uint8Array(PAGE_SIZE);
    new BufferSource(file).read((pgno + 1) * PAGE_SIZE, before);
    const handle = nodeFileLayer.openToWrite(join(folder, NAME));
    nodeFileLayer.write(handle, before, (pgno + 1) * PAGE_SIZE);
    nodeFileLayer.close(handle);
    expect(symbolOf(() => database.store.read(pgno, new Uint8Array(PAGE_SIZE)))).toBe(
      'JET_errReadLostFlushVerifyFailure',
    );
    instance.close();
  });

  it('checkpoints name the settings and the databases', () => {
    const folder = tempFolder();
    putDatabase(folder);
    const instance = openInstance(folder);
    instance.attachFile(NAME);
    instance.checkpoint(true);
    const checkpoint = readCheckpointFile(new BufferSource(fileOf(folder, 'edb.chk')));
    expect(checkpoint.attachInfos?.map(({ path }) => path)).toEqual([NAME]);
    expect(checkpoint.dbmsParam.csecLGFile).toBe(256);
    instance.close();
  });
});
