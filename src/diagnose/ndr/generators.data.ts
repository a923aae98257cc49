// The software that wrote a report, known by its manner of writing. Nothing depends on it; it is told to the reader.

/** Name and how it is known: from the headers, or from the first lines of the text. */
export interface GeneratorMark {
  readonly name: string;
  readonly header?: readonly [name: string, pattern: RegExp];
  readonly text?: RegExp;
}

/** Tried in order. */
export const GENERATORS: readonly GeneratorMark[] = [
  { name: 'exchange-5', header: ['x-mailer', /Internet Mail Service \(/] },
  { name: 'exchange-5', text: /MSEXCH:(?:IMS|IMC|MSExchangeMTA)/ },
  { name: 'exchange-2000', header: ['x-dsncontext', /./] },
  { name: 'exchange-2000', header: ['content-type', /boundary="?[0-9A-F]{8}DSN=_/] },
  { name: 'exchange-online', text: /generating server: \S+\.(?:prod\.(?:outlook|exchangelabs)|protection\.outlook)\.com/i },
  { name: 'exchange-2007', header: ['x-ms-exchange-message-is-ndr', /^/] },
  { name: 'exchange-2007', text: /generating server:/i },
  { name: 'postfix', text: /this is the (?:postfix|mail system) (?:program )?at host|postfix smtp server: errors/i },
  { name: 'qmail', text: /this is the qmail-send program/i },
  { name: 'exim', text: /this message was created automatically by mail delivery software/i },
  { name: 'gmail', header: ['from', /mailer-daemon@google(?:mail)?\.com/i] },
  { name: 'sendmail', text: /----- the following addresses had|----- transcript of session follows/i },
  { name: 'courier', text: /this is a delivery status notification from \S+, running the courier/i },
  { name: 'opensmtpd', text: /this is the mailer-daemon, please do not reply/i },
  { name: 'dragonfly', text: /this is the dragonfly mail agent/i },
  { name: 'domino', header: ['subject', /^delivery failure: /i] },
  { name: 'notes', text: /------- failure reasons {1,3}-----/i },
  { name: 'imail', header: ['x-mailer', /SMTP32/] },
  { name: 'groupwise', header: ['x-mailer', /GroupWise/i] },
  { name: 'yahoo', header: ['from', /mailer-daemon@yahoo/i] },
  { name: 'zoho', header: ['x-mailer', /Zoho/] },
  { name: 'amazon-ses', header: ['from', /@(?:[\w.-]+\.)?amazonses\.com/i] },
  { name: 'sun-messaging', text: /this report relates to a message you sent with the following header/i },
  { name: 'interscan', text: /interscan (?:messaging|mss)/i },
  { name: 'mimecast', text: /an email that you attempted to send to the following address could not be delivered/i },
];
