// Recovery of a folder of the corpus in memory: nothing is written to a disk.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { MemoryPageStore } from '../../../src/ese/cache/memory-page-store.ts';
import { readDbHeader } from '../../../src/ese/header/read-db-header.ts';
import { BufferSource } from '../../../src/ese/io/buffer-source.ts';
import { readCheckpointFile } from '../../../src/ese/log/checkpoint-file.ts';
import { arrangeLogs } from '../../../src/ese/log/log-set.ts';
import type { FoundDatabase } from '../../../src/ese/recovery/attachments.ts';
import { recoverStream, type StreamOptions, type StreamResult } from '../../../src/ese/recovery/recover-stream.ts';

/** Files by name. */
export type Files = Map<string, Uint8Array>;

/** The files of a folder in memory. */
export function readFolder(folder: string): Files {
  return new Map(readdirSync(folder).map((name) => [name, new Uint8Array(readFileSync(join(folder, name)))]));
}

/** Recovers the stream `base` of `files`; databases that were changed replace the entries of `files`. */
export function recoverFiles(files: Files, base: string, options: Partial<StreamOptions> = {}): StreamResult {
  const logs = arrangeLogs(files.keys(), base);
  const stores = new Map<string, MemoryPageStore>();
  const find = (path: string): FoundDatabase => {
    const name = path.split(/[\\/]/).at(-1)!.toLowerCase();
    const real = [...files.keys()].find((each) => each.toLowerCase() === name);
    if (real === undefined) return { kind: 'missing', name: path, reason: 'it is not there' };
    const bytes = stores.get(real)?.bytes ?? files.get(real)!;
    const header = readDbHeader(new BufferSource(bytes, real));
    if (header.used === 'none')
      return { kind: 'unreadable', name: real, jet: 'JET_errReadVerifyFailure', reason: 'its header is damaged' };
    const open = (): MemoryPageStore => {
      let store = stores.get(real);
      if (store === undefined) stores.set(real, (store = new MemoryPageStore(header.format, files.get(real), real)));
      return store;
    };
    return { kind: 'found', name: real, headerBytes: header.bytes, open };
  };
  const result = recoverStream({
    logs,
    open: (name) => new BufferSource(files.get(name)!, name),
    ...(logs.checkpoint === undefined
      ? {}
      : { checkpoint: readCheckpointFile(new BufferSource(files.get(logs.checkpoint)!, logs.checkpoint)) }),
    host: { find },
    now: () => new Date(Date.UTC(2026, 0, 2, 3, 4, 5, 678)),
    random: () => 12345,
    ...options,
  });
  for (const [name, store] of stores) files.set(name, store.bytes.slice());
  return result;
}
