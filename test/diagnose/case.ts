// A case: evidence as an administrator has it, and what the answer must be. Facts are from public articles; the wording of
// events and bounces is our own as far as programs do not fix it.
import type { Confidence, Level } from '../../src/diagnose/rule.ts';

/** Evidence and the answer it must lead to. */
export interface Case {
  readonly name: string;
  /** The public article or specification the facts are from. */
  readonly from: string;
  /** Text files by name. */
  readonly files?: Readonly<Record<string, string>>;
  /** A database file by name. */
  readonly databases?: Readonly<Record<string, () => Uint8Array>>;
  /** Id of the finding that must come first (by-catch and notes aside); undefined when nothing may be wrong. */
  readonly first: string | undefined;
  readonly level: Level;
  readonly confidence?: Confidence;
  /** Findings that must be there, too. */
  readonly also?: readonly string[];
  /** Findings that must not. */
  readonly not?: readonly string[];
}

/** What an event of a case says besides its source, id and description. */
export interface EventDetails {
  readonly type?: 'Error' | 'Warning' | 'Information';
  readonly category?: string;
  /** `10:11:05 AM` on the day of all cases. */
  readonly time?: string;
  readonly date?: string;
  readonly computer?: string;
  readonly data?: string;
}

/** An event as the Event Viewer of Windows 2000 and 2003 copies it. */
export function viewer(source: string, id: number, description: string, details: EventDetails = {}): string {
  const {
    type = 'Error',
    category = 'None',
    time = '10:11:05 AM',
    date = '7/4/2003',
    computer = 'MAIL1',
    data,
  } = details;
  return [
    `Event Type:\t${type}`,
    `Event Source:\t${source}`,
    `Event Category:\t${category}`,
    `Event ID:\t${id}`,
    `Date:\t\t${date}`,
    `Time:\t\t${time}`,
    'User:\t\tN/A',
    `Computer:\t${computer}`,
    'Description:',
    description,
    ...(data === undefined ? [] : ['Data:', `0000: ${data}   ........`]),
    '',
    '',
  ].join('\n');
}

/** The bounce that Outlook shows for Exchange 2000 and 2003. */
export function outlookBounce(recipient: string, reason: string, code: string): string {
  return [
    'Your message did not reach some or all of the intended recipients.',
    '',
    '      Subject:  Quarterly figures',
    '      Sent:     7/4/2003 10:11 AM',
    '',
    'The following recipient(s) could not be reached:',
    '',
    `      ${recipient} on 7/4/2003 10:11 AM`,
    `            ${reason}`,
    `            <mail1.example.com ${code}>`,
    '',
  ].join('\n');
}

/** A delivery status notification (RFC 3464). */
export function dsn(recipient: string, status: string, diagnostic: string, action = 'failed'): string {
  return [
    'From: postmaster@mail1.example.com',
    'To: sender@example.org',
    'Date: Fri, 4 Jul 2003 10:11:10 +0000',
    'Subject: Delivery Status Notification (Failure)',
    'MIME-Version: 1.0',
    'Content-Type: multipart/report; report-type=delivery-status; boundary="b1"',
    '',
    '--b1',
    'Content-Type: text/plain; charset=us-ascii',
    '',
    'This is an automatically generated Delivery Status Notification.',
    'Delivery to the following recipients failed.',
    '',
    `       ${recipient}`,
    '',
    '--b1',
    'Content-Type: message/delivery-status',
    '',
    'Reporting-MTA: dns;mail1.example.com',
    'Arrival-Date: Fri, 4 Jul 2003 10:11:05 +0000',
    '',
    `Final-Recipient: rfc822;${recipient}`,
    `Action: ${action}`,
    `Status: ${status}`,
    ...(diagnostic === '' ? [] : [`Diagnostic-Code: smtp;${diagnostic}`]),
    '',
    '--b1',
    'Content-Type: message/rfc822',
    '',
    'From: sender@example.org',
    `To: ${recipient}`,
    'Message-ID: <case@example.org>',
    'Subject: Quarterly figures',
    '',
    'Text.',
    '--b1--',
    '',
  ].join('\n');
}

const ENGINE = 'Information Store (1234) First Storage Group: ';

/** An event of the engine. */
export const engine = (id: number, text: string, details: EventDetails = {}): string =>
  viewer('ESE', id, ENGINE + text, { category: 'Database Page Cache', ...details });
