// Locks: one holder a database, and those of the dead are taken over.
import { expect, it } from 'vitest';
import { JetError } from '../../../src/errors/jet-error.ts';
import { LockFile, lockEnvironment, type LockEnvironment } from '../../../src/ese/io/lock-file.ts';
import { nodeFileLayer } from '../../../src/ese/io/file-layer.ts';
import { CrashDisk } from '../../fault/crash-disk.ts';
import { tempFolder } from '../../temp-folder.ts';

const DATABASE = '/data/db.edb';
const LOCK = '/data/db.edb.lck';

function machine(pid: number, changes: Partial<LockEnvironment> = {}): LockEnvironment {
  return { pid, host: 'here', bootId: 'now', isAlive: () => true, nowMs: () => 1e6, ...changes };
}

const take = (disk: CrashDisk, environment: LockEnvironment): LockFile =>
  LockFile.take(DATABASE, 'a test', '/data/TEMP.EDB', disk, environment);

it('has one holder, told to everyone else', () => {
  const disk = new CrashDisk({});
  const lock = take(disk, machine(1));
  expect(() => take(disk, machine(2))).toThrow(/process 1 on here \(a test, since 1970-01-01T00:16:40.000Z\)/);
  expect(() => take(disk, machine(2))).toThrow(JetError);
  lock.release();
  lock.release();
  expect(disk.names()).toEqual([]);
  take(disk, machine(2));
});

it('is taken over from a process that is gone, or of an earlier start of the machine', () => {
  const disk = new CrashDisk({});
  take(disk, machine(1));
  const second = take(disk, machine(2, { isAlive: (pid) => pid !== 1 }));
  expect(second.leftBehind).toBe('/data/TEMP.EDB');
  const third = take(disk, machine(3, { bootId: 'later' }));
  expect(disk.names()).toEqual([LOCK]);
  // Whoever lost his lock does not take away the next one's.
  second.release();
  expect(disk.names()).toEqual([LOCK]);
  third.release();
  expect(disk.names()).toEqual([]);
});

it('of another machine is never taken over', () => {
  const disk = new CrashDisk({});
  take(disk, machine(1, { host: 'there' }));
  expect(() => take(disk, machine(2, { isAlive: () => false, bootId: 'later' }))).toThrow(/remove the file/);
});

it('that says nothing is left alone while it is new', () => {
  for (const text of ['', 'nonsense', 'null', '{"pid":"1"}']) {
    const disk = new CrashDisk({});
    disk.write(disk.create(LOCK), new TextEncoder().encode(text), 0);
    expect(() => take(disk, machine(2, { nowMs: () => 1000 }))).toThrow(/has just made/);
    expect(take(disk, machine(2)).leftBehind).toBe('');
  }
});

it('that cannot be written leaves nothing', () => {
  const disk = new CrashDisk({});
  disk.beforeOperation = (_number, name) => {
    if (name === 'write') throw new JetError('JET_errDiskFull', 'full');
  };
  expect(() => take(disk, machine(1))).toThrow('full');
  expect(disk.names()).toEqual([]);
});

it('works on this machine', () => {
  const database = `${tempFolder()}/db.edb`;
  const environment = lockEnvironment();
  const lock = LockFile.take(database, 'a test', '', nodeFileLayer, environment);
  expect(() => LockFile.take(database, 'a test', '', nodeFileLayer, environment)).toThrow(JetError);
  lock.release();
  expect(environment.isAlive(process.pid)).toBe(true);
  expect(environment.isAlive(2 ** 30)).toBe(false);
});
