// Where the pages of a database that is being changed lie: a file, or memory in tests and in runtimes without files.
import type { PageFormat } from '../page/page-format.ts';

/** Pages that can be read and written, addressed by page number (1-based), and the header before them. */
export interface PageStore {
  readonly format: PageFormat;
  /** Name for messages: the path of a file. */
  readonly name: string;
  /** The last whole page there is; 0 when there is none. */
  readonly pgnoLast: number;
  /** Reads page `pgno` into `target`, which is one page long. False when the store ends before it. */
  read(pgno: number, target: Uint8Array): boolean;
  /** Writes consecutive pages from `pgno` on. The store grows as needed; pages left out in between are zero. */
  write(pgno: number, bytes: Uint8Array): void;
  /** Writes a header page: the primary copy (0) or its shadow (1). */
  writeHeader(copy: 0 | 1, bytes: Uint8Array): void;
  /** Makes `pgnoLast` the last page: cuts the store, or adds pages of zeros. */
  resize(pgnoLast: number): void;
  /** Waits until all that was written will outlast a crash. */
  sync(): void;
  /** The same without blocking the caller; absent where that cannot be done. `close` may come meanwhile. */
  syncLater?(): Promise<void>;
  close(): void;
}
