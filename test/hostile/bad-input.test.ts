// Files that are no database, or hardly one: every verb says so in one sentence, with the right exit status.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { main } from '../../src/cli/main.ts';
import { xorChecksum } from '../../src/ese/page/checksum-xor.ts';
import { buildDatabase, messageTable } from '../fixtures/built-database.ts';

let folder: string;
const sound = buildDatabase([messageTable(40)], { pageSize: 4096 });

/** A header with changed fields and a right checksum, and what follows it. */
function withHeader(change: (view: DataView) => void, size = sound.length): Uint8Array {
  const bytes = sound.slice();
  for (const copy of [0, 4096]) {
    change(new DataView(bytes.buffer, copy, 4096));
    new DataView(bytes.buffer).setUint32(copy, xorChecksum(bytes, copy, 4096), true);
  }
  return bytes.subarray(0, size);
}

const pseudoRandom = (length: number): Uint8Array => {
  let seed = 1;
  return Uint8Array.from({ length }, () => (seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0) >>> 24);
};

/** File contents by name, and the exit statuses that are right for them. */
const FILES: Readonly<Record<string, { readonly bytes: Uint8Array; readonly status: readonly number[] }>> = {
  'empty.edb': { bytes: new Uint8Array(0), status: [4] },
  'one-byte.edb': { bytes: Uint8Array.of(1), status: [4] },
  'text.edb': { bytes: new TextEncoder().encode('Dear administrator,\n'.repeat(2000)), status: [4] },
  'zeros.edb': { bytes: new Uint8Array(100_000), status: [4] },
  'ones.edb': { bytes: new Uint8Array(100_000).fill(255), status: [4] },
  'noise.edb': { bytes: pseudoRandom(200_000), status: [4] },
  'header-only.edb': { bytes: sound.subarray(0, 4096), status: [0, 3] },
  'no-pages.edb': { bytes: sound.subarray(0, 8192), status: [0, 3] },
  'half-a-page.edb': { bytes: sound.subarray(0, 8192 + 2000), status: [0, 3] },
  'cut.edb': { bytes: sound.subarray(0, Math.floor(sound.length * 0.6) + 1000), status: [0, 3] },
  'header-then-noise.edb': {
    bytes: Uint8Array.from([...sound.subarray(0, 8192), ...pseudoRandom(100_000)]),
    status: [0, 3],
  },
  'streaming.stm': {
    bytes: withHeader((view) => {
      view.setInt32(12, 1, true);
    }),
    status: [0, 4],
  },
  'two-kilobyte-pages.edb': { bytes: twoKilobytePages(), status: [0, 4] },
  'unknown-state.edb': {
    bytes: withHeader((view) => {
      view.setUint32(52, 99, true);
    }),
    status: [0, 3],
  },
};

function twoKilobytePages(): Uint8Array {
  const bytes = new Uint8Array(40 * 2048);
  bytes.set(sound.subarray(0, 748));
  const view = new DataView(bytes.buffer);
  view.setUint32(236, 2048, true);
  view.setUint32(0, xorChecksum(bytes, 0, 2048), true);
  bytes.copyWithin(2048, 0, 2048);
  return bytes;
}

async function run(...args: string[]): Promise<{ status: number; out: string; err: string }> {
  const collected = { out: '', err: '' };
  const status = await main(args, {
    out: (text) => {
      collected.out += text;
    },
    err: (text) => {
      collected.err += text;
    },
    isTerminal: false,
  });
  return { status, ...collected };
}

const VERBS: readonly (readonly [string, (path: string) => string[]])[] = [
  ['verdict', (path) => [path]],
  ['info', (path) => ['info', path]],
  ['tables', (path) => ['tables', path]],
  ['check', (path) => ['check', path]],
  ['check --checksums-only', (path) => ['check', path, '--checksums-only']],
  ['export', (path) => ['export', path, '--out', `${path}.out`]],
  ['dump header', (path) => ['dump', 'header', path]],
  ['dump space', (path) => ['dump', 'space', path]],
  ['eseutil /mh', (path) => ['eseutil', '/mh', path]],
  ['eseutil /k', (path) => ['eseutil', '/k', path]],
  ['eseutil /g', (path) => ['eseutil', '/g', path]],
];

describe('bad input', () => {
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'esekit-hostile-'));
    for (const [name, { bytes }] of Object.entries(FILES)) writeFileSync(join(folder, name), bytes);
    mkdirSync(join(folder, 'a-folder.edb'));
  });
  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  for (const [verb, args] of VERBS) {
    it(`${verb}: one sentence and the right status for every file`, async () => {
      for (const [name, { status }] of Object.entries(FILES)) {
        const result = await run(...args(join(folder, name)));
        const label = `${verb} ${name}: ${result.status}\n${result.out}\n${result.err}`;
        expect(result.err, label).not.toMatch(/internal error|\n\s+at /);
        expect([...status, 1, 3, 4], label).toContain(result.status);
        if (status.length === 1) expect(result.status, label).toBe(status[0]);
        if (result.status !== 0 && result.out === '') expect(result.err.trim(), label).not.toBe('');
      }
    });

    it(`${verb}: a folder and a file that is not there`, async () => {
      for (const name of ['a-folder.edb', 'nothing-here.edb']) {
        const result = await run(...args(join(folder, name)));
        expect(result.err, name).not.toMatch(/internal error|\n\s+at /);
        expect(result.status, `${verb} ${name} ${result.out} ${result.err}`).toBe(1);
        expect(`${result.out}${result.err}`).toMatch(/folder|no such file|not a regular file|-1811|-1023/);
      }
    });
  }

  it('wrong usage is status 2', async () => {
    for (const args of [
      [],
      ['nosuchverb'],
      ['info'],
      ['tables', join(folder, 'cut.edb'), 'NoSuchTable'],
      ['export', join(folder, 'cut.edb')],
      ['check', join(folder, 'cut.edb'), '--most', '0'],
    ]) {
      const { status, err } = await run(...args);
      expect(status, `${args.join(' ')}: ${err}`).toBe(2);
    }
  });
});
