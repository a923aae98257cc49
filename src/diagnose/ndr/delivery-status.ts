// message/delivery-status (RFC 3464), also its global form (RFC 6533) and what looks like it in running text.
import { reportedAddress } from './addresses.ts';
import type { HeaderField } from './mail/header-block.ts';
import { fieldValue, parseHeaderFields } from './mail/header-block.ts';

/** The fields about one recipient. Values are literal, apart from unfolding. */
export interface RecipientStatus {
  readonly finalRecipient?: string | undefined;
  readonly originalRecipient?: string | undefined;
  readonly action?: string | undefined;
  /** `5.1.1`, the comment after it cut off. */
  readonly status?: string | undefined;
  /** The comment after the code. */
  readonly statusComment?: string | undefined;
  readonly diagnosticType?: string | undefined;
  readonly diagnostic?: string | undefined;
  readonly remoteServer?: string | undefined;
  /** PowerMTA's own judgement: `inactive-mailbox`. */
  readonly category?: string | undefined;
}

/** A delivery status: fields about the message, then the recipients. */
export interface DeliveryStatus {
  readonly reportedBy?: string | undefined;
  readonly envelopeId?: string | undefined;
  readonly arrivalDate?: string | undefined;
  readonly recipients: readonly RecipientStatus[];
}

const MOST_RECIPIENTS = 10_000;
const OF_RECIPIENT: ReadonlySet<string> = new Set(['final-recipient', 'original-recipient', 'action', 'status']);

/** Reads the body of a delivery-status part (`\n` line ends). Never throws. */
export function parseDeliveryStatus(body: string): DeliveryStatus {
  const recipients: RecipientStatus[] = [];
  const ofMessage: HeaderField[] = [];
  for (const group of body.split(/\n[ \t]*\n/)) {
    if (recipients.length >= MOST_RECIPIENTS) break;
    const fields = parseHeaderFields(group.replace(/^\s+(?=\S)/, ''));
    if (!fields.some(({ name }) => OF_RECIPIENT.has(name))) ofMessage.push(...fields);
    else for (const one of perRecipient(fields, ofMessage)) recipients.push(recipientStatus(one));
  }
  return {
    reportedBy: typedValue(fieldValue(ofMessage, 'reporting-mta')),
    envelopeId: fieldValue(ofMessage, 'original-envelope-id'),
    arrivalDate: fieldValue(ofMessage, 'arrival-date'),
    recipients,
  };
}

const OF_MESSAGE: ReadonlySet<string> = new Set([
  'reporting-mta',
  'original-envelope-id',
  'arrival-date',
  'received-from-mta',
  'dsn-gateway',
]);

/** Some write everything into one group: fields of the message are taken out, a second final recipient begins anew. */
function perRecipient(fields: readonly HeaderField[], ofMessage: HeaderField[]): HeaderField[][] {
  const groups: HeaderField[][] = [[]];
  const seen = new Set<string>();
  for (const field of fields) {
    if (OF_MESSAGE.has(field.name)) {
      ofMessage.push(field);
      continue;
    }
    const again =
      seen.has('final-recipient') &&
      (field.name === 'final-recipient' || (field.name === 'original-recipient' && seen.has('original-recipient')));
    if (again) {
      groups.push([]);
      seen.clear();
    }
    seen.add(field.name);
    groups[groups.length - 1]!.push(field);
  }
  return groups.filter((group) => group.length > 0);
}

function recipientStatus(fields: readonly HeaderField[]): RecipientStatus {
  const status = /^\s*([245]\.\d{1,3}\.\d{1,3})\s*(?:\(?(.*?)\)?)\s*$/.exec(
    fieldValue(fields, 'status')?.slice(0, 1000) ?? '',
  );
  const diagnostic = fieldValue(fields, 'diagnostic-code');
  const type = /^\s*([\w-]{1,30})\s*;\s*/.exec(diagnostic ?? '');
  const final = fieldValue(fields, 'final-recipient');
  const original = fieldValue(fields, 'original-recipient');
  return {
    finalRecipient: reportedAddress(final) ?? reportedAddress(fieldValue(fields, 'x-actual-recipient')),
    originalRecipient: reportedAddress(original),
    action: /[a-z]+/.exec(fieldValue(fields, 'action')?.toLowerCase() ?? '')?.[0],
    status: status?.[1],
    statusComment: status?.[2] === '' ? undefined : status?.[2],
    diagnosticType: type?.[1]?.toLowerCase(),
    diagnostic: type === null || diagnostic === undefined ? diagnostic : diagnostic.slice(type[0].length),
    remoteServer: typedValue(fieldValue(fields, 'remote-mta')),
    category: fieldValue(fields, 'x-powermta-bouncecategory')?.toLowerCase(),
  };
}

/** The value of a `type; value` field without its type and comments. */
function typedValue(value: string | undefined): string | undefined {
  const text = value
    ?.replace(/^\s*[\w-]{1,20}\s*;\s*/, '')
    .replace(/\s*\(.*$/s, '')
    .trim();
  return text === undefined || text === '' ? undefined : text;
}

const BLOCK = /^(?:Reporting-MTA|Original-Recipient|Final-Recipient|Action):\s*\S/im;

/**
 * The delivery status that stands in running text, from its first field on; undefined when there is none. Reporters
 * that do not build the multipart properly leave it there.
 */
export function deliveryStatusInText(text: string): DeliveryStatus | undefined {
  if (!/^Final-Recipient:\s*\S/im.test(text) || !/^(?:Status|Action):\s*\S/im.test(text)) return undefined;
  const start = text.search(BLOCK);
  const found = parseDeliveryStatus(text.slice(start));
  return found.recipients.some(({ finalRecipient }) => finalRecipient !== undefined) ? found : undefined;
}
