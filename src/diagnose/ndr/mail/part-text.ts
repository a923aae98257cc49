// The text of a part: transfer encoding (RFC 2045 6) and charset taken off it.
import { fieldValue } from './header-block.ts';
import { byteString, bytesOf } from './byte-string.ts';
import type { MailPart } from './mime-parts.ts';
import { decodeUtf7 } from './utf7.ts';

/** Text parts are read up to here; a reporter says what it has to say long before. */
export const MOST_TEXT = 262_144;

/** The part's text, at most `most` bytes of it, `\n` line ends, no NULs. Unknown charsets are read as UTF-8 or Latin-1. */
export function partText(part: MailPart, most: number = MOST_TEXT): string {
  const text = decodeCharset(transferDecoded(part, most), part.parameters.get('charset'));
  return text.includes('\0') ? text.replaceAll('\0', '') : text;
}

/** The part's body with its transfer encoding taken off, as a byte string. */
export function transferDecoded(part: MailPart, most: number = MOST_TEXT): string {
  const encoding = (fieldValue(part.fields, 'content-transfer-encoding') ?? '').toLowerCase().trim();
  const body = part.body.length > most ? part.body.slice(0, most) : part.body;
  if (encoding.startsWith('quoted-printable'))
    return decodeQuotedPrintable(body).replaceAll('\r\n', '\n').replaceAll('\r', '\n');
  if (encoding.startsWith('base64')) return decodeBase64(body).replaceAll('\r\n', '\n').replaceAll('\r', '\n');
  return body;
}

/** Quoted-printable to byte string; malformed escapes stay. */
export function decodeQuotedPrintable(text: string): string {
  return text
    .replace(/=[ \t]{0,80}\n/g, '')
    .replace(/=([0-9A-Fa-f]{2})/g, (_whole, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}

/** Base64 to byte string; anything outside the alphabet is skipped, a broken end is dropped. */
export function decodeBase64(text: string): string {
  const padding = text.indexOf('=');
  const clean = (padding === -1 ? text : text.slice(0, padding)).replace(/[^A-Za-z0-9+/]/g, '');
  return atob(clean.length % 4 === 1 ? clean.slice(0, -1) : clean);
}

const decoders: Map<string, TextDecoder | undefined> = new Map();
const MOST_DECODERS = 64;

function decoderOf(label: string): TextDecoder | undefined {
  if (decoders.has(label)) return decoders.get(label);
  let decoder: TextDecoder | undefined;
  try {
    decoder = new TextDecoder(label);
  } catch {
    // No such charset: the caller guesses.
  }
  if (decoders.size < MOST_DECODERS) decoders.set(label, decoder);
  return decoder;
}

// eslint-disable-next-line no-control-regex -- all of ASCII but the escape that ISO-2022 shifts with
const ASCII = /^[\x00-\x1a\x1c-\x7f]*$/;
const strictUtf8: TextDecoder = new TextDecoder('utf-8', { fatal: true });

/** A byte string in the named charset to text. Never throws. */
export function decodeCharset(text: string, charset: string | undefined): string {
  const label = charset?.toLowerCase().replace(/^cp-?(?=125\d)/, 'windows-') ?? '';
  if (label.includes('utf-7')) return decodeUtf7(text);
  if (label !== 'utf-16' && label !== 'utf-16le' && label !== 'utf-16be' && ASCII.test(text)) return text;
  const bytes = bytesOf(text);
  if (label !== '' && label !== 'us-ascii' && label !== 'utf-8') {
    const decoder = decoderOf(label);
    if (decoder !== undefined) return decoder.decode(bytes);
  }
  if (text.includes('\x1b$B') || text.includes('\x1b(B')) return decoderOf('iso-2022-jp')?.decode(bytes) ?? text;
  try {
    return strictUtf8.decode(bytes);
  } catch {
    return decoderOf('windows-1252')?.decode(bytes) ?? byteString(bytes);
  }
}

/** UTF-16LE bytes to text, up to the first NUL. */
export function decodeUtf16(bytes: Uint8Array): string {
  const text = decoderOf('utf-16le')?.decode(bytes) ?? '';
  const end = text.indexOf('\0');
  return end === -1 ? text : text.slice(0, end);
}
