// Everything an administrator has, as evidence: the files of the paths given, and this machine.
import { isJetError } from '../../errors/index.ts';
import { EvidenceSet } from '../evidence-set.ts';
import { hostEvidence } from '../host/host-evidence.ts';
import type { HostView } from '../host/host-view.ts';
import { readFileEvidence } from './read-file-evidence.ts';
import type { GatherOptions, ReadFile } from './read-file-evidence.ts';
import { walkFolders } from './walk-folder.ts';

/** The evidence, and what was read for it. */
export interface Gathered {
  readonly set: EvidenceSet;
  readonly read: readonly ReadFile[];
  /** True when there were more files than are looked at. */
  readonly more: boolean;
}

/** Gathers evidence from files and folders, and from the machine when a view of it is given. Never throws for bad files. */
export function gatherEvidence(
  paths: readonly string[],
  options: GatherOptions & { readonly host?: HostView; readonly onFile?: (path: string) => void } = {},
): Gathered {
  const { files, failed, more } = walkFolders(paths);
  const set = new EvidenceSet();
  const read: ReadFile[] = failed.map(({ path, reason }) => ({ path, kind: 'unreadable', pieces: 0, note: reason }));
  for (const path of files) {
    options.onFile?.(path);
    try {
      read.push(readFileEvidence(path, set, options));
    } catch (error) {
      if (!isJetError(error)) throw error;
      read.push({ path, kind: 'unreadable', pieces: 0, note: error.message.replace(`${path}: `, '') });
    }
  }
  if (options.host !== undefined) {
    const databases = set.all.filter((one) => one.kind === 'database');
    for (const one of hostEvidence(databases, options.host)) set.add(one);
  }
  return { set, read, more };
}
