// Temporary files on disk: written, read, and gone.
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ExternalSort } from '../../../src/ese/build/external-sort.ts';
import { SpillFolder } from '../../../src/ese/io/spill-file.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'esekit-test-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

describe('SpillFolder', () => {
  it('gives back what was written, from anywhere', () => {
    const file = new SpillFolder(folder).create();
    file.append(Uint8Array.of(1, 2, 3));
    file.append(new Uint8Array(0));
    file.append(Uint8Array.of(4, 5));
    const read = (offset: number, length: number): [number, number[]] => {
      const target = new Uint8Array(length);
      return [file.read(offset, target), [...target]];
    };
    expect(read(1, 3)).toEqual([3, [2, 3, 4]]);
    expect(read(3, 4)).toEqual([2, [4, 5, 0, 0]]);
    expect(read(5, 2)).toEqual([0, [0, 0]]);
    file.append(Uint8Array.of(6));
    expect(read(4, 2)).toEqual([2, [5, 6]]);
    file.close();
  });

  it('keeps files apart and leaves none behind', () => {
    const store = new SpillFolder(folder);
    const [a, b] = [store.create(), store.create()];
    a.append(Uint8Array.of(1));
    b.append(Uint8Array.of(2));
    const byte = new Uint8Array(1);
    a.read(0, byte);
    expect(byte[0]).toBe(1);
    b.read(0, byte);
    expect(byte[0]).toBe(2);
    // Where an open file cannot be removed its name stays until it is closed.
    if (process.platform !== 'win32') expect(readdirSync(folder)).toEqual([]);
    a.close();
    b.close();
    expect(readdirSync(folder)).toEqual([]);
  });

  it('says in terms of the engine why it cannot', () => {
    const create = (path: string) => () => new SpillFolder(path).create();
    expect(create(join(folder, 'none'))).toThrow(expect.objectContaining({ symbol: 'JET_errInvalidPath' }));
    writeFileSync(join(folder, 'file'), '');
    expect(create(join(folder, 'file'))).toThrow(expect.objectContaining({ symbol: 'JET_errInvalidPath' }));
    const closed = new SpillFolder(folder).create();
    closed.close();
    expect(() => {
      closed.append(Uint8Array.of(1));
    }).toThrow(expect.objectContaining({ symbol: 'JET_errDiskIO' }));
    expect(() => closed.read(0, new Uint8Array(1))).toThrow(expect.objectContaining({ symbol: 'JET_errDiskIO' }));
    expect(() => {
      closed.close();
    }).not.toThrow();
  });

  it('serves a sort, and has nothing left when that is done', () => {
    const sort = new ExternalSort({ spill: new SpillFolder(folder), limit: 10_000, fanIn: 4 });
    const count = 5000;
    const bytes = new Uint8Array(8);
    const view = new DataView(bytes.buffer);
    for (let i = 0; i < count; i++) {
      view.setUint32(0, (i * 7919) % count);
      sort.add(bytes, 0, 4, bytes, 4, 8);
    }
    let expected = 0;
    for (const entry of sort.sorted())
      expect(new DataView(entry.bytes.buffer).getUint32(entry.keyStart)).toBe(expected++);
    expect(expected).toBe(count);
    expect(readdirSync(folder)).toEqual([]);
  });
});
