// Mail as text in which a character is a byte (0..255): structure is found in it fast, and the bytes of a part whose
// charset matters can be had back.

const PIECE = 8192;
const utf8: TextDecoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** The bytes as a string of as many characters, code 0 to 255 each. */
export function byteString(bytes: Uint8Array): string {
  // Most mails are plain ASCII, which a decoder copies at once: only then the lengths agree and nothing was replaced.
  const decoded = utf8.decode(bytes);
  if (decoded.length === bytes.length && !decoded.includes('\ufffd')) return decoded;
  let text = '';
  for (let at = 0; at < bytes.length; at += PIECE) {
    text += String.fromCharCode.apply(null, bytes.subarray(at, at + PIECE) as unknown as number[]);
  }
  return text;
}

/** The bytes of a byte string; characters above 255 lose their upper bits. */
export function bytesOf(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  return bytes;
}
