// Mail that cannot be passed on: routes, names, connections, loops, queues.
import { code, event, reason, status, transport, words } from '../clue.ts';
import type { Rule } from '../rule.ts';
import { look, todo } from '../steps.ts';
import { bounceRule } from './recipient.ts';

const FLOWS = ['Mail to {domain} leaves the queue.'];

export const TRANSPORT_RULES: readonly Rule[] = [
  bounceRule(
    'expired',
    'Mail to {domain} could not be passed on within its time (4.4.7)',
    'The next server did not answer or put it off until the time was up: the queue knows the last error.',
    [status(['x.4.7']), words(/QUEUE\.Expired/), reason('expired')],
    [
      look('Read the last error of the queue to {domain}.'),
      look('Does the name resolve, and does the server answer?', 'nslookup -type=mx {domain}'),
      todo('Correct name, route or firewall; send again.'),
    ],
    { verify: FLOWS },
  ),
  bounceRule(
    'host-not-answering',
    'The server for {domain} does not answer (4.4.1)',
    'No connection: it is down, a firewall stands between, or the address in the DNS is old.',
    [
      status(['x.4.1', '5.4.316'], /^(?!.*access denied)/is),
      { code: ['WSAECONNREFUSED', 'WSAETIMEDOUT', 'WSAEHOSTUNREACH'], kinds: ['bounce', 'code'] },
    ],
    [
      look('Does it answer on port 25?', 'telnet {domain} 25'),
      todo('Correct firewall, smart host or DNS; otherwise wait.'),
    ],
    { verify: FLOWS, confidence: 'likely', settledBy: [status(['x.4.1', '5.4.316'])] },
  ),
  bounceRule(
    'recipient-domain-refuses',
    'The receiving organisation does not know {recipient} (5.4.1, access denied)',
    'Exchange Online refuses unknown recipients at its edge with 5.4.1; in hybrid set-ups the address is missing in the cloud directory.',
    [status(['5.4.1'], /access denied/i)],
    [
      todo(
        'Correct the address; on the receiving side synchronise the directory, or set the domain to internal relay.',
      ),
    ],
    { versions: ['2013', '2013'], outranks: ['transport.recipient-unknown'] },
  ),
  bounceRule(
    'connection-dropped',
    'The connection to {domain} broke off (4.4.2)',
    'Network, a firewall that inspects SMTP, or a full partition on the other side.',
    [status(['x.4.2'])],
    [
      look('Send by hand and see after which command it breaks.', 'telnet {domain} 25'),
      todo('Switch off SMTP inspection of the firewall; look at the MTU.'),
    ],
    { verify: FLOWS },
  ),
  bounceRule(
    'name-resolution',
    'The name {domain} cannot be resolved',
    'No such domain, no MX record, or the own DNS servers do not answer.',
    [
      status(['x.4.0', '5.4.310', '5.4.312'], /^(?!.*454 4\.7\.0)/s),
      reason('hostunknown'),
      words(/SMTPSEND\.DNS\.NonExistentDomain|DnsDomainDoesNotExist|DNS_ERROR_RCODE_NAME_ERROR/),
    ],
    [
      look('Ask for its mail servers.', 'nslookup -type=mx {domain}'),
      todo('Correct the address, or the DNS servers and smart host of the SMTP virtual server.'),
    ],
    {
      verify: FLOWS,
      confidence: 'likely',
      settledBy: [reason('hostunknown'), status(['5.4.310', '5.4.312']), words(/NonExistentDomain/)],
    },
  ),
  bounceRule(
    'routing-temporary',
    'There is no route to {domain} for now (4.4.9)',
    'The smart host of a connector cannot be resolved, or the connector is down.',
    [status(['x.4.9'])],
    [
      look('Look at the smart host of the connector: a name that resolves, or an address in square brackets.'),
      todo('Correct it and restart the routing service.'),
    ],
    { verify: FLOWS, versions: ['2000', '2003'] },
  ),
  bounceRule(
    'loop',
    'Mail to {recipient} goes in circles',
    'A forwarding address, an alternate recipient, or an MX record that points back at the same server.',
    [
      status(['x.4.6', 'x.4.14']),
      words(/MxLoopback|RESOLVER\.FWD\.Loop|\b00120270\b|too many hops|hop count exceeded/i),
    ],
    [
      look('Follow the Received lines of the returned message: where does it come round?'),
      todo('Break the circle: alternate recipient, contact, MX record, or the recipient policy.'),
    ],
    { explains: [status(['x.4.8'])] },
  ),
  bounceRule(
    'queue-frozen',
    'The queue is frozen or the system takes no mail for now (4.3.2)',
    'An administrator stopped it, or the service is shutting down.',
    [status(['x.3.2'])],
    [look('Look at the queue in System Manager.'), todo('Unfreeze it.')],
    { severity: 'warning', verify: FLOWS },
  ),
  bounceRule(
    'protocol',
    'The two servers do not understand each other (5.5.x, 5.3.3)',
    'A command was refused or out of order: a firewall that rewrites SMTP, a missing greeting, or a version conflict. The reply text says which command.',
    [status(['x.5.0', 'x.5.1', 'x.5.2', 'x.5.4', 'x.5.5', 'x.3.3']), reason('syntaxerror')],
    [
      look('Read the reply in the diagnostic text; log the SMTP protocol.'),
      todo('Switch off SMTP inspection (for example mailguard) on firewalls between them.'),
    ],
    {
      confidence: 'likely',
      unless: [reason('norelaying', 'userunknown', 'mailboxfull', 'spamdetected', 'blocked', 'policyviolation')],
    },
  ),
  bounceRule(
    'system-error',
    'The receiving system has a fault of its own',
    'It says so itself; nothing on this side is wrong.',
    [reason('systemerror', 'mailererror'), status(['x.3.0'])],
    [todo('Tell the administrator of {domain}; send again later.')],
    { confidence: 'likely', unless: [status(['x.3.5', '5.0.0'])] },
  ),
  bounceRule(
    'store-driver-delivery',
    'The mailbox server could not deliver into the mailbox of {recipient} (STOREDRV)',
    'The exception and its ec= number in the diagnostic text name the reason: quota, a damaged mailbox, a store that is not mounted.',
    [words(/STOREDRV\.|MapiException\w+/, ['bounce', 'code', 'text'])],
    [
      look('Have the exception explained.', 'esekit error "THE DIAGNOSTIC TEXT"'),
      look('Is the database mounted, and does it report errors (MSExchangeIS, ESE)?'),
    ],
    {
      confidence: 'likely',
      unless: [code('ecShutoffQuotaExceeded', 'ecQuotaExceeded', 'MAPI_E_STORE_FULL'), status(['x.2.2'])],
      missing: ['The Application log of the mailbox server.'],
      references: ['RFC 3463'],
    },
  ),
  {
    ...bounceRule(
      'refused-in-words',
      'Mail to {recipient} came back, and only the words of the report say why',
      'The receiving side gives no code, or one that means nothing in particular.',
      [reason('filtered', 'onhold', 'undefined', 'notaccept', 'networkerror', 'securityerror', 'rejected')],
      [look('Read the diagnostic text of the bounce.'), todo('Ask the administrator of {domain}.')],
      { confidence: 'likely', missing: ['A protocol log of the session, or the log of the receiving side.'] },
    ),
    fallback: true,
  },
  {
    id: 'transport.store-driver-memory',
    level: 'transport',
    title: 'The store had no memory for a delivery (event 327 with 0x8007000E, MAPI_E_NOT_ENOUGH_MEMORY)',
    cause: 'The address space of store.exe is used up or fragmented; mail stays in the queue. Nothing is damaged.',
    severity: 'error',
    needs: [
      [
        transport(327, { code: ['E_OUTOFMEMORY', 'ERROR_OUTOFMEMORY', 'MAPI_E_NOT_ENOUGH_MEMORY'] }),
        transport(327, { words: /-2147024882/ }),
      ],
    ],
    confidence: 'certain',
    outranks: ['transport.unspecified'],
    fixes: [
      look('Look at events 9582 and 12800 for the state of the address space.'),
      todo(
        'Restart the Information Store service out of hours; install the correction (KB 951558); see /3GB and the store cache.',
        { phase: 'recover', risk: 'offline' },
      ),
    ],
    verify: ['No further event 327.'],
    references: ['KB 951558'],
  },
  {
    id: 'transport.connection-generic',
    level: 'transport',
    title: 'Connections to a remote server fail (event 4000, 4006)',
    cause: 'The event names the domain; from SP1 on it names the SMTP or DNS error as well.',
    severity: 'warning',
    needs: [[transport([4000, 4006, 4007]), event('SMTPSVC', [4000, 4006, 4007])]],
    confidence: 'likely',
    versions: ['2000', '2003'],
    fixes: [
      look('Does the name resolve, and does the server answer on port 25?', 'nslookup -type=mx {domain}'),
      todo('Correct smart host, DNS or firewall.'),
    ],
    verify: FLOWS,
    missing: ['The text of the event with its diagnostic string.'],
    references: ['KB 288556'],
  },
  {
    id: 'transport.mapi-network',
    level: 'transport',
    title: 'A client cannot reach the server (MAPI_E_NETWORK_ERROR, 0x80040115)',
    cause: 'RPC does not get through: name resolution, firewall, service not running.',
    severity: 'error',
    needs: [[code('MAPI_E_NETWORK_ERROR')]],
    confidence: 'likely',
    fixes: [
      look('Does the name of the server resolve, and does it answer on port 135?', 'nslookup {server}'),
      todo('Correct name resolution or firewall; start the service.'),
    ],
    verify: ['The client opens its mailbox.'],
    missing: ['Whether one client is concerned or all.'],
    references: ['mapicode.h'],
  },
];
