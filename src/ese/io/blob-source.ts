// A database in a Blob: a file dropped on a web page.
import { JetError } from '../../errors/jet-error.ts';
import { BufferSource } from './buffer-source.ts';
import type { ByteSource } from './byte-source.ts';

/** The synchronous reader that Web Workers have. */
interface SyncBlobReader {
  readAsArrayBuffer(blob: Blob): ArrayBuffer;
}

/** Largest Blob that is taken into memory where no synchronous reader exists. */
const MEMORY_LIMIT = 1 << 30;

class WorkerBlobSource implements ByteSource {
  readonly name: string;
  readonly size: number;
  readonly #blob: Blob;
  readonly #reader: SyncBlobReader;

  constructor(blob: Blob, name: string, reader: SyncBlobReader) {
    this.#blob = blob;
    this.name = name;
    this.size = blob.size;
    this.#reader = reader;
  }

  read(offset: number, target: Uint8Array): number {
    const end = Math.min(this.size, offset + target.length);
    if (end <= offset) return 0;
    let bytes: ArrayBuffer;
    try {
      bytes = this.#reader.readAsArrayBuffer(this.#blob.slice(offset, end));
    } catch (error) {
      throw new JetError(
        'JET_errDiskIO',
        `${this.name}: read at ${offset} failed`,
        { file: this.name, offset },
        { cause: error },
      );
    }
    target.set(new Uint8Array(bytes));
    return bytes.byteLength;
  }

  close(): void {
    // A Blob needs no closing.
  }
}

/**
 * A ByteSource over a Blob or File. In a Web Worker it reads piece by piece (memory stays flat however large the
 * file); elsewhere the Blob is loaded whole.
 * @throws JetError JET_errOutOfMemory for a Blob over 1 GiB outside a worker.
 */
export async function openBlob(
  blob: Blob,
  name: string = 'name' in blob ? String(blob.name) : '(blob)',
): Promise<ByteSource> {
  const Reader = (globalThis as { FileReaderSync?: new () => SyncBlobReader }).FileReaderSync;
  if (Reader !== undefined) return new WorkerBlobSource(blob, name, new Reader());
  if (blob.size > MEMORY_LIMIT) {
    throw new JetError('JET_errOutOfMemory', `${name}: over 1 GiB, which only a Web Worker can read piece by piece`);
  }
  return new BufferSource(new Uint8Array(await blob.arrayBuffer()), name);
}
