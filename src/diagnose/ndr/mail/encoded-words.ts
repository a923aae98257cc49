// Encoded words in header fields (RFC 2047).
import { decodeBase64, decodeCharset, decodeQuotedPrintable } from './part-text.ts';

const WORD = /=\?([\w*'.:-]{1,60})\?([bq])\?([^?\s]{0,2000})\?=(?:\s+(?==\?))?/gi;

/** The field value with encoded words decoded; raw 8-bit text is read as UTF-8 or Latin-1. */
export function decodeWords(value: string): string {
  const text = value.includes('=?') ? value.replace(WORD, decodeWord) : value;
  // Decoded words are characters already; only a value that is still all bytes is one to decode.
  return text === value ? decodeCharset(value, undefined) : text;
}

function decodeWord(_whole: string, charset: string, encoding: string, coded: string): string {
  const label = charset.replace(/\*.*$/, '');
  const bytes =
    encoding.toLowerCase() === 'b' ? decodeBase64(coded) : decodeQuotedPrintable(coded.replaceAll('_', '=20'));
  return decodeCharset(bytes, label);
}
