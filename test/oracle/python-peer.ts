// Other readers of ESE, asked through Python: libesedb (pyesedb) and impacket. Where they are not installed, tests with
// them skip, and say so.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** Readers that can be asked. */
export type PythonPeer = 'pyesedb' | 'impacket';

const PYTHONS = [process.env['ESEKIT_PYTHON'], 'python3', '/usr/bin/python3'].filter((name) => name !== undefined);

function findPython(peer: PythonPeer): string | undefined {
  const module = peer === 'impacket' ? 'impacket.ese' : peer;
  return PYTHONS.find((python) => spawnSync(python, ['-c', `import ${module}`]).status === 0);
}

const found = new Map<PythonPeer, string | undefined>();

/** The Python that has the peer; undefined (said once on standard error) when none has. */
export function pythonWith(peer: PythonPeer): string | undefined {
  if (!found.has(peer)) {
    found.set(peer, findPython(peer));
    if (found.get(peer) === undefined)
      process.stderr.write(`\n*** ${peer} is not installed (set $ESEKIT_PYTHON): tests against it are SKIPPED. ***\n`);
  }
  return found.get(peer);
}

/**
 * What a peer reads of a database: a line a table, with the number of rows and a fingerprint of their values. Undefined
 * when it cannot read the database.
 */
export function askPeer(peer: PythonPeer, path: string): string[] | undefined {
  const script = fileURLToPath(new URL(`./content_${peer}.py`, import.meta.url));
  const { status, stdout } = spawnSync(pythonWith(peer)!, [script, path], {
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  return status !== 0 ? undefined : stdout.trim().split('\n');
}

/** A row as a peer reads it: the table, and bytes in hexadecimal (null where there is no value) by column. */
export type PeerRow = readonly [table: string, cells: Readonly<Record<string, string | null>>];

/** Every row that a peer reads of a database. Undefined when it fails on the way. */
export function askCells(peer: PythonPeer, path: string): PeerRow[] | undefined {
  const script = fileURLToPath(new URL(`./cells_${peer}.py`, import.meta.url));
  const { status, stdout } = spawnSync(pythonWith(peer)!, [script, path], { encoding: 'utf8', maxBuffer: 1 << 28 });
  if (status !== 0) return undefined;
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as PeerRow);
}
