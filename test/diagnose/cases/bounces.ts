// Bounces that tell their reason, routes, authentication, configuration.
import type { Case } from '../case.ts';
import { dsn, outlookBounce, viewer } from '../case.ts';
import { logonDenied } from './store.ts';

const transport = (
  id: number,
  text: string,
  category = 'SMTP Protocol',
  type: 'Error' | 'Warning' = 'Error',
  data?: string,
): string => viewer('MSExchangeTransport', id, text, { type, category, ...(data !== undefined && { data }) });
const bounce = (
  name: string,
  from: string,
  status: string,
  diagnostic: string,
  first: string,
  level: Case['level'] = 'transport',
  more: Partial<Case> = {},
): Case => ({
  name,
  from,
  files: { 'ndr.eml': dsn('user1@example.com', status, diagnostic) },
  first,
  level,
  ...more,
});

export const BOUNCE_CASES: readonly Case[] = [
  {
    name: 'the account does not exist (Outlook text)',
    from: 'KB 284204',
    files: {
      'ndr.txt': outlookBounce(
        'nobody@example.com',
        'The e-mail account does not exist at the organization this message was sent to.  Check the e-mail address, or contact the recipient directly to find out the correct address.',
        '#5.1.1',
      ),
    },
    first: 'transport.recipient-unknown',
    level: 'transport',
    confidence: 'certain',
  },
  bounce('no such user', 'RFC 3463', '5.1.1', '550 5.1.1 User unknown', 'transport.recipient-unknown'),
  bounce(
    'RESOLVER.ADR.RecipNotFound',
    'Exchange 2007 NDR',
    '5.1.1',
    '550 5.1.1 RESOLVER.ADR.RecipNotFound; not found',
    'transport.recipient-unknown',
  ),
  bounce(
    'an old legacyExchangeDN',
    'Exchange 2007 NDR',
    '5.1.1',
    '550 5.1.1 RESOLVER.ADR.ExRecipNotFound; not found IMCEAEX-_O=ORG_OU=SITE_cn=Recipients_cn=user1@example.com',
    'transport.stale-address',
    'transport',
    { not: ['transport.unspecified'] },
  ),
  bounce(
    'two objects with one address',
    'KB 284204',
    '5.1.4',
    '550 5.1.4 RESOLVER.ADR.Ambiguous; ambiguous address',
    'transport.recipient-ambiguous',
  ),
  bounce('the mailbox is full', 'RFC 3463', '5.2.2', '552 5.2.2 Mailbox over quota', 'transport.mailbox-full'),
  bounce(
    'larger than the recipient may receive',
    'RFC 3463',
    '5.2.3',
    '550 5.2.3 RESOLVER.RST.RecipSizeLimit; message too large for this recipient',
    'transport.recipient-size-limit',
  ),
  bounce(
    'larger than the system takes',
    'RFC 3463',
    '5.3.4',
    '552 5.3.4 Message size exceeds fixed maximum message size',
    'transport.system-size-limit',
  ),
  bounce(
    'the mailbox is disabled',
    'RFC 3463',
    '5.2.1',
    '550 5.2.1 The account is disabled',
    'transport.mailbox-disabled',
  ),
  bounce(
    'a list cannot be expanded',
    'KB 284204',
    '5.2.4',
    '550 5.2.4 Mailing list expansion problem',
    'transport.list-expansion',
  ),
  bounce('the time was up', 'KB 284204', '4.4.7', '#4.4.7 QUEUE.Expired; message expired', 'transport.expired'),
  bounce('mail goes in circles', 'KB 284204', '5.4.6', '554 5.4.6 Too many hops', 'transport.loop'),
  bounce(
    'the MX record leads back',
    'Exchange 2007 NDR',
    '5.4.4',
    '554 5.4.4 SMTPSEND.DNS.MxLoopback; DNS records for this domain are configured in a loop',
    'transport.loop',
  ),
  bounce(
    'a local domain equals the name of the server',
    'KB 284204',
    '5.4.8',
    '',
    'configuration.local-domain',
    'configuration',
  ),
  bounce('the server delivers to itself', 'KB 284204', '5.3.5', '', 'configuration.talks-to-itself', 'configuration'),
  bounce('no route', 'KB 284204', '5.4.4', '', 'configuration.no-route-code', 'configuration'),
  bounce(
    'the domain does not exist',
    'RFC 3463',
    '5.1.2',
    '550 5.1.2 Host unknown (Name server: no such domain)',
    'transport.name-resolution',
  ),
  bounce(
    'relaying denied',
    'KB 284204',
    '5.7.1',
    '550 5.7.1 Unable to relay for user1@example.com',
    'authentication.relaying',
    'authentication',
    { not: ['authentication.refused'] },
  ),
  bounce(
    'only for authenticated senders',
    'Exchange 2007 NDR',
    '5.7.1',
    '550 5.7.1 RESOLVER.RST.AuthRequired; authentication required',
    'authentication.sender-not-allowed',
    'authentication',
  ),
  bounce(
    'refused without a reason',
    'RFC 3463',
    '5.7.1',
    '550 5.7.1 Delivery not authorized, message refused',
    'authentication.refused',
    'authentication',
    { not: ['authentication.relaying'] },
  ),
  bounce(
    'SPF failed',
    'RFC 7372',
    '5.7.23',
    '550 5.7.23 The message was rejected because of Sender Policy Framework violation',
    'authentication.sender-domain',
    'authentication',
  ),
  bounce(
    'the sender stands on a block list',
    'Spamhaus',
    '5.7.1',
    '554 5.7.1 Service unavailable; Client host [192.0.2.1] blocked using zen.spamhaus.org',
    'transport.blocked',
  ),
  bounce(
    'the recipient refuses at the edge of Exchange Online',
    'Exchange Online NDR',
    '5.4.1',
    '550 5.4.1 Recipient address rejected: Access denied',
    'transport.recipient-domain-refuses',
  ),
  bounce('too many recipients', 'KB 284204', '5.5.3', '550 5.5.3 Too many recipients', 'transport.too-many-recipients'),
  bounce('out of resources', 'KB 284204', '4.3.1', '', 'host.out-of-resources', 'host'),
  {
    name: 'unknown recipient on Exchange 5.5',
    from: 'Sisimai: Exchange 5.5',
    files: {
      'ndr.txt':
        'Your message\n\n  To:      nobody@example.com\n  Subject: Hello\n  Sent:    Fri, 4 Jul 2003 10:11:05 +0200\n\ndid not reach the following recipient(s):\n\nnobody@example.com on Fri, 4 Jul 2003 10:11:10 +0200\n    The recipient name is not recognized\n\tThe MTS-ID of the original message is: c=US;a= ;p=ORG;l=MAIL1-030704081105Z-1\n    MSEXCH:IMS:ORG:SITE:MAIL1 0 (000C05A6) Unknown Recipient\n',
    },
    first: 'transport.recipient-unknown',
    level: 'transport',
  },
  {
    name: 'the message formats were changed',
    from: 'KB 289549',
    files: {
      'ndr.txt': outlookBounce(
        'user1@example.com',
        'The e-mail system was unable to deliver the message, but did not report a specific reason.',
        '#5.0.0',
      ),
      'app.txt': transport(
        4004,
        "Categorization failed. The error message is 'The specified domain either does not exist or could not be contacted. '.",
        'Categorizer',
      ),
    },
    first: 'configuration.message-formats',
    level: 'configuration',
    confidence: 'certain',
    not: ['configuration.no-route'],
  },
  {
    name: 'servers refuse each other: missing service principal name',
    from: 'KB 914137',
    files: {
      'app.txt':
        logonDenied +
        transport(
          7004,
          'This is an SMTP protocol error log for virtual server ID 1, connection #5. The remote host "192.0.2.2", responded to the SMTP command "x-exps" with "535 5.7.3 Authentication unsuccessful.  ". The full command sent was "X-EXPS NTLM".',
        ) +
        transport(
          7004,
          'This is an SMTP protocol error log for virtual server ID 1, connection #5. The remote host "192.0.2.2", responded to the SMTP command "rcpt" with "550 5.7.1 Unable to relay for user1@example.com  ".',
        ),
    },
    first: 'authentication.smtp-spn',
    level: 'authentication',
    not: ['authentication.exps-by-catch'],
  },
  {
    name: 'a virtual server without its full name',
    from: 'KB 818530',
    files: {
      'app.txt': transport(
        1709,
        'Inbound authentication: the remote server did not authenticate.',
        'SMTP Protocol',
        'Warning',
        '05 00 07 80',
      ),
    },
    first: 'authentication.exps-full-name',
    level: 'authentication',
  },
  {
    name: 'XEXCH50 needs authentication',
    from: 'KB 843106',
    files: {
      'app.txt': transport(
        7010,
        'The client at "192.0.2.2" sent a "xexch50" command, and the SMTP server responded with "504 Need to authenticate first  ". The full command sent was "xexch50 2336 2".',
      ),
    },
    first: 'authentication.xexch50',
    level: 'authentication',
  },
  {
    name: 'Kerberos between servers fails for a time',
    from: 'Exchange 2007 queue: 454 4.7.0',
    files: {
      'queue.txt':
        'Last Error: 451 4.4.0 Primary target IP address responded with: "454 4.7.0 Temporary authentication failure."\n',
    },
    first: 'authentication.kerberos-temporary',
    level: 'authentication',
  },
  {
    name: 'a name on the wrong account',
    from: 'winerror.h: 0x80090322',
    files: { 'note.txt': 'HrServerNegotiateAuth failed with error code 0x80090322\n' },
    first: 'authentication.wrong-principal',
    level: 'authentication',
  },
  {
    name: 'a token that was cut',
    from: 'winerror.h: 0x80090308',
    files: { 'note.txt': 'AUTH failed: 0x80090308\n' },
    first: 'authentication.invalid-token',
    level: 'authentication',
  },
  {
    name: 'no domain controller',
    from: 'KB 919089',
    files: {
      'app.txt': viewer(
        'MSExchangeDSAccess',
        2114,
        'Process MAD.EXE (PID=1234). Topology Discovery failed, error 0x80040a02.',
        { category: 'Topology' },
      ),
    },
    first: 'configuration.directory-access',
    level: 'configuration',
  },
  {
    name: 'the store cannot read its directory objects',
    from: 'KB 313865',
    files: {
      'app.txt': viewer(
        'MSExchangeIS',
        9519,
        'Error 0x8004010f starting database "First Storage Group\\Mailbox Store (MAIL1)" on the Microsoft Exchange Information Store. Failed to configure MDB.',
        { category: 'General' },
      ),
      'note.txt': 'ID no: c1041722\n',
    },
    first: 'configuration.store-object',
    level: 'configuration',
  },
  {
    name: 'back pressure',
    from: 'Exchange 2007: MSExchangeTransport 15002',
    files: {
      'app.txt': viewer(
        'MSExchangeTransport',
        15002,
        'The resource pressure is constant at High. Statistics: Queue database and disk space = 98% [High]. Inbound mail submission has stopped.',
        { category: 'ResourceManager' },
      ),
      'smtp.txt': '452 4.3.1 Insufficient system resources\n',
    },
    first: 'host.back-pressure',
    level: 'host',
    not: ['host.out-of-resources'],
  },
  {
    name: 'a client cannot reach the server',
    from: 'mapicode.h: 0x80040115',
    files: {
      'note.txt': 'The connection to the Microsoft Exchange Server is unavailable. MAPI_E_NETWORK_ERROR (80040115)\n',
    },
    first: 'transport.mapi-network',
    level: 'transport',
  },
  {
    name: 'a log of a healthy engine',
    from: 'jetmsg.mc: 300-302, 326, 327',
    files: {
      'app.txt': [300, 301, 302, 326, 327, 700, 701]
        .map((id) =>
          viewer('ESE', id, 'Information Store (1234) First Storage Group: as usual.', {
            type: 'Information',
            category: 'General',
          }),
        )
        .join(''),
    },
    first: undefined,
    level: 'store',
    also: ['store.milestones'],
    not: ['store.damaged-delivery'],
  },
];
