// Codes in free text: SMTP reply codes (RFC 5321 4.2), enhanced status codes (RFC 3463), the command answered.

const ENHANCED = /(?<![\w./])(?<!\b(?:version|release|exim|mta|build|v) )([245])\.([0-7])\.(\d{1,3})(?!\d|\.\d)/gi;
/** `550 5.1.1 ...`, `550-'5.7.1 ...`: the code next to a refusing reply is the refusing server's own. */
const AFTER_REPLY = /(?<![\d.])[45][0-5]\d[ -]{1,3}'?([45]\.[0-7]\.\d{1,3})(?!\d|\.\d)/;
const DELIVERED = /(?<![\d.])25\d[ -](2\.[0-7]\.\d{1,3})(?!\d|\.\d)/;
const REPLY =
  /(?<![\w.,/=@+-]|\d:|\w#)([245][0-5]\d)(?=[\s\-,:;)"'<]|$)(?!\s*(?:bytes?|kb|kib|mb|mib|seconds?|minutes?|hours?|days?|ms|octets|recipients?|messages?)\b)/gi;

/** The most telling enhanced status code of a text: the last part of `X.0.0` tells nothing; undefined for none. */
export function enhancedStatusIn(text: string): string | undefined {
  const answered = AFTER_REPLY.exec(text)?.[1];
  if (answered !== undefined && !isGeneralStatus(answered)) return answered;
  let general: string | undefined;
  for (const [code, kind, subject, detail] of text.matchAll(ENHANCED)) {
    // Anything may be numbered 2.1.0; a code of success stands next to its reply.
    if (kind === '2') continue;
    if (subject !== '0' || detail !== '0') return code;
    else general ??= code;
  }
  return answered ?? general ?? DELIVERED.exec(text)?.[1];
}

/** All enhanced status codes of a text, in order, each once. */
export function enhancedStatusesIn(text: string): string[] {
  return [...new Set(Array.from(text.matchAll(ENHANCED), ([code]) => code))];
}

/** The first refusing SMTP reply code (4yz, 5yz) of a text; a 2yz one only if it stands at the beginning. */
export function replyCodeIn(text: string): number | undefined {
  let success: number | undefined;
  for (const match of text.matchAll(REPLY)) {
    const code = Number(match[1]);
    if (code >= 400) return code;
    if (match.index < 8) success = code;
  }
  return success;
}

/** True for X.0.0: no more than a class. */
export function isGeneralStatus(status: string): boolean {
  return status.endsWith('.0.0');
}

const COMMANDS: readonly (readonly [string, RegExp])[] = [
  [
    'DATA',
    /in (?:reply|response) to (?:the )?(?:end of )?data|end of data|final data|after i sent the message|>>> (?:data|\.)|after (?:the )?data\b|smtp:data|\(data\)|data send|state 1[789]\b|after pipelined data|after sending data|following end of data|\[data\]|^data$/i,
  ],
  [
    'RCPT',
    /in (?:reply|response) to (?:the )?rcpt|(?:after|did not like our) rcpt|>>> rcpt|rcpt to ?(?:response|command)|rcpt command|does not like recipient|\[rcpt_to\]|smtp:rcpt|state 1[345]\b|<<< rcpt to/i,
  ],
  [
    'MAIL',
    /in (?:reply|response) to (?:the )?mail|(?:after|did not like our) mail|>>> mail|but sender was rejected|\[mail_from\]|smtp:mail|mail from (?:response|command)|state (?:6|9|1[12])\b/i,
  ],
  [
    'EHLO',
    /in (?:reply|response) to (?:the )?(?:ehlo|helo)|after (?:ehlo|helo)|>>> (?:ehlo|helo)|but my name was rejected|but greeting failed|state [45]\b/i,
  ],
  ['STARTTLS', />>> starttls|in reply to starttls|after starttls/i],
  [
    'CONN',
    /initial connection|refused to talk to me|while receiving the initial server greeting|did not like our (?:connection|greeting)/i,
  ],
];

/** The SMTP command that was answered, as the reporting server tells it; undefined when it does not. */
export function commandIn(text: string): string | undefined {
  let first: string | undefined;
  let at = Infinity;
  for (const [command, pattern] of COMMANDS) {
    const index = text.search(pattern);
    if (index !== -1 && index < at) {
      at = index;
      first = command;
    }
  }
  return first;
}
