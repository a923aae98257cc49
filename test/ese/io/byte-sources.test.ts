// The same database out of a file, a buffer and a Blob: a web page reads what the command line reads.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { Database } from '../../../src/ese/database.ts';
import { openBlob } from '../../../src/ese/io/blob-source.ts';
import { BufferSource } from '../../../src/ese/io/buffer-source.ts';
import type { ByteSource } from '../../../src/ese/io/byte-source.ts';
import { FileSource } from '../../../src/ese/io/file-source.ts';
import { buildDatabase, messageTable } from '../../fixtures/built-database.ts';

const bytes = buildDatabase([messageTable(200)]);

function subjects(source: ByteSource): unknown[] {
  const cursor = new Database(source).cursor('Msg', { index: 'ixFrom' });
  const seen: unknown[] = [];
  for (let more = cursor.first(); more; more = cursor.next()) seen.push(cursor.get('Subject'));
  return seen;
}

/** The synchronous reader of Web Workers, which Node does not have: reads slices of one known Blob. */
class FakeFileReaderSync {
  static reads = 0;
  static largest = 0;

  readAsArrayBuffer(slice: { readonly start: number; readonly end: number }): ArrayBuffer {
    FakeFileReaderSync.reads++;
    FakeFileReaderSync.largest = Math.max(FakeFileReaderSync.largest, slice.end - slice.start);
    return bytes.slice(slice.start, slice.end).buffer;
  }
}

const slicedBlob = {
  size: bytes.length,
  name: 'dropped.edb',
  slice: (start: number, end: number) => ({ start, end }),
} as unknown as Blob;

describe('byte sources', () => {
  afterEach(() => {
    delete (globalThis as { FileReaderSync?: unknown }).FileReaderSync;
  });

  it('file, buffer and Blob give the same rows', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'esekit-source-'));
    const path = join(folder, 'a.edb');
    writeFileSync(path, bytes);
    const file = new FileSource(path);
    const expected = subjects(new BufferSource(bytes));
    expect(expected).toHaveLength(200);
    expect(subjects(file)).toEqual(expected);
    expect(subjects(await openBlob(new Blob([bytes as Uint8Array<ArrayBuffer>]), 'a.edb'))).toEqual(expected);
    file.close();
    rmSync(folder, { recursive: true });
  });

  it('in a Web Worker a Blob is read piece by piece', async () => {
    (globalThis as { FileReaderSync?: unknown }).FileReaderSync = FakeFileReaderSync;
    const source = await openBlob(slicedBlob);
    expect(source.name).toBe('dropped.edb');
    expect(subjects(source)).toEqual(subjects(new BufferSource(bytes)));
    expect(FakeFileReaderSync.reads).toBeGreaterThan(10);
    expect(FakeFileReaderSync.largest).toBeLessThan(bytes.length / 2);
  });

  it('reads past the end give what there is', async () => {
    const target = new Uint8Array(100);
    for (const source of [new BufferSource(bytes), await openBlob(new Blob([bytes as Uint8Array<ArrayBuffer>]))]) {
      expect(source.read(source.size - 10, target)).toBe(10);
      expect(source.read(source.size + 5, target)).toBe(0);
    }
  });

  it('a Blob over 1 GiB outside a worker is refused', async () => {
    await expect(openBlob({ size: 2 ** 31, name: 'big.edb' } as unknown as Blob)).rejects.toMatchObject({
      symbol: 'JET_errOutOfMemory',
    });
  });
});
