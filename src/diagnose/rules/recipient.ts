// Bounces about a recipient: no such address, a full mailbox, limits, lists, refusals of content.
import { code, event, reason, status, store, transport, words } from '../clue.ts';
import type { Clue, FixStep, Rule } from '../rule.ts';
import { look, todo } from '../steps.ts';

type Extra = Partial<Omit<Rule, 'needs' | 'fixes'>>;

/** A rule for bounces that tell their reason themselves. */
export function bounceRule(
  id: string,
  title: string,
  cause: string,
  clues: readonly Clue[],
  fixes: readonly FixStep[],
  extra: Extra = {},
): Rule {
  return {
    id: `transport.${id}`,
    level: 'transport',
    title,
    cause,
    severity: 'error',
    needs: [clues],
    confidence: 'certain',
    fixes,
    verify: ['A test message to {recipient} arrives, or comes back with another code.'],
    references: ['KB 284204', 'RFC 3463'],
    ...extra,
  };
}

const OLD_ADDRESS = /IMCEAEX|\/o=[^/]{1,64}\/ou=|X-?500|RESOLVER\.ADR\.ExRecipNotFound/i;

export const RECIPIENT_RULES: readonly Rule[] = [
  bounceRule(
    'recipient-unknown',
    'There is no such recipient: {recipient}',
    'The address does not exist where it was delivered to: misspelt, deleted, or not yet known there.',
    [
      status(['x.1.1', 'x.1.10', '5.1.0', '5.1.351'], /^(?!.*(?:IMCEAEX|\/o=))/s),
      reason('userunknown'),
      words(/RESOLVER\.ADR\.RecipNotFound|\b000C05A6\b/, ['bounce', 'code', 'text']),
    ],
    [
      look('Compare the address letter by letter; look whether the object exists and which proxy addresses it has.'),
      todo('Correct the address, or add it as a proxy address.'),
      todo(
        'The address is right and exists: see whether the directory has replicated and the recipient policy has stamped it.',
      ),
    ],
    {
      unless: [words(OLD_ADDRESS, ['bounce', 'code', 'text'])],
      confidence: 'likely',
      settledBy: [reason('userunknown'), status(['x.1.1', 'x.1.10']), words(/RecipNotFound|\b000C05A6\b/)],
    },
  ),
  bounceRule(
    'stale-address',
    'An old internal address was used for {recipient}: the mailbox was moved or made anew',
    'Replies to old mail and the nickname list of Outlook carry the legacyExchangeDN; when the mailbox is made anew that name is gone.',
    [words(OLD_ADDRESS, ['bounce', 'code', 'text'])],
    [
      todo('Add the old legacyExchangeDN to the mailbox as an X500 proxy address.'),
      todo(
        "Have senders delete the entry from Outlook's nickname list and choose the recipient from the address book.",
      ),
    ],
    { outranks: ['transport.recipient-unknown'], references: ['KB 284204'] },
  ),
  bounceRule(
    'recipient-ambiguous',
    'Two objects have the address {recipient}',
    'The directory finds more than one object for the address, so none gets the mail.',
    [status(['x.1.4']), words(/RESOLVER\.ADR\.Ambiguous|\b000C0595\b/)],
    [
      look(
        'Find all objects with that address in the directory.',
        'ldifde -f OUT -d DOMAIN -r "(proxyAddresses=smtp:{recipient})"',
      ),
      todo('Take the address away from all but one.'),
    ],
  ),
  bounceRule(
    'address-syntax',
    'The address {recipient} is malformed',
    'It cannot be read as an address: a space, a missing part, a wrong X.400 form.',
    [
      status(['x.1.3', 'x.1.2'], /^(?!.*(?:host|domain) (?:unknown|not found))/is),
      words(/RESOLVER\.ADR\.(?:InvalidInSmtp|BadPrimary)/),
    ],
    [todo('Correct the address of the recipient; for contacts the target address as well.')],
    { unless: [reason('hostunknown')], confidence: 'likely' },
  ),
  bounceRule(
    'sender-address',
    'The address of the sender is not accepted (5.1.7, 5.1.8, or 5.1.0 for the sender)',
    'The sending object has no valid mail address, or the sender is refused.',
    [status(['x.1.7', 'x.1.8']), reason('rejected')],
    [
      look('Look at the mail and proxyAddresses attributes of the sender.'),
      todo('Have the recipient policy applied to the sender, or ask the other side why it refuses it.'),
    ],
    { unless: [status(['x.7.0', 'x.7.1', '5.0.0'])], confidence: 'likely', settledBy: [status(['x.1.7', 'x.1.8'])] },
  ),
  bounceRule(
    'recipient-moved',
    'The mailbox of {recipient} has moved and there is no forwarding address',
    'The other side knows that it has moved.',
    [status(['x.1.6']), reason('hasmoved')],
    [todo('Ask for the new address; correct contacts and forwarding rules.')],
  ),
  bounceRule(
    'mailbox-disabled',
    'The mailbox of {recipient} is disabled',
    'It exists, but takes no mail: disabled, suspended, or its store is off.',
    [status(['x.2.1']), reason('suspend')],
    [look('Is the account enabled, and the store of the mailbox mounted?'), todo('Enable it, or tell the sender.')],
  ),
  bounceRule(
    'mailbox-full',
    'The mailbox of {recipient} is full',
    'It is over its limit and takes no mail until it is emptied.',
    [status(['x.2.2']), reason('mailboxfull'), code('ecShutoffQuotaExceeded', 'ecQuotaExceeded', 'MAPI_E_STORE_FULL')],
    [todo('Empty or archive the mailbox, or raise its limit.')],
    { explains: [store([1077, 8528])] },
  ),
  bounceRule(
    'recipient-size-limit',
    'The message is larger than {recipient} may receive',
    'A limit of this recipient (or of the sender), not of the server.',
    [status(['x.2.3']), reason('exceedlimit'), words(/RESOLVER\.RST\.RecipSizeLimit|RecipSizeLimit|SendSizeLimit/)],
    [todo('Send it smaller or by a link; or raise the limit of the recipient.')],
  ),
  bounceRule(
    'system-size-limit',
    'The message is larger than the system takes',
    'A limit of the organisation, a connector or the receiving server.',
    [status(['x.3.4']), reason('mesgtoobig'), words(/\b552\b[^\n]{0,40}(?:size|too (?:big|large))/i)],
    [
      look(
        'Compare the limits of organisation, connectors and receiving server; encoding adds a third to attachments.',
      ),
      todo('Raise the smallest that is meant to be larger, or send it smaller.'),
    ],
  ),
  bounceRule(
    'list-expansion',
    'The distribution list {recipient} could not be expanded',
    'Its members cannot be read: the expansion server is gone, the filter of a dynamic list is wrong, or a global catalog does not answer.',
    [status(['x.2.4'])],
    [
      look('Look at the expansion server of the list and, for dynamic lists, at its filter.'),
      todo('Choose another expansion server or correct the filter.'),
    ],
  ),
  bounceRule(
    'too-many-recipients',
    'The message has too many recipients',
    'More than the sender, the server or the other side takes in one message.',
    [status(['x.5.3']), words(/RESOLVER\.ADR\.RecipLimit|\b00010256\b/)],
    [todo('Send to fewer at once or to a list; raise the limit if it is yours.')],
  ),
  bounceRule(
    'content',
    'The content of the message cannot be converted or is not accepted (5.6.x)',
    'Malformed MIME, too many attachments (5.6.3), or a character set nobody knows.',
    [
      status(['x.6.0', 'x.6.1', 'x.6.3', 'x.6.5', 'x.5.6']),
      reason('contenterror', 'notcompliantrfc'),
      words(/\b(?:00050311|000502CC)\b/),
    ],
    [
      look('Send the same message as plain text, without its attachments: which part is it?'),
      todo('Leave that part out or pack it; if all mail of one program is concerned, look at what makes it.'),
    ],
  ),
  bounceRule(
    'spam',
    'The message to {recipient} was taken for spam',
    'The content, or the reputation of the sender, met a filter of the receiving side.',
    [reason('spamdetected'), status(['5.7.511', '5.7.512'])],
    [
      look("Read the filter's own words in the diagnostic text."),
      todo('Change what it names; ask the receiving side to let the sender through.'),
    ],
  ),
  bounceRule(
    'blocked',
    'The sending server is blocked by the receiving side',
    'Its address stands on a block list, has a bad reputation, or has no proper name in the reverse DNS.',
    [
      reason('blocked', 'badreputation', 'requireptr'),
      status(['5.7.606', '5.7.708', '5.7.25', '5.7.27']),
      words(/spamhaus|barracudacentral|block(?:ed)? (?:list )?using|dnsbl|listed (?:at|by|on)\b/i, ['bounce']),
    ],
    [
      look('Look the address up on the list that the diagnostic text names.'),
      todo('Find what sent junk from there, stop it, then ask for removal; set the reverse DNS name.'),
    ],
  ),
  bounceRule(
    'virus',
    'A scanner took the message for a virus, or its attachment is forbidden',
    'A mail scanner at either side, not the file-level one: that is how scanning should be done.',
    [reason('virusdetected')],
    [todo('Scan the attachment; send it by another way when it is clean.')],
  ),
  bounceRule(
    'policy',
    'A policy of the receiving organisation forbids the message',
    'A transport rule or content policy; the diagnostic text may name it.',
    [reason('policyviolation'), status(['5.7.900'])],
    [todo('Ask the receiving side which rule it was.')],
  ),
  bounceRule(
    'throttled',
    'The receiving side slows the sender down: too much at once',
    'Too many messages or connections in a short time; the sender tries again by itself.',
    [reason('speeding', 'toomanyconn'), words(/too many (?:connections|messages)|rate limit/i, ['bounce'])],
    [todo('Wait; send large mailings in smaller lots.')],
    { severity: 'warning', confidence: 'likely' },
  ),
  bounceRule(
    'greylisted',
    'The receiving side asks the sender to try again later (greylisting)',
    'Unknown senders are put off once; mail arrives at the next attempt.',
    [words(/gr[ea]ylist/i, ['bounce', 'code', 'text'])],
    [todo('Wait for the next attempt. Nothing is wrong.')],
    { severity: 'warning' },
  ),
  bounceRule(
    'unspecified',
    'Mail to {recipient} came back with 5.0.0, which names no cause',
    'The code means only that delivery failed for good. Exchange 2000 uses it for a damaged store, for a missing route, for changed message formats, and in early versions for errors that later got codes of their own: the events of that minute tell them apart.',
    [status(['5.0.0'])],
    [
      look(
        'Look into the Application log at the time of the bounce for MSExchangeTransport 327 (store call failed: damaged store), 4004 (categorizer) and ESE errors.',
      ),
      look(
        'No event there: set diagnostics logging of MSExchangeTransport (Exchange Store Driver, Categorizer, Routing, SMTP Protocol) to Maximum and send again.',
      ),
      look('Check the store of the recipient; nothing is written.', 'esekit check {path}'),
    ],
    {
      unless: [reason('userunknown', 'mailboxfull', 'hostunknown', 'norelaying', 'spamdetected', 'blocked')],
      missing: [
        'The Application log of the server around the time of the bounce.',
        'Whether all recipients of one store are concerned, or only those outside.',
      ],
      references: ['KB 328671', 'KB 284945', 'KB 289549'],
      explains: [transport([3000, 3028])],
    },
  ),
  bounceRule(
    'ndr-event',
    'The server made bounces of its own (MSExchangeTransport 3000 to 3030)',
    'Each number stands for one status code; the event names recipient and code.',
    [
      transport([
        3000, 3001, 3002, 3003, 3004, 3005, 3006, 3007, 3008, 3009, 3010, 3011, 3012, 3013, 3014, 3015, 3016, 3017,
        3018, 3019, 3020, 3021, 3022, 3023, 3024, 3025, 3026, 3027, 3028, 3029, 3030,
      ]),
      event('MSExchangeMTA', 290),
      event('MSExchangeIS', 2025),
    ],
    [look('Read the bounce itself, or the code that the event names.')],
    { severity: 'info', missing: ['One of the bounces.'], references: ['KB 288848'] },
  ),
];
