// Where a database's bytes come from: a file, a buffer, a Blob. The engine above reads pages and knows no more.

/** Random-access bytes of known size. Reading is synchronous: engine code above it is plain loops. */
export interface ByteSource {
  /** What to call it in messages: a path or a file name. */
  readonly name: string;
  /** Bytes at the time of opening. */
  readonly size: number;
  /**
   * Fills `target` from `offset` on. Returns the bytes read: fewer than asked only at the end of the source.
   * @throws JetError JET_errDiskIO when the source cannot be read.
   */
  read(offset: number, target: Uint8Array): number;
  close(): void;
}
