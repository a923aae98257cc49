// Keeping the damaged original of a repair under another name.
import { linkSync } from 'node:fs';
import type { FileLayer } from '../../ese/io/file-layer.ts';
import { copyFile } from '../copy-file.ts';

/** The path, or the first of `path.2`, `path.3`... that is free. */
function freeName(path: string, layer: FileLayer): string {
  let name = path;
  for (let n = 2; layer.facts(name) !== undefined; n++) name = `${path}.${n}`;
  return name;
}

/** A second name for the file, so that it stays when the first one goes to the new file. Returns that name. */
export function keepOriginal(path: string, layer: FileLayer): string {
  const kept = freeName(`${path}.damaged`, layer);
  try {
    linkSync(path, kept);
  } catch {
    // Not every file system has links.
    copyFile(path, kept, { layer });
  }
  return kept;
}
