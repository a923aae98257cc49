// Which characters JSON (RFC 8259 section 7) and CSV (RFC 4180 section 2) write otherwise than as themselves.
import { bytesOf } from './output-buffer.ts';
import type { Escapes } from './text-output.ts';

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const SHORT: Readonly<Record<number, string>> = { 8: '\\b', 9: '\\t', 10: '\\n', 12: '\\f', 13: '\\r' };

function escapes(sequenceOf: (code: number) => string | undefined, escapeSurrogates: boolean): Escapes {
  const sequences = Array.from({ length: 128 }, (_, code) => {
    const sequence = sequenceOf(code);
    return sequence === undefined ? undefined : bytesOf(sequence);
  });
  return { special: Uint8Array.from(sequences, (one) => (one === undefined ? 0 : 1)), sequences, escapeSurrogates };
}

function jsonSequence(code: number): string | undefined {
  if (code === QUOTE) return '\\"';
  if (code === BACKSLASH) return '\\\\';
  return code < 0x20 ? (SHORT[code] ?? `\\u${code.toString(16).padStart(4, '0')}`) : undefined;
}

/** Inside a JSON string. */
export const JSON_ESCAPES: Escapes = escapes(jsonSequence, true);

/** Inside a JSON string that stands in a quoted CSV cell: quotation marks are doubled once more. */
export const JSON_IN_CSV_ESCAPES: Escapes = escapes((code) => jsonSequence(code)?.replaceAll('"', '""'), true);

/** Inside a quoted CSV cell. */
export const CSV_ESCAPES: Escapes = escapes((code) => (code === QUOTE ? '""' : undefined), false);

/** Characters that make a CSV cell need quotation marks: 1 for each. */
export const CSV_NEEDS_QUOTES: Uint8Array = Uint8Array.from({ length: 128 }, (_, code) =>
  code === QUOTE || code === 0x2c || code === 10 || code === 13 ? 1 : 0,
);
