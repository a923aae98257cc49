// The code tables by family: number to symbols and back. The first look-ups search the texts as they are, which keeps a
// command that explains one code fast; a family that is asked more often is split into a map.
import { JET_ERRORS } from './jet-errors.data.ts';
import type { JetErrorSymbol } from './jet-errors.data.ts';
import {
  ADSI_CODES,
  CDO_CODES,
  HRESULT_CODES,
  LDAP_CODES,
  MAPI_CODES,
  NETAPI_CODES,
  NTSTATUS_CODES,
  OLEDB_CODES,
  RAS_CODES,
  SSPI_CODES,
  VSS_CODES,
  WIN32_CODES,
  WININET_CODES,
} from './tables/codes.data.ts';
import { ENHANCED_STATUS_CODES } from './tables/enhanced-status.data.ts';
import { EXCHANGE_CODES } from './tables/exchange-ids.data.ts';
import { HISTORIC_JET_CODES } from './tables/historic-jet.data.ts';
import { BOUNCE_TOKENS, SMTP_REPLY_CODES, VENDOR_STATUS_CODES } from './tables/smtp-replies.data.ts';
import { STORE_CODES } from './tables/store-codes.data.ts';

/** Families whose codes are 32-bit numbers, in the order they are listed when nothing else decides. */
export const NUMBER_FAMILIES = [
  'JET',
  'MAPI',
  'Win32',
  'HRESULT',
  'NTSTATUS',
  'SSPI',
  'Exchange',
  'LDAP',
  'VSS',
  'NetAPI',
  'ADSI',
  'CDO',
  'OLE DB',
  'WinINet',
  'RAS',
] as const;

/** A family whose codes are 32-bit numbers. */
export type NumberFamily = (typeof NUMBER_FAMILIES)[number];

/** A source of codes: `SMTP` has reply codes and enhanced status codes, all others 32-bit numbers. */
export type Family = NumberFamily | 'SMTP';

const TEXTS: Record<Exclude<NumberFamily, 'JET'>, readonly string[]> = {
  MAPI: [MAPI_CODES, STORE_CODES],
  Win32: [WIN32_CODES],
  HRESULT: [HRESULT_CODES],
  NTSTATUS: [NTSTATUS_CODES],
  SSPI: [SSPI_CODES],
  Exchange: [EXCHANGE_CODES],
  LDAP: [LDAP_CODES],
  VSS: [VSS_CODES],
  NetAPI: [NETAPI_CODES],
  ADSI: [ADSI_CODES],
  CDO: [CDO_CODES],
  'OLE DB': [OLEDB_CODES],
  WinINet: [WININET_CODES],
  RAS: [RAS_CODES],
};

/** Number (unsigned 32-bit) to symbols, the usual one first. */
export type CodeTable = ReadonlyMap<number, readonly string[]>;

/** A symbol and its number (unsigned 32-bit). */
export interface SymbolEntry {
  readonly family: NumberFamily;
  readonly symbol: string;
  readonly number: number;
}

const tables = new Map<NumberFamily, CodeTable>();

function rows(text: string): string[][] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => line.split('\t'));
}

function* symbolsAndNumbers(family: NumberFamily): Generator<readonly [string, number]> {
  if (family === 'JET') {
    yield* Object.entries(JET_ERRORS);
    for (const [number, symbol] of rows(HISTORIC_JET_CODES)) yield [symbol!, Number(number)];
  } else {
    for (const text of TEXTS[family]) {
      for (const [hex, symbol] of rows(text)) yield [symbol!, Number.parseInt(hex!, 16)];
    }
  }
}

/** The table of a family. */
export function codeTable(family: NumberFamily): CodeTable {
  const known = tables.get(family);
  if (known !== undefined) return known;
  const table = new Map<number, string[]>();
  for (const [symbol, number] of symbolsAndNumbers(family)) {
    const symbols = table.get(number >>> 0);
    if (symbols === undefined) table.set(number >>> 0, [symbol]);
    else symbols.push(symbol);
  }
  tables.set(family, table);
  return table;
}

/** Look-ups of a family that are searched in its text before a map is worth its making. */
const SEARCHES = 40;
const searches = new Map<NumberFamily, number>();

/** Symbols of a number in a family, the usual one first; empty when the family does not know it. */
export function symbolsOf(family: NumberFamily, number: number): readonly string[] {
  const count = (searches.get(family) ?? 0) + 1;
  searches.set(family, count);
  if (family === 'JET' || count > SEARCHES) return codeTable(family).get(number >>> 0) ?? [];
  return TEXTS[family].flatMap((text) => searchText(text, number >>> 0));
}

/** Symbols of a number in one text; the rows of one number stand together. */
function searchText(text: string, number: number): string[] {
  const key = `\n${number.toString(16)}\t`;
  const symbols: string[] = [];
  for (let at = text.indexOf(key); at >= 0 && text.startsWith(key, at); at = text.indexOf('\n', at + 1)) {
    symbols.push(text.slice(at + key.length, text.indexOf('\n', at + 1)));
  }
  return symbols;
}

/** Prefixes people leave out: `RecordDeleted`, `errRecordDeleted`, `DISK_FULL`. */
const PREFIX = /^(?:JET_(?:err|wrn)|NERR_|ERROR_|STATUS_|LDAP_|ec(?=[A-Z])|[A-Z]+_[EISW]_)/;

let bySymbol: Map<string, SymbolEntry[]> | undefined;
let byShortSymbol: Map<string, SymbolEntry[]> | undefined;
let symbolSearches = 0;

function push(index: Map<string, SymbolEntry[]>, key: string, entry: SymbolEntry): void {
  const entries = index.get(key);
  if (entries === undefined) index.set(key, [entry]);
  else entries.push(entry);
}

function indexSymbols(keyOf: (symbol: string) => string): Map<string, SymbolEntry[]> {
  const index = new Map<string, SymbolEntry[]>();
  for (const family of NUMBER_FAMILIES) {
    if (family === 'Exchange') continue;
    for (const [symbol, number] of symbolsAndNumbers(family)) {
      push(index, keyOf(symbol).toLowerCase(), { family, symbol, number: number >>> 0 });
    }
  }
  return index;
}

/** Entries of a full symbol, in any case of letters. */
export function findSymbol(symbol: string): readonly SymbolEntry[] {
  const key = symbol.toLowerCase();
  if (Object.hasOwn(JET_ERRORS, symbol)) return [jetEntry(symbol as JetErrorSymbol)];
  if (key.startsWith('jet_') || ++symbolSearches > SEARCHES) {
    bySymbol ??= indexSymbols((name) => name);
    return bySymbol.get(key) ?? [];
  }
  return NUMBER_FAMILIES.flatMap((family) =>
    family === 'JET' || family === 'Exchange' ? [] : searchSymbol(family, key),
  );
}

const jetEntry = (symbol: JetErrorSymbol): SymbolEntry => ({ family: 'JET', symbol, number: JET_ERRORS[symbol] >>> 0 });

function searchSymbol(family: Exclude<NumberFamily, 'JET'>, key: string): SymbolEntry[] {
  return TEXTS[family].flatMap((text) => {
    const at = text.toLowerCase().indexOf(`\t${key}\n`);
    if (at < 0) return [];
    const number = Number.parseInt(text.slice(text.lastIndexOf('\n', at) + 1, at), 16);
    return [{ family, symbol: text.slice(at + 1, at + 1 + key.length), number }];
  });
}

/** Entries whose symbol without its prefix is `name`: `RecordDeleted`, `errRecordDeleted`, `DISK_FULL`. */
export function findShortSymbol(name: string): readonly SymbolEntry[] {
  byShortSymbol ??= indexSymbols((symbol) => symbol.replace(PREFIX, ''));
  const key = name.toLowerCase();
  return byShortSymbol.get(key) ?? byShortSymbol.get(key.replace(/^(err|wrn)/, '')) ?? [];
}

let statusNames: Map<string, string[]> | undefined;
let replyNames: Map<string, string> | undefined;
let tokens: Map<string, string> | undefined;

/** Names of an enhanced status code's `subject.detail`: the registered one, then Exchange's own use; empty if unknown. */
export function statusNamesOf(subjectDetail: string): readonly string[] {
  if (statusNames === undefined) {
    statusNames = new Map();
    for (const [key, name] of [...rows(ENHANCED_STATUS_CODES), ...rows(VENDOR_STATUS_CODES)]) {
      statusNames.set(key!, [...(statusNames.get(key!) ?? []), name!]);
    }
  }
  return statusNames.get(subjectDetail) ?? [];
}

/** Name of an SMTP reply code, or undefined. */
export function replyNameOf(code: number): string | undefined {
  replyNames ??= new Map(rows(SMTP_REPLY_CODES).map(([key, name]) => [key!, name!]));
  return replyNames.get(String(code));
}

/** The enhanced status code of a cause named in a bounce (`RESOLVER.ADR.RecipNotFound`), or undefined. */
export function statusOfToken(token: string): string | undefined {
  tokens ??= new Map(rows(BOUNCE_TOKENS).map(([status, name]) => [name!.toLowerCase(), status!]));
  return tokens.get(token.toLowerCase());
}

/** How many codes (symbols and status codes) all tables hold together. */
export function countCodes(): number {
  let count = rows(ENHANCED_STATUS_CODES).length + rows(VENDOR_STATUS_CODES).length + rows(SMTP_REPLY_CODES).length;
  for (const family of NUMBER_FAMILIES) {
    for (const symbols of codeTable(family).values()) count += symbols.length;
  }
  return count;
}
