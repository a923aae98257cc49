// The logs and the checkpoint of an instance as files of a folder (format 9.1).
import { join } from 'node:path';
import { JetError } from '../../errors/jet-error.ts';
import type { JetErrorSymbol } from '../../errors/jet-errors.data.ts';
import type { LogDirectory, LogFile } from '../tx/log-directory.ts';
import type { ByteSource } from './byte-source.ts';
import { nodeFileLayer, type InstanceLayer } from './file-layer.ts';
import { lockEnvironment, LockFile, type LockEnvironment } from './lock-file.ts';
import { discardFile, removeFile } from './safe-replace.ts';

/** Zeros written at a time. */
const ZEROS_SIZE = 1 << 20;
/** What the errors of files are when the file is a log. */
const LOG_ERRORS: Readonly<Partial<Record<JetErrorSymbol, JetErrorSymbol>>> = { JET_errDiskFull: 'JET_errLogDiskFull' };

function asLogError(error: unknown): unknown {
  if (!(error instanceof JetError)) return error;
  const symbol = LOG_ERRORS[error.symbol];
  return symbol === undefined ? error : new JetError(symbol, error.message, error.at, { cause: error });
}

function logged<T>(action: () => T): T {
  try {
    return action();
  } catch (error) {
    throw asLogError(error);
  }
}

/** An open log. */
class OpenLog implements LogFile {
  readonly #layer: InstanceLayer;
  readonly #handle: number;
  /** Calls of `syncLater` that are under way: the handle must not be closed, and used again, below them. */
  #syncing = 0;
  #closing = false;

  constructor(layer: InstanceLayer, handle: number) {
    this.#layer = layer;
    this.#handle = handle;
  }

  write(offset: number, bytes: Uint8Array): void {
    logged(() => {
      this.#layer.write(this.#handle, bytes, offset);
    });
  }

  sync(): void {
    logged(() => {
      this.#layer.sync(this.#handle);
    });
  }

  async syncLater(): Promise<void> {
    if (this.#closing) return;
    this.#syncing++;
    try {
      await this.#layer.syncLater(this.#handle);
    } catch (error) {
      throw asLogError(error);
    } finally {
      this.#syncing--;
      this.#closeUnused();
    }
  }

  close(): void {
    if (this.#closing) return;
    this.#closing = true;
    this.#closeUnused();
  }

  #closeUnused(): void {
    if (this.#closing && this.#syncing === 0) this.#layer.close(this.#handle);
  }
}

/** The files of one folder. */
export class FileLogDirectory implements LogDirectory {
  readonly folder: string;
  readonly #layer: InstanceLayer;
  readonly #environment: LockEnvironment;

  constructor(folder: string, layer: InstanceLayer = nodeFileLayer, environment: LockEnvironment = lockEnvironment()) {
    this.folder = folder;
    this.#layer = layer;
    this.#environment = environment;
  }

  lock(base: string): { release(): void } {
    return LockFile.take(join(this.folder, base), 'instance', '', this.#layer, this.#environment);
  }

  create(name: string, size: number): LogFile {
    const path = join(this.folder, name);
    const layer = this.#layer;
    return logged(() => {
      removeFile(path, layer);
      const handle = layer.create(path);
      try {
        // Zeros, not a hole: what is written later changes no sizes and needs no room any more.
        const zeros = new Uint8Array(Math.min(size, ZEROS_SIZE));
        for (let at = 0; at < size; at += zeros.length)
          layer.write(handle, zeros.subarray(0, Math.min(zeros.length, size - at)), at);
      } catch (error) {
        layer.close(handle);
        discardFile(path, layer);
        throw error;
      }
      return new OpenLog(layer, handle);
    });
  }

  open(name: string): LogFile {
    return logged(() => new OpenLog(this.#layer, this.#layer.openToWrite(join(this.folder, name))));
  }

  list(): readonly string[] {
    return this.#layer.names(this.folder);
  }

  source(name: string): ByteSource {
    return this.#layer.source(join(this.folder, name));
  }

  rename(from: string, to: string): void {
    logged(() => {
      this.#layer.rename(join(this.folder, from), join(this.folder, to));
      this.#layer.syncFolder(this.folder);
    });
  }

  remove(name: string): void {
    removeFile(join(this.folder, name), this.#layer);
  }

  writeInPlace(name: string, bytes: Uint8Array): void {
    const path = join(this.folder, name);
    const layer = this.#layer;
    logged(() => {
      const isNew = layer.facts(path) === undefined;
      const handle = isNew ? layer.create(path) : layer.openToWrite(path);
      try {
        writeHalves(layer, handle, bytes);
      } finally {
        layer.close(handle);
      }
      if (isNew) layer.syncFolder(this.folder);
    });
  }
}

/** A checkpoint is there twice: one of the two is whole at any time. */
function writeHalves(layer: InstanceLayer, handle: number, bytes: Uint8Array): void {
  const half = bytes.length / 2;
  for (const at of [half, 0]) {
    layer.write(handle, bytes.subarray(at, at + half), at);
    layer.sync(handle);
  }
}
