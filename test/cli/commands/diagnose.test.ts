import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { main } from '../../../src/cli/main.ts';
import { outlookBounce, viewer } from '../../diagnose/case.ts';
import { tempFolder } from '../../temp-folder.ts';
import { CollectedIo } from '../collected-io.ts';

async function run(...args: readonly string[]): Promise<{ status: number; io: CollectedIo }> {
  const io = new CollectedIo();
  return { status: await main(['diagnose', ...args, '--no-host'], io), io };
}

function folderWith(files: Readonly<Record<string, string>>): string {
  const folder = tempFolder();
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return folder;
}

describe('esekit diagnose', () => {
  it('says what is wrong, then what to run next; status 3', async () => {
    const folder = folderWith({
      'app.txt': viewer('ESE', 474, 'page of "D:\\mdb\\priv1.edb" failed with error -1018'),
    });
    const { status, io } = await run(folder);
    expect(status).toBe(3);
    const [first, second] = io.stdout.split('\n');
    expect(first).toMatch(/^Pages of priv1\.edb are damaged.*JET_errReadVerifyFailure/);
    expect(second).toBe(
      'Next: esekit copy D:\\mdb\\priv1.edb D:\\mdb\\priv1.copy.edb    (Copy database, streaming file, logs and checkpoint away as they are, before anything changes them)',
    );
    expect(io.stdout).toMatch(/Read: 1 text with events/);
  });

  it('gives one JSON document', async () => {
    const folder = folderWith({ 'ndr.txt': outlookBounce('user1@example.com', 'No specific reason.', '#5.0.0') });
    const { status, io } = await run(folder, '--json');
    expect(status).toBe(3);
    const document = JSON.parse(io.stdout) as {
      findings: { id: string }[];
      unexplained: unknown[];
      read: { kind: string }[];
    };
    expect(document.findings[0]!.id).toBe('transport.unspecified');
    expect(document.unexplained).toEqual([]);
    expect(document.read).toEqual([{ path: join(folder, 'ndr.txt'), kind: 'text with bounce', pieces: 1 }]);
  });

  it('writes a report', async () => {
    const folder = folderWith({ 'note.txt': 'error -1811\n' });
    const report = join(tempFolder(), 'report.html');
    expect((await run(folder, '--html', report)).status).toBe(3);
    expect(existsSync(report)).toBe(true);
    expect(readFileSync(report, 'utf8')).toContain('host.file-missing');
  });

  it('is silent about what is well; status 0', async () => {
    const { status, io } = await run(folderWith({ 'note.txt': 'All is well.\n' }));
    expect(status).toBe(0);
    expect(io.stdout).toMatch(/^Nothing is wrong, as far as this evidence shows\.\nNext: nothing needs to be done\.\n/);
  });

  it('a path that is not there: status 1; no path: status 2', async () => {
    const { status, io } = await run('/no/such/folder');
    expect(status).toBe(1);
    expect(io.stderr).toMatch(/there is no such file or folder/);
    expect((await run()).status).toBe(2);
  });
});
