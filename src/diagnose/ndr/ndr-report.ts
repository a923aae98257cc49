// What is known of one mail that may be a bounce: the evidence that the reader hands on. Codes are literal: what the
// message does not contain is null, never made up.
import type { NdrReason } from './reason/reason-names.ts';

/** What kind of mail it is. Only `failure` and `delay` are bounces. */
export type NdrKind = 'failure' | 'delay' | 'success' | 'feedback' | 'receipt' | 'auto-reply' | 'other';

/** In which form the report was written. */
export type NdrForm =
  'rfc3464' | 'exchange-5' | 'exchange-2000' | 'exchange-2007' | 'exchange-online' | 'text' | 'arf' | 'mdn' | 'json';

/** What an Exchange server says beyond the standards. */
export interface ExchangeDetails {
  /** Reason tokens such as `RESOLVER.ADR.RecipNotFound`, `QUEUE.Expired`, `STOREDRV.Deliver`. */
  readonly tokens?: readonly string[];
  /** Eight hex digits of an `MSEXCH:` line: X.400 reason and diagnostic codes. */
  readonly mtsDiagnostic?: string;
  /** What these digits mean, if known. */
  readonly mtsMeaning?: string;
  /** HRESULT of `X-DSNContext`, `0x80040546`; absent when it is zero. */
  readonly hresult?: string;
  /** All four groups of `X-DSNContext`. */
  readonly dsnContext?: string;
  /** Exceptions and error numbers of a store call: `MapiExceptionNotFound`, `ec=-2147221233`. */
  readonly storeErrors?: readonly string[];
}

/** One recipient of the report. */
export interface NdrRecipient {
  readonly recipient: string;
  /** The address as the sender wrote it, when it differs. */
  readonly originalRecipient?: string;
  /** Enhanced status code as the report states it: the Status field, else the code in the text; null if there is none. */
  readonly status: string | null;
  /** A more telling enhanced code of the remote server's reply, when it differs from `status`. */
  readonly replyStatus?: string;
  /** failed, delayed, delivered, relayed, expanded; null when neither said nor clear. */
  readonly action: string | null;
  /** SMTP reply code in the message, or null. */
  readonly replyCode: number | null;
  readonly reason: NdrReason;
  /** What the reason rests on: the rule's id. */
  readonly rule: string;
  /** True: sending again will fail again. Null: the message does not say. */
  readonly permanent: boolean | null;
  /** The text that says what happened, one line, at most 2,000 characters. */
  readonly diagnostic: string;
  /** The server that refused. */
  readonly remoteServer?: string;
  /** The server that wrote the report. */
  readonly reportedBy?: string;
  /** SMTP command that was answered: RCPT, DATA ... */
  readonly command?: string;
  readonly exchange?: ExchangeDetails;
}

/** The returned message, as far as the report quotes it. */
export interface OriginalMessage {
  readonly messageId?: string;
  readonly subject?: string;
  readonly from?: string;
  readonly to?: string;
  readonly date?: string;
}

/** A feedback report (RFC 5965). */
export interface FeedbackDetails {
  readonly feedbackType: string;
  readonly userAgent?: string;
  readonly sourceIp?: string;
  readonly reportedDomain?: string;
}

/** A disposition notification (RFC 8098). */
export interface DispositionDetails {
  readonly disposition: string;
  /** Whose mailbox it is about. */
  readonly recipient?: string;
  readonly originalMessageId?: string;
  readonly reportingUserAgent?: string;
}

/** One mail, read. */
export interface NdrReport {
  /** True for failure and delay notices. */
  readonly bounce: boolean;
  readonly kind: NdrKind;
  readonly form: NdrForm | null;
  /** Software that wrote it, when its style is known: `postfix`, `exchange-2000`. */
  readonly generator?: string;
  readonly reportedBy?: string;
  readonly messageId?: string;
  readonly date?: string;
  readonly from?: string;
  readonly to?: string;
  readonly subject?: string;
  readonly envelopeId?: string;
  readonly arrivalDate?: string;
  readonly original?: OriginalMessage;
  readonly recipients: readonly NdrRecipient[];
  readonly feedback?: FeedbackDetails;
  readonly disposition?: DispositionDetails;
  /** What could not be read, contradictions, limits that were met. */
  readonly notes: readonly string[];
}
