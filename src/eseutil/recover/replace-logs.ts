// Puts the logs and the checkpoint where recovery leaves them, so that at every instant what lies there is a stream that
// can be recovered: the current log grows first, then makes room for its successor.
import { join } from 'node:path';
import type { FileLayer } from '../../ese/io/file-layer.ts';
import { discardFile, removeFile } from '../../ese/io/safe-replace.ts';
import { archivedLogName, type LogSet } from '../../ese/log/log-set.ts';
import type { TailFile } from '../../ese/recovery/log-tail.ts';

function writeWhole(path: string, bytes: Uint8Array, layer: FileLayer): void {
  const handle = layer.create(path);
  try {
    layer.write(handle, bytes, 0);
    layer.sync(handle);
  } finally {
    layer.close(handle);
  }
}

/** Digits of generations in the names of a set: as in the names that are there. */
function digitsOf(logs: LogSet): number {
  const first = logs.archived[0];
  if (first === undefined) return 5;
  return first.name.length - logs.base.length - logs.extension.length - 1;
}

/**
 * Puts the logs in place. `files`: those that change or are new, in order; the last is to be the current one.
 * @throws JetError when that fails; what lies there then is still a stream that can be recovered.
 */
export function replaceLogs(folder: string, logs: LogSet, files: readonly TailFile[], layer: FileLayer): void {
  const { base, extension } = logs;
  const current = join(folder, logs.current ?? `${base}.${extension}`);
  const archived = (generation: number): string =>
    join(folder, archivedLogName(base, generation, extension, digitsOf(logs)));
  const temporary = join(folder, logs.temporary ?? `${base}tmp.${extension}`);
  const hasCurrent = logs.current !== undefined;
  // Without a current log the last archived one is the first of the files, and stays as it is.
  const changed = hasCurrent ? files : files.slice(1);
  const last = changed.at(-1);
  if (last === undefined) return;
  const parts = changed.map(({ lGeneration }) => `${archived(lGeneration)}.part`);
  try {
    changed.forEach(({ bytes }, i) => {
      discardFile(parts[i]!, layer);
      writeWhole(parts[i]!, bytes, layer);
      if (hasCurrent) layer.copyPermissions(current, parts[i]!);
    });
    // The stream goes on in the current log; where it has a successor, that is ready before the current one makes room.
    if (hasCurrent) layer.rename(parts[0]!, current);
    const isLonger = hasCurrent ? changed.length > 1 : true;
    if (isLonger) {
      for (let i = hasCurrent ? 1 : 0; i < changed.length - 1; i++)
        layer.rename(parts[i]!, archived(changed[i]!.lGeneration));
      removeFile(temporary, layer);
      layer.rename(parts.at(-1)!, temporary);
      layer.syncFolder(folder);
      if (hasCurrent) layer.rename(current, archived(changed[0]!.lGeneration));
      layer.rename(temporary, current);
    }
    layer.syncFolder(folder);
  } finally {
    for (const part of parts) discardFile(part, layer);
  }
}

/** Puts the checkpoint in place: from now on nothing before it is replayed any more. */
export function replaceCheckpoint(folder: string, logs: LogSet, bytes: Uint8Array, layer: FileLayer): void {
  const extension = logs.extension === 'jtx' ? 'jcp' : 'chk';
  const path = join(folder, logs.checkpoint ?? `${logs.base}.${extension}`);
  const part = `${path}.part`;
  try {
    discardFile(part, layer);
    writeWhole(part, bytes, layer);
    layer.rename(part, path);
    layer.syncFolder(folder);
  } finally {
    discardFile(part, layer);
  }
}
