import { describe, expect, it } from 'vitest';
import { readNdr } from '../../../src/diagnose/ndr/index.ts';

const mail = (head: string, body: string): string => `${head}\nTo: sender@example.org\n\n${body}`;
const daemon = (subject: string): string => `Return-Path: <>\nFrom: MAILER-DAEMON@mx.example.org\nSubject: ${subject}`;

describe('reports that are only text', () => {
  it('qmail', () => {
    const found = readNdr(
      mail(
        daemon('failure notice'),
        "Hi. This is the qmail-send program at mx.example.org.\nI'm afraid I wasn't able to deliver your message to the following addresses.\n\n<one@example.com>:\n192.0.2.5 does not like recipient.\nRemote host said: 550 5.1.1 no such user\nGiving up on 192.0.2.5.\n\n<two@example.com>:\nSorry, I couldn't find any host named example.com. (#5.1.2)\n\n--- Below this line is a copy of the message.\n\nMessage-ID: <o@example.org>\nTo: one@example.com\n",
      ),
    );
    expect(found).toMatchObject({
      bounce: true,
      form: 'text',
      generator: 'qmail',
      original: { messageId: '<o@example.org>' },
      recipients: [
        { recipient: 'one@example.com', status: '5.1.1', replyCode: 550, command: 'RCPT', reason: 'userunknown' },
        { recipient: 'two@example.com', status: '5.1.2', replyCode: null, reason: 'hostunknown' },
      ],
    });
  });

  it('exim, with a code or without', () => {
    const body = (said: string): string =>
      `This message was created automatically by mail delivery software.\n\nA message that you sent could not be delivered to one or more of its\nrecipients. This is a permanent error. The following address(es) failed:\n\n  user@example.com\n    SMTP error from remote mail server after end of data:\n    host mx.example.com [192.0.2.20]: ${said}\n\n------ This is a copy of the message, including all the headers. ------\n\nFrom: sender@example.org\n`;
    const head = `${daemon('Mail delivery failed: returning message to sender')}\nX-Failed-Recipients: user@example.com`;
    expect(readNdr(mail(head, body('554 5.7.0 Reject - SPAM'))).recipients).toMatchObject([
      { recipient: 'user@example.com', status: '5.7.0', replyCode: 554, command: 'DATA', reason: 'spamdetected' },
    ]);
    expect(readNdr(mail(head, body('no answer, retry time exceeded'))).recipients).toMatchObject([
      { status: null, replyCode: null, reason: 'expired' },
    ]);
  });

  it('sendmail: the transcript of the session', () => {
    const body =
      '   ----- Transcript of session follows -----\nWhile talking to mx1.example.com:\n>>> RCPT To:<one@example.com>\n<<< 550 <one@example.com>... User unknown\n550 <one@example.com>... User unknown\nWhile talking to mx2.example.com:\n>>> DATA\n<<< 554 message looks like spam\n554 <two@example.com>... Service unavailable\n\n   ----- Unsent message follows -----\nFrom: sender@example.org\n';
    expect(readNdr(mail(daemon('Returned mail: User unknown'), body)).recipients).toMatchObject([
      { recipient: 'one@example.com', status: null, replyCode: 550, command: 'RCPT', reason: 'userunknown' },
      { recipient: 'two@example.com', status: null, replyCode: 554, command: 'DATA', reason: 'spamdetected' },
    ]);
  });

  it('Domino: the address stands before the reason', () => {
    const found = readNdr(
      mail(
        'From: Postmaster@example.com\nSubject: DELIVERY FAILURE: User x (user@example.com) not listed in Domino Directory',
        'Your message\n\n  Subject: Test\n\nwas not delivered to:\n\n  user@example.com\n\nbecause:\n\n  User x (user@example.com) not listed in Domino Directory\n',
      ),
    );
    expect(found.recipients).toMatchObject([
      { recipient: 'user@example.com', status: null, replyCode: null, reason: 'userunknown' },
    ]);
  });

  it('Gmail: a delay', () => {
    const found = readNdr(
      mail(
        'From: Mail Delivery Subsystem <mailer-daemon@googlemail.com>\nSubject: Delivery Status Notification (Delay)',
        'THIS IS A WARNING MESSAGE ONLY.\n\nDelivery to the following recipient has been delayed:\n\n     user@example.com\n\nMessage will be retried for 2 more day(s)\n\nThe recipient server did not accept our requests to connect.\n',
      ),
    );
    expect(found).toMatchObject({
      bounce: true,
      kind: 'delay',
      recipients: [{ recipient: 'user@example.com', action: 'delayed', permanent: false, reason: 'expired' }],
    });
  });

  it('falls back on X-Failed-Recipients, then on the address the returned message was sent to', () => {
    const said =
      'Your message could not be delivered.\n\n----- Original message -----\n\nFrom: sender@example.org\nTo: last@example.com\n';
    expect(
      readNdr(mail(`${daemon('failure notice')}\nX-Failed-Recipients: named@example.com`, said)).recipients,
    ).toMatchObject([{ recipient: 'named@example.com' }]);
    expect(readNdr(mail(daemon('failure notice'), said)).recipients).toMatchObject([{ recipient: 'last@example.com' }]);
  });

  it('a delivery status that was left in the text', () => {
    const body =
      'An error occurred.\n\nTechnical report:\n\nReporting-MTA: dsn; a.example\n\nAction: failed\nFinal-Recipient: rfc822; user@example.com\nDiagnostic-Code: smtp; 550 5.1.1 unknown\nStatus: 5.1.1\n';
    expect(readNdr(mail(daemon('Delivery Status Notification (Failure)'), body))).toMatchObject({
      reportedBy: 'a.example',
      recipients: [{ recipient: 'user@example.com', status: '5.1.1', action: 'failed' }],
    });
  });

  it('a failure with a code of class 4, and a notice that names nobody', () => {
    const given =
      "I'm afraid I wasn't able to deliver your message.\nI've given up.\n\n<one@example.com>:\nSorry, I wasn't able to establish an SMTP connection. (#4.4.1)\n";
    expect(readNdr(mail(daemon('failure notice'), given))).toMatchObject({
      kind: 'failure',
      recipients: [{ status: '4.4.1', permanent: false, reason: 'networkerror' }],
    });
    expect(readNdr(mail(daemon('failure notice'), 'Your message could not be delivered.\n'))).toMatchObject({
      bounce: false,
      kind: 'other',
      notes: [expect.stringContaining('names no recipient') as string],
    });
  });

  it("Amazon's notifications", () => {
    const json = (kind: string, detail: object): string =>
      mail(
        'From: no-reply@sns.example\nSubject: AWS Notification Message',
        JSON.stringify({ notificationType: kind, ...detail }),
      );
    expect(
      readNdr(
        json('Bounce', {
          bounce: {
            bouncedRecipients: [
              {
                emailAddress: 'a@example.com',
                action: 'failed',
                status: '5.1.1',
                diagnosticCode: 'smtp; 550 5.1.1 user unknown',
              },
            ],
          },
        }),
      ),
    ).toMatchObject({
      bounce: true,
      form: 'json',
      recipients: [{ recipient: 'a@example.com', status: '5.1.1', reason: 'userunknown' }],
    });
    expect(
      readNdr(json('Complaint', { complaint: { complainedRecipients: [{ emailAddress: 'a@example.com' }] } })),
    ).toMatchObject({
      bounce: false,
      kind: 'feedback',
      recipients: [{ recipient: 'a@example.com' }],
    });
  });
});
