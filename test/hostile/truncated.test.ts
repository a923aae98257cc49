// A file cut off anywhere: at every boundary that means something, and one byte before and after it.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { main } from '../../src/cli/main.ts';
import { tinyDatabase } from '../fixtures/tiny-database.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'esekit-truncated-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

async function run(args: readonly string[]): Promise<{ status: number; out: string; err: string }> {
  let [out, err] = ['', ''];
  const status = await main(args, {
    out: (text) => void (out += text),
    err: (text) => void (err += text),
    isTerminal: false,
  });
  return { status, out, err };
}

/** Ends of fields, of the header, of its sectors, of pages. */
function lengths(size: number, pageSize: number): number[] {
  const inHeader = [0, 4, 8, 236, 240, 512, 667, 671, 748, 4096];
  const ends = Array.from({ length: size / pageSize }, (_, i) => (i + 1) * pageSize);
  const near = [...inHeader, ...ends].flatMap((length) => [length - 1, length, length + 1]);
  return [...new Set(near)].filter((length) => length >= 0 && length < size).sort((a, b) => a - b);
}

describe.each([{}, { pageSize: 32768 }, { revision: 2 }])('the tiny database %j, cut off', (options) => {
  const { bytes, pageSize, beyond } = tinyDatabase(options);
  /** Where the last page ends that the database owns: what comes after it is not missed. */
  const owned = (beyond - 1 + 2) * pageSize;

  it.each(['verdict', 'info', 'tables', 'check'])('%s says so', async (verb) => {
    const path = join(folder, 'cut.edb');
    for (const length of lengths(bytes.length, pageSize)) {
      writeFileSync(path, bytes.subarray(0, length));
      const { status, out, err } = await run([verb, path]);
      const label = `${verb} of ${length} bytes: ${status}\n${out}\n${err}`;
      expect(`${out}${err}`, label).not.toMatch(/internal error|\n\s+at /);
      if (length < pageSize) {
        // Not even one header.
        expect(status, label).toBe(4);
        expect(err, label).toMatch(length === 0 ? /empty/ : /not an ESE (file|database)/);
      } else if (verb === 'check' || verb === 'verdict') {
        const whole = length >= owned && length % pageSize === 0;
        expect(status, label).toBe(whole ? 0 : 3);
        if (!whole) expect(out, label).toMatch(/the file (ends|holds)|missing|lies outside the file/i);
      } else {
        expect([0, 3], label).toContain(status);
      }
    }
  });
});
