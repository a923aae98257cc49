// Other readers of event logs, asked through Python: libevt (pyevt) and libevtx (pyevtx). Where they are not installed,
// tests with them skip, and say so.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const PYTHONS = [process.env['ESEKIT_PYTHON'], 'python3', '/usr/bin/python3'].filter((name) => name !== undefined);

/** The Python that has both; undefined (said once on standard error) when none has. */
export const pythonWithLogPeers: string | undefined = findPython();

function findPython(): string | undefined {
  const python = PYTHONS.find((name) => spawnSync(name, ['-c', 'import pyevt, pyevtx']).status === 0);
  if (python === undefined)
    process.stderr.write(
      '\n*** pyevt and pyevtx are not installed (set $ESEKIT_PYTHON): tests against them are SKIPPED. ***\n',
    );
  return python;
}

/** A record of an .evt file as libevt reads it. */
export interface PeerEvtRecord {
  readonly number: number;
  readonly created: number;
  readonly written: number;
  readonly source: string;
  readonly identifier: number;
  readonly type: number;
  readonly category: number;
  readonly computer: string;
  readonly sid: string | null;
  readonly strings: readonly string[];
  readonly data: string;
  readonly offset: number;
}

/** A record of an .evtx file as libevtx reads it. */
export interface PeerEvtxRecord {
  readonly number: number;
  readonly xml: string;
}

/** What a peer reads of a log; recovered records that it cannot decode are left out. */
export function askLogPeer<T>(path: string): { readonly records: T[]; readonly recovered: T[] } {
  const script = fileURLToPath(new URL('./log_records.py', import.meta.url));
  const { status, stdout, stderr } = spawnSync(pythonWithLogPeers!, [script, path], {
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  if (status !== 0) throw new Error(`log_records.py: ${stderr}`);
  return JSON.parse(stdout) as { records: T[]; recovered: T[] };
}
