// What is known of a mail put together: the fields all kinds have, the software that wrote it, the form of the report.
import type { DeliveryStatus } from './delivery-status.ts';
import { generatingServer, hasStatusLine } from './exchange-text.ts';
import { GENERATORS } from './generators.data.ts';
import { decodeWords } from './mail/encoded-words.ts';
import { fieldValue } from './mail/header-block.ts';
import type { MailSections } from './mail-sections.ts';
import type { NdrForm, NdrKind, NdrRecipient, NdrReport } from './ndr-report.ts';

/**
 * The report of a mail. `form` undefined: it is found from the mail; null: the mail is no report.
 */
export function assembleReport(
  sections: MailSections,
  kind: NdrKind,
  form: NdrForm | null | undefined,
  recipients: readonly NdrRecipient[],
  notes: readonly string[],
  status?: DeliveryStatus,
): NdrReport {
  const { fields } = sections;
  const field = (name: string): string | undefined => {
    const value = fieldValue(fields, name)?.slice(0, 1000);
    return value === undefined || value === '' ? undefined : decodeWords(value);
  };
  const bounce = kind === 'failure' || kind === 'delay';
  const reportedBy = status?.reportedBy ?? generatingServer(sections.text)?.server ?? recipients[0]?.reportedBy;
  const generator = bounce || kind === 'success' ? generatorOf(sections, reportedBy) : undefined;
  return {
    bounce,
    kind,
    form: form === undefined ? formOf(sections, generator, status) : form,
    ...optional('generator', generator),
    ...optional('reportedBy', reportedBy),
    ...optional('messageId', field('message-id')),
    ...optional('date', field('date')),
    ...optional('from', field('from')),
    ...optional('to', field('to')),
    ...optional('subject', sections.subject === '' ? undefined : sections.subject),
    ...optional('envelopeId', status?.envelopeId),
    ...optional('arrivalDate', status?.arrivalDate),
    ...optional('original', sections.original),
    recipients,
    notes: [...notes, ...sections.limits],
  };
}

const ONLINE = /\.(?:prod\.(?:outlook|exchangelabs)|protection\.outlook)\.com$/i;

function generatorOf({ fields, text }: MailSections, reportedBy: string | undefined): string | undefined {
  const head = text.slice(0, 8000);
  const found = GENERATORS.find(({ header, text: pattern }) => {
    if (header === undefined) return pattern?.test(head) === true;
    const value = fieldValue(fields, header[0]);
    return value !== undefined && header[1].test(value);
  })?.name;
  return found === 'exchange-2007' && ONLINE.test(reportedBy ?? '') ? 'exchange-online' : found;
}

const EXCHANGE_FORMS: readonly NdrForm[] = ['exchange-5', 'exchange-2000', 'exchange-2007', 'exchange-online'];

function formOf(
  { deliveryStatus, text }: MailSections,
  generator: string | undefined,
  status: DeliveryStatus | undefined,
): NdrForm {
  const exchange = EXCHANGE_FORMS.find((form) => form === generator);
  if (exchange !== undefined) return exchange;
  if (deliveryStatus !== undefined || (status?.recipients.length ?? 0) > 0) return 'rfc3464';
  return hasStatusLine(text) ? 'exchange-2000' : 'text';
}

/** `{ key: value }`, or nothing when the value is undefined. */
export function optional<K extends string, V>(key: K, value: V | undefined): { [P in K]?: V } {
  return value === undefined ? {} : ({ [key]: value } as { [P in K]: V });
}
