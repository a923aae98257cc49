// Temporary files on a disk that is full, slow or of another system: what node:fs does then is made up here.
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ExternalSort } from '../../../src/ese/build/external-sort.ts';
import { SpillFolder } from '../../../src/ese/io/spill-file.ts';

const disk = vi.hoisted(() => ({ room: Infinity, most: Infinity, keepsOpenFiles: false }));

vi.mock('node:fs', async (original) => {
  const fs = await original<typeof import('node:fs')>();
  const failure = (code: string): Error => Object.assign(new Error(code), { code });
  return {
    ...fs,
    writeSync: (handle: number, bytes: Uint8Array, offset: number, length: number, position: number): number => {
      if (disk.room <= 0) throw failure('ENOSPC');
      const written = fs.writeSync(handle, bytes, offset, Math.min(length, disk.most, disk.room), position);
      disk.room -= written;
      return written;
    },
    readSync: (handle: number, target: Uint8Array, offset: number, length: number, position: number): number =>
      fs.readSync(handle, target, offset, Math.min(length, disk.most), position),
    unlinkSync: (path: string): void => {
      if (!disk.keepsOpenFiles) fs.unlinkSync(path);
      else throw failure('EBUSY');
    },
  };
});

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'esekit-test-'));
  Object.assign(disk, { room: Infinity, most: Infinity, keepsOpenFiles: false });
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

describe('SpillFolder', () => {
  it('goes on where a read or a write was cut short', () => {
    disk.most = 3;
    const file = new SpillFolder(folder).create();
    const bytes = Uint8Array.from({ length: 20 }, (_, i) => i);
    file.append(bytes);
    const target = new Uint8Array(20);
    expect(file.read(0, target)).toBe(20);
    expect(target).toEqual(bytes);
    file.close();
  });

  it('says that the volume is full, and a sort leaves nothing on it', () => {
    const sort = new ExternalSort({ spill: new SpillFolder(folder), limit: 1000 });
    disk.room = 2500;
    const bytes = new Uint8Array(50);
    expect(() => {
      for (let i = 0; i < 1000; i++) sort.add(bytes, 0, 25, bytes, 25, 50);
    }).toThrow(expect.objectContaining({ symbol: 'JET_errDiskFull' }));
    expect(readdirSync(folder)).toEqual([]);
  });

  it('removes on closing what it could not remove before', () => {
    disk.keepsOpenFiles = true;
    const file = new SpillFolder(folder).create();
    file.append(Uint8Array.of(1));
    expect(readdirSync(folder)).toHaveLength(1);
    disk.keepsOpenFiles = false;
    file.close();
    expect(readdirSync(folder)).toEqual([]);
  });
});
