// Finds codes in text: command line, event description, bounce, log. Every spelling administrators meet is a rule; a rule
// that comes earlier keeps its characters from the later ones.
import { findShortSymbol, findSymbol, statusOfToken } from './families.ts';
import type { Family, SymbolEntry } from './families.ts';

/** How a number was written; a bare eight-digit hexadecimal number is `bare`. */
export type Spelling = 'decimal' | 'hex' | 'bare' | 'symbol' | 'status' | 'reply';

/** A code found in a text. */
export interface FoundCode {
  /** As it was written. */
  readonly text: string;
  /** Where it starts in the text. */
  readonly index: number;
  readonly spelling: Spelling;
  /** The number as unsigned 32 bits; absent for status codes and unknown symbols. */
  readonly value?: number;
  /** True when a decimal number was written with a minus sign. */
  readonly negative?: boolean;
  /** The enhanced status code, `5.7.1` or `X.7.1`. */
  readonly status?: string;
  /** For a symbol: what the tables know under it. */
  readonly entries?: readonly SymbolEntry[];
  /** Families the words before it speak for. */
  readonly hints: readonly Family[];
}

type Part = Omit<FoundCode, 'text' | 'index' | 'hints'>;

interface Rule {
  readonly pattern: RegExp;
  /** The code, if it is one; `skip` keeps the characters from later rules; undefined leaves them. */
  readonly read: (match: RegExpExecArray, before: string, explicit: boolean) => Part | 'skip' | undefined;
}

const hexNumber = (digits: string, spelling: Spelling): Part => ({ spelling, value: Number.parseInt(digits, 16) });

/** Up to 64 bits; more than 32 only as the sign extension of a negative number. */
function prefixedHex(digits: string): Part | 'skip' {
  const significant = digits.replace(/^0+(?=.)/, '');
  if (significant.length <= 8) return hexNumber(significant, 'hex');
  return /^ffffffff[0-9a-f]{8}$/i.test(significant) ? hexNumber(significant.slice(8), 'hex') : 'skip';
}

function bareHex(digits: string, explicit: boolean): Part | undefined {
  if (explicit || (/\d/.test(digits) && (/[a-f]/i.test(digits) || /^80[01]/.test(digits))))
    return hexNumber(digits, 'bare');
  return undefined;
}

function decimal(digits: string, sign: string): Part | undefined {
  const value = sign === '' ? Number(digits) : -Number(digits);
  if (value < -0x80000000 || value > 0xffffffff) return undefined;
  return { spelling: 'decimal', value: value >>> 0, negative: value < 0 };
}

function status(match: RegExpExecArray, before: string, explicit: boolean): Part | undefined {
  const [, class_ = '', subject = '', detail = ''] = match;
  if (/^0\d/.test(subject) || /^0\d/.test(detail)) return undefined;
  if (!explicit && (Number(subject) > 7 || /\b(?:version|ver|v|build|release|sp)\.?\s*$/i.test(before)))
    return undefined;
  return { spelling: 'status', status: `${class_.toUpperCase()}.${subject}.${detail}` };
}

/** `MapiExceptionShutoffQuotaExceeded` is ecShutoffQuotaExceeded, `MapiExceptionJetErrorDiskIO` JET_errDiskIO. */
function exceptionEntries(name: string): readonly SymbolEntry[] {
  const rest = name.slice('MapiException'.length);
  const store = findSymbol(`ec${rest}`);
  return store.length > 0 ? store : findSymbol(`JET_err${rest.replace(/^JetError/, '')}`);
}

function symbol(match: RegExpExecArray, _before: string, explicit: boolean): Part | undefined {
  const name = match[0];
  const token = statusOfToken(name);
  if (token !== undefined) return { spelling: 'status', status: token };
  let entries = name.startsWith('MapiException') ? exceptionEntries(name) : findSymbol(name);
  if (entries.length === 0 && explicit && /_|[a-z][A-Z]/.test(name)) entries = findShortSymbol(name);
  const symbolic = explicit ? /^[a-z][a-z0-9]*_\w+$/i : /^(JET_(err|wrn)|MAPI_E_|SEC_E_)/i;
  if (entries.length === 0) return symbolic.test(name) ? { spelling: 'symbol' } : undefined;
  return { spelling: 'symbol', value: entries[0]!.number, entries };
}

const littleEndian = (bytes: string): string => bytes.trim().split(/\s+/).reverse().join('');

const RULES: readonly Rule[] = [
  // GUIDs hold no codes.
  { pattern: /(?<!\w)[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}(?!\w)/gi, read: () => 'skip' },
  // X-DSNContext: hash - source line - flags - HRESULT.
  {
    pattern: /(?<![\w-])[0-9a-f]{8} ?- ?\d{1,6} ?- ?[0-9a-f]{8} ?- ?([0-9a-f]{8})(?![\w-])/gi,
    read: (m) => (m[1] === '00000000' ? 'skip' : hexNumber(m[1]!, 'bare')),
  },
  // HRESULT-component-low level code, as the Exchange programs print it.
  {
    pattern: /(?<![\w-])([0-9a-f]{8})-[0-9a-f]{4,8}(?:-[0-9a-f]{8})?(?![\w-])/gi,
    read: (m, before, explicit) =>
      explicit || /^[8cd]/i.test(m[1]!) || /ID no:?\s*$/i.test(before) ? hexNumber(m[1]!, 'bare') : undefined,
  },
  // Addresses and build numbers hold no codes.
  { pattern: /(?<![\w.])\d+(?:\.\d+){3,}/g, read: () => 'skip' },
  { pattern: /(?<![\w.])#?([245x])\.(\d{1,3})\.(\d{1,3})(?!\w|\.\w)/gi, read: status },
  {
    pattern: /(?<![\w.#-])[2-5]\d\d(?=[ -]#?[245]\.\d{1,3}\.\d)|(?<=smtp\s?;\s?)[2-5]\d\d(?!\w)/gi,
    read: (m) => ({ spelling: 'reply', value: Number(m[0]) }),
  },
  // Data bytes of an event, least significant first.
  {
    pattern: /(?<=0000:\s{1,3})[0-9a-f]{2}(?:\s[0-9a-f]{2}){3}(?![0-9a-f])/gi,
    read: (m) => hexNumber(littleEndian(m[0]), 'hex'),
  },
  { pattern: /(?:0x|&h)([0-9a-f]{1,64})/gi, read: (m) => prefixedHex(m[1]!) },
  // The Internet Mail Service's reason, MSEXCH:IMS:org:site:server 0 (000C05A6).
  { pattern: /(?<=MSEXCH:[^()\n]{0,200}\()[0-9a-f]{8}(?=\))/gi, read: (m) => hexNumber(m[0], 'bare') },
  {
    pattern: /(?<![\w.-])([8cd][0-9a-f]{7}|ffff[0-9a-f]{4})h?(?![\w-]|\.\d)/gi,
    read: (m, _before, explicit) => bareHex(m[1]!, explicit),
  },
  {
    pattern: /(?<![\w.-])(-?)(\d{9,10})(?!\w|\.\d|-\d)/g,
    read: (m, _before, explicit) =>
      explicit || m[1] === '-' || Number(m[2]) >= 0x80000000 ? decimal(m[2]!, m[1]!) : undefined,
  },
  // Negative numbers; the minus sign may be a typographic one or stand apart.
  {
    pattern: /(?<![\w.)\]\u2212\u2013-])[-\u2212\u2013]([1-9]\d{0,4})(?!\w|\.\d|[-/:]\d)/g,
    read: (m, _before, explicit) => (explicit || m[1]!.length > 2 ? decimal(m[1]!, '-') : undefined),
  },
  {
    pattern:
      /(?<=(?:error|code|jet|err|ec\s?=|with)\s{0,3}:?\s{0,3})[-\u2212\u2013]\s?([1-9]\d{2,4})(?!\w|\.\d|[-/:]\d)/gi,
    read: (m) => decimal(m[1]!, '-'),
  },
  { pattern: /^\s*[-\u2212\u2013]\s+([1-9]\d{2,4})\s*$/g, read: (m) => decimal(m[1]!, '-') },
  // Small positive numbers only after a word that announces a code.
  {
    pattern:
      /(?<=(?:error|err|errno|code|status|ec|hr|rc|result|reason|returned|win32|jet|ldap|ntstatus|mapi)(?:\s(?:code|number|no\.?|nr\.?))?\s{0,2}[:=(#]?\s{0,2})\d{1,5}(?!\w|\.\d|[-/:]\d)/gi,
    read: (m, before) => (/event\s*\w*\s*$/i.test(before.replace(/\W*$/, '')) ? undefined : decimal(m[0], '')),
  },
  {
    pattern:
      /(?<![\w.])(?:[A-Za-z][A-Za-z0-9]{0,30}_\w{1,80}|ec[A-Z]\w{2,60}|WSA[A-Z]{3,40}|MapiException\w{2,60}|(?:RESOLVER|QUEUE|SMTPSEND|ROUTING)(?:\.\w{1,40}){1,4})(?!\w)/g,
    read: symbol,
  },
];

/** What may stand alone as one argument, besides what the rules find. */
const WHOLE: readonly Rule[] = [
  { pattern: /^#?(\d{1,10})$/g, read: (m) => wholeNumber(m[1]!) },
  { pattern: /^([0-9a-f]{1,8})h?$/gi, read: (m) => (/\d/.test(m[0]) ? hexNumber(m[1]!, 'bare') : undefined) },
  { pattern: /[0-9a-f]{2}(?:\s[0-9a-f]{2}){3}/gi, read: (m) => hexNumber(littleEndian(m[0]), 'hex') },
  // A symbol, or one of at least two words without its prefix, so that plain English is none.
  { pattern: /^(?=\w*(?:_|[a-z][A-Z])|[A-Z\d]{5,}$)\w{3,80}$/g, read: symbol },
];

/** `80004005` is hexadecimal although it has no letter; everything else without one is decimal. */
function wholeNumber(digits: string): Part | undefined {
  return /^(?:8[0-9]|000)\d{5,6}$/.test(digits) && digits.length === 8
    ? hexNumber(digits, 'bare')
    : decimal(digits, '');
}

/** Which family a word before the code speaks for; the nearest word decides. */
const HINTS: readonly (readonly [RegExp, readonly Family[]])[] = [
  [/\bec\s*[=:(]\s*\(?$/i, ['MAPI', 'JET']],
  [/\b(?:hr|hresult|scode)\s*[=:(]\s*\(?$/i, ['HRESULT', 'MAPI']],
  [/\b(?:jet|ese|esent|ese9[78]|edb|eseutil|esentutl|isam)\b\W*(?:\w+\W+){0,3}$/i, ['JET']],
  [
    /\b(?:win32|system error|os error|windows error|winsock|socket|dns|rpc|getlasterror|errno|gle)\b\W*(?:\w+\W+){0,2}$/i,
    ['Win32'],
  ],
  [/\b(?:windows nt)\W+(?:ID no:?\s*)?$/i, ['Win32']],
  [/\bntstatus\b\W*(?:\w+\W+){0,2}$/i, ['NTSTATUS']],
  [/\bldap\b\W*(?:\w+\W+){0,2}$/i, ['LDAP']],
  [/\b(?:mapi)\b\W*(?:\w+\W+){0,2}$/i, ['MAPI']],
  [/\b(?:sspi|schannel|kerberos|ntlm)\b\W*(?:\w+\W+){0,2}$/i, ['SSPI']],
  [/\b(?:vss|shadow copy)\b\W*(?:\w+\W+){0,2}$/i, ['VSS']],
  [/\b(?:smtp|reply|ndr|bounce)\b\W*(?:\w+\W+){0,2}$/i, ['SMTP']],
  [/\b(?:wininet|http)\b\W*(?:\w+\W+){0,2}$/i, ['WinINet']],
  [/\b(?:adsi)\b\W*(?:\w+\W+){0,2}$/i, ['ADSI']],
];

function hintsIn(before: string): readonly Family[] {
  let nearest = -1;
  let families: readonly Family[] = [];
  for (const [pattern, hinted] of HINTS) {
    const index = before.search(pattern);
    if (index > nearest) [nearest, families] = [index, hinted];
  }
  return families;
}

/** Applies rules; `taken` marks the characters that belong to a code already found. */
function apply(
  rules: readonly Rule[],
  text: string,
  context: string,
  explicit: boolean,
  taken: Uint8Array,
): FoundCode[] {
  const found: FoundCode[] = [];
  for (const { pattern, read } of rules) {
    pattern.lastIndex = 0;
    for (let match = pattern.exec(text); match !== null; match = pattern.exec(text)) {
      const end = match.index + match[0].length;
      if (taken.subarray(match.index, end).includes(1)) continue;
      const before = (context + text.slice(Math.max(0, match.index - 60), match.index)).slice(-60);
      const part = read(match, before, explicit);
      if (part === undefined) continue;
      taken.fill(1, match.index, end);
      if (part !== 'skip') found.push({ text: match[0].trim(), index: match.index, hints: hintsIn(before), ...part });
    }
  }
  return found;
}

/**
 * Every code in a text, in the order of the text. A text without blanks is taken as one code (a bare number or a symbol
 * without its prefix counts); in running text only spellings count that cannot be taken for dates, sizes or event
 * numbers. `context` is text that stood before and may tell the family.
 */
export function findCodes(text: string, context = ''): FoundCode[] {
  const before = context === '' ? '' : `${context} `;
  const taken = new Uint8Array(text.length);
  if (DATA_BYTES.test(text)) return apply(WHOLE, text, before, true, taken);
  const words = [...text.matchAll(/[^\s,;|"'<>]+/g)];
  if (words.length > 1 && words.every(([word]) => LIKE_A_CODE.test(word))) {
    return words.flatMap((word) =>
      findCodes(word[0], context).map((code) => ({ ...code, index: code.index + word.index })),
    );
  }
  const explicit = words.length === 1;
  const found = apply(RULES, text, before, explicit, taken);
  if (found.length > 0 || !explicit) return found.sort((a, b) => a.index - b.index);
  return apply(WHOLE, words[0]![0].replace(/[.:!?)]+$|^\(/g, ''), before, true, taken);
}

/** Four bytes of event data. */
const DATA_BYTES = /^\s*[0-9a-f]{2}(?:\s[0-9a-f]{2}){3}\s*$/i;
/** A word that can only be a code when all words around it are such, too. */
const LIKE_A_CODE =
  /^(?:#?-?\d{1,10}|(?:0x|&h)[0-9a-f]{1,16}|[0-9a-f]{8}h?|#?[245x]\.\d{1,3}\.\d{1,3}|[A-Za-z][A-Za-z0-9]*_\w+)$/i;
