import { mkdirSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { JetError } from '../../../src/errors/jet-error.ts';
import { Database } from '../../../src/ese/database.ts';
import type { Finding } from '../../../src/ese/finding.ts';
import { FileSource } from '../../../src/ese/io/file-source.ts';
import { checkDatabase } from '../../../src/eseutil/check.ts';
import { tinyDatabase } from '../../fixtures/tiny-database.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'esekit-file-source-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

function refusal(path: string): string {
  try {
    new FileSource(path).close();
    return 'opened';
  } catch (error) {
    expect(error).toBeInstanceOf(JetError);
    return `${(error as JetError).symbol}: ${(error as JetError).message}`;
  }
}

describe('FileSource', () => {
  it('reads to the end of the file', () => {
    const path = join(folder, 'ten');
    writeFileSync(
      path,
      Uint8Array.from({ length: 10 }, (_, i) => i),
    );
    const source = new FileSource(path);
    const target = new Uint8Array(4);
    expect([source.name, source.size, source.read(8, target)]).toEqual([path, 10, 2]);
    expect([...target]).toEqual([8, 9, 0, 0]);
    expect(source.read(10, target)).toBe(0);
    source.close();
  });

  it('refuses what is no file, in words', () => {
    mkdirSync(join(folder, 'sub'));
    expect(refusal(join(folder, 'none.edb'))).toMatch(/^JET_errFileNotFound: .*none\.edb: there is no such file/);
    expect(refusal(join(folder, 'sub'))).toMatch(/^JET_errInvalidPath: .*sub: this is a folder, not a file/);
    expect(refusal(join(folder, 'ten', 'below'))).toMatch(/^JET_err(InvalidPath|FileNotFound): /);
    expect(refusal(`${folder}/a\0b`)).toMatch(/^JET_err/);
  });

  it('is checked to the end although it becomes shorter meanwhile', () => {
    const tiny = tinyDatabase();
    const path = join(folder, 'shrinking.edb');
    writeFileSync(path, tiny.bytes);
    const db = new Database(new FileSource(path));
    const findings: Finding[] = [];
    const last = 32;
    truncateSync(path, (last + 2) * tiny.pageSize);
    const result = checkDatabase(db, { onFinding: (finding) => findings.push(finding) });
    expect(result.ok).toBe(false);
    const lost = findings.filter(({ rule }) => rule === 'page.missing').map(({ at }) => at.pgno);
    expect(lost.length).toBeGreaterThan(5);
    expect(lost.every((pgno) => pgno! > last)).toBe(true);
    expect(findings.find(({ rule }) => rule === 'page.missing')!.message).toMatch(
      /has become shorter while it was read/,
    );
    db.close();
  });
});
