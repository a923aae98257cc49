// Where an instance keeps its logs and checkpoint: a folder, or memory in tests and runtimes without files.
import type { ByteSource } from '../io/byte-source.ts';

/** A log open for writing. */
export interface LogFile {
  write(offset: number, bytes: Uint8Array): void;
  /** Returns when all that was written will outlast a crash. @throws JetError. */
  sync(): void;
  /** The same without blocking the caller; absent where that cannot be done. `close` may come meanwhile. */
  syncLater?(): Promise<void>;
  close(): void;
}

/** The files of a log stream. Names are plain file names. */
export interface LogDirectory {
  /** Takes the stream for one instance. @throws JetError JET_errDatabaseInUse when another has it. */
  lock?(base: string): { release(): void };
  /** Makes a file of `size` zero bytes, in place of one of that name. @throws JetError JET_errLogDiskFull and others. */
  create(name: string, size: number): LogFile;
  /** Opens an existing log for writing. @throws JetError. */
  open(name: string): LogFile;
  /** The names of all files there. */
  list(): readonly string[];
  /** Opens a file for reading. @throws JetError. */
  source(name: string): ByteSource;
  /** Gives a file another name at once; it replaces one of that name. Lasting when it returns. */
  rename(from: string, to: string): void;
  /** Removes a file, if it is there. */
  remove(name: string): void;
  /** Writes a whole file, lasting when it returns. A crash may leave any part of it old and any part new. */
  writeInPlace(name: string, bytes: Uint8Array): void;
}
