import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { main } from '../../../src/cli/main.ts';
import { CollectedIo } from '../collected-io.ts';

const mail = (user: string): string =>
  `Return-Path: <>\nFrom: MAILER-DAEMON@mx.example.org\nTo: sender@example.org\nSubject: failure notice\n\nHi. This is the qmail-send program at mx.example.org.\n\n<${user}@example.com>:\nRemote host said: 550 5.1.1 no such user \u001b[31m\n`;

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'esekit-ndr-'));
  writeFileSync(join(folder, 'one.eml'), mail('one'));
  writeFileSync(
    join(folder, 'box'),
    `From a Thu Jul  2 12:05:05 2020\n${mail('two')}\nFrom a Thu Jul  2 12:05:05 2020\nSubject: lunch\n\nno bounce\n`,
  );
  mkdirSync(join(folder, 'maildir', 'new'), { recursive: true });
  writeFileSync(join(folder, 'maildir', 'new', '1.host'), mail('three').replaceAll('\n', '\r\n'));
  writeFileSync(
    join(folder, 'pasted.txt'),
    'The following recipient(s) could not be reached:\n\n  user@example.com on 5/1/2002 10:11 AM\n  ServerName.Domain.com #5.0.0\n',
  );
  writeFileSync(join(folder, 'broken.msg'), Buffer.from('d0cf11e0a1b11ae1', 'hex'));
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

async function run(...args: readonly string[]): Promise<{ status: number; io: CollectedIo }> {
  const io = new CollectedIo();
  return { status: await main(['ndr', ...args], io), io };
}

describe('esekit ndr', () => {
  it('prints one JSON line a mail', async () => {
    const { status, io } = await run(
      '--json',
      join(folder, 'one.eml'),
      join(folder, 'box'),
      join(folder, 'maildir'),
      join(folder, 'pasted.txt'),
    );
    expect(status).toBe(0);
    const documents = io.stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(documents).toMatchObject([
      {
        file: join(folder, 'one.eml'),
        bounce: true,
        kind: 'failure',
        recipients: [
          {
            recipient: 'one@example.com',
            status: '5.1.1',
            action: null,
            replyCode: 550,
            reason: 'userunknown',
            permanent: true,
          },
        ],
      },
      { file: join(folder, 'box'), mail: 1, bounce: true, recipients: [{ recipient: 'two@example.com' }] },
      { file: join(folder, 'box'), mail: 2, bounce: false, kind: 'other', recipients: [] },
      {
        file: join(folder, 'maildir', 'new', '1.host'),
        bounce: true,
        recipients: [{ recipient: 'three@example.com' }],
      },
      {
        file: join(folder, 'pasted.txt'),
        bounce: true,
        form: 'exchange-2000',
        recipients: [{ recipient: 'user@example.com', status: '5.0.0' }],
      },
    ]);
  });

  it('prints text without control characters', async () => {
    const { io } = await run(join(folder, 'one.eml'));
    expect(io.stdout).toContain(`${join(folder, 'one.eml')}: not delivered (text, qmail)\n`);
    expect(io.stdout).toContain(
      '  one@example.com\n    reason       userunknown: there is no such mailbox (permanent)\n',
    );
    expect(io.stdout).toContain('status 5.1.1, reply 550');
    expect(io.stdout).toContain('\\x1b[31m');
    expect(io.stdout).not.toContain('\u001b');
  });

  it('leaves out what is no bounce when asked to', async () => {
    const { io } = await run('--bounces-only', '--json', join(folder, 'box'));
    expect(io.stdout.trimEnd().split('\n')).toHaveLength(1);
  });

  it('reads the others when one cannot be read', async () => {
    const { status, io } = await run(join(folder, 'absent'), join(folder, 'broken.msg'), join(folder, 'one.eml'));
    expect(status).toBe(1);
    expect(io.stderr).toContain('absent: ENOENT');
    expect(io.stderr).toContain('broken.msg: no Outlook message');
    expect(io.stdout).toContain('one@example.com');
  });

  it('wants at least one file', async () => {
    expect((await run()).status).toBe(2);
  });
});
