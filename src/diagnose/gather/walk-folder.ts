// The files under the paths a user gave, in a fixed order and within limits: links are not followed, a folder without end
// comes to one.
import { lstatSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

const FILES_MOST = 20_000;
const DEPTH_MOST = 32;

/** The files found, and what was left out. */
export interface FoundFiles {
  readonly files: readonly string[];
  /** Paths that cannot be read, with the reason. */
  readonly failed: readonly { readonly path: string; readonly reason: string }[];
  /** True when there were more files than are looked at. */
  readonly more: boolean;
}

const reasonOf = (error: unknown): string => (error as NodeJS.ErrnoException).code ?? String(error);

/** Lists the regular files of `paths`; folders are walked. A path that is a link itself is followed. */
export function walkFolders(paths: readonly string[]): FoundFiles {
  const files: string[] = [];
  const failed: { path: string; reason: string }[] = [];
  const stack: { path: string; depth: number }[] = [];
  for (const path of paths.toReversed()) stack.push({ path, depth: 0 });
  let more = false;
  while (stack.length > 0) {
    const { path, depth } = stack.pop()!;
    try {
      const stat = depth === 0 ? statSync(path) : lstatSync(path);
      if (stat.isDirectory() && depth < DEPTH_MOST) {
        const names = readdirSync(path).sort().slice(0, FILES_MOST).toReversed();
        for (const name of names) stack.push({ path: join(path, name), depth: depth + 1 });
      } else if (stat.isDirectory()) more = true;
      else if (stat.isFile()) {
        if (files.length >= FILES_MOST) return { files, failed, more: true };
        files.push(path);
      }
    } catch (error) {
      failed.push({ path, reason: reasonOf(error) });
    }
    if (stack.length > 2 * FILES_MOST) {
      stack.splice(0, stack.length - 2 * FILES_MOST);
      more = true;
    }
  }
  return { files, failed, more };
}
