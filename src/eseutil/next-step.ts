// What to do next with a database, in order of risk: the sentence that ends `info` and `verdict`.
import { dirname } from 'node:path';
import { numberRuns } from '../binary/number-runs.ts';
import { DbState } from '../ese/header/db-state.ts';
import type { FoundHeader } from '../ese/header/read-db-header.ts';
import { requiredLogs } from './required-logs.ts';

/** What to do next, and why. */
export interface NextStep {
  readonly advice: string;
  /** A command to run, when there is one. */
  readonly command?: string;
}

/** How a path stands in a command line. */
export function quotePath(path: string): string {
  return /^[\w@%+=:,./\\-]+$/.test(path) ? path : `"${path}"`;
}

function dirtyStep(path: string, found: FoundHeader): NextStep {
  const { header } = found;
  const logs = requiredLogs(path, header);
  if (logs === undefined) {
    return {
      advice:
        'It was not shut down cleanly and names no logs, so recovery cannot help it. Work on a copy: its data can be read as it is.',
      command: `esekit export ${quotePath(path)} --out DIR`,
    };
  }
  const range = logs.first === logs.last ? `${logs.first}` : `${logs.first}-${logs.last}`;
  if (logs.missing.length > 0) {
    const missing = numberRuns(logs.missing).join(', ');
    return {
      advice: `It was not shut down cleanly: it needs logs ${range}, and ${missing} ${logs.missing.length === 1 ? 'is' : 'are'} not beside it. Bring them before anything else: repair without them loses what they hold.`,
    };
  }
  return {
    advice: `It was not shut down cleanly: it needs logs ${range}, which lie beside it. Have them replayed; that works on a copy, which takes the place of the database when it is right.`,
    command: `esekit recover ${quotePath(dirname(path))}${logs.base === undefined ? '' : ` --base ${logs.base}`}`,
  };
}

/** What to do next with a database that was not checked (or was found sound). */
export function nextStep(path: string, found: FoundHeader, checked: boolean): NextStep {
  const { dbstate } = found.header;
  if (found.used === 'none') {
    return {
      advice: 'No copy of its header is sound: what it says of the database may be wrong. Check it.',
      command: `esekit check ${quotePath(path)}`,
    };
  }
  if (dbstate === DbState.CleanShutdown) {
    if (found.primary.state !== 'good') {
      return {
        advice:
          'Its data is whole, but the first copy of its header is not: the engine mends that from the second when it next opens the database. Find out what wrote over it.',
      };
    }
    if (checked) return { advice: 'Nothing needs to be done.' };
    return {
      advice: 'It was shut down cleanly. To be sure that its data is sound, check it.',
      command: `esekit check ${quotePath(path)}`,
    };
  }
  if (dbstate === DbState.DirtyShutdown || dbstate === DbState.DirtyAndPatchedShutdown) return dirtyStep(path, found);
  if (dbstate === DbState.JustCreated) return { advice: 'It was being created and never finished.' };
  return { advice: 'An operation on it was broken off. Restore a backup, or repeat the operation.' };
}
