// Where sorting puts what memory does not hold: temporary files, seen without knowing what they are.

/** Temporary bytes: written once from the front, then read from anywhere. Gone when closed. */
export interface SpillFile {
  /**
   * Adds bytes at the end; they may be overwritten once the call returns.
   * @throws JetError JET_errDiskFull, JET_errDiskIO.
   */
  append(bytes: Uint8Array): void;
  /**
   * Fills `target` from `offset` on. Returns the bytes read: fewer than asked only at the end.
   * @throws JetError JET_errDiskIO.
   */
  read(offset: number, target: Uint8Array): number;
  /** Closes and removes the file. To be called once; does not throw. */
  close(): void;
}

/** Makes temporary files. */
export interface SpillStore {
  /** @throws JetError when no file can be made. */
  create(): SpillFile;
}
