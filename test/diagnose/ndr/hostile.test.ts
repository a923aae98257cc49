import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MOST_MAIL, readNdr } from '../../../src/diagnose/ndr/index.ts';

const head = 'From: MAILER-DAEMON@mx.example.org\nTo: a@example.org\nSubject: Undelivered Mail Returned to Sender\n';
const fill = (piece: string, length: number): string => piece.repeat(Math.ceil(length / piece.length)).slice(0, length);
const LARGE = 9 * 1024 * 1024;

describe('hostile mails', () => {
  it('reads 8 MB of a mail in one line, and says so', () => {
    const report = readNdr(`${head}\n<user@example.com>: 550 5.1.1 no such user${fill('x', 30 * 1024 * 1024)}`);
    expect(report.notes).toEqual([`the mail is longer than ${MOST_MAIL} bytes: the rest is not read`]);
    expect(report.recipients).toMatchObject([{ recipient: 'user@example.com', status: '5.1.1' }]);
    expect(report.recipients[0]!.diagnostic.length).toBeLessThanOrEqual(2000);
  });

  it('does not take apart multiparts nested too deep, or too many parts', () => {
    const bomb = Array.from(
      { length: 5000 },
      (_, i) => `Content-Type: multipart/mixed; boundary=b${i}\n\n--b${i}\n`,
    ).join('');
    expect(readNdr(head + bomb).notes).toContainEqual(expect.stringContaining('nested deeper'));
    const many = `${head}Content-Type: multipart/mixed; boundary=b\n\n${fill('--b\nContent-Type: text/plain\n\nx\n', 100_000)}`;
    expect(readNdr(many).notes).toContainEqual(expect.stringContaining('more than 256 parts'));
  });

  it('lists thousands of recipients once each', () => {
    const groups = Array.from(
      { length: 3000 },
      (_, i) => `Final-Recipient: rfc822; u${i}@example.com\nAction: failed\nStatus: 5.1.1\n\n`,
    );
    const text = Array.from({ length: 3000 }, (_, i) => `<u${i}@example.com>: 550 5.1.1 no such user`).join('\n');
    const mail = `${head}Content-Type: multipart/report; boundary=b\n\n--b\nContent-Type: text/plain\n\n${text}\n--b\nContent-Type: message/delivery-status\n\n${groups.join('')}--b--\n`;
    expect(readNdr(mail).recipients).toHaveLength(3000);
  });

  it.each([
    ['header that never ends', `Subject: ${fill('a', LARGE)}`],
    ['folded lines', `Subject: x${fill('\n y', LARGE)}`],
    ['carriage returns', fill('\r', LARGE)],
    ['delimiters', `${head}Content-Type: multipart/mixed; boundary=b\n\n${fill('--b', LARGE)}`],
    ['addresses', `${head}\n${fill('a@b ', LARGE)}`],
    ['labels', `${head}\n${`${fill('deliver ', 990)}@\n`.repeat(300)}`],
    ['status lines', fill('a.b #5.0.0 ', LARGE)],
    ['unclosed HTML', `${head}Content-Type: text/html\n\n${fill('<p<head<!--<script', LARGE)}`],
    ['soft line breaks', `${head}Content-Transfer-Encoding: quoted-printable\n\n${fill('= \t', LARGE)}`],
    ['UTF-7', `${head}Content-Type: text/plain; charset=utf-7\n\n${fill('+AAA', LARGE)}`],
    ['encoded words', `Subject: ${fill('=?utf-8?q?a?= ', LARGE)}\n\nx`],
    ['Exchange entries', `did not reach the following recipient(s):\n${fill('a on 1/1/2001 10:10 ', LARGE)}`],
    ['JSON', `From: a@b\n\n{"notificationType":"Bounce"${fill('{', LARGE)}`],
  ])('comes to its end with %s', (_name, mail) => {
    const report = readNdr(mail);
    expect(JSON.stringify(report).length).toBeLessThan(1_000_000);
  });

  it('reads past NULs and broken charsets', () => {
    const body = '\0<user@example.com>\0: 550 5.1.1 no such user\n';
    const report = readNdr(`${head}Content-Type: text/plain; charset="no-such-charset"\n\n${body}`);
    expect(report.recipients).toMatchObject([{ recipient: 'user@example.com', status: '5.1.1', replyCode: 550 }]);
    const invalid = new Uint8Array([
      ...new TextEncoder().encode(`${head}Content-Type: text/plain; charset=utf-8\n\n`),
      0xff,
      0xfe,
      0x80,
    ]);
    expect(readNdr(invalid).kind).toBe('other');
  });
});

describe('any input', () => {
  const piece = fc.oneof(
    fc.constantFrom(
      head, '\n\n', '\n', '--b\n', '--b--\n', 'Content-Type: multipart/report; boundary=b\n', 'Content-Type: message/delivery-status\n\n',
      'Final-Recipient: rfc822; a@example.com\n', 'Status: 5.1.1\n', 'Action: failed\n', 'Diagnostic-Code: smtp; 550 5.7.1 no\n', '<a@example.com>: 550 no\n',
      'did not reach the following recipient(s):\n', 'a@example.com on 1/2/2003 10:11\n', '<srv #5.0.0>\n', 'MSEXCH:IMS:a:b:c 0 (000C05A6)', 'Generating server: x\n',
    ),
    fc.string({ maxLength: 40 }),
  ); // prettier-ignore

  it('is read without an exception, and gives only codes that it contains', () => {
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 25 }), (pieces) => {
        const mail = pieces.join('');
        for (const { status, replyStatus, replyCode } of readNdr(mail).recipients) {
          if (status !== null) expect(mail).toContain(status);
          if (replyStatus !== undefined) expect(mail).toContain(replyStatus);
          if (replyCode !== null) expect(mail).toContain(String(replyCode));
        }
      }),
      { numRuns: 500 },
    );
  });

  it('may be bytes of any kind', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 2000 }), (bytes) => {
        expect(readNdr(bytes).bounce).toBe(false);
      }),
    );
  });
});
