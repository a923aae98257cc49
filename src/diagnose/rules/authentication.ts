// Who may talk to whom: Kerberos, SPNs, relaying, restrictions.
import { code, event, reason, status, transport, words } from '../clue.ts';
import type { Rule } from '../rule.ts';
import { look, todo } from '../steps.ts';

const DENIED = transport([1706, 1704, 1709], { code: ['SEC_E_LOGON_DENIED'] });
const REFUSED = [
  transport([7004, 7010], { words: /X-EXPS|\b535\b|\b550 5\.7\.1\b|unable to relay/i }),
  status(['5.7.1'], /unable to relay/i),
] as const;

export const AUTHENTICATION_RULES: readonly Rule[] = [
  {
    id: 'authentication.smtp-spn',
    level: 'authentication',
    title: 'Servers of the organisation refuse each other: the SMTPSVC service principal name is missing or doubled',
    cause:
      'With several SMTP virtual servers, or after Windows Server 2003 SP1, X-EXPS fails with SEC_E_LOGON_DENIED; the mail then counts as coming from outside and is refused as relaying.',
    severity: 'error',
    needs: [[DENIED], REFUSED],
    confidence: 'likely',
    supports: [transport(7004, { words: /X-EXPS|\b535\b/i }), words(/unable to relay/i)],
    outranks: ['authentication.exps-by-catch', 'authentication.relaying', 'authentication.logon-denied'],
    versions: ['2000', '2003'],
    fixes: [
      look('List the names registered for the server.', 'setspn -L {server}'),
      todo('Register the missing names of the virtual servers.', { command: 'setspn -A SMTPSVC/{server} {server}' }),
      todo('Logons of the server to itself under another name: add that to BackConnectionHostNames.'),
    ],
    verify: ['No further event 7004; mail between the servers flows.'],
    missing: ['What `setspn -L` lists for both servers.'],
    references: ['KB 914137'],
  },
  {
    id: 'authentication.exps-by-catch',
    level: 'authentication',
    title: 'Event 1706 (SEC_E_LOGON_DENIED, 0x8009030c) is by-catch: it is only written at Maximum logging',
    cause:
      'A server tried to log on to one that is not of its organisation or not known by its full name, and went on without. Mail flows all the same.',
    severity: 'info',
    byCatch: true,
    needs: [[transport([1706, 1704]), transport([], { code: ['SEC_E_LOGON_DENIED'] })]],
    unless: [...REFUSED, words(/454 4\.7\.0/)],
    confidence: 'likely',
    explains: [code('SEC_E_LOGON_DENIED')],
    fixes: [
      todo('Ignore it; set diagnostics logging of the SMTP protocol back to None when the search is over.', {
        phase: 'after',
      }),
    ],
    verify: [],
    references: ['KB 328671'],
  },
  {
    id: 'authentication.exps-full-name',
    level: 'authentication',
    title: 'The server did not authenticate to another: its virtual server has no full name (event 1709, 0x80070005)',
    cause: 'From Exchange 2000 SP3 on X-EXPS is not tried for SMTP virtual servers whose name is not fully qualified.',
    severity: 'warning',
    needs: [[transport(1709)]],
    confidence: 'likely',
    supports: [transport(1709, { code: ['ERROR_ACCESS_DENIED', 'E_ACCESSDENIED'] })],
    versions: ['2000', '2003'],
    fixes: [todo('Give the SMTP virtual server its fully qualified name; install the rollup (KB 818530).')],
    verify: ['No further event 1709.'],
    references: ['KB 818530'],
  },
  {
    id: 'authentication.xexch50',
    level: 'authentication',
    title: 'Servers of the organisation do not exchange XEXCH50 data ("504 need to authenticate first")',
    cause: 'Integrated Windows authentication is off between them, or the sending server lacks the Send As right.',
    severity: 'warning',
    needs: [[transport([7004, 7010], { words: /XEXCH50|504/ }), words(/504[^\n]{0,40}need to authenticate first/i)]],
    confidence: 'certain',
    versions: ['2000', '2003'],
    fixes: [
      todo(
        'Switch Integrated Windows Authentication on at both SMTP virtual servers; do not set anonymous-only on internal ones.',
      ),
      look('List the names registered for the server.', 'setspn -L {server}'),
    ],
    verify: ['No further event 7010.'],
    references: ['KB 843106'],
  },
  {
    id: 'authentication.kerberos-temporary',
    level: 'authentication',
    title: 'Kerberos between Exchange servers fails (454 4.7.0 temporary authentication failure, event 1035)',
    cause:
      'Clocks that differ by more than five minutes, wrong service principal names, closed ports 88 and 464, or a directory that has not replicated.',
    severity: 'error',
    needs: [[words(/454 4\.7\.0/, ['bounce', 'event', 'code', 'text']), transport(1035)]],
    confidence: 'certain',
    explains: [status(['x.4.0', '4.7.0']), event('W32Time', [])],
    outranks: ['transport.name-resolution', 'transport.expired', 'authentication.exps-by-catch'],
    fixes: [
      look('Compare the clocks.', 'w32tm /stripchart /computer:{server}'),
      look('List the names registered for the server.', 'setspn -L {server}'),
      todo('Correct clock, names or ports; then restart the transport.'),
    ],
    verify: ['The queue between the servers drains.'],
    references: ['RFC 3463'],
  },
  {
    id: 'authentication.clock-skew',
    level: 'authentication',
    title: 'Clocks of client and server differ too much (SEC_E_TIME_SKEW)',
    cause: 'Kerberos refuses tickets when clocks are more than five minutes apart.',
    severity: 'error',
    needs: [[code('SEC_E_TIME_SKEW', 'ERROR_TIME_SKEW'), words(/KRB_AP_ERR_SKEW/)]],
    confidence: 'certain',
    fixes: [
      look('Compare the clocks.', 'w32tm /stripchart /computer:{server}'),
      todo('Set the clock, and its source.', { command: 'w32tm /resync' }),
    ],
    verify: ['The error does not come again.'],
    references: ['winerror.h'],
  },
  {
    id: 'authentication.wrong-principal',
    level: 'authentication',
    title: 'A service principal name stands on the wrong account (SEC_E_WRONG_PRINCIPAL, 0x80090322)',
    cause: 'The ticket was made for another account than the one the service runs under: a doubled or stale name.',
    severity: 'error',
    needs: [[code('SEC_E_WRONG_PRINCIPAL'), words(/KRB_AP_ERR_MODIFIED/)]],
    confidence: 'certain',
    outranks: ['authentication.exps-by-catch'],
    fixes: [
      look('Search for doubled names.', 'setspn -X'),
      todo('Remove the name from the wrong account, add it to the right one.', {
        command: 'setspn -A SMTPSVC/{server} {server}',
      }),
    ],
    verify: ['`setspn -X` finds no duplicates.'],
    references: ['winerror.h'],
  },
  {
    id: 'authentication.invalid-token',
    level: 'authentication',
    title: 'The logon data were changed or cut on their way (SEC_E_INVALID_TOKEN, 0x80090308)',
    cause: 'NTLM or TLS does not fit on both sides, or a device between them alters AUTH.',
    severity: 'error',
    needs: [[code('SEC_E_INVALID_TOKEN')]],
    confidence: 'likely',
    fixes: [
      todo('Try without the firewall or proxy that inspects the connection; compare NTLM levels and certificates.'),
    ],
    verify: ['The logon succeeds.'],
    missing: ['A protocol log of the session.'],
    references: ['winerror.h'],
  },
  {
    id: 'authentication.no-domain-controller',
    level: 'authentication',
    title:
      'No domain controller could be asked for the logon (SEC_E_NO_AUTHENTICATING_AUTHORITY, ERROR_NO_LOGON_SERVERS)',
    cause: 'The network or the DNS does not lead to one.',
    severity: 'error',
    needs: [[code('SEC_E_NO_AUTHENTICATING_AUTHORITY', 'ERROR_NO_LOGON_SERVERS', 'ERROR_NO_SUCH_DOMAIN')]],
    confidence: 'likely',
    settledBy: [code('SEC_E_NO_AUTHENTICATING_AUTHORITY')],
    fixes: [
      look('Find the domain controllers.', 'nltest /dsgetdc:DOMAIN'),
      todo('Correct the DNS servers of this machine.'),
    ],
    verify: ['`nltest` names a controller.'],
    references: ['winerror.h'],
  },
  {
    id: 'authentication.untrusted-certificate',
    level: 'authentication',
    title: 'A certificate is not trusted or has expired',
    cause: 'TLS between the servers fails: the chain, the name or the time of the certificate does not hold.',
    severity: 'error',
    needs: [
      [
        code(
          'SEC_E_UNTRUSTED_ROOT',
          'SEC_E_CERT_EXPIRED',
          'SEC_E_CERT_UNKNOWN',
          'CERT_E_UNTRUSTEDROOT',
          'CERT_E_EXPIRED',
          'CERT_E_CN_NO_MATCH',
        ),
        reason('failedstarttls'),
        status(['x.7.10', '5.7.320', '5.7.321', '5.7.322', '5.7.323', '5.7.324', '5.7.325']),
      ],
    ],
    confidence: 'certain',
    fixes: [
      look(
        'Look at names, chain and dates of the certificate.',
        'openssl s_client -starttls smtp -connect {domain}:25',
      ),
      todo('Renew it, or install its chain.'),
    ],
    verify: ['The session shows TLS without a warning.'],
    references: ['RFC 3207', 'winerror.h'],
  },
  {
    id: 'authentication.exchange-authentication',
    level: 'authentication',
    title: 'Exchange servers do not authenticate to each other (451 5.7.3)',
    cause:
      'The receiving connector does not offer Exchange Server authentication, or a firewall between them removes X-EXPS, X-ANONYMOUSTLS or GSSAPI.',
    severity: 'error',
    needs: [[words(/cannot achieve exchange server authentication/i)]],
    confidence: 'certain',
    explains: [status(['x.4.0', 'x.7.3'])],
    outranks: ['transport.name-resolution', 'transport.expired', 'transport.policy'],
    versions: ['2007', '2013'],
    fixes: [
      look('Which receive connector answers the other server? Which authentication does it offer?'),
      todo(
        'Switch Exchange Server authentication on for connectors that take internal mail; switch off SMTP inspection between the servers.',
      ),
    ],
    verify: ['The queue between the servers drains.'],
    references: ['KB 979175'],
  },
];
