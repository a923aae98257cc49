// The last step of whatever builds a database anew: the new file, verified, takes the place of the old one.
import { basename, dirname, extname, join } from 'node:path';
import type { FileLayer } from '../ese/io/file-layer.ts';
import { discardFile, removeFile, replaceFile, type Unchanged } from '../ese/io/safe-replace.ts';
import { copyFile } from './copy-file.ts';

/** Where the new database is put beside the original when it was built on another volume. */
export function besidePath(path: string, temp: string): string {
  return join(dirname(path), `${basename(temp, extname(temp))}.NEW`);
}

/**
 * Puts `temp` in the place of `path` and takes away the flush map of the old database. `before`: what the old file was
 * when the work began. Returns what could not be done besides, if anything: the new database is then in place.
 * @throws JetError when the new database could not be put there: the old one is untouched.
 */
export function instateDatabase(temp: string, path: string, before: Unchanged, layer: FileLayer): string | undefined {
  const isElsewhere = layer.facts(dirname(path))?.device !== layer.facts(dirname(temp))?.device;
  const from = isElsewhere ? besidePath(path, temp) : temp;
  // A rename cannot cross volumes: the verified file is copied, and verified once more, beside the original.
  if (isElsewhere) copyFile(temp, from, { layer });
  try {
    replaceFile(from, path, before, layer);
  } catch (error) {
    if (isElsewhere) discardFile(from, layer);
    throw error;
  }
  if (isElsewhere) discardFile(temp, layer);
  return removeFlushMap(path, layer);
}

/** The flush map tells of pages of the old file. The engine makes a new one. */
function removeFlushMap(path: string, layer: FileLayer): string | undefined {
  const map = join(dirname(path), `${basename(path, extname(path))}.jfm`);
  if (map === path) return undefined;
  try {
    removeFile(map, layer);
    return undefined;
  } catch (error) {
    // A map that stays is not believed: its signature is not in the new header.
    return `${map}: the flush map of the old database could not be removed: ${(error as Error).message}`;
  }
}
