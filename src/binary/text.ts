// Text out of bytes, without losing anything: lone surrogates stay what they are.

const SPAN = 4096;
const windows1252 = new TextDecoder('windows-1252');

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
  if (end - start > 32) return windows1252.decode(bytes.subarray(start, end));
  let text = '';
  for (let i = start; i < end; i++) {
    const byte = bytes[i]!;
    if (byte >= 0x80) return windows1252.decode(bytes.subarray(start, end));
    text += String.fromCharCode(byte);
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
