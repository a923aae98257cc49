// Keys and root data of long values as they are written (format 6.5; LVKEY, LVROOT in lv.hxx).
import { putU32 } from '../../binary/little-endian-writer.ts';

const OFFSET_SIZE = 4;
const LVROOT_SIZE = 8;

/** Where the reference count lies in a root's data. */
export const REFERENCES_AT = 0;

/** The id as records hold it, of a root's key; and back. */
export function reversed(bytes: Uint8Array): Uint8Array {
  return bytes.slice().reverse();
}

/** The key of the chunk at `offset` of the value with this root. */
export function chunkKey(root: Uint8Array, offset: number): Uint8Array {
  const { length } = root;
  const key = new Uint8Array(length + OFFSET_SIZE);
  key.set(root);
  key[length] = offset >>> 24;
  key[length + 1] = offset >>> 16;
  key[length + 2] = offset >>> 8;
  key[length + 3] = offset;
  return key;
}

/** Data of a root. */
export function rootData(references: number, size: number): Uint8Array {
  const data = new Uint8Array(LVROOT_SIZE);
  putU32(data, REFERENCES_AT, references);
  putU32(data, 4, size);
  return data;
}
