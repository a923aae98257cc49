// A mail sorted by what its parts are for: the reporter's words, the machine-readable report, the returned message.
import { decodeWords } from './mail/encoded-words.ts';
import { fieldValue } from './mail/header-block.ts';
import type { HeaderField } from './mail/header-block.ts';
import { htmlText } from './mail/html-text.ts';
import { parseMail } from './mail/mime-parts.ts';
import type { MailPart, ParsedMail } from './mail/mime-parts.ts';
import { decodeCharset, MOST_TEXT, partText, transferDecoded } from './mail/part-text.ts';
import type { OriginalMessage } from './ndr-report.ts';
import { readOriginal, splitOriginal } from './original-message.ts';

/** The sections of a mail. */
export interface MailSections {
  readonly fields: readonly HeaderField[];
  readonly subject: string;
  /** The reporter's text, without the message it returns. */
  readonly text: string;
  /** The returned message as far as it stands in the same text. */
  readonly quoted: string;
  readonly deliveryStatus?: string | undefined;
  readonly feedback?: string | undefined;
  readonly disposition?: string | undefined;
  readonly original?: OriginalMessage | undefined;
  /** A returned or attached message as a byte string. */
  readonly attached?: string | undefined;
  /** `report-type` of the outermost report. */
  readonly reportType?: string | undefined;
  readonly limits: readonly string[];
}

const KNOWN_FIELDS: ReadonlySet<string> = new Set([
  'from',
  'to',
  'subject',
  'date',
  'received',
  'return-path',
  'message-id',
  'content-type',
  'mime-version',
  'delivered-to',
  'x-mailer',
  'sender',
]);

/** Sorts a mail, or a text without headers (pasted), given as byte string with `\n` line ends. */
export function mailSections(source: string): MailSections {
  const text = source.replace(/^(?:\s*\n)?(?:>?From \S[^\n]{0,300}\n)?/, '');
  const mail = parseMail(text);
  if (!mail.fields.some(({ name }) => KNOWN_FIELDS.has(name))) return pastedText(source);
  const words = reporterText(mail);
  const part = (...types: readonly string[]): MailPart | undefined =>
    mail.parts.find(({ type }) => types.includes(type));
  const split = splitOriginal(words);
  const returned = part(
    'message/rfc822',
    'message/global',
    'text/rfc822-headers',
    'message/global-headers',
    'text/rfc822-header',
    'message/rfc822-headers',
  );
  const attached = returned === undefined ? undefined : transferDecoded(returned);
  return {
    fields: mail.fields,
    subject: decodeWords((fieldValue(mail.fields, 'subject') ?? '').slice(0, 1000)),
    text: split.report,
    quoted: split.original,
    deliveryStatus: decodedPart(part('message/delivery-status', 'message/global-delivery-status')),
    feedback: decodedPart(part('message/feedback-report')),
    disposition: decodedPart(part('message/disposition-notification', 'message/global-disposition-notification')),
    original: readOriginal(attached ?? split.original),
    attached,
    reportType: mail.multiparts.find(({ type }) => type === 'multipart/report')?.reportType,
    limits: mail.limits,
  };
}

function decodedPart(part: MailPart | undefined): string | undefined {
  return part === undefined
    ? undefined
    : decodeCharset(transferDecoded(part), part.parameters.get('charset') ?? 'utf-8');
}

/** The first text part with something in it; HTML only when there is no plain text. */
function reporterText(mail: ParsedMail): string {
  let html: MailPart | undefined;
  for (const part of mail.parts) {
    if (part.type.startsWith('message/')) {
      if (part.type.includes('rfc822') || part.type.includes('global')) break;
      continue;
    }
    if (part.type === 'text/html') html ??= part;
    else if (part.type === 'text/plain' || part.type === 'text' || part.type.startsWith('multipart/')) {
      const text = partText(part);
      if (/\S/.test(text)) return text;
    }
  }
  return html === undefined ? '' : htmlText(partText(html));
}

function pastedText(source: string): MailSections {
  const text = decodeCharset(source.slice(0, MOST_TEXT), undefined).replaceAll('\0', '');
  const plain = /<(?:html|body|p|br)\b/i.test(text.slice(0, 2000)) ? htmlText(text) : text;
  const { report, original } = splitOriginal(plain);
  return { fields: [], subject: '', text: report, quoted: original, original: readOriginal(original), limits: [] };
}
