// A value of a long column as a program reads and writes it piece by piece (JetRetrieveColumn with ibLongValue,
// JetSetColumn with JET_bitSetAppendLV and its like), also as Web streams.
import { JetError } from '../../errors/jet-error.ts';

/** Where the bytes of one value are. */
export interface LongValueAccess {
  /** Bytes of the value; undefined: NULL. */
  size(): number | undefined;
  /** Fills `into` from `offset` on, as far as there are bytes; how many. */
  read(offset: number, into: Uint8Array): number;
  /** Gives the column these bytes. */
  set(bytes: Uint8Array): void;
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

  /** Gives the column other bytes. @throws JetError as `SessionTable.update`. */
  write(bytes: Uint8Array): void {
    this.#access.set(bytes);
  }

  /** Adds bytes at the end. @throws JetError as `SessionTable.update`. */
  append(bytes: Uint8Array): void {
    this.writeAt(this.size, bytes);
  }

  /**
   * Writes bytes from `offset` on, over what is there and beyond.
   * @throws JetError JET_errColumnNoChunk past the end, and as `SessionTable.update`.
   */
  writeAt(offset: number, bytes: Uint8Array): void {
    const { size } = this;
    if (offset > size) throw new JetError('JET_errColumnNoChunk', `a value of ${size} bytes has none at ${offset}`);
    const whole = new Uint8Array(Math.max(size, offset + bytes.length));
    this.#access.read(0, whole.subarray(0, size));
    whole.set(bytes, offset);
    this.#access.set(whole);
  }

  /** Cuts the value, or fills it up with zeros. @throws JetError as `SessionTable.update`. */
  resize(size: number): void {
    const whole = new Uint8Array(size);
    this.#access.read(0, whole.subarray(0, Math.min(size, this.size)));
    this.#access.set(whole);
  }

  /** A Web stream whose bytes become the value when it is closed; `append`: they are added to it. */
  writable({ append = false }: { readonly append?: boolean } = {}): WritableStream<Uint8Array> {
    const pieces: Uint8Array[] = [];
    let length = 0;
    return new WritableStream<Uint8Array>({
      write: (piece) => {
        pieces.push(piece.slice());
        length += piece.length;
      },
      close: () => {
        const whole = new Uint8Array(length);
        let at = 0;
        for (const piece of pieces) {
          whole.set(piece, at);
          at += piece.length;
        }
        if (append) this.append(whole);
        else this.write(whole);
      },
    });
  }
}
