// The copy step shared by every LZ77 decoder here: repeat bytes that were written before.

/** Below this many bytes a plain loop beats a call of the runtime's block copy. */
const BLOCK_COPY_FROM = 24;

/**
 * Copies `length` bytes within `out` from `offset` bytes before `at` to `at`. Source and target may overlap: the copied
 * bytes then repeat. The caller has checked `0 < offset <= at` and `at + length <= out.length`.
 */
export function copyMatch(out: Uint8Array, at: number, offset: number, length: number): void {
  const end = at + length;
  if (length < BLOCK_COPY_FROM) {
    for (let from = at - offset; at < end; at++, from++) out[at] = out[from]!;
  } else if (offset >= length) {
    out.copyWithin(at, at - offset, at - offset + length);
  } else if (offset === 1) {
    out.fill(out[at - 1]!, at, end);
  } else {
    // What is written doubles the period that can be copied at once.
    const from = at - offset;
    let filled = offset;
    for (let left = length; left > 0; filled *= 2) {
      const size = Math.min(filled, left);
      out.copyWithin(from + filled, from, from + size);
      left -= size;
    }
  }
}
