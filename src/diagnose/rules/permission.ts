// Who may send to whom: relaying, restrictions, the sending domain.
import { code, event, reason, status, transport, words } from '../clue.ts';
import type { Rule } from '../rule.ts';
import { look, todo } from '../steps.ts';
import { bounceRule } from './recipient.ts';

export const PERMISSION_RULES: readonly Rule[] = [
  {
    id: 'authentication.logon-denied',
    level: 'authentication',
    title: 'A logon was refused: name or password is wrong, or the account may not log on',
    cause: 'The server answered 535, or Windows said SEC_E_LOGON_DENIED or ERROR_LOGON_FAILURE.',
    severity: 'error',
    needs: [
      [
        words(/\b535\b[ -](?:5\.7\.\d|authentication)/i),
        code('ERROR_LOGON_FAILURE', 'SEC_E_LOGON_DENIED', 'ERROR_ACCOUNT_LOCKED_OUT', 'ERROR_PASSWORD_EXPIRED'),
      ],
    ],
    unless: [transport([1706, 1704])],
    confidence: 'likely',
    fixes: [
      look('Look into the Security log of the server for the failed logon.'),
      todo('Correct name or password, unlock the account, or choose an authentication both sides have.'),
    ],
    verify: ['The logon succeeds.'],
    missing: ['The Security log at that time.'],
    references: ['RFC 4954'],
  },
  {
    id: 'authentication.store-permission',
    level: 'authentication',
    title: 'A service has no right to log on to a store (event 9175, 8004011d-0519)',
    cause:
      'The store runs, but the account of the service may not open it: rights on the store or site are missing, or the default public store is on an older server.',
    severity: 'error',
    needs: [[event('MSExchangeSA', 9175, { words: /permission to log ?on|8004011d-0519/i })]],
    confidence: 'certain',
    explains: [code('MAPI_E_FAILONEPROVIDER')],
    fixes: [
      look('Which store does the service open (default public store, offline address list server)?'),
      todo('Give it a store it has rights on, or give it the rights.'),
    ],
    verify: ['No further event 9175.'],
    references: ['KB 321102'],
  },
  {
    id: 'authentication.mapi-logon',
    level: 'authentication',
    title: 'The logon to the mailbox failed (MAPI_E_LOGON_FAILED, 0x80040111)',
    cause: 'Wrong profile, no right on the mailbox, or the store does not answer.',
    severity: 'error',
    needs: [[code('MAPI_E_LOGON_FAILED')]],
    confidence: 'likely',
    fixes: [
      look('Does another account open the mailbox? Is the store mounted?'),
      todo('Make the profile anew; give the account its right.'),
    ],
    verify: ['The client opens its mailbox.'],
    missing: ['Whether one mailbox is concerned or all.'],
    references: ['mapicode.h'],
  },
  bounceRule(
    'relaying',
    'The server does not pass mail on to {domain} for this sender (relaying denied)',
    'It counts neither sender nor recipient as its own: not authenticated, wrong address space, or the MX record leads to the wrong server.',
    [
      reason('norelaying'),
      status(['5.7.1', '5.5.0', '5.7.54', '5.7.64'], /relay/i),
      words(/unable to relay|relaying denied|relay access denied/i, ['bounce', 'code', 'text']),
    ],
    [
      todo(
        'The own server refuses: authenticate, or allow this sender to relay on the virtual server or receive connector. Never open relaying for all.',
      ),
      todo("A foreign server refuses: the recipient's MX record or forwarding is wrong."),
    ],
    { id: 'authentication.relaying', level: 'authentication' },
  ),
  bounceRule(
    'sender-not-allowed',
    '{recipient} takes no mail from this sender',
    'A restriction on the recipient or list: only certain or only authenticated senders.',
    [
      words(/RESOLVER\.RST\.(?:AuthRequired|NotAuthorized)/),
      status(
        ['5.7.1', '5.7.133', '5.7.134', '5.7.135', '5.7.136'],
        /authenticat|not (?:allowed|permitted)|restrict|5\.7\.13/i,
      ),
    ],
    [
      todo(
        'Allow the sender on the recipient, or switch off "accept only from authenticated users" (RequireSenderAuthenticationEnabled) for it.',
      ),
    ],
    {
      id: 'authentication.sender-not-allowed',
      level: 'authentication',
      confidence: 'likely',
      settledBy: [words(/RESOLVER\.RST\./)],
    },
  ),
  bounceRule(
    'refused',
    'Delivery to {recipient} is not authorised (5.7.1)',
    'The receiving side refuses for reasons of its own; its text says more than the code.',
    [status(['5.7.0', '5.7.1'])],
    [look('Read the words after the code in the diagnostic text.'), todo('Ask the receiving side.')],
    {
      id: 'authentication.refused',
      level: 'authentication',
      confidence: 'likely',
      unless: [
        words(/relay|RESOLVER\.RST\.|authenticat|not (?:allowed|permitted)|restrict/i, ['bounce', 'code']),
        reason(
          'spamdetected',
          'blocked',
          'badreputation',
          'policyviolation',
          'authfailure',
          'userunknown',
          'virusdetected',
          'requireptr',
          'norelaying',
        ),
      ],
    },
  ),
  bounceRule(
    'list-prohibited',
    'Mail to the list {recipient} is not allowed to this sender (5.7.2)',
    'The list may only be used by certain senders.',
    [status(['x.7.2'])],
    [todo('Allow the sender on the list.')],
    { id: 'authentication.list-prohibited', level: 'authentication' },
  ),
  bounceRule(
    'sender-domain',
    'The sending domain failed SPF, DKIM or DMARC',
    'The receiving side checks whether this server may send for the domain, and it may not.',
    [reason('authfailure'), status(['x.7.20', 'x.7.23', 'x.7.24', 'x.7.26', '5.7.509'])],
    [
      look('Look at the records of the sending domain.', 'nslookup -type=txt SENDERDOMAIN'),
      todo('Add the sending server to the SPF record; sign with DKIM; mind forwarding.'),
    ],
    { id: 'authentication.sender-domain', level: 'authentication', references: ['RFC 7372', 'RFC 7489'] },
  ),
];
