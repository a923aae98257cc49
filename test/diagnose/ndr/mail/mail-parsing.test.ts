import { describe, expect, it } from 'vitest';
import { byteString, bytesOf } from '../../../../src/diagnose/ndr/mail/byte-string.ts';
import { decodeWords } from '../../../../src/diagnose/ndr/mail/encoded-words.ts';
import { fieldValue, parseHeaderFields, parseParameterValue } from '../../../../src/diagnose/ndr/mail/header-block.ts';
import { htmlText } from '../../../../src/diagnose/ndr/mail/html-text.ts';
import { isMbox, splitMbox } from '../../../../src/diagnose/ndr/mail/mbox.ts';
import { parseMail } from '../../../../src/diagnose/ndr/mail/mime-parts.ts';
import {
  decodeBase64,
  decodeCharset,
  decodeQuotedPrintable,
  partText,
} from '../../../../src/diagnose/ndr/mail/part-text.ts';
import { decodeUtf7 } from '../../../../src/diagnose/ndr/mail/utf7.ts';

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

describe('byteString', () => {
  it('keeps every byte', () => {
    const bytes = Uint8Array.from({ length: 20_000 }, (_, i) => i & 0xff);
    expect(bytesOf(byteString(bytes))).toEqual(bytes);
    expect(byteString(utf8('plain'))).toBe('plain');
    expect(byteString(new Uint8Array([0x61, 0xff, 0xef, 0xbf, 0xbd]))).toBe('a\u00ff\u00ef\u00bf\u00bd');
  });
});

describe('header fields', () => {
  it('are unfolded, in order, without lines that are none', () => {
    const fields = parseHeaderFields('From: a\nnot a field\nSubject: one\n\ttwo\n  three\nX-Empty:\nsubject: other');
    expect(fields).toEqual([
      { name: 'from', value: 'a' },
      { name: 'subject', value: 'one two three' },
      { name: 'x-empty', value: '' },
      { name: 'subject', value: 'other' },
    ]);
    expect(fieldValue(fields, 'subject')).toBe('one two three');
    expect(parseHeaderFields('A: 1\nB: 2', new Set(['b']))).toEqual([{ name: 'b', value: '2' }]);
  });

  it('may carry parameters', () => {
    const { value, parameters } = parseParameterValue(
      'Multipart/Report (x); Boundary="a\\"b;c"; report-type=delivery-status',
    );
    expect([value, ...parameters]).toEqual([
      'multipart/report',
      ['boundary', 'a"b;c'],
      ['report-type', 'delivery-status'],
    ]);
  });

  it('may hold encoded words', () => {
    expect(decodeWords('=?iso-8859-1?Q?Gr=FC=DFe_an?= =?utf-8?b?w6Q=?= x')).toBe('Grüße anä x');
    expect(decodeWords(byteString(utf8('Grüße')))).toBe('Grüße');
    expect(decodeWords('=?no-such?q?a=FF?=')).toBe('aÿ');
  });
});

describe('parseMail', () => {
  it('gives the leaves of nested multiparts', () => {
    const mail = parseMail(
      'Content-Type: multipart/mixed; boundary=a\n\npreamble\n--a\nContent-Type: multipart/alternative; boundary=ab\n\n--ab\nContent-Type: text/plain\n\none\n--ab\nContent-Type: text/html\n\ntwo\n--ab--\nbetween\n--a\nContent-Type: message/rfc822\n\nSubject: x\n\nbody\n--a--\nepilogue',
    );
    expect(mail.parts.map(({ type, body, depth }) => [type, body.trim(), depth])).toEqual([
      ['text/plain', 'one', 2],
      ['text/html', 'two', 2],
      ['message/rfc822', 'Subject: x\n\nbody', 1],
    ]);
  });

  it('takes a part without headers, and one that is cut off', () => {
    expect(
      parseMail('Content-Type: multipart/mixed; boundary=a\n\n--a\n\nplain\n--a\nContent-Type: text/html\n\ncut').parts,
    ).toMatchObject([
      { type: 'text/plain', body: 'plain\n' },
      { type: 'text/html', body: 'cut' },
    ]);
  });
});

describe('transfer encodings and charsets', () => {
  it('are taken off', () => {
    expect(decodeQuotedPrintable('a=3Db =\nc=C3=A4 =ZZ')).toBe('a=b cÃ¤ =ZZ');
    expect(decodeBase64('SGV s\nbG8=trailing')).toBe('Hello');
    expect(decodeBase64('SGVsb')).toBe('Hel');
    expect(decodeUtf7('A+ImIDkQ-. 1 +- 1')).toBe('A≢Α. 1 + 1');
    expect(decodeCharset('\x1b$B%K%c\x1b(B', 'iso-2022-jp')).toBe('ニャ');
    expect(decodeCharset('\xfc', 'utf-8')).toBe('ü');
    const part = parseMail('Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: base64\n\nw6QA')
      .parts[0]!;
    expect(partText(part)).toBe('ä');
  });

  it('of HTML leaves its text', () => {
    expect(htmlText('<head><title>t</title></head><p>a &lt;b&gt; &#228;<br>c</p><script>x</script><b>d</b>')).toBe(
      '\na <b> ä\nc\nd',
    );
  });
});

describe('splitMbox', () => {
  it('cuts at separators, not at quoted or other lines', () => {
    const mails = [
      ...splitMbox(
        utf8(
          'From a@b Thu Jul  2 12:05:05 2020\nSubject: 1\n\nFrom here on\n>From x\n\nFrom c@d 10:15\nSubject: 2\n\nend\n--x--\nFrom e@f  Thu Jul  2 12:05:05 2020\nSubject: 3\n',
        ),
      ),
    ];
    expect(mails.map((mail) => new TextDecoder().decode(mail))).toEqual([
      'Subject: 1\n\nFrom here on\n>From x\n\n',
      'Subject: 2\n\nend\n--x--\n',
      'Subject: 3\n',
    ]);
  });

  it('takes a file that is none as one mail', () => {
    expect(isMbox(utf8('Subject: 1\n'))).toBe(false);
    expect([...splitMbox(utf8('Subject: 1\n\nFrom a b\n'))]).toHaveLength(1);
  });
});
