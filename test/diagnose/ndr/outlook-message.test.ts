import { utils, write } from 'cfb';
import { describe, expect, it } from 'vitest';
import { isCompoundFile, mailOfOutlookMessage, readNdr } from '../../../src/diagnose/ndr/index.ts';

/** A .msg file with the given properties: path to text (UTF-16) or bytes. */
function message(properties: Readonly<Record<string, string | Uint8Array>>): Uint8Array {
  const file = utils.cfb_new();
  for (const [path, value] of Object.entries(properties)) {
    const bytes = typeof value === 'string' ? new Uint8Array(Buffer.from(value, 'utf16le')) : value;
    utils.cfb_add(file, `/${path}`, Array.from(bytes));
  }
  return new Uint8Array(write(file, { type: 'buffer' }) as Buffer);
}

const NDR = {
  '__substg1.0_001A001F': 'REPORT.IPM.Note.NDR',
  '__substg1.0_0037001F': 'Undeliverable: Test',
  '__substg1.0_0C1A001F': 'System Administrator',
};

describe('.msg', () => {
  it('gives what the report says of each recipient', () => {
    const bytes = message({
      ...NDR,
      '__recip_version1.0_#00000000/__substg1.0_39FE001F': 'user@example.com',
      '__recip_version1.0_#00000000/__substg1.0_0C1B001F': '<srv.example.com #5.1.1>',
    });
    expect(isCompoundFile(bytes)).toBe(true);
    expect(readNdr(mailOfOutlookMessage(bytes)!)).toMatchObject({
      bounce: true,
      subject: 'Undeliverable: Test',
      recipients: [{ recipient: 'user@example.com', status: '5.1.1', reason: 'userunknown' }],
    });
  });

  it('gives the text of the report', () => {
    const body =
      'Your message did not reach some or all of the intended recipients.\r\n\r\nThe following recipient(s) could not be reached:\r\n\r\n      Jörg Müller on 5/1/2002 10:11 AM\r\n            <srv.example.com #5.0.0>\r\n';
    expect(readNdr(mailOfOutlookMessage(message({ ...NDR, '__substg1.0_1000001F': body }))!)).toMatchObject({
      bounce: true,
      recipients: [{ recipient: 'Jörg Müller', status: '5.0.0', reportedBy: 'srv.example.com' }],
    });
  });

  it('gives an attached delivery status, with the headers the mail came with', () => {
    const bytes = message({
      '__substg1.0_001A001F': 'IPM.Note',
      '__substg1.0_007D001F':
        'Return-Path: <>\r\nFrom: MAILER-DAEMON@a.example\r\nTo: b@example.org\r\nSubject: failure notice\r\nContent-Type: multipart/report;\r\n boundary=x\r\n',
      '__substg1.0_1000001F': 'could not be delivered',
      '__attach_version1.0_#00000000/__substg1.0_370E001F': 'message/delivery-status',
      '__attach_version1.0_#00000000/__substg1.0_37010102': new TextEncoder().encode(
        'Reporting-MTA: dns; a.example\n\nFinal-Recipient: rfc822; c@example.com\nAction: failed\nStatus: 5.2.2\n',
      ),
    });
    expect(readNdr(mailOfOutlookMessage(bytes)!)).toMatchObject({
      reportedBy: 'a.example',
      recipients: [{ recipient: 'c@example.com', status: '5.2.2', reason: 'mailboxfull' }],
    });
  });

  it('is refused when it is no message or damaged', () => {
    expect(mailOfOutlookMessage(new Uint8Array(100))).toBeUndefined();
    expect(mailOfOutlookMessage(message({ other: 'x' }))).toBeUndefined();
    const damaged = message(NDR).slice(0, 700);
    damaged.fill(0xff, 40, 600);
    expect(mailOfOutlookMessage(damaged)).toBeUndefined();
  });
});
