// What an operation puts into a node: key and data as ranges of buffers, such as log records hold them (format 2.3, 9.6).

/** A node about to be written. One object may serve any number of operations; the buffers must not be the page itself. */
export interface NodeParts {
  /** Buffer of the whole key. */
  key: Uint8Array;
  keyStart: number;
  keyLength: number;
  data: Uint8Array;
  dataStart: number;
  dataLength: number;
}

/** Parts of a node whose key and data fill their arrays. */
export function nodeParts(key: Uint8Array, data: Uint8Array): NodeParts {
  return { key, keyStart: 0, keyLength: key.length, data, dataStart: 0, dataLength: data.length };
}

/** A prefix saves nothing until it is longer than the size word it costs. */
export const PREFIX_LEAST = 3;

/** How many leading bytes of a key a node leaves to `prefix`: the common ones, 0 when they are too few to save any. */
export function usablePrefix(prefix: Uint8Array, key: Uint8Array, keyStart: number, keyLength: number): number {
  const most = Math.min(prefix.length, keyLength);
  let common = 0;
  while (common < most && prefix[common] === key[keyStart + common]) common++;
  return common >= PREFIX_LEAST ? common : 0;
}
