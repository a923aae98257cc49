import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { mailsOf } from '../../src/cli/mail-source.ts';
import { tempFolder } from '../temp-folder.ts';

const text = (content: Uint8Array | string | undefined): string =>
  typeof content === 'object' ? new TextDecoder().decode(content) : String(content);

describe('mailsOf', () => {
  it('gives the same mails of a mailbox, however small the window is', () => {
    const file = join(tempFolder(), 'box');
    const mails = Array.from({ length: 20 }, (_, i) => `Subject: ${i}\n\n${'body\n'.repeat((i * 7) % 30)}\n`);
    writeFileSync(file, mails.map((mail) => `From a@b Thu Jul  2 12:05:05 2020\n${mail}`).join(''));
    for (const window of [20, 64, 100, 333, 1000, 1 << 20]) {
      const found = [...mailsOf(file, window)];
      expect(found.map(({ content }) => text(content))).toEqual(mails);
      expect(found.map(({ number }) => number)).toEqual(mails.map((_, i) => i + 1));
    }
  });
});
