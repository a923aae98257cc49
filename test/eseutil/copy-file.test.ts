// Copies of files: what they verify, refuse and leave behind.
import { chmodSync, copyFileSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { JetError } from '../../src/errors/jet-error.ts';
import { copyFile } from '../../src/eseutil/copy-file.ts';
import { Interrupted } from '../../src/eseutil/interruption.ts';
import { corpus, describeCorpus } from '../corpus.ts';
import { CrashDisk } from '../fault/crash-disk.ts';
import { tempFolder } from '../temp-folder.ts';

const symbolOf = (work: () => unknown): string => {
  try {
    work();
  } catch (error) {
    return error instanceof JetError ? error.symbol : String(error);
  }
  return 'no error';
};

it('copies files that are no databases, and never overwrites without being told', () => {
  const folder = tempFolder();
  const [from, to] = [join(folder, 'from'), join(folder, 'to')];
  writeFileSync(from, 'x'.repeat(3_000_000));
  expect(copyFile(from, to)).toEqual({
    bytes: 3_000_000,
    pages: 0,
    verified: false,
    badPages: [],
    partialPageBytes: 0,
  });
  expect(readFileSync(to).equals(readFileSync(from))).toBe(true);
  writeFileSync(from, 'y');
  expect(symbolOf(() => copyFile(from, to))).toBe('JET_errFileAlreadyExists');
  expect(readFileSync(to).length).toBe(3_000_000);
  copyFile(from, to, { force: true });
  expect(readFileSync(to, 'latin1')).toBe('y');
  expect(symbolOf(() => copyFile(from, from, { force: true }))).toBe('JET_errInvalidPath');
  expect(symbolOf(() => copyFile(from, folder, { force: true }))).toBe('JET_errInvalidPath');
  expect(symbolOf(() => copyFile(join(folder, 'absent'), to))).toBe('JET_errFileNotFound');
  expect(readdirSync(folder).sort()).toEqual(['from', 'to']);
});

it('leaves nothing when the disk is full, lies, or the work is stopped', () => {
  const source = new Uint8Array(2_500_000).fill(7);
  for (const operation of ['write', 'sync', 'rename']) {
    const disk = new CrashDisk({ '/a': source });
    disk.beforeOperation = (_number, name) => {
      if (name.startsWith(operation)) throw new JetError('JET_errDiskFull', 'full');
    };
    expect(symbolOf(() => copyFile('/a', '/b', { layer: disk }))).toBe('JET_errDiskFull');
    expect(disk.names()).toEqual(['/a']);
  }
  const liar = new CrashDisk({ '/a': source });
  liar.afterOperation = (_number, name) => {
    const partial = liar.names().find((file) => file.endsWith('.part'));
    if (name === 'sync') {
      const real = liar.source(partial!);
      liar.source = (path) => ({
        name: path,
        size: real.size,
        read: (offset, target) => {
          const count = real.read(offset, target);
          if (offset === 0) target[100]! ^= 1;
          return count;
        },
        close: () => undefined,
      });
    }
  };
  expect(symbolOf(() => copyFile('/a', '/b', { layer: liar }))).toBe('JET_errReadVerifyFailure');
  expect(liar.names()).toEqual(['/a']);
  const full = new CrashDisk({ '/a': source });
  full.free = 1000;
  expect(() => copyFile('/a', '/b', { layer: full })).toThrow(/2500000 bytes are needed.*2499000 are missing/);
  const stopped = new CrashDisk({ '/a': source });
  expect(() => copyFile('/a', '/b', { layer: stopped, isStopped: () => true })).toThrow(Interrupted);
  expect(stopped.names()).toEqual(['/a']);
});

describeCorpus('copies of databases', () => {
  it.each(['ese/dissect/large.edb', 'ese/dsinternals/ntds.dit', 'engine-made/build/p4-default/test.edb'])(
    '%s: every page is verified',
    (name) => {
      const to = join(tempFolder(), 'copy.edb');
      const result = copyFile(corpus(name), to);
      expect(result.verified).toBe(true);
      expect(result.badPages).toEqual([]);
      expect(result.pages).toBeGreaterThan(500);
      expect(readFileSync(to).equals(readFileSync(corpus(name)))).toBe(true);
    },
  );

  it('bad pages are named and copied as they are', () => {
    const folder = tempFolder();
    const [from, to] = [join(folder, 'from.edb'), join(folder, 'to.edb')];
    copyFileSync(corpus('ese/dsinternals/ntds.dit'), from);
    chmodSync(from, 0o644);
    const bytes = readFileSync(from);
    for (let i = 0; i < 8; i++) bytes[8192 * 6 + 4000 + i]! ^= 0x5a + i;
    bytes[8192 * 12 + 5000]! ^= 4;
    bytes[8192 + 100]! ^= 1;
    writeFileSync(from, Buffer.concat([bytes, Buffer.alloc(100)]));
    const result = copyFile(from, to);
    expect(result.badPages).toEqual([
      { pgno: 0, verdict: 'bad' },
      { pgno: 5, verdict: 'bad' },
      { pgno: 11, verdict: 'correctable' },
    ]);
    expect(result.partialPageBytes).toBe(100);
    expect(readFileSync(to).equals(readFileSync(from))).toBe(true);
  });
});
