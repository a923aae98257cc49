// GUIDs as text: three little-endian fields, then eight bytes as they stand.

const HEX: readonly string[] = Array.from({ length: 256 }, (_, i) => i.toString(16).padStart(2, '0'));
/** Order of the bytes in the text, -1 for a hyphen. */
const GUID_ORDER: readonly number[] = [3, 2, 1, 0, -1, 5, 4, -1, 7, 6, -1, 8, 9, -1, 10, 11, 12, 13, 14, 15];

/** A GUID in its canonical form: lower case, no braces. */
export function guidText(bytes: Uint8Array, at: number): string {
  let text = '';
  for (const i of GUID_ORDER) text += i < 0 ? '-' : HEX[bytes[at + i]!]!;
  return text;
}
