// Nothing is broken, something is set wrongly: routes, formats, directory rights, limits, versions.
import { event, status, store, transport, words } from '../clue.ts';
import type { Rule } from '../rule.ts';
import { MOUNT, look, todo } from '../steps.ts';

const STORE_CALLS = transport(327, { words: /\bEc[A-Z]\w+/ });
const ARRIVES = ['A test message to {recipient} arrives.'];

export const CONFIGURATION_RULES: readonly Rule[] = [
  {
    id: 'configuration.message-formats',
    level: 'configuration',
    title:
      'The categorizer cannot handle the mail (event 4004): Internet Message Formats were changed, or a directory server does not answer',
    cause:
      'With the default message format changed or removed, or no global catalog at hand, categorization fails and senders get 5.0.0.',
    severity: 'error',
    needs: [[transport(4004), transport([], { words: /categoriz(?:er|ation)[^]{0,80}fail/i })]],
    confidence: 'likely',
    supports: [status(['5.0.0']), transport(4004, { words: /domain does not exist/i })],
    outranks: ['transport.unspecified', 'configuration.no-route', 'configuration.routing-engine'],
    versions: ['2000', '2003'],
    fixes: [
      look('Global Settings, Internet Message Formats: is the default entry (*) there and unchanged?'),
      todo('Restore the default message format.'),
      look('Does a domain controller and global catalog answer?', 'nltest /dsgetdc:DOMAIN /gc'),
    ],
    verify: ['No further event 4004.', ...ARRIVES],
    missing: ['The whole text of event 4004.'],
    references: ['KB 289549'],
  },
  {
    id: 'configuration.no-route',
    level: 'configuration',
    title: 'No connector covers {domain}: mail to the outside comes back with 5.0.0',
    cause:
      'The SMTP connector lacks the address space (*), the routing groups are not connected, or the DNS says for sure that the host does not exist.',
    severity: 'error',
    needs: [[status(['5.0.0'])]],
    unless: [
      STORE_CALLS,
      transport(4004),
      words(/mailbox|user unknown|quota|relay|spam|block|\b55\d[ -]/i, ['bounce']),
    ],
    confidence: 'possible',
    fixes: [
      look('Look at the address spaces of all SMTP connectors.'),
      todo('Add the SMTP address space *.'),
      look('Does the name resolve?', 'nslookup -type=mx {domain}'),
    ],
    verify: ARRIVES,
    missing: ['Whether only mail to the outside comes back.'],
    references: ['KB 284204'],
  },
  {
    id: 'configuration.routing-engine',
    level: 'configuration',
    title: 'An early Exchange 2000 hides the real code behind 5.0.0',
    cause:
      'Before SP1/SP2 (Phatq.dll 6.0.4418.53, Store.exe 6.0.4418.52) the routing engine maps several errors to 5.0.0.',
    severity: 'warning',
    needs: [[status(['5.0.0'])]],
    unless: [
      STORE_CALLS,
      transport(4004),
      words(/mailbox|user unknown|quota|relay|spam|block|\b55\d[ -]/i, ['bounce']),
    ],
    confidence: 'possible',
    versions: ['2000', '2000'],
    fixes: [todo('Install the service pack, send again, and read the new code.')],
    verify: ['The next bounce carries another code.'],
    missing: ['The version of the server (build number).'],
    references: ['KB 284945', 'KB 287602'],
  },
  {
    id: 'configuration.no-route-code',
    level: 'configuration',
    title: 'There is no route to {domain} (5.4.4)',
    cause: 'An empty routing group, a missing connector, or wrong arguments of one.',
    severity: 'error',
    needs: [[status(['x.4.4']), words(/ROUTING\.NoRoute|ROUTING\.NoConnectorForAddressType/)]],
    unless: [words(/SMTPSEND\.DNS|DnsDomain|MxLoopback/)],
    confidence: 'certain',
    outranks: ['transport.name-resolution'],
    fixes: [
      look('Look at connectors and their address spaces.'),
      todo('Connect the routing groups, or add the address space.'),
    ],
    verify: ARRIVES,
    references: ['KB 284204'],
  },
  {
    id: 'configuration.local-domain',
    level: 'configuration',
    title: "The server's own full name is a local domain of a recipient policy (5.4.8)",
    cause: "Mail for the server's name then goes to itself again and again.",
    severity: 'error',
    needs: [[status(['x.4.8'])]],
    confidence: 'certain',
    outranks: ['transport.loop'],
    versions: ['2000', '2003'],
    fixes: [
      look('Compare the domains of all recipient policies with the full name of the server.'),
      todo("Take the server's name out of the policy."),
    ],
    verify: ARRIVES,
    references: ['KB 284204'],
  },
  {
    id: 'configuration.talks-to-itself',
    level: 'configuration',
    title: 'The server delivers to itself (5.3.5)',
    cause: 'Two SMTP virtual servers share address and port, or a smart host points back.',
    severity: 'error',
    needs: [[status(['x.3.5'])]],
    confidence: 'certain',
    fixes: [
      look('Compare address and port of all SMTP virtual servers, and the smart host of each connector.'),
      todo('Change the binding or the smart host.'),
    ],
    verify: ARRIVES,
    references: ['KB 284204'],
  },
  {
    id: 'configuration.directory-access',
    level: 'configuration',
    title: 'No usable domain controller is found (DSAccess 2102, 2103, 2114; 0x80040a02)',
    cause:
      'The server is not in Exchange Domain Servers, lost its right to manage the audit log by a policy, or the DNS does not lead to the controllers.',
    severity: 'error',
    needs: [[event('MSExchangeDSAccess', [2102, 2103, 2114]), words(/80040a02/i)]],
    confidence: 'certain',
    explains: [event('MSExchangeDSAccess', []), event('MSExchangeSA', [])],
    outranks: ['configuration.store-object', 'store.mount-generic', 'store.not-mounted'],
    fixes: [
      look('Does policytest show the right on every controller?', 'policytest'),
      todo(
        'Put the server back into its group, set the right in the domain controllers policy, run setup /domainprep; correct DNS.',
      ),
    ],
    verify: ['Event 2080 lists controllers with all their roles.'],
    references: ['KB 919089'],
  },
  {
    id: 'configuration.store-object',
    level: 'configuration',
    title: 'The store cannot read its objects in the directory (event 9519 with 0x8004010f, c1041722)',
    cause:
      'Rights of Exchange Domain Servers are missing, the owner of the public folder tree is gone (LostAndFound), or SeSecurityPrivilege is denied.',
    severity: 'error',
    needs: [[store(9519, { code: ['MAPI_E_NOT_FOUND'] }), words(/c1041722/i)]],
    confidence: 'certain',
    outranks: ['store.mount-generic'],
    versions: ['2000', '2003'],
    fixes: [
      look('Does policytest show the right on every controller?', 'policytest'),
      todo(
        'Give Exchange Domain Servers its rights; move objects back from LostAndFound; set the owning tree of the store anew.',
      ),
      MOUNT,
    ],
    verify: ['The store mounts without event 9519.'],
    references: ['KB 313865'],
  },
  {
    id: 'configuration.directory-search',
    level: 'configuration',
    title: 'The store gets no answer from the directory when it starts (event 5000)',
    cause: 'A domain controller under heavy load does not answer the search in time.',
    severity: 'error',
    needs: [[store(5000, { words: /search for \w+ in DS|MSEXCHUCE/i })]],
    confidence: 'likely',
    versions: ['2003', '2003'],
    fixes: [
      look('Which controller does the server use (event 2080), and how busy is it?'),
      todo('Point the server to another controller, install the correction (KB 923171), start the service again.'),
    ],
    verify: ['The store starts.'],
    missing: ['Events 2080 and 2102 of MSExchangeDSAccess.'],
    references: ['KB 923171'],
  },
];
