// One record a recipient, from a delivery status or from the reporter's text.
import { addressesIn, fieldAddress, sameAddress } from './addresses.ts';
import type { DeliveryStatus, RecipientStatus } from './delivery-status.ts';
import { exchangeDetailsIn, mtsReason } from './exchange-details.ts';
import { exchangeTextRecipients, generatingServer, wordsOf } from './exchange-text.ts';
import type { HeaderField } from './mail/header-block.ts';
import { fieldValue } from './mail/header-block.ts';
import type { NdrRecipient, OriginalMessage } from './ndr-report.ts';
import { categoryReason } from './reason/category-reasons.data.ts';
import type { FoundReason, ReasonEvidence } from './reason/find-reason.ts';
import { findReason } from './reason/find-reason.ts';
import { CORRECTABLE } from './reason/status-reasons.data.ts';
import { commandIn, enhancedStatusIn, isGeneralStatus, replyCodeIn } from './smtp-codes.ts';
import { linesAbout, textRecipients } from './text-recipients.ts';

/** What the report says as a whole. */
export interface ReportContext {
  readonly text: string;
  readonly fields: readonly HeaderField[];
  /** The address the report was sent to. */
  readonly own: string | undefined;
  readonly original: OriginalMessage | undefined;
  readonly reportedBy: string | undefined;
  readonly delay: boolean;
}

const MOST_DIAGNOSTIC = 2000;

/** Records from the machine-readable part. Recipients that are no addresses are looked for in the text. */
export function recipientsOfStatus(status: DeliveryStatus, context: ReportContext): NdrRecipient[] {
  const lone = status.recipients.length === 1;
  const blocks = lone ? new Map<string, string>() : blocksByAddress(context);
  const records: NdrRecipient[] = [];
  for (const one of status.recipients) {
    const address = one.finalRecipient ?? one.originalRecipient ?? (lone ? addressInText(context) : undefined);
    if (address !== undefined) records.push(statusRecord(one, address, lone, context, blocks));
  }
  return records;
}

function addressInText(context: ReportContext): string | undefined {
  return (
    textRecipients(context.text, context.own)[0]?.address ??
    failedField(context.fields)[0] ??
    fieldAddress(context.original?.to)
  );
}

function statusRecord(
  one: RecipientStatus,
  address: string,
  lone: boolean,
  context: ReportContext,
  blocks: ReadonlyMap<string, string>,
): NdrRecipient {
  const about = blocks.get(address.toLowerCase()) ?? (lone ? aboutLone(context.text, address) : '');
  const said = one.diagnostic ?? one.statusComment;
  const text = said ?? about;
  const session = lone ? `${said ?? ''}\n${context.text.slice(0, 4000)}` : `${said ?? ''}\n${about}`;
  const { finalRecipient, originalRecipient } = one;
  return record({
    recipient: address,
    originalRecipient:
      originalRecipient === undefined || finalRecipient === undefined || sameAddress(originalRecipient, address)
        ? undefined
        : originalRecipient,
    status: one.status ?? enhancedStatusIn(text),
    action: one.action,
    text,
    more: [about, lone ? context.text.slice(0, 4000) : ''],
    command: commandIn(session),
    diagnosticType: one.diagnosticType,
    category: one.category,
    remoteServer: one.remoteServer,
    reportedBy: context.reportedBy,
    fields: context.fields,
  });
}

/** The lines of the reporter's text about the only recipient; failing that, its beginning. */
function aboutLone(text: string, address: string): string {
  const lines = linesAbout(text, address);
  return lines === '' ? text.slice(0, 4000) : lines;
}

/** The lines of a report about several recipients, by address. */
function blocksByAddress({ text, own }: ReportContext): Map<string, string> {
  return new Map(textRecipients(text, own).map(({ address, block }) => [address.toLowerCase(), block]));
}

/** Records from the reporter's text. `exchangeOnly`: only where Exchange's layout of 4.0 to 2003 is met. */
export function recipientsOfText(context: ReportContext, exchangeOnly: boolean): NdrRecipient[] {
  const { fields, text, delay } = context;
  const action = delay ? 'delayed' : undefined;
  const old = exchangeTextRecipients(text);
  if (old.length > 0) {
    const known = old.map((one) => ({
      ...one,
      recipient: one.recipient === '' ? (addressInText(context) ?? '') : one.recipient,
    }));
    return known.map((one) =>
      record({
        recipient: one.recipient,
        status: one.status ?? enhancedStatusIn(one.block),
        action,
        text: one.diagnostic ?? wordsOf(one.block),
        more: [one.block],
        command: commandIn(one.block),
        reportedBy: one.reportedBy ?? context.reportedBy,
        fields,
        exchangeText: one.block,
      }),
    );
  }
  if (exchangeOnly) return [];
  const generating = generatingServer(text);
  const inSection = generating === undefined ? [] : textRecipients(text.slice(generating.at), context.own);
  const found = inSection.length > 0 ? inSection : withHeaders(context);
  const lone = found.length === 1;
  return found.map(({ address, block }) =>
    record({
      recipient: address,
      status: enhancedStatusIn(block) ?? (lone ? enhancedStatusIn(text.slice(0, 4000)) : undefined),
      action,
      text: block === '' ? text.slice(0, 4000) : block,
      more: lone ? [text.slice(0, 4000)] : [],
      command: commandIn(block) ?? (lone ? commandIn(text.slice(0, 4000)) : undefined),
      reportedBy: context.reportedBy,
      fields,
    }),
  );
}

/** Recipients of the text, else those of X-Failed-Recipients, else the one the returned message was sent to. */
function withHeaders(context: ReportContext): readonly { readonly address: string; readonly block: string }[] {
  const inText = textRecipients(context.text, context.own);
  const failed = failedField(context.fields);
  const onlyOwn = inText.every(({ address }) => context.own !== undefined && sameAddress(address, context.own));
  if (inText.length > 0 && !(onlyOwn && failed.length > 0)) return inText;
  if (failed.length > 0)
    return failed.map((address) => ({
      address,
      block: failed.length === 1 ? context.text.slice(0, 4000) : linesAbout(context.text, address),
    }));
  const to = fieldAddress(context.original?.to);
  return to === undefined ? [] : [{ address: to, block: context.text.slice(0, 4000) }];
}

function failedField(fields: readonly HeaderField[]): string[] {
  return addressesIn((fieldValue(fields, 'x-failed-recipients') ?? '').slice(0, 20_000));
}

interface RecordParts {
  readonly recipient: string;
  readonly originalRecipient?: string | undefined;
  readonly status: string | undefined;
  readonly action: string | undefined;
  /** What the server said. */
  readonly text: string;
  /** Wider texts, tried when nothing in `text` tells the reason. */
  readonly more: readonly string[];
  readonly command: string | undefined;
  readonly diagnosticType?: string | undefined;
  readonly category?: string | undefined;
  readonly remoteServer?: string | undefined;
  readonly reportedBy: string | undefined;
  readonly fields: readonly HeaderField[];
  readonly exchangeText?: string | undefined;
}

function record(parts: RecordParts): NdrRecipient {
  const { status, action, text, command } = parts;
  const inText =
    enhancedStatusIn(text) ??
    (status === undefined || isGeneralStatus(status)
      ? parts.more.map(enhancedStatusIn).find((code) => code !== undefined && code[0] === (status?.[0] ?? code[0]))
      : undefined);
  const replyStatus = inText !== undefined && inText !== status && !isGeneralStatus(inText) ? inText : undefined;
  const replyCode = replyCodeIn(text) ?? parts.more.map(replyCodeIn).find((code) => code !== undefined);
  const exchange = exchangeDetailsIn(
    parts.exchangeText ?? `${text}\n${parts.more[0] ?? ''}`.slice(0, 8000),
    fieldValue(parts.fields, 'x-dsncontext'),
  );
  const found = reasonOf(
    {
      status: replyStatus ?? status,
      replyCode,
      command,
      action,
      diagnosticType: parts.diagnosticType,
      host: `${parts.recipient.slice(parts.recipient.lastIndexOf('@') + 1)} ${parts.remoteServer ?? ''}`,
      text,
    },
    parts.more,
    mtsReason(exchange?.mtsDiagnostic) ?? categoryReason(parts.category),
  );
  return {
    recipient: parts.recipient,
    ...(parts.originalRecipient !== undefined && { originalRecipient: parts.originalRecipient }),
    status: status ?? null,
    ...(replyStatus !== undefined && { replyStatus }),
    action: action ?? null,
    replyCode: replyCode ?? null,
    reason: found.reason,
    rule: found.rule,
    permanent: permanence(status, replyStatus, replyCode, action),
    diagnostic: text.replace(/\s+/g, ' ').trim().slice(0, MOST_DIAGNOSTIC),
    ...(parts.remoteServer !== undefined && { remoteServer: parts.remoteServer }),
    ...(parts.reportedBy !== undefined && { reportedBy: parts.reportedBy }),
    ...(command !== undefined && { command }),
    ...(exchange !== undefined && { exchange }),
  };
}

/** The narrow text first; the wider ones only if it tells nothing. */
function reasonOf(
  evidence: ReasonEvidence,
  more: readonly string[],
  byCode: ReturnType<typeof mtsReason>,
): FoundReason {
  if (byCode !== undefined) return { reason: byCode, rule: 'reporter.own-code', sure: true };
  const first = findReason(evidence);
  if (first.sure && !first.rule.startsWith('status.')) return first;
  for (const text of more) {
    if (text === '' || text === evidence.text || (first.sure && !CORRECTABLE.has(first.reason))) continue;
    const wider = findReason({ ...evidence, text });
    if (wider.sure && !wider.rule.startsWith('status.')) return wider;
  }
  return first;
}

function permanence(
  status: string | undefined,
  reply: string | undefined,
  code: number | undefined,
  action: string | undefined,
): boolean | null {
  const first = status !== undefined && !isGeneralStatus(status) ? status : (reply ?? status ?? code?.toString());
  if (first?.startsWith('5') === true) return true;
  if (first?.startsWith('4') === true) return false;
  return action === 'delayed' ? false : null;
}
