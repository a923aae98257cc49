// Exchange's reports as text: 4.0/5.5 (Internet Mail Connector and Service), 2000/2003 as Outlook shows them and as
// people paste them, with `<server #5.x.x ...>` or without the brackets, and 2007 and later.
import { addressesIn } from './addresses.ts';

/** One recipient of such a text. */
export interface ExchangeTextRecipient {
  /** The address, or the display name where the report gives no address. */
  readonly recipient: string;
  /** The lines about it. */
  readonly block: string;
  /** `#5.0.0` of the last line. */
  readonly status?: string;
  /** What follows the status: `smtp;550 5.7.1 Unable to relay`. */
  readonly diagnostic?: string;
  readonly reportedBy?: string;
}

/** Opening lines, in the languages of Exchange and Outlook. */
const OPENING =
  /did not reach (?:some or all of|the following recipient)|following recipient\(s\) (?:could|can)(?:not| not)? be (?:reached|processed)|nicht erreicht|pas (?:pu )?(?:atteint|être remis)|joindre le\(?s?\)? destinataire|no (?:ha )?(?:llegado|se pudo llegar)|non (?:è stato|ha) (?:raggiunto|recapitat)|niet bereikt|nå(?:dde|tte) ikke/i;
/** `user@domain on 5/1/2002 10:11 AM`, in Outlook's languages. */
const ENTRY =
  /^[ \t>*]{0,20}(\S.{0,200}?)\s+(?:on|am|le|el|il|op|em|den|på)\s+(?:[\p{L}]{2,12}\.?,? )?.{0,24}?\d{1,4}[./: -].{0,40}\d{1,2}[:.]\d{2}/iu;
/**
 * `<server.domain #5.1.1>`, `<server #5.5.0 smtp;550 ...>`, and the same without brackets. In text that has lost its
 * line ends only a name with a dot is taken for a server.
 */
const STATUS_LINE =
  /(?:(?:^|[\n<])[ \t>]{0,20}<?([\w-][\w.-]{0,252})|\s([\w-]{1,63}(?:\.[\w-]{1,63}){1,8}))[ \t]+#([245]\.\d{1,3}\.\d{1,3})(?=[\s>]|$)[ \t]*([^>\n]{0,600}(?:\n[^>\n]{1,200}){0,6})?>?/;
const BARE_STATUS = /(?:^|[\n<])[ \t]{0,20}<?#([245]\.\d{1,3}\.\d{1,3})(?=[\s>]|$)/;

/** True when the text opens as Exchange's reports do, or has a line such as `server.domain #5.0.0`. */
export function saysExchange(text: string): boolean {
  return OPENING.test(text.slice(0, 4000)) || hasStatusLine(text);
}

/** True when the text has a line such as `<server.domain #5.1.1>`. */
export function hasStatusLine(text: string): boolean {
  return text.includes('#') && STATUS_LINE.test(text.slice(0, 60_000));
}

/** Recipients of a report of 4.0 to 2003; empty when the text is no such report. */
export function exchangeTextRecipients(text: string): ExchangeTextRecipient[] {
  if (!saysExchange(text)) return [];
  const head = text.slice(0, 60_000);
  const lines = head.split('\n').map((line) => line.slice(0, 1000));
  const starts: { readonly line: number; readonly recipient: string }[] = [];
  lines.forEach((line, at) => {
    const name = ENTRY.exec(line)?.[1];
    if (name === undefined || /^(?:sent|date|gesendet|envoy|your message|subject)\b/i.test(name)) return;
    starts.push({ line: at, recipient: (addressesIn(name)[0] ?? name).replace(/^['"]|['"]$/g, '') });
  });
  const found = starts.map(({ line, recipient }, index) => {
    const block = lines.slice(line, Math.min(starts[index + 1]?.line ?? lines.length, line + 40)).join('\n');
    return { recipient, block, ...statusOf(block) };
  });
  return found.length > 0 ? found : withoutDate(head);
}

/** Texts pasted in pieces have lost the line with the date: the status line alone must do. */
function withoutDate(text: string): ExchangeTextRecipient[] {
  const status = statusOf(text);
  if (status.status === undefined) return [];
  const reached = text.search(/recipient\(s\)|Empfänger|destinataire|destinatari|ontvanger/i);
  const address = addressesIn(text.slice(Math.max(reached, 0)))[0];
  return [
    { recipient: address ?? '', block: text.slice(Math.max(reached, 0), Math.max(reached, 0) + 3000), ...status },
  ];
}

/** What a block says besides the recipient's line and the status line. */
export function wordsOf(block: string): string {
  const end = block.indexOf('\n');
  return (end === -1 ? block : block.slice(end + 1)).replace(STATUS_LINE, ' ').trim();
}

function statusOf(block: string): Partial<Pick<ExchangeTextRecipient, 'status' | 'diagnostic' | 'reportedBy'>> {
  const full = STATUS_LINE.exec(block);
  if (full === null) {
    const bare = BARE_STATUS.exec(block)?.[1];
    return bare === undefined ? {} : { status: bare };
  }
  const [, server, dotted, status, rest] = full;
  const diagnostic = rest?.replace(/\s+/g, ' ').trim() ?? '';
  return {
    reportedBy: server ?? dotted!,
    status: status!,
    ...(diagnostic !== '' && { diagnostic: diagnostic.replace(/^[\w-]{1,20};\s*/, '') }),
  };
}

/** `Generating server:` in the languages of Exchange 2007 and later. */
const GENERATING =
  /^[ \t]*(?:generating server|serveur de g[ée]n[ée]ration|server di generazione|generierender server|generierungsserver|servidor (?:de generación|generador|gerador)|genererende server|bronserver|genererad av servern|生成サーバー|生成服务器|產生伺服器)\s{0,3}[::]\s*(\S+)/im;

/** Where the diagnostic section of 2007 and later begins, and the server it names; undefined when there is none. */
export function generatingServer(text: string): { readonly server: string; readonly at: number } | undefined {
  const found = GENERATING.exec(text);
  return found === null ? undefined : { server: found[1]!, at: found.index };
}
