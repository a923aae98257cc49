// Where an instance keeps its logs and checkpoint: a folder, or memory in tests and runtimes without files.

/** A log open for writing. */
export interface LogFile {
  write(offset: number, bytes: Uint8Array): void;
  /** Returns when all that was written will outlast a crash. */
  sync(): void;
  close(): void;
}

/** The files of a log stream. */
export interface LogDirectory {
  /** Makes a file of `size` zero bytes. @throws JetError JET_errLogDiskFull and what else creating a file can fail with. */
  create(name: string, size: number): LogFile;
  /** Gives a file another name at once; it replaces one of that name. Lasting when it returns. */
  rename(from: string, to: string): void;
  /** Writes a whole file, lasting when it returns. A crash may leave any part of it old and any part new. */
  writeInPlace(name: string, bytes: Uint8Array): void;
}
