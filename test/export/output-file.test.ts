import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { JetError } from '../../src/errors/jet-error.ts';
import { outputError, OutputFile } from '../../src/export/output-file.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'esekit-output-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

describe('an output file', () => {
  it('has its name only when it is whole', async () => {
    const path = join(folder, 'a.jsonl');
    const file = new OutputFile(path);
    file.write(Buffer.from('one'));
    file.write(Buffer.from('two'));
    file.seal();
    await file.sealed();
    expect(readdirSync(folder)).toEqual([expect.stringMatching(/^a\.jsonl\..*\.tmp$/)]);
    file.publish();
    expect(readdirSync(folder)).toEqual(['a.jsonl']);
    expect(readFileSync(path, 'utf8')).toBe('onetwo');
  });

  it('leaves nothing when it is given up, before or after it was sealed', async () => {
    const early = new OutputFile(join(folder, 'early'));
    early.write(Buffer.from('x'));
    await early.discard();
    const late = new OutputFile(join(folder, 'late'));
    late.seal();
    await late.discard();
    expect(readdirSync(folder)).toEqual([]);
  });

  it('fails with the JET error that names the cause', () => {
    expect(() => new OutputFile(join(folder, 'none', 'a'))).toThrow(JetError);
    mkdirSync(join(folder, 'taken'));
    const file = new OutputFile(join(folder, 'taken'));
    expect(() => {
      file.publish();
    }).toThrow(JetError);
    const symbols = ['ENOSPC', 'EACCES', 'EROFS', 'ENOTDIR', 'EIO'].map((code) => outputError('x', { code }).symbol);
    expect(symbols).toEqual([
      'JET_errDiskFull',
      'JET_errPermissionDenied',
      'JET_errPermissionDenied',
      'JET_errInvalidPath',
      'JET_errDiskIO',
    ]);
  });
});
