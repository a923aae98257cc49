// The vocabulary of reasons. The names are those of libsisimai.org, so that results can be laid side by side; the
// meanings are told here in our own words.

/** Every reason with its meaning and whether it is a hard one: sending again to that address is useless. */
export const NDR_REASONS = {
  authfailure: { hard: false, meaning: 'the sending domain failed SPF, DKIM or DMARC' },
  badreputation: { hard: false, meaning: 'the sending address or domain has a bad reputation' },
  blocked: {
    hard: false,
    meaning: 'the connecting host is refused by its address, name or HELO, or stands on a block list',
  },
  contenterror: { hard: false, meaning: 'headers or MIME structure of the message are not accepted' },
  delivered: { hard: false, meaning: 'the message was delivered, relayed or expanded' },
  exceedlimit: { hard: false, meaning: 'the message is larger than this recipient may receive' },
  expired: { hard: false, meaning: 'the message could not be passed on within its time' },
  failedstarttls: { hard: false, meaning: 'TLS was wanted and could not be had' },
  feedback: { hard: false, meaning: 'a complaint about the message, sent as a feedback report' },
  filtered: {
    hard: false,
    meaning: 'the recipient was refused after the message was seen, or by a filter of the recipient',
  },
  hasmoved: { hard: true, meaning: 'the mailbox has moved or its owner has changed' },
  hostunknown: { hard: true, meaning: "the recipient's domain or host does not exist" },
  mailboxfull: { hard: false, meaning: 'the mailbox is over its quota or its disk is full' },
  mailererror: { hard: false, meaning: 'the program that was to deliver the message failed' },
  mesgtoobig: { hard: false, meaning: 'the message is larger than the server takes' },
  networkerror: { hard: false, meaning: 'name resolution, routing or the connection failed, or mail goes in circles' },
  norelaying: { hard: false, meaning: 'the server does not pass mail on to that domain for this sender' },
  notaccept: { hard: true, meaning: 'the host or domain takes no mail at all' },
  notcompliantrfc: { hard: false, meaning: 'the message breaks RFC 5321 or RFC 5322' },
  onhold: { hard: false, meaning: 'the message says something, but no rule knows what' },
  policyviolation: { hard: false, meaning: 'a policy of the receiving organisation forbids the message' },
  rejected: { hard: false, meaning: 'the sender address is refused' },
  requireptr: { hard: false, meaning: 'the connecting host has no proper reverse DNS name' },
  securityerror: { hard: false, meaning: 'authentication, authorisation or encryption was demanded and missing' },
  spamdetected: { hard: false, meaning: 'the content was taken for spam' },
  speeding: { hard: false, meaning: 'too much mail in too short a time' },
  suspend: { hard: false, meaning: 'the account is disabled, locked or inactive' },
  syntaxerror: { hard: false, meaning: 'an SMTP command was not understood or out of order' },
  systemerror: { hard: false, meaning: 'the receiving system has a fault of its own or is misconfigured' },
  systemfull: { hard: false, meaning: 'the receiving system is out of space or of resources' },
  toomanyconn: { hard: false, meaning: 'too many connections, recipients or messages at once' },
  undefined: { hard: false, meaning: 'the message does not say why' },
  userunknown: { hard: true, meaning: 'there is no such mailbox' },
  vacation: { hard: false, meaning: 'an automatic reply' },
  virusdetected: { hard: false, meaning: 'the content was taken for a virus or carries a forbidden attachment' },
} as const;

/** Why a message came back, in one word. */
export type NdrReason = keyof typeof NDR_REASONS;
