// The databases of a recovery on this machine: found by the names that the logs know, copied before they are changed, put
// in place when all is done.
import { basename, dirname, join } from 'node:path';
import { readdirSync } from 'node:fs';
import { JetError } from '../../errors/jet-error.ts';
import { OverlayPageStore } from '../../ese/cache/overlay-page-store.ts';
import type { PageStore } from '../../ese/cache/page-store.ts';
import { readDbHeader, type FoundHeader } from '../../ese/header/read-db-header.ts';
import type { FileFacts, FileLayer } from '../../ese/io/file-layer.ts';
import { FilePageStore } from '../../ese/io/file-page-store.ts';
import { LockFile, type LockEnvironment } from '../../ese/io/lock-file.ts';
import { discardFile } from '../../ese/io/safe-replace.ts';
import type { FoundDatabase } from '../../ese/recovery/attachments.ts';
import { copyFile, requireSpace } from '../copy-file.ts';
import { instateDatabase } from '../instate-database.ts';
import type { IsStopped } from '../interruption.ts';
import { InPlaceStore } from './in-place-store.ts';

/** How the databases are worked on. */
export interface WorkingOptions {
  /** Folder in which databases are looked for by their file name. */
  readonly folder: string;
  /** A folder or a file to look at instead (`/d`). */
  readonly database?: string;
  /** Databases that lie elsewhere: path in the logs (or its file name) to the path here. */
  readonly paths: readonly (readonly [from: string, to: string])[];
  readonly dryRun: boolean;
  readonly inPlace: boolean;
  readonly layer: FileLayer;
  readonly lock: LockEnvironment;
  readonly onCopy?: (done: number, total: number) => void;
  readonly isStopped?: IsStopped;
}

/** One database that is being worked on. */
interface Working {
  readonly path: string;
  readonly before: FileFacts;
  readonly temp: string | undefined;
  readonly lock: LockFile | undefined;
  readonly store: PageStore;
}

/** What names such working copies have: what a killed run left behind is known by it. */
const TEMP_NAME = /^RECOVER(\d+)-\d+\.EDB$/i;

/** Removes a working copy, and what there was of it when its copying was interrupted. */
function discardCopy(path: string, layer: FileLayer): void {
  const pid = TEMP_NAME.exec(basename(path))?.[1];
  if (pid === undefined) return;
  discardFile(path, layer);
  discardFile(`${path}.${pid}.part`, layer);
}

const nameOf = (path: string): string => path.split(/[\\/]/).at(-1)!;

const sameText = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();

/** The databases of one recovery. */
export class WorkingDatabases {
  readonly #options: WorkingOptions;
  readonly #working = new Map<string, Working>();

  constructor(options: WorkingOptions) {
    this.#options = options;
  }

  /** Finds the database that the logs know as `path`. */
  find(path: string): FoundDatabase {
    const here = this.#locate(path);
    const { layer } = this.#options;
    const facts = layer.facts(here);
    if (facts === undefined) return { kind: 'missing', name: here, reason: 'it is not there' };
    if (facts.isFolder) return { kind: 'missing', name: here, reason: 'there is a folder of that name' };
    const real = layer.realPath(here);
    const header = this.#readHeader(this.#working.get(real)?.temp ?? real);
    if (header instanceof JetError) {
      if (header.symbol === 'JET_errFileAccessDenied')
        return { kind: 'missing', name: here, reason: 'access to it is denied', accessDenied: true };
      return { kind: 'unreadable', name: here, jet: 'JET_errReadVerifyFailure', reason: header.message };
    }
    if (header.used === 'none') {
      const reason = 'both copies of its header are damaged';
      return { kind: 'unreadable', name: here, jet: 'JET_errReadVerifyFailure', reason };
    }
    const working = this.#working.get(real)?.store;
    const isApart = working instanceof OverlayPageStore || working instanceof InPlaceStore;
    const headerBytes = isApart ? (working.header ?? header.bytes) : header.bytes;
    return { kind: 'found', name: here, headerBytes, open: () => this.#open(real, here, header) };
  }

  /** Puts every recovered database in its place. Returns what could not be done besides. */
  instate(recovered: ReadonlySet<string>): string[] {
    const problems: string[] = [];
    for (const { path, before, temp, store } of this.#working.values()) {
      if (store instanceof InPlaceStore && recovered.has(store.name)) store.finish();
      store.close();
      if (temp === undefined || !recovered.has(store.name)) continue;
      const problem = instateDatabase(temp, path, before, this.#options.layer);
      if (problem !== undefined) problems.push(problem);
    }
    return problems;
  }

  /** Takes away what is left, whatever happened. */
  release(): void {
    for (const { temp, lock, store } of this.#working.values()) {
      store.close();
      if (temp !== undefined) discardFile(temp, this.#options.layer);
      lock?.release();
    }
    this.#working.clear();
  }

  #locate(path: string): string {
    const { folder, database, paths, layer } = this.#options;
    const name = nameOf(path);
    const named = paths.find(([from]) => sameText(from, path)) ?? paths.find(([from]) => sameText(from, name));
    if (named !== undefined) return named[1];
    if (database !== undefined && layer.facts(database)?.isFolder !== true) return database;
    return inFolder(database ?? folder, name);
  }

  #readHeader(path: string): FoundHeader | JetError {
    try {
      const source = this.#options.layer.source(path);
      try {
        return readDbHeader(source);
      } finally {
        source.close();
      }
    } catch (error) {
      if (error instanceof JetError) return error;
      throw error;
    }
  }

  #open(real: string, name: string, header: FoundHeader): PageStore {
    const opened = this.#working.get(real);
    if (opened !== undefined) return opened.store;
    const { layer, dryRun, inPlace } = this.#options;
    const before = layer.facts(real)!;
    let working: Working;
    if (dryRun) {
      const store = new OverlayPageStore(layer.source(real), header.format, name);
      working = { path: real, before, temp: undefined, lock: undefined, store };
    } else working = inPlace ? this.#openInPlace(real, name, header, before) : this.#openCopy(real, name, header);
    this.#working.set(real, working);
    return working.store;
  }

  #openInPlace(real: string, name: string, header: FoundHeader, before: FileFacts): Working {
    const { layer, lock: environment } = this.#options;
    const lock = LockFile.take(real, 'recovery in place', '', layer, environment);
    try {
      const store = new InPlaceStore(new FilePageStore(real, header.format, name), header.bytes);
      return { path: real, before, temp: undefined, lock, store };
    } catch (error) {
      lock.release();
      throw error;
    }
  }

  #openCopy(real: string, name: string, header: FoundHeader): Working {
    const { layer, lock: environment, onCopy, isStopped } = this.#options;
    const temp = join(dirname(real), `RECOVER${environment.pid}-${this.#working.size}.EDB`);
    const lock = LockFile.take(real, 'recovery', temp, layer, environment);
    try {
      discardCopy(lock.leftBehind, layer);
      discardCopy(temp, layer);
      const before = layer.facts(real)!;
      requireSpace(temp, before.size, layer);
      copyFile(real, temp, {
        layer,
        ...(onCopy === undefined ? {} : { onProgress: onCopy }),
        ...(isStopped === undefined ? {} : { isStopped }),
      });
      return { path: real, before, temp, lock, store: new FilePageStore(temp, header.format, name) };
    } catch (error) {
      discardFile(temp, layer);
      lock.release();
      throw error;
    }
  }
}

/** The file of a folder whose name is `name` in any case: logs of Windows do not care. */
function inFolder(folder: string, name: string): string {
  const exact = join(folder, name);
  try {
    const names = readdirSync(folder);
    if (names.includes(name)) return exact;
    const other = names.find((each) => sameText(each, name));
    return other === undefined ? exact : join(folder, other);
  } catch {
    return exact;
  }
}
