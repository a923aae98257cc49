// Notifications that a service sends as JSON in a mail: Amazon's (bounce, complaint, delivery), told by their field names.
import type { DeliveryStatus, RecipientStatus } from './delivery-status.ts';
import { reportedAddress } from './addresses.ts';

/** A notification: what it is, and its recipients in the form of a delivery status. */
export interface JsonNotification {
  readonly kind: 'bounce' | 'complaint' | 'delivery';
  readonly feedbackType?: string | undefined;
  readonly status: DeliveryStatus;
  readonly messageId?: string | undefined;
}

const MOST = 200_000;

/** The notification in a text that begins with `{`; undefined when it is none. */
export function jsonNotification(text: string): JsonNotification | undefined {
  const start = text.indexOf('{');
  const type = /"(?:notificationType|eventType)"\s*:\s*"(Bounce|Complaint|Delivery)"/.exec(text.slice(0, MOST))?.[1];
  if (type === undefined || start > 200) return undefined;
  const document = parseLeniently(text.slice(start, start + MOST));
  if (!isRecord(document)) return undefined;
  const kind = type.toLowerCase() as JsonNotification['kind'];
  const detail = isRecord(document[kind]) ? document[kind] : {};
  const mail = isRecord(document['mail']) ? document['mail'] : {};
  const listed = detail['bouncedRecipients'] ?? detail['complainedRecipients'] ?? detail['recipients'];
  const recipients = (Array.isArray(listed) ? listed : [])
    .slice(0, 10_000)
    .map((one) => recipientOf(one, kind, detail));
  return {
    kind,
    feedbackType: stringOf(detail['complaintFeedbackType']),
    status: { reportedBy: stringOf(detail['reportingMTA']), recipients },
    messageId: stringOf(mail['messageId']),
  };
}

/** Folding by mail servers breaks JSON between lines; what follows the document is a footer. */
function parseLeniently(text: string): unknown {
  const end = text.lastIndexOf('}');
  for (const candidate of [text.slice(0, end + 1), text.slice(0, end + 1).replace(/\n[ \t]?/g, '')]) {
    try {
      return JSON.parse(candidate) as unknown;
    } catch {
      // Broken by folding, or no JSON at all.
    }
  }
  return undefined;
}

function recipientOf(one: unknown, kind: string, detail: Record<string, unknown>): RecipientStatus {
  const fields = isRecord(one) ? one : { emailAddress: one };
  const diagnostic = stringOf(fields['diagnosticCode']) ?? stringOf(detail['smtpResponse']);
  return {
    finalRecipient: reportedAddress(stringOf(fields['emailAddress'])),
    action: stringOf(fields['action'])?.toLowerCase() ?? (kind === 'delivery' ? 'delivered' : undefined),
    status: /^[245]\.\d{1,3}\.\d{1,3}/.exec(stringOf(fields['status']) ?? '')?.[0],
    diagnostic: diagnostic?.replace(/^smtp;\s*/i, ''),
  };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function stringOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
