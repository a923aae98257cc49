// The databases of an instance as files of this machine, each locked while it is open.
import { dirname, join, resolve } from 'node:path';
import { JetError } from '../../errors/jet-error.ts';
import type { PageStore } from '../cache/page-store.ts';
import { readDbHeader } from '../header/read-db-header.ts';
import { pageFormat } from '../page/page-format.ts';
import type { DatabaseFiles, OpenedFile } from '../tx/database-files.ts';
import { nodeFileLayer, type InstanceLayer } from './file-layer.ts';
import { FilePageStore } from './file-page-store.ts';
import { removeFile } from './safe-replace.ts';
import { lockEnvironment, LockFile, type LockEnvironment } from './lock-file.ts';

/** A FilePageStore that gives its lock back when it is closed. */
class LockedStore extends FilePageStore {
  readonly #lock: LockFile;

  constructor(path: string, format: FilePageStore['format'], layer: InstanceLayer, lock: LockFile) {
    super(path, format, path, layer);
    this.#lock = lock;
  }

  override close(): void {
    super.close();
    this.#lock.release();
  }
}

/** Databases by path; relative ones begin at `folder`. */
export class FileDatabases implements DatabaseFiles {
  readonly #folder: string;
  readonly #layer: InstanceLayer;
  readonly #environment: LockEnvironment;

  constructor(folder = '.', layer: InstanceLayer = nodeFileLayer, environment: LockEnvironment = lockEnvironment()) {
    this.#folder = folder;
    this.#layer = layer;
    this.#environment = environment;
  }

  /** @throws JetError JET_errDatabaseInUse when someone holds it, JET_errFileAccessDenied, JET_errDatabaseCorrupted. */
  open(path: string): OpenedFile | undefined {
    const layer = this.#layer;
    const real = this.#find(path);
    if (real === undefined) return undefined;
    const source = layer.source(real);
    try {
      const header = readDbHeader(source);
      if (header.used === 'none') {
        throw new JetError('JET_errReadVerifyFailure', `${path}: both copies of the header are damaged`, {
          file: path,
        });
      }
      return { store: this.#locked(real, header.format), header };
    } finally {
      source.close();
    }
  }

  create(path: string, pageSize: number, replace: boolean): PageStore {
    const real = resolve(this.#folder, path);
    const layer = this.#layer;
    const format = pageFormat(pageSize);
    if (format === undefined) throw new JetError('JET_errInvalidParameter', `pages of ${pageSize} bytes are not known`);
    if (layer.facts(real) !== undefined) {
      if (!replace) throw new JetError('JET_errDatabaseDuplicate', `${path}: there is a file already`, { file: path });
      layer.unlink(real);
    }
    layer.close(layer.create(real));
    layer.syncFolder(dirname(real));
    return this.#locked(real, format);
  }

  /** The file itself; else, for logs that come from another machine, the one of that name in the folder. */
  #find(path: string): string | undefined {
    const exact = resolve(this.#folder, path);
    if (this.#layer.facts(exact) !== undefined) return exact;
    const name = path.split(/[\\/]/).at(-1)!.toLowerCase();
    const other = this.#layer.names(this.#folder).find((each) => each.toLowerCase() === name);
    return other === undefined ? undefined : join(this.#folder, other);
  }

  remove(path: string): void {
    removeFile(resolve(this.#folder, path), this.#layer);
  }

  #locked(real: string, format: FilePageStore['format']): PageStore {
    const lock = LockFile.take(real, 'instance', '', this.#layer, this.#environment);
    try {
      return new LockedStore(real, format, this.#layer, lock);
    } catch (error) {
      lock.release();
      throw error;
    }
  }
}
