// Where built pages go: a file or memory. Pages come nearly in order; each is written once.

/** Takes the pages of a database under construction. */
export interface PageSink {
  /** Writes one page. `bytes` is valid only until the call returns. */
  write(pgno: number, bytes: Uint8Array): void;
  /** Makes the file end after page `pgnoLast`, whether that page was written or not. */
  resize(pgnoLast: number): void;
  /** Writes a header page: 0 the header, 1 the shadow. */
  writeHeader(copy: 0 | 1, bytes: Uint8Array): void;
}
