// One mail in, what it says out: kind of mail, form of the report, one record a recipient.
import { fieldAddress } from './addresses.ts';
import { assembleReport } from './assemble-report.ts';
import { bounceSigns } from './bounce-signs.ts';
import type { DeliveryStatus } from './delivery-status.ts';
import { deliveryStatusInText, parseDeliveryStatus } from './delivery-status.ts';
import { generatingServer } from './exchange-text.ts';
import { byteString } from './mail/byte-string.ts';
import { fieldValue } from './mail/header-block.ts';
import { mailSections } from './mail-sections.ts';
import type { MailSections } from './mail-sections.ts';
import type { NdrKind, NdrRecipient, NdrReport } from './ndr-report.ts';
import { jsonNotification } from './notification-json.ts';
import { feedbackReport, isOldComplaint, otherMail, receiptReport } from './other-mails.ts';
import { recipientsOfStatus, recipientsOfText } from './recipient-records.ts';
import type { ReportContext } from './recipient-records.ts';
import { textRecipients } from './text-recipients.ts';

/** No more than this of a mail is read: what a report says stands before the message that it returns. */
export const MOST_MAIL: number = 8 * 1024 * 1024;

/**
 * Reads one mail (bytes as they were received, or text) or a pasted report. Never throws; what is no bounce has
 * `bounce` false and a `kind` that says what it is.
 */
export function readNdr(mail: Uint8Array | string): NdrReport {
  const cut = mail.length > MOST_MAIL;
  const piece = cut ? mail.slice(0, MOST_MAIL) : mail;
  const source = typeof piece === 'string' ? byteString(new TextEncoder().encode(piece)) : byteString(piece);
  const notes = cut ? [`the mail is longer than ${MOST_MAIL} bytes: the rest is not read`] : [];
  const text = source.includes('\r') ? source.replaceAll('\r\n', '\n').replaceAll('\r', '\n') : source;
  const sections = mailSections(text);
  const attachedFirst = sections.deliveryStatus === undefined && textRecipients(sections.text, undefined).length === 0;
  return (
    (attachedFirst ? forwardedReport(sections, notes) : undefined) ??
    reportOf(sections, notes) ??
    forwardedReport(sections, notes) ??
    otherMail(sections, notes)
  );
}

/** A bounce that somebody forwarded as an attachment. */
function forwardedReport(sections: MailSections, notes: readonly string[]): NdrReport | undefined {
  const { attached } = sections;
  if (attached === undefined || !/^Content-Type:\s*multipart\/report/im.test(attached.slice(0, 20_000)))
    return undefined;
  const inner = mailSections(attached);
  if (inner.deliveryStatus === undefined) return undefined;
  return reportOf(inner, [...notes, 'the report was found in an attached message']);
}

function reportOf(sections: MailSections, notes: readonly string[]): NdrReport | undefined {
  if (sections.feedback !== undefined || isOldComplaint(sections)) return feedbackReport(sections, notes);
  if (sections.disposition !== undefined) return receiptReport(sections, notes);
  const json = /^\s{0,20}\{/.test(sections.text) ? jsonNotification(sections.text) : undefined;
  if (json?.kind === 'complaint') return feedbackReport(sections, notes, json.status, json.feedbackType);
  const status = json?.status ?? machineReadable(sections);
  if (status !== undefined) {
    const form = json === undefined ? undefined : 'json';
    const recipients = recipientsOfStatus(status, contextOf(sections, status.reportedBy));
    if (recipients.length > 0) return assembleReport(sections, kindOf(recipients), form, recipients, notes, status);
  }
  return textReport(sections, notes, status);
}

function machineReadable({ deliveryStatus, text, quoted, fields, subject }: MailSections): DeliveryStatus | undefined {
  const status = deliveryStatus === undefined ? undefined : parseDeliveryStatus(deliveryStatus);
  if (status !== undefined && status.recipients.length > 0) return status;
  const found =
    deliveryStatusInText(text) ??
    (quoted.includes('Final-Recipient:') && bounceSigns(fields, subject, text).bounce
      ? deliveryStatusInText(quoted)
      : undefined);
  return found ?? status;
}

function contextOf(sections: MailSections, reportedBy?: string): ReportContext {
  return {
    text: sections.text,
    fields: sections.fields,
    own: fieldAddress(fieldValue(sections.fields, 'to')),
    original: sections.original,
    reportedBy: reportedBy ?? generatingServer(sections.text)?.server,
    delay: false,
  };
}

function textReport(
  sections: MailSections,
  notes: readonly string[],
  status: DeliveryStatus | undefined,
): NdrReport | undefined {
  const signs = bounceSigns(sections.fields, sections.subject, sections.text);
  const pasted = sections.fields.length === 0;
  const reported = sections.reportType === 'delivery-status' && status !== undefined;
  const context = { ...contextOf(sections, status?.reportedBy), delay: signs.delay };
  if (!signs.bounce && !reported && !(pasted && generatingServer(sections.text) !== undefined)) {
    const exchange = pasted ? recipientsOfText(context, true) : [];
    return exchange.length === 0 ? undefined : assembleReport(sections, 'failure', undefined, exchange, notes);
  }
  const recipients = recipientsOfText(context, false);
  if (recipients.length === 0) return undefined;
  return assembleReport(sections, kindOfText(recipients, signs.delay), undefined, recipients, notes, status);
}

/** Text has no Action field: what is no delay notice says that it failed, whatever the class of its codes. */
function kindOfText(recipients: readonly NdrRecipient[], delay: boolean): NdrKind {
  if (delay) return 'delay';
  return recipients.every(({ reason }) => reason === 'delivered') ? 'success' : 'failure';
}

/** Failure when anything failed, else delay, else success. */
function kindOf(recipients: readonly NdrRecipient[]): NdrKind {
  const kinds = recipients.map(({ action, status, reason }): NdrKind => {
    if (action === 'delayed') return 'delay';
    if (reason === 'delivered') return 'success';
    return action === null && status?.startsWith('4') === true ? 'delay' : 'failure';
  });
  return kinds.includes('failure') ? 'failure' : kinds.includes('delay') ? 'delay' : 'success';
}
