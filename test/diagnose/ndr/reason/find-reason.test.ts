import { describe, expect, it } from 'vitest';
import { findReason, NDR_REASONS } from '../../../../src/diagnose/ndr/index.ts';
import { plainReasonText } from '../../../../src/diagnose/ndr/reason/find-reason.ts';
import { STATUS_REASONS, statusReason } from '../../../../src/diagnose/ndr/reason/status-reasons.data.ts';

describe('findReason: what servers say', () => {
  it.each([
    ['userunknown', 'RCPT', '550 No such user here'],
    ['userunknown', 'RCPT', '550 <a@example.com>: Recipient address rejected: User unknown in virtual mailbox table'],
    ['userunknown', 'RCPT', '553 sorry, this recipient is not in my validrcptto list'],
    ['filtered', 'DATA', '550 Unknown user a@example.com'],
    ['mailboxfull', 'RCPT', '552 The mailbox of this user is full'],
    ['mailboxfull', 'RCPT', '452 4.2.2 The email account that you tried to reach is over quota'],
    ['mesgtoobig', 'DATA', '552 Message size exceeds fixed maximum message size'],
    ['exceedlimit', undefined, '550 5.2.3 RESOLVER.RST.RecipSizeLimit; message too large for this recipient'],
    ['suspend', 'RCPT', '550 This account has been suspended'],
    ['hasmoved', 'RCPT', '551 User has moved; please try <b@example.com>'],
    ['norelaying', 'RCPT', '554 5.7.1 <a@example.com>: Relay access denied'],
    ['authfailure', 'DATA', '550 5.7.26 Unauthenticated email from example.com is not accepted due to DMARC policy'],
    ['requireptr', 'CONN', '554 your server has no PTR record'],
    ['notcompliantrfc', 'DATA', '550 5.7.1 Our system has detected that this message is not RFC 5322 compliant'],
    ['badreputation', 'DATA', '421 4.7.0 due to the very low reputation of the sending IP address'],
    ['rejected', 'MAIL', '501 5.1.8 Sender address rejected'],
    ['hostunknown', undefined, 'Host or domain name not found. Name service error for name=example.com type=A'],
    ['spamdetected', 'DATA', '554 5.7.1 Message rejected as spam'],
    ['toomanyconn', 'RCPT', '452 too many recipients'],
    [
      'speeding',
      undefined,
      '450 4.2.1 The user you are trying to contact is receiving mail at a rate that prevents additional messages',
    ],
    ['failedstarttls', 'MAIL', '500 Remote server does not support TLS'],
    ['blocked', 'CONN', '554 5.7.1 Service unavailable; Client host [192.0.2.1] blocked using zen.spamhaus.org'],
    ['virusdetected', 'DATA', '550 virus detected in your message'],
    ['policyviolation', 'DATA', '552-5.7.0 This message was blocked because its content presents a potential'],
    ['systemerror', 'DATA', '451 4.3.0 Error: queue file write error'],
    ['networkerror', undefined, 'mail for example.com: too many hops'],
    ['contenterror', 'DATA', '550 duplicate header'],
    ['systemfull', 'DATA', '452 4.3.1 Insufficient system resources'],
    ['notaccept', undefined, 'DNS Error: The domain does not accept mail (nullMX)'],
    ['expired', undefined, 'connect to mx.example.com[192.0.2.1]:25: Connection timed out'],
    ['securityerror', 'MAIL', '530 authentication required'],
    ['mailererror', undefined, 'Command died with status 2: "/usr/bin/vacation"'],
    ['syntaxerror', undefined, '503 bad sequence'],
    ['onhold', undefined, '550 no comment'],
  ] as const)('%s', (reason, command, text) => {
    const status = /[45]\.\d\.\d+/.exec(text)?.[0];
    expect(findReason({ text, command, status, replyCode: Number(/^\d{3}/.exec(text)?.[0]) || undefined }).reason).toBe(
      reason,
    );
  });

  it('knows Exchange tokens and codes outside the registry', () => {
    const of = (text: string): string =>
      findReason({ text, status: /[45]\.\d\.\d+/.exec(text)![0], replyCode: 550 }).reason;
    expect(of('550 5.1.1 RESOLVER.ADR.ExRecipNotFound; not found')).toBe('userunknown');
    expect(of('550 5.7.1 RESOLVER.RST.NotAuthorized; not authorized')).toBe('filtered');
    expect(of('550 5.7.1 RESOLVER.RST.AuthRequired; authentication required')).toBe('securityerror');
    expect(of('550 4.4.7 QUEUE.Expired; message expired')).toBe('expired');
    expect(of('550 5.7.606 Access denied, banned sending IP')).toBe('blocked');
    expect(of('550 5.1.351 Remote server returned unknown recipient')).toBe('userunknown');
    expect(of('550 5.7.509 Access denied')).toBe('authfailure');
  });

  it('goes by the status code when the words tell nothing', () => {
    const of = (status: string): string => findReason({ text: '', status }).reason;
    expect(of('5.1.1')).toBe('userunknown');
    expect(of('5.1.2')).toBe('hostunknown');
    expect(of('4.4.7')).toBe('expired');
    expect(of('5.7.26')).toBe('authfailure');
    expect(of('5.6.12')).toBe('contenterror');
    expect(of('5.7.99')).toBe('securityerror');
    expect(of('2.1.5')).toBe('delivered');
    expect(of('5.0.0')).toBe('undefined');
  });

  it('takes what a delivery program returns for its own failure', () => {
    expect(
      findReason({ text: 'procmail: Could not create, No such user', status: '5.1.1', diagnosticType: 'x-unix' })
        .reason,
    ).toBe('mailererror');
    expect(
      findReason({ text: '/home/a/Maildir: Disk quota exceeded', status: '4.3.0', diagnosticType: 'x-unix' }).reason,
    ).toBe('mailboxfull');
  });

  it('does not read addresses and links as words', () => {
    expect(
      findReason({ text: '550 <mailbox-full@example.com> no comment https://example.com/why/#spam', replyCode: 550 })
        .reason,
    ).toBe('onhold');
    expect(plainReasonText('550-5.7.1 Don\u2019t\n550 5.7.1 SEND <A.b@Example.COM>')).toBe("550-5.7.1 don't send <@>");
  });
});

describe('tables', () => {
  it('name only reasons of the vocabulary', () => {
    for (const reason of Object.values(STATUS_REASONS)) expect(NDR_REASONS).toHaveProperty(reason);
    expect(statusReason('5.2.2')).toBe('mailboxfull');
    expect(statusReason('4.2.2')).toBe('mailboxfull');
    expect(statusReason('5.0.0')).toBeUndefined();
  });
});
