// Reading many pages at once where they are wanted one after the other: a system call a page is what reading costs.
import { JetError } from '../../errors/jet-error.ts';
import type { ByteSource } from '../io/byte-source.ts';

/** Bytes read at once: few when a stream begins (most long values are short), more the longer it goes on. */
const WINDOW_FIRST = 32 << 10;
const WINDOW_MOST = 256 << 10;

/** Gives pages of one source, read ahead as soon as one follows the other. Each stream of reads should have its own. */
export class ReadAhead {
  readonly #source: ByteSource;
  readonly #pageSize: number;
  readonly #end: number;
  /** Bytes firstOffset..endOffset-1 of the source. */
  #window: Uint8Array | undefined;
  #windowStart = 0;
  #windowEnd = 0;
  /** Bytes of the next window. */
  #size = WINDOW_FIRST;
  /** Where a page would be that follows the one last read. */
  #next = -1;

  /** `end`: offset after the last whole page. */
  constructor(source: ByteSource, pageSize: number, end: number) {
    this.#source = source;
    this.#pageSize = pageSize;
    this.#end = end;
  }

  /**
   * Reads the page at `offset` into `bytes`.
   * @throws JetError JET_errDiskIO; JET_errFileIOBeyondEOF when the source has become shorter since it was opened.
   */
  read(offset: number, bytes: Uint8Array): void {
    const isNext = offset === this.#next;
    this.#next = offset + this.#pageSize;
    const inside = offset >= this.#windowStart && offset < this.#windowEnd;
    if (!inside && !(isNext && this.#fill(offset))) {
      this.#readAlone(offset, bytes);
      return;
    }
    const at = offset - this.#windowStart;
    bytes.set(this.#window!.subarray(at, at + this.#pageSize));
  }

  /** Moves the window to `offset`. False when not even one page could be read: each is then tried by itself. */
  #fill(offset: number): boolean {
    this.#window ??= new Uint8Array(WINDOW_MOST);
    this.#size = offset === this.#windowEnd ? Math.min(2 * this.#size, WINDOW_MOST) : WINDOW_FIRST;
    const size = Math.max(this.#size, 2 * this.#pageSize);
    this.#windowStart = offset;
    this.#windowEnd = offset;
    try {
      const count = this.#source.read(offset, this.#window.subarray(0, Math.min(size, this.#end - offset)));
      this.#windowEnd += count - (count % this.#pageSize);
    } catch (error) {
      // One bad sector must not take the pages around it along.
      if (!(error instanceof JetError)) throw error;
    }
    return this.#windowEnd > offset;
  }

  #readAlone(offset: number, bytes: Uint8Array): void {
    const count = this.#source.read(offset, bytes);
    if (count === bytes.length) return;
    const message = `${this.#source.name}: the file ends at ${offset + count}: it has become shorter while it was read`;
    throw new JetError('JET_errFileIOBeyondEOF', message, { file: this.#source.name, offset: offset + count });
  }
}
