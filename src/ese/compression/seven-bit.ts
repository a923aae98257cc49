// Column compression schemes 1 and 2: characters below 0x80 packed in seven bits (format 6.4; compression.cxx).
// Byte 0 = scheme << 3 | (bits used in the last byte - 1); then the characters, lowest bits first, without gaps.

const ASCII = 1;
const UNICODE = 2;

/** How many characters are packed in `data`; a clause saying what is wrong when its length cannot be right. */
function packedCharacters(data: Uint8Array): number | string {
  if (data.length < 2) return 'no character follows the scheme byte';
  const bits = (data.length - 2) * 8 + (data[0]! & 7) + 1;
  return bits % 7 === 0 ? bits / 7 : `${bits} bits are no whole number of 7-bit characters`;
}

/** Bytes that `data` (scheme byte first) unpacks to, `undefined` when its length cannot be right. */
export function sevenBitSize(data: Uint8Array): number | undefined {
  const characters = packedCharacters(data);
  if (typeof characters === 'string') return undefined;
  return data[0]! >> 3 === UNICODE ? characters * 2 : characters;
}

/**
 * Unpacks `data` (scheme byte first): one byte a character for 7-bit ASCII, two (the second 0) for 7-bit Unicode.
 * A string is the reason why it cannot be unpacked.
 */
export function decodeSevenBit(data: Uint8Array, limit: number): Uint8Array | string {
  const characters = packedCharacters(data);
  if (typeof characters === 'string') return characters;
  const step = data[0]! >> 3 === UNICODE ? 2 : 1;
  if (characters * step > limit) return `${characters * step} bytes are packed, at most ${limit} are possible`;
  const out = new Uint8Array(characters * step);
  let at = 0;
  let from = 1;
  // Seven bytes hold eight characters.
  for (let group = characters >> 3; group > 0; group--) {
    const low = data[from]! | (data[from + 1]! << 8) | (data[from + 2]! << 16) | (data[from + 3]! << 24);
    const high = (low >>> 28) | (data[from + 4]! << 4) | (data[from + 5]! << 12) | (data[from + 6]! << 20);
    out[at] = low & 0x7f;
    out[at + step] = (low >>> 7) & 0x7f;
    out[at + 2 * step] = (low >>> 14) & 0x7f;
    out[at + 3 * step] = (low >>> 21) & 0x7f;
    out[at + 4 * step] = high & 0x7f;
    out[at + 5 * step] = (high >>> 7) & 0x7f;
    out[at + 6 * step] = (high >>> 14) & 0x7f;
    out[at + 7 * step] = high >>> 21;
    at += 8 * step;
    from += 7;
  }
  let held = 0;
  let heldBits = 0;
  for (; at < out.length; at += step) {
    if (heldBits < 7) {
      held |= data[from++]! << heldBits;
      heldBits += 8;
    }
    out[at] = held & 0x7f;
    held >>>= 7;
    heldBits -= 7;
  }
  return out;
}

/** Which scheme fits `plain`: the Unicode one is preferred, as it is in the engine; 0 = none. */
function fittingScheme(plain: Uint8Array): number {
  let oddBits = plain.length & 1;
  for (let i = 0; i < plain.length; i++) {
    const byte = plain[i]!;
    if (byte > 0x7f) return 0;
    if ((i & 1) !== 0) oddBits |= byte;
  }
  return oddBits === 0 ? UNICODE : ASCII;
}

/**
 * Packs `plain` with the scheme the engine would choose, scheme byte included. `undefined` when a character needs the
 * eighth bit or the result would be no shorter.
 */
export function compressSevenBit(plain: Uint8Array): Uint8Array | undefined {
  const scheme = fittingScheme(plain);
  if (scheme === 0) return undefined;
  const step = scheme === UNICODE ? 2 : 1;
  const bits = (plain.length / step) * 7;
  const packed = new Uint8Array(1 + ((bits + 7) >> 3));
  if (packed.length >= plain.length) return undefined;
  packed[0] = (scheme << 3) | ((bits - 1) & 7);
  let at = 1;
  let held = 0;
  let heldBits = 0;
  for (let i = 0; i < plain.length; i += step) {
    held |= plain[i]! << heldBits;
    heldBits += 7;
    if (heldBits >= 8) {
      packed[at++] = held;
      held >>>= 8;
      heldBits -= 8;
    }
  }
  if (heldBits > 0) packed[at] = held;
  return packed;
}
