// An instance on a folder of this machine (JetCreateInstance, JetInit with their parameters).
import { mkdirSync } from 'node:fs';
import { JetError } from '../../errors/jet-error.ts';
import { logtimeOf } from '../recovery/header-changes.ts';
import { EngineInstance } from '../tx/engine-instance.ts';
import { Instance } from '../tx/instance.ts';
import { FileDatabases } from './file-databases.ts';
import { FileLogDirectory } from './file-log-directory.ts';

/** How to open an instance. */
export interface OpenInstanceOptions {
  /** Beginning of the names of logs and checkpoint, three characters. Default `edb`. */
  readonly baseName?: string;
  /** Bytes of a log file, a multiple of 4096, at least 131072. Default: as the logs that are there, or 1 MiB. */
  readonly logFileSize?: number;
  /** Logs that no recovery needs any more are removed. Default false: they are kept, for backups. */
  readonly circular?: boolean;
  /** Bytes of a page of all its databases: 4096, 8192, 16384 or 32768. Default 8192. */
  readonly pageSize?: number;
  /** Bytes of pages kept in memory, for each database. Default 64 MiB. */
  readonly cacheSize?: number;
  /** Most bytes of row versions kept for transactions. Default 64 MiB. */
  readonly versionLimit?: number;
  /** Bytes of logs that a recovery has to go through at most. Default 20 MiB. */
  readonly checkpointDepth?: number;
  /** Pages that databases grow by. Default 256. */
  readonly extensionPages?: number;
}

const SEGMENT_SIZE = 4096;
const PAGE_SIZE_DEFAULT = 8192;
const CACHE_DEFAULT = 64 << 20;
const BASE_NAME = /^[a-z0-9]{3}$/i;

/**
 * Opens an instance on a folder, which is made if need be. When the logs there say that the last run did not end
 * cleanly, its databases are recovered first. Relative paths of databases begin at the folder.
 * @throws JetError JET_errInvalidParameter, JET_errDatabaseInUse when another instance has the folder,
 * JET_errPageSizeMismatch and JET_errLogFileSizeMismatchDatabasesConsistent when the logs there are of another kind, and
 * what recovery throws.
 */
export function openInstance(folder: string, options: OpenInstanceOptions = {}): Promise<EngineInstance> {
  return new Promise((resolve) => {
    resolve(open(folder, options));
  });
}

function open(folder: string, options: OpenInstanceOptions): EngineInstance {
  const { baseName = 'edb', logFileSize, pageSize = PAGE_SIZE_DEFAULT, cacheSize = CACHE_DEFAULT } = options;
  const { circular, versionLimit, checkpointDepth, extensionPages } = options;
  if (!BASE_NAME.test(baseName)) {
    throw new JetError('JET_errInvalidParameter', `a base name has three letters or digits, not ${baseName.length}`);
  }
  if (logFileSize !== undefined && logFileSize % SEGMENT_SIZE !== 0) {
    throw new JetError('JET_errInvalidParameter', `the size of a log is a multiple of ${SEGMENT_SIZE} bytes`);
  }
  mkdirSync(folder, { recursive: true });
  const growth = extensionPages === undefined ? {} : { dbExtensionSize: extensionPages };
  const instance = new Instance({
    directory: new FileLogDirectory(folder),
    files: new FileDatabases(folder),
    base: baseName,
    pageSize,
    cacheSize,
    now: () => new Date(),
    random: () => Math.floor(Math.random() * 2 ** 32),
    logtime: logtimeOf,
    ...growth,
    ...(logFileSize === undefined ? {} : { csecLGFile: logFileSize / SEGMENT_SIZE }),
    ...(circular === undefined ? {} : { circular }),
    ...(versionLimit === undefined ? {} : { versionLimit }),
    ...(checkpointDepth === undefined ? {} : { checkpointDepth }),
  });
  return new EngineInstance(instance, growth);
}
