import { describe, expect, it } from 'vitest';
import { readNdr } from '../../../src/diagnose/ndr/index.ts';

const lines = (...text: readonly string[]): string => `${text.join('\n')}\n`;

/** A report in the standard form. */
const report = (status: readonly string[], human = '', original: readonly string[] = []): string =>
  lines(
    'Return-Path: <>',
    'From: MAILER-DAEMON@mx.example.org (Mail Delivery System)',
    'To: sender@example.org',
    'Subject: Undelivered Mail Returned to Sender',
    'Message-ID: <report@mx.example.org>',
    'Content-Type: multipart/report; report-type=delivery-status;',
    '\tboundary="=_b"',
    '',
    'This is a MIME-encapsulated message.',
    '--=_b',
    'Content-Type: text/plain',
    '',
    human,
    '--=_b',
    'Content-Type: message/delivery-status',
    '',
    ...status,
    '--=_b',
    'Content-Type: text/rfc822-headers',
    '',
    ...original,
    '--=_b--',
  );

describe('RFC 3464', () => {
  it('gives the literal fields, the reply code, and who refused', () => {
    const found = readNdr(
      report(
        [
          'Reporting-MTA: dns; mx.example.org',
          'Original-Envelope-Id: QQ314159',
          'Arrival-Date: Thu, 29 Apr 2010 23:34:45 +0900',
          '',
          'Final-Recipient: rfc822; nobody@example.com',
          'Original-Recipient: rfc822;alias@example.net',
          'Action: failed',
          'Status: 5.1.1 (bad mailbox)',
          'Remote-MTA: dns; mail.example.com',
          'Diagnostic-Code: smtp; 550 5.1.1 <nobody@example.com>: Recipient address',
          '    rejected: User unknown in local recipient table',
        ],
        '<nobody@example.com>: host mail.example.com[192.0.2.1] said: 550 5.1.1 (in reply to RCPT TO command)',
        ['Message-ID: <m1@example.org>', 'Subject: =?utf-8?B?SGVsbG8=?=', 'To: alias@example.net'],
      ),
    );
    expect(found).toMatchObject({
      bounce: true,
      kind: 'failure',
      form: 'rfc3464',
      reportedBy: 'mx.example.org',
      envelopeId: 'QQ314159',
      messageId: '<report@mx.example.org>',
      original: { messageId: '<m1@example.org>', subject: 'Hello', to: 'alias@example.net' },
    });
    expect(found.recipients).toEqual([
      {
        recipient: 'nobody@example.com',
        originalRecipient: 'alias@example.net',
        status: '5.1.1',
        action: 'failed',
        replyCode: 550,
        reason: 'userunknown',
        rule: 'status.userunknown',
        permanent: true,
        diagnostic: '550 5.1.1 <nobody@example.com>: Recipient address rejected: User unknown in local recipient table',
        remoteServer: 'mail.example.com',
        reportedBy: 'mx.example.org',
        command: 'RCPT',
      },
    ]);
  });

  it('keeps the status literal when the remote server says more, and names both', () => {
    const [one] = readNdr(
      report([
        'Reporting-MTA: dns; mx.example.org',
        '',
        'Final-Recipient: rfc822; full@example.com',
        'Action: failed',
        'Status: 5.0.0',
        'Diagnostic-Code: smtp; 552 5.2.2 mailbox full',
      ]),
    ).recipients;
    expect(one).toMatchObject({ status: '5.0.0', replyStatus: '5.2.2', replyCode: 552, reason: 'mailboxfull' });
  });

  it('tells delays and successes from failures', () => {
    const of = (action: string, status: string): object => {
      const { bounce, kind, recipients } = readNdr(
        report([
          'Reporting-MTA: dns; a',
          '',
          'Final-Recipient: rfc822; a@example.com',
          `Action: ${action}`,
          `Status: ${status}`,
        ]),
      );
      return { bounce, kind, permanent: recipients[0]!.permanent, reason: recipients[0]!.reason };
    };
    expect(of('delayed', '4.4.1')).toEqual({ bounce: true, kind: 'delay', permanent: false, reason: 'expired' });
    expect(of('delivered', '2.1.5')).toEqual({ bounce: false, kind: 'success', permanent: null, reason: 'delivered' });
    expect(of('failed', '5.4.4')).toEqual({ bounce: true, kind: 'failure', permanent: true, reason: 'hostunknown' });
  });

  it('takes several recipients, each with its own lines of the text', () => {
    const { recipients } = readNdr(
      report(
        [
          'Reporting-MTA: dns; mx.example.org',
          '',
          'Final-Recipient: rfc822; one@example.com',
          'Action: failed',
          'Status: 5.0.0',
          '',
          'Final-Recipient: rfc822; two@example.com',
          'Action: failed',
          'Status: 5.0.0',
        ],
        'one@example.com: 550 5.1.1 no such user\ntwo@example.com: 552 5.2.2 mailbox full\n',
      ),
    );
    expect(recipients.map(({ recipient, reason, replyStatus }) => [recipient, reason, replyStatus])).toEqual([
      ['one@example.com', 'userunknown', '5.1.1'],
      ['two@example.com', 'mailboxfull', '5.2.2'],
    ]);
  });

  it('takes reports with one group for everything, a pipe as final recipient, an X.400 name', () => {
    const address = (...fields: readonly string[]): string | undefined =>
      readNdr(report([...fields, 'Action: failed', 'Status: 5.3.0'])).recipients[0]?.recipient;
    expect(address('Reporting-MTA: dns; a', 'Final-Recipient: rfc822; a@example.com')).toBe('a@example.com');
    expect(address('Final-Recipient: rfc822; |/bin/prog', 'Original-Recipient: rfc822; b@example.com')).toBe(
      'b@example.com',
    );
    expect(address('Final-Recipient: X400; c=US;a= ;p=Org;o=Site;dda:SMTP=x@example.com;')).toBe('x@example.com');
    expect(address('Final-Recipient: rfc822; @relay.example:c@example.com')).toBe('c@example.com');
  });

  it('finds the report in a nested multipart, in a forwarded message, and with a boundary that never comes', () => {
    const plain = report([
      'Reporting-MTA: dns; a',
      '',
      'Final-Recipient: rfc822; a@example.com',
      'Action: failed',
      'Status: 5.1.1',
    ]);
    const nested = `From: list@example.org\nTo: x@example.org\nSubject: Fwd\nContent-Type: multipart/mixed; boundary=outer\n\n--outer\n${plain.slice(plain.indexOf('Content-Type:'))}\n--outer--\n`;
    const forwarded = `From: list@example.org\nTo: x@example.org\nSubject: look\nContent-Type: multipart/mixed; boundary=outer\n\n--outer\nContent-Type: message/rfc822\n\n${plain}\n--outer--\n`;
    for (const mail of [nested, forwarded, plain.replace('boundary="=_b"', 'boundary="=_other"')])
      expect(readNdr(mail).recipients[0]).toMatchObject({ recipient: 'a@example.com', status: '5.1.1' });
  });

  it('reads global delivery status (RFC 6533) and base64', () => {
    const body = btoa(
      'Reporting-MTA: dns; a\n\nFinal-Recipient: utf-8; a@example.com\nAction: failed\nStatus: 5.1.1\n',
    );
    const mail = report([]).replace(
      'Content-Type: message/delivery-status\n',
      `Content-Type: message/global-delivery-status\nContent-Transfer-Encoding: base64\n\n${body}\n`,
    );
    expect(readNdr(mail).recipients[0]).toMatchObject({ recipient: 'a@example.com', status: '5.1.1' });
  });

  it('never makes a code up', () => {
    const [one] = readNdr(
      report(['Reporting-MTA: dns; a', '', 'Final-Recipient: rfc822; a@example.com', 'Action: failed']),
    ).recipients;
    expect(one).toMatchObject({ status: null, replyCode: null, permanent: null });
    expect(one).not.toHaveProperty('replyStatus');
  });
});

describe('what is no bounce', () => {
  it('is a feedback report (RFC 5965)', () => {
    const found = readNdr(
      lines(
        'From: fbl@example.net',
        'Subject: complaint',
        'Content-Type: multipart/report; report-type=feedback-report; boundary=b',
        '',
        '--b',
        'Content-Type: message/feedback-report',
        '',
        'Feedback-Type: abuse',
        'User-Agent: Some/1.0',
        'Version: 1',
        'Original-Rcpt-To: <a@example.com>',
        'Source-IP: 192.0.2.1',
        '--b--',
      ),
    );
    expect(found).toMatchObject({
      bounce: false,
      kind: 'feedback',
      form: 'arf',
      feedback: { feedbackType: 'abuse', userAgent: 'Some/1.0', sourceIp: '192.0.2.1' },
      recipients: [{ recipient: 'a@example.com', reason: 'feedback', status: null }],
    });
  });

  it('is a read receipt (RFC 8098)', () => {
    const found = readNdr(
      lines(
        'From: a@example.com',
        'Subject: Read: hello',
        'Content-Type: multipart/report; report-type=disposition-notification; boundary=b',
        '',
        '--b',
        'Content-Type: message/disposition-notification',
        '',
        'Reporting-UA: mail.example; Agent',
        'Final-Recipient: rfc822; a@example.com',
        'Disposition: manual-action/MDN-sent-manually; displayed',
        '--b--',
      ),
    );
    expect(found).toMatchObject({
      bounce: false,
      kind: 'receipt',
      recipients: [],
      disposition: {
        disposition: 'manual-action/MDN-sent-manually; displayed',
        recipient: 'a@example.com',
        reportingUserAgent: 'mail.example; Agent',
      },
    });
  });

  it('is an automatic reply', () => {
    const found = readNdr(
      'From: "A" <a@example.com>\nTo: b@example.org\nSubject: Out of office: hi\nAuto-Submitted: auto-replied\n\nI am away.\n',
    );
    expect(found).toMatchObject({
      bounce: false,
      kind: 'auto-reply',
      recipients: [{ recipient: 'a@example.com', reason: 'vacation' }],
    });
  });

  it('is any other mail, even one that talks of bounces', () => {
    const found = readNdr(
      'From: a@example.com\nTo: b@example.org\nSubject: lunch\n\nMy mail to c@example.net came back with 550 5.1.1 yesterday.\n',
    );
    expect(found).toMatchObject({ bounce: false, kind: 'other', recipients: [] });
  });

  it('is a notice of a mail system in no known form; the report says so', () => {
    const found = readNdr(
      'Return-Path: <>\nFrom: postmaster@example.com\nTo: b@example.org\nSubject: statistics\n\nAll queues are empty.\n',
    );
    expect(found).toMatchObject({
      bounce: false,
      kind: 'other',
      notes: [expect.stringContaining('no known form') as string],
    });
  });
});
