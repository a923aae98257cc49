import { describe, expect, it } from 'vitest';
import { commandIn, enhancedStatusesIn, enhancedStatusIn, replyCodeIn } from '../../../src/diagnose/ndr/smtp-codes.ts';

describe('enhancedStatusIn', () => {
  it.each([
    ['550 5.1.1 no such user', '5.1.1'],
    ['sorry (#5.7.1)', '5.7.1'],
    ['5.0.0 and 5.2.2', '5.2.2'],
    ["5.1.0 - Unknown address error 550-'5.7.1 denied'", '5.7.1'],
    ['250 2.1.5 Ok, then 451 4.3.0 Error', '4.3.0'],
    ['250 2.6.0 queued', '2.6.0'],
    ['version 2.3.0', undefined],
    ['SMTP MTA v4.6.1, Exim 4.4.1, http://a/5.1.1', undefined],
    ['smtp;5.1.1 unknown', '5.1.1'],
    ['only 5.0.0', '5.0.0'],
    ['from 192.5.1.1 or 5.1.1.2', undefined],
    ['version 5.5.1960.3', undefined],
    ['5.9.8 is no subject', undefined],
    ['5.1.1234', undefined],
    ['', undefined],
  ])('%s', (text, status) => {
    expect(enhancedStatusIn(text)).toBe(status);
  });

  it('lists all, each once', () => {
    expect(enhancedStatusesIn('4.4.7 (421 4.4.2), 4.4.7')).toEqual(['4.4.7', '4.4.2']);
  });
});

describe('replyCodeIn', () => {
  it.each([
    ['550 no', 550],
    ['said: 452-4.3.1 wait', 452],
    ['#550 5.1.1 RESOLVER', 550],
    ['ERROR_CODE :421, x', 421],
    ['220-mail 421 4.2.1 refused', 421],
    ['250 2.0.0 ok', 250],
    ['after 450 seconds', undefined],
    ['page.php#554', undefined],
    ['192.0.2.250 x', undefined],
    ['it took 250 tries', undefined],
    ['699 x', undefined],
  ])('%s', (text, code) => {
    expect(replyCodeIn(text)).toBe(code);
  });
});

describe('commandIn', () => {
  it.each([
    ['(in reply to RCPT TO command)', 'RCPT'],
    ['(in reply to end of DATA command)', 'DATA'],
    ['>>> MAIL From:<a@example.com>', 'MAIL'],
    ['192.0.2.1 does not like recipient.', 'RCPT'],
    ['Connected to 192.0.2.1 but sender was rejected.', 'MAIL'],
    ['SMTP error from remote mail server after initial connection', 'CONN'],
    ['refused to talk to me: 421', 'CONN'],
    ['unknown', undefined],
  ])('%s', (text, command) => {
    expect(commandIn(text)).toBe(command);
  });
});
