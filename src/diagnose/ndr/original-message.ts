// The returned message: the part that carries it, or where it begins in running text.
import { fieldValue, parseHeaderFields } from './mail/header-block.ts';
import { decodeWords } from './mail/encoded-words.ts';
import type { OriginalMessage } from './ndr-report.ts';

const MOST_HEADER = 32_768;

/** Lines after which the original message follows. Each server has its own; none of them is an ordinary sentence. */
const MARKERS: RegExp = new RegExp(
  [
    String.raw`^[-*_=|> ]{0,80}(?:this is|below this line is|enclosed is|included is|below is|here is|the attachment contains) a copy of`,
    String.raw`^[-*_=|> ]{1,80}(?:the )?(?:header of the )?original (?:message|mail|headers?)(?: |-|$)`,
    String.raw`^[-*_=|> ]{1,80}(?:unsent|returned|undelivered|rejected|bounced) (?:message|e-?mail)\b`,
    String.raw`^[-*_=|> ]{1,80}(?:message (?:text|headers?)|copy of (?:the )?message|begin(?:ning)? of)\b.{0,40}$`,
    String.raw`^(?:original|message|mail) (?:message |mail )?headers? (?:follows?|follow\.)`,
    String.raw`^(?:original|your) (?:message|mail)(?: as)? follows?\b`,
    String.raw`^original message headers?:?\s*$`,
    String.raw`^(?:original mail as follows|bounced e-?mail|original message):\s*$`,
    String.raw`^[-*]{2,} ?\S{0,20} ?(?:元のメッセージ|オリジナル)`,
  ].join('|'),
  'im',
);

/** A header block at the start of a line: what a returned message begins with. */
const HEADERS = /^(?:Received: (?:from|by) |Return-Path: ?<|Message-ID: ?<|DKIM-Signature: |Received:from )/im;

/** Splits running text into what the reporter wrote and the message it returns (empty when there is none). */
export function splitOriginal(text: string): { readonly report: string; readonly original: string } {
  const marker = text.search(MARKERS);
  let at = marker === -1 ? text.length : marker;
  const headers = text.search(HEADERS);
  if (headers > 0 && headers < at) at = headers;
  if (at === text.length) return { report: text, original: '' };
  const original = text.slice(at);
  const from = headers >= at ? headers - at : original.indexOf('\n') + 1;
  return { report: text.slice(0, at), original: original.slice(from) };
}

const WANTED: ReadonlySet<string> = new Set(['message-id', 'subject', 'from', 'to', 'cc', 'date']);

/** What the headers of the returned message say. */
export function readOriginal(text: string): OriginalMessage | undefined {
  const block = text.replace(/^\s+/, '').slice(0, MOST_HEADER);
  const end = block.indexOf('\n\n');
  const fields = parseHeaderFields(end === -1 ? block : block.slice(0, end), WANTED);
  const value = (name: string): string | undefined => {
    const found = fieldValue(fields, name);
    return found === undefined || found === '' ? undefined : decodeWords(found).slice(0, 1000);
  };
  const found = {
    messageId: value('message-id'),
    subject: value('subject'),
    from: value('from'),
    to: value('to') ?? value('cc'),
    date: value('date'),
  };
  const known = Object.fromEntries(Object.entries(found).filter(([, text]) => text !== undefined));
  return Object.keys(known).length === 0 ? undefined : known;
}
