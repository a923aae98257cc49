// Order of keys in every B+ tree: bytes as unsigned numbers, then length. Source: format section 7; key comparison of
// the engine (CmpKey).

/** Negative, 0 or positive as key a is before, equal to or after key b. Both are ranges: start and length in bytes. */
export function compareKeys(
  a: Uint8Array,
  aOff: number,
  aLen: number,
  b: Uint8Array,
  bOff: number,
  bLen: number,
): number {
  const common = aLen < bLen ? aLen : bLen;
  for (let i = 0; i < common; i++) {
    const difference = a[aOff + i]! - b[bOff + i]!;
    if (difference !== 0) return difference;
  }
  return aLen - bLen;
}

/** The same for keys that fill their arrays. */
export function compareWholeKeys(a: Uint8Array, b: Uint8Array): number {
  return compareKeys(a, 0, a.length, b, 0, b.length);
}
