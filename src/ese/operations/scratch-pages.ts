// Page-sized buffers for copies that are soon forgotten. Making (and clearing) a new one takes longer than the copy.

const KEPT_MOST = 8;
const kept = new Map<number, Uint8Array[]>();

/** A copy of a page in a buffer that `giveBack` takes back. */
export function borrowCopy(page: Uint8Array): Uint8Array {
  const copy = kept.get(page.length)?.pop() ?? new Uint8Array(page.length);
  copy.set(page);
  return copy;
}

/** The copy is not used any more. */
export function giveBack(copy: Uint8Array): void {
  const buffers = kept.get(copy.length);
  if (buffers === undefined) kept.set(copy.length, [copy]);
  else if (buffers.length < KEPT_MOST) buffers.push(copy);
}
