// Text out of bytes, without losing anything: lone surrogates stay what they are.

const SPAN = 4096;
/**
 * Code page 1252: the UTF-16 unit of each byte. Bytes without a character there stand for the control character of that
 * number, as everywhere. (TextDecoder will not do: several releases of Node take windows-1252 for Latin-1.)
 */
export const WINDOWS_1252: Uint16Array = Uint16Array.from({ length: 256 }, (_, byte) => byte);
Array.from(
  '\u20ac\u0081\u201a\u0192\u201e\u2026\u2020\u2021\u02c6\u2030\u0160\u2039\u0152\u008d\u017d\u008f' +
    '\u0090\u2018\u2019\u201c\u201d\u2022\u2013\u2014\u02dc\u2122\u0161\u203a\u0153\u009d\u017e\u0178',
).forEach((char, i) => (WINDOWS_1252[0x80 + i] = char.charCodeAt(0)));

/** UTF-16LE text of bytes[start..end); an odd last byte is left out. */
export function utf16(bytes: Uint8Array, start = 0, end: number = bytes.length): string {
  const units = (end - start) >> 1;
  if (units <= 24) {
    let text = '';
    for (let i = start; i + 1 < end; i += 2) text += String.fromCharCode(bytes[i]! | (bytes[i + 1]! << 8));
    return text;
  }
  const codes = new Uint16Array(units);
  for (let i = 0; i < units; i++) codes[i] = bytes[start + 2 * i]! | (bytes[start + 2 * i + 1]! << 8);
  let text = '';
  for (let i = 0; i < units; i += SPAN)
    text += String.fromCharCode.apply(null, codes.subarray(i, i + SPAN) as unknown as number[]);
  return text;
}

/** Text in code page 1252 (of which ASCII is a part). */
export function ansi(bytes: Uint8Array, start = 0, end: number = bytes.length): string {
  let text = '';
  if (end - start <= 32) {
    for (let i = start; i < end; i++) text += String.fromCharCode(WINDOWS_1252[bytes[i]!]!);
    return text;
  }
  for (let from = start; from < end; from += SPAN) {
    const codes = new Uint16Array(Math.min(SPAN, end - from));
    for (let i = 0; i < codes.length; i++) codes[i] = WINDOWS_1252[bytes[from + i]!]!;
    text += String.fromCharCode.apply(null, codes as unknown as number[]);
  }
  return text;
}

/** Text as UTF-16LE. */
export function utf16Bytes(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length * 2);
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    bytes[2 * i] = unit & 0xff;
    bytes[2 * i + 1] = unit >> 8;
  }
  return bytes;
}
