// A bounce as evidence: one piece a recipient.
import type { NdrRecipient, NdrReport } from '../ndr/ndr-report.ts';
import type { BounceEvidence } from '../evidence.ts';
import { serverKey } from '../evidence-keys.ts';
import { namedCodes } from '../named-codes.ts';
import { oneLine } from './event-evidence.ts';

/** Recipients of one report that become evidence. */
const RECIPIENTS_MOST = 200;

function exchangeText({ exchange }: NdrRecipient): string {
  if (exchange === undefined) return '';
  const mts =
    exchange.mtsDiagnostic === undefined ? '' : `MSEXCH:IMS (${exchange.mtsDiagnostic}) ${exchange.mtsMeaning ?? ''}`;
  return [...(exchange.tokens ?? []), mts, exchange.hresult ?? '', ...(exchange.storeErrors ?? [])]
    .filter((part) => part !== '')
    .join(' ');
}

function recipientEvidence(report: NdrReport, one: NdrRecipient, file: string): BounceEvidence {
  const exchange = exchangeText(one);
  const text = `${one.diagnostic} ${exchange} ${one.replyStatus ?? ''}`.trim();
  const time = Date.parse(report.date ?? '');
  const reporter = one.reportedBy ?? report.reportedBy;
  const generator = report.generator ?? report.form ?? undefined;
  const recipient = one.recipient.toLowerCase();
  const status = one.status ?? (one.replyCode === null ? 'no code' : String(one.replyCode));
  const codes = [...(one.status === null ? [] : namedCodes(one.status)), ...namedCodes(text)];
  const messageId = report.original?.messageId?.replace(/[<>]/g, '').toLowerCase();
  return {
    kind: 'bounce',
    place: { file, ...(one.recipient !== '' && { at: one.recipient }) },
    ...(!Number.isNaN(time) && { first: time, last: time }),
    count: 1,
    keys: {
      ...(recipient !== '' && { recipient }),
      ...(messageId !== undefined && messageId !== '' && { messageId }),
      ...(reporter !== undefined && reporter !== '' && { server: serverKey(reporter) }),
    },
    codes: codes.filter(({ symbol }, i) => codes.findIndex((other) => other.symbol === symbol) === i),
    summary:
      `bounce for ${one.recipient === '' ? '(no address)' : one.recipient}: ${status} ${oneLine(one.diagnostic, 160)}`.trim(),
    ...(one.status !== null && { status: one.status }),
    ...(one.replyCode !== null && { replyCode: one.replyCode }),
    reason: one.reason,
    ...(one.action !== null && { action: one.action }),
    ...(recipient !== '' && { recipient }),
    ...(generator !== undefined && { generator }),
    text,
  };
}

/** The recipients a mail came back from; none when it is no bounce. */
export function bounceEvidence(report: NdrReport, file: string): BounceEvidence[] {
  if (!report.bounce) return [];
  return report.recipients.slice(0, RECIPIENTS_MOST).map((one) => recipientEvidence(report, one, file));
}
