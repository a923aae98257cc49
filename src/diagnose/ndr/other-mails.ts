// Mails that are no bounces but look like them: complaints (RFC 5965), receipts (RFC 8098), automatic replies (RFC 3834).
import { addressesIn, fieldAddress, reportedAddress } from './addresses.ts';
import { assembleReport, optional } from './assemble-report.ts';
import { bounceSigns, isAutoReply } from './bounce-signs.ts';
import type { DeliveryStatus } from './delivery-status.ts';
import { fieldValue, parseHeaderFields } from './mail/header-block.ts';
import type { MailSections } from './mail-sections.ts';
import type { NdrRecipient, NdrReport } from './ndr-report.ts';
import type { NdrReason } from './reason/reason-names.ts';

/** Hotmail's complaint form from before RFC 5965. */
export function isOldComplaint({ fields, subject, attached }: MailSections): boolean {
  return (
    /^complaint about message from /i.test(subject) &&
    attached !== undefined &&
    fieldValue(fields, 'content-type')?.includes('multipart/mixed') === true
  );
}

/** A complaint; `status` and `type` are those of a notification in JSON. No address is made up when none is named. */
export function feedbackReport(
  sections: MailSections,
  notes: readonly string[],
  status?: DeliveryStatus,
  type?: string,
): NdrReport {
  const fields = parseHeaderFields((sections.feedback ?? '').replace(/^\s+/, ''));
  const value = (name: string): string | undefined => fieldValue(fields, name);
  const named = fields.filter(({ name }) => name === 'original-rcpt-to').flatMap(({ value }) => addressesIn(value));
  const listed = status?.recipients.flatMap(({ finalRecipient }) => finalRecipient ?? []) ?? [];
  const sentTo = fieldAddress(sections.original?.to);
  const addresses = [...named, ...listed];
  if (addresses.length === 0 && sentTo !== undefined) addresses.push(sentTo);
  const recipients = addresses.map((address) => recordWithoutCodes(address, 'feedback', 'kind.feedback', ''));
  const feedback = {
    feedbackType: (value('feedback-type') ?? type ?? 'abuse').toLowerCase(),
    ...optional('userAgent', value('user-agent')),
    ...optional('sourceIp', value('source-ip')),
    ...optional('reportedDomain', value('reported-domain')),
  };
  const form = status === undefined ? 'arf' : 'json';
  return { ...assembleReport(sections, 'feedback', form, recipients, notes), feedback };
}

/** A disposition notification: somebody read, deleted or refused to read a message. */
export function receiptReport(sections: MailSections, notes: readonly string[]): NdrReport {
  const fields = parseHeaderFields((sections.disposition ?? '').replace(/^\s+/, ''));
  const disposition = {
    disposition: fieldValue(fields, 'disposition') ?? '',
    ...optional('recipient', reportedAddress(fieldValue(fields, 'final-recipient'))),
    ...optional('originalMessageId', fieldValue(fields, 'original-message-id')),
    ...optional('reportingUserAgent', fieldValue(fields, 'reporting-ua')),
  };
  return { ...assembleReport(sections, 'receipt', 'mdn', [], notes), disposition };
}

/** Everything that carries no report: an automatic reply, or any mail. */
export function otherMail(sections: MailSections, notes: readonly string[]): NdrReport {
  const { fields, subject, text } = sections;
  const { bounce, unclear } = bounceSigns(fields, subject, text);
  if (isAutoReply(fields, subject) && !unclear && !bounce) return autoReply(sections, notes);
  const note = bounce ? [NO_RECIPIENT] : unclear ? [UNCLEAR] : [];
  return assembleReport(sections, 'other', null, [], [...notes, ...note]);
}

const UNCLEAR = 'it comes from a mail system, but in no known form of a bounce';
const NO_RECIPIENT = 'it looks like a bounce, but names no recipient';

function autoReply(sections: MailSections, notes: readonly string[]): NdrReport {
  const from = fieldAddress(fieldValue(sections.fields, 'from'));
  const said = sections.text.replace(/\s+/g, ' ').trim().slice(0, 500);
  const recipients = from === undefined ? [] : [recordWithoutCodes(from, 'vacation', 'kind.auto-reply', said)];
  return assembleReport(sections, 'auto-reply', null, recipients, notes);
}

function recordWithoutCodes(recipient: string, reason: NdrReason, rule: string, diagnostic: string): NdrRecipient {
  return { recipient, status: null, action: null, replyCode: null, reason, rule, permanent: null, diagnostic };
}
