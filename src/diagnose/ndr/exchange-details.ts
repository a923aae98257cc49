// What Exchange servers add to a report: the X.400 codes of 4.0/5.5, the HRESULT of 2000/2003, the tokens and store
// errors of 2007 and later.
import type { ExchangeDetails } from './ndr-report.ts';
import type { NdrReason } from './reason/reason-names.ts';

interface MtsCode {
  readonly meaning: string;
  readonly reason?: NdrReason;
}

/** `MSEXCH:IMS:...(000C05A6)`: seen on the Internet Mail Connector (4.0) and Service (5.x). */
const MTS_CODES: Readonly<Record<string, MtsCode>> = {
  '00010256': { meaning: 'too many recipients', reason: 'toomanyconn' },
  '000D06B5': { meaning: 'no proxy address for the recipient', reason: 'filtered' },
  '00120270': { meaning: 'too many hops', reason: 'networkerror' },
  '00050311': { meaning: 'content conversion failed', reason: 'contenterror' },
  '000502CC': { meaning: 'content conversion failed', reason: 'contenterror' },
  '000B0981': { meaning: 'remote server does not offer authentication', reason: 'securityerror' },
  '000B099C': { meaning: 'remote server refused the message' },
  '000B09AA': { meaning: 'remote server refused the message' },
  '000B09B6': { meaning: 'remote server refused the recipient' },
  '000C0595': { meaning: 'recipient address is ambiguous', reason: 'filtered' },
  '000C05A6': { meaning: 'unknown recipient', reason: 'userunknown' },
};

const MTS = /MSEXCH:[^\n()]{0,200}(?:\n[^\n()]{0,200})?\(([0-9A-F]{8})\)/i;
const TOKEN =
  /\b((?:RESOLVER|QUEUE|SMTPSEND|STOREDRV|ROUTING|AGENT|CAT|DNS|DELIVERY|ROUTER|SMTP(?=\.)|TENANTATTRIBUTION|CONTENT|MAPI|SUBMISSION|EDGE|TRANSPORT|POISON|APPROVAL|JOURNALING|ADMIN)(?:\.[A-Za-z][A-Za-z0-9]{1,40}){1,4}|TenantAttribution|SuspiciousRemoteServerError)\b/g;
const STORE_ERROR = /\b(MapiException[A-Za-z]{3,60}|ec=-?\w{3,12}|hr=0x[0-9A-Fa-f]{8}|ec=0x[0-9A-Fa-f]{1,8})\b/g;

/** Exchange's own codes in the text of a report; undefined when there are none. */
export function exchangeDetailsIn(text: string, dsnContext: string | undefined): ExchangeDetails | undefined {
  const details: { -readonly [K in keyof ExchangeDetails]: ExchangeDetails[K] } = {};
  const mts = text.includes('MSEXCH') ? MTS.exec(text)?.[1]?.toUpperCase() : undefined;
  if (mts !== undefined) {
    details.mtsDiagnostic = mts;
    const meaning = MTS_CODES[mts]?.meaning;
    if (meaning !== undefined) details.mtsMeaning = meaning;
  }
  const tokens = unique(text, TOKEN);
  if (tokens.length > 0) details.tokens = tokens;
  const storeErrors = unique(text, STORE_ERROR);
  if (storeErrors.length > 0) details.storeErrors = storeErrors;
  const context = /^\s*([0-9a-f]{8}) - (\d{1,6}) - ([0-9a-f]{8}) - ([0-9a-f]{8})/i.exec(dsnContext ?? '');
  if (context !== null) {
    details.dsnContext = context[0].trim();
    if (context[4] !== '00000000') details.hresult = `0x${context[4]!.toUpperCase()}`;
  }
  return Object.keys(details).length === 0 ? undefined : details;
}

function unique(text: string, pattern: RegExp): string[] {
  return [...new Set(Array.from(text.matchAll(pattern), ([, token]) => token!))].slice(0, 20);
}

/** The reason an X.400 code of 4.0/5.5 stands for; undefined when the text must decide. */
export function mtsReason(code: string | undefined): NdrReason | undefined {
  return code === undefined ? undefined : MTS_CODES[code]?.reason;
}
