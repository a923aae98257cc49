// Work on whole files that takes long: what a thread is asked to do, and what it tells meanwhile.
import type { ErrorPlace } from '../errors/jet-error.ts';
import type { JetErrorSymbol } from '../errors/jet-errors.data.ts';
import type { Finding } from '../ese/finding.ts';
import { copyFile, type CopyFileResult } from './copy-file.ts';
import { defragment, type DefragOptions, type DefragResult } from './defrag.ts';
import type { IsStopped } from './interruption.ts';
import { recover, type RecoverOptions, type RecoverResult } from './recover.ts';
import { repairDatabase, type RepairOptions } from './repair/repair-database.ts';
import type { RepairResult } from './repair/repair-result.ts';

/** The kinds of work: what they are asked with and what they come to. */
export interface MaintenanceWork {
  readonly defrag: {
    readonly order: { readonly path: string; readonly options: DefragOptions };
    readonly result: DefragResult;
  };
  readonly copy: {
    readonly order: { readonly from: string; readonly to: string; readonly force: boolean };
    readonly result: CopyFileResult;
  };
  readonly repair: {
    readonly order: { readonly path: string; readonly options: RepairOptions };
    readonly result: RepairResult;
  };
  readonly recover: {
    readonly order: { readonly options: RecoverOptions };
    readonly result: RecoverResult;
  };
}

/** What the caller is told meanwhile. */
export interface MaintenanceCallbacks {
  /** A part of the work begins: a phase of the kind of work, as its own callbacks name it. */
  readonly onPhase?: (phase: string) => void;
  readonly onProgress?: (done: number, total: number) => void;
  readonly onFinding?: (finding: Finding) => void;
}

/** What a thread is given: one piece of work, and a cell that is not 0 when it is to end. */
export interface MaintenanceTask<K extends keyof MaintenanceWork = keyof MaintenanceWork> {
  readonly kind: K;
  readonly order: MaintenanceWork[K]['order'];
  readonly stop: SharedArrayBuffer;
}

/** What a thread tells. */
export type MaintenanceMessage =
  | { readonly kind: 'progress'; readonly done: number; readonly total: number }
  | { readonly kind: 'phase'; readonly phase: string }
  | { readonly kind: 'finding'; readonly finding: Finding }
  | { readonly kind: 'result'; readonly result: unknown }
  | { readonly kind: 'jet-error'; readonly symbol: JetErrorSymbol; readonly message: string; readonly at: ErrorPlace }
  | { readonly kind: 'interrupted' };

/** Does one piece of work in the calling thread. @throws JetError; Interrupted. */
export function doMaintenance<K extends keyof MaintenanceWork>(
  kind: K,
  order: MaintenanceWork[K]['order'],
  callbacks: MaintenanceCallbacks & { readonly isStopped?: IsStopped },
): MaintenanceWork[K]['result'] {
  if (kind === 'defrag') {
    const { path, options } = order as MaintenanceWork['defrag']['order'];
    return defragment(path, options, callbacks);
  }
  if (kind === 'repair') {
    const { path, options } = order as MaintenanceWork['repair']['order'];
    return repairDatabase(path, options, callbacks);
  }
  if (kind === 'recover') {
    const { options } = order as MaintenanceWork['recover']['order'];
    return recover(options, callbacks);
  }
  const { from, to, force } = order as MaintenanceWork['copy']['order'];
  return copyFile(from, to, { force, ...callbacks });
}
