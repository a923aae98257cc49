// A value of a long column as a program reads and writes it piece by piece (JetRetrieveColumn with ibLongValue,
// JetSetColumn with JET_bitSetAppendLV and its like), also as Web streams.
import type { LongValueChange } from './long-value-change.ts';

/** Where the bytes of one value are. */
export interface LongValueAccess {
  /** Bytes of the value; undefined: NULL. */
  size(): number | undefined;
  /** Fills `into` from `offset` on, as far as there are bytes; how many. */
  read(offset: number, into: Uint8Array): number;
  change(change: LongValueChange): void;
}

/** A part of a value. */
export interface ByteRange {
  /** Default 0. */
  readonly start?: number;
  /** First byte that is not wanted. Default: the size. */
  readonly end?: number;
}

const PIECE_SIZE = 65_536;

/**
 * One value. Each call sees the row as the session sees it then; writes are changes of the row, part of the open
 * transaction.
 */
export class LongValueHandle {
  readonly #access: LongValueAccess;

  constructor(access: LongValueAccess) {
    this.#access = access;
  }

  /** Bytes of the value; 0 when it is NULL. @throws JetError JET_errRecordNotFound. */
  get size(): number {
    return this.#access.size() ?? 0;
  }

  /** True when the column has no value. */
  get isNull(): boolean {
    return this.#access.size() === undefined;
  }

  /** Fills `into` from `offset` on; the number of bytes there were. */
  readInto(offset: number, into: Uint8Array): number {
    return this.#access.read(offset, into);
  }

  /** The bytes of a part of the value. */
  read({ start = 0, end = this.size }: ByteRange = {}): Uint8Array {
    const bytes = new Uint8Array(Math.max(0, Math.min(end, this.size) - start));
    return bytes.subarray(0, this.#access.read(start, bytes));
  }

  /** The same piece by piece. The pieces are the reader's to keep. */
  *pieces({ start = 0, end }: ByteRange = {}): Generator<Uint8Array> {
    for (let at = start; ;) {
      const piece = new Uint8Array(Math.min(PIECE_SIZE, Math.max(0, (end ?? Infinity) - at)));
      const length = this.#access.read(at, piece);
      if (length === 0) return;
      yield piece.subarray(0, length);
      at += length;
    }
  }

  /** A Web stream of the value. Within a transaction it must be read before that ends. */
  readable(range: ByteRange = {}): ReadableStream<Uint8Array> {
    const pieces = this.pieces(range);
    return new ReadableStream<Uint8Array>({
      pull: (controller) => {
        const next = pieces.next();
        if (next.done === true) controller.close();
        else controller.enqueue(next.value);
      },
    });
  }

  /** Gives the column other bytes. @throws JetError as `SessionTable.update`; JET_errColumnTooBig. */
  write(bytes: Uint8Array): void {
    this.#access.change({ mode: 'replace', bytes });
  }

  /** Adds bytes at the end. @throws JetError as `write`. */
  append(bytes: Uint8Array): void {
    this.#access.change({ mode: 'append', bytes });
  }

  /**
   * Writes bytes from `offset` on, over what is there and beyond.
   * @throws JetError JET_errColumnNoChunk past the end, and as `write`.
   */
  writeAt(offset: number, bytes: Uint8Array): void {
    this.#access.change({ mode: 'overwrite', offset, bytes });
  }

  /** Cuts the value, or fills it up with zeros. @throws JetError as `write`. */
  resize(size: number): void {
    this.#access.change({ mode: 'resize', size });
  }

  /**
   * A Web stream to write the value with; `append`: what is there stays, and the rest comes after it. Each piece is a
   * change of its own: use it in a transaction, and close the stream before that commits.
   */
  writable({ append = false }: { readonly append?: boolean } = {}): WritableStream<Uint8Array> {
    return new WritableStream<Uint8Array>({
      start: () => {
        if (!append) this.write(new Uint8Array(0));
      },
      write: (piece) => {
        this.append(piece);
      },
    });
  }
}
