// A database dropped on a web page: with and without the synchronous reader that only Web Workers have.
import { afterEach, describe, expect, it, vi } from 'vitest';
import { JetError } from '../../../src/errors/jet-error.ts';
import { Database } from '../../../src/ese/database.ts';
import { openBlob } from '../../../src/ese/io/blob-source.ts';
import { scanTable } from '../../../src/ese/table-scan.ts';
import { checkDatabase } from '../../../src/eseutil/check.ts';
import { TINY, tinyDatabase } from '../../fixtures/tiny-database.ts';

/** What the fake reader hands out: the slices a Blob was asked for. */
class FakeSlice extends Blob {
  readonly part: Uint8Array<ArrayBuffer>;
  constructor(part: Uint8Array<ArrayBuffer>) {
    super([]);
    this.part = part;
  }
}

/** A Blob whose slices the fake reader can read at once. */
class FakeBlob extends Blob {
  readonly #bytes: Uint8Array;
  reads = 0;
  constructor(bytes: Uint8Array) {
    super([]);
    this.#bytes = bytes;
  }
  override get size(): number {
    return this.#bytes.length;
  }
  override slice(start: number, end: number): Blob {
    this.reads++;
    return new FakeSlice(this.#bytes.slice(start, end));
  }
  override arrayBuffer(): Promise<ArrayBuffer> {
    throw new Error('a worker must not load the whole file');
  }
}

class FakeReader {
  readAsArrayBuffer(blob: Blob): ArrayBuffer {
    if (!(blob instanceof FakeSlice)) throw new TypeError('a slice was expected');
    return blob.part.buffer;
  }
}

const tiny = tinyDatabase();

afterEach(() => {
  vi.unstubAllGlobals();
});

describe('openBlob', () => {
  it('takes the bytes into memory where nothing reads piece by piece', async () => {
    const source = await openBlob(new File([tiny.bytes.slice()], 'priv1.edb'));
    expect([source.name, source.size]).toEqual(['priv1.edb', tiny.bytes.length]);
    expect((await openBlob(new Blob([]))).name).toBe('(blob)');
    const db = new Database(source);
    expect(Array.from(scanTable(db, db.table('items')!))).toHaveLength(TINY.rows);
    expect(checkDatabase(db).ok).toBe(true);
    db.close();
  });

  it('reads piece by piece in a worker', async () => {
    vi.stubGlobal('FileReaderSync', FakeReader);
    const blob = new FakeBlob(tiny.bytes);
    const source = await openBlob(blob, 'dropped.edb');
    expect([source.name, source.size]).toEqual(['dropped.edb', tiny.bytes.length]);
    const target = new Uint8Array(8);
    expect(source.read(4, target)).toBe(8);
    expect([...target]).toEqual([...tiny.bytes.subarray(4, 12)]);
    expect(source.read(tiny.bytes.length - 3, target)).toBe(3);
    expect(source.read(tiny.bytes.length, target)).toBe(0);
    expect(checkDatabase(new Database(source)).ok).toBe(true);
    expect(blob.reads).toBeGreaterThan(5);
    source.close();
  });

  it('says so when the file cannot be read any more', async () => {
    class BrokenReader {
      readAsArrayBuffer(): ArrayBuffer {
        throw new DOMException('the file was changed', 'NotReadableError');
      }
    }
    vi.stubGlobal('FileReaderSync', BrokenReader);
    const source = await openBlob(new FakeBlob(tiny.bytes), 'dropped.edb');
    expect(() => new Database(source)).toThrow(JetError);
    expect(() => source.read(4096, new Uint8Array(1))).toThrow(/dropped\.edb: read at 4096 failed/);
  });

  it('refuses what is too much for memory', async () => {
    class Huge extends Blob {
      override get size(): number {
        return 5e9;
      }
    }
    await expect(openBlob(new Huge([]), 'huge.edb')).rejects.toThrow(/huge\.edb: over 1 GiB/);
  });
});
