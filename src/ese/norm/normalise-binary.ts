// Normalised form of binary values. A fixed column is copied; others are cut into groups of 8 bytes, each followed by a
// count byte, so that a value sorts after every proper prefix of it whatever follows in the key.
// Source: format sections 7.1 and 7.2; fldnorm.cxx (FLDNormalizeBinarySegment).
import { Coltyp } from '../catalog/column-type.ts';

/** Value bytes of a full group. */
export const BINARY_GROUP = 8;
/** Bytes of a group in the key: the value bytes and the count. A group that is not the last has this as its count. */
export const BINARY_GROUP_NORMALISED = 9;

/** True for Binary and LongBinary. */
export function isBinaryType(coltyp: number): boolean {
  return coltyp === Coltyp.Binary || coltyp === Coltyp.LongBinary;
}

/** Length of the body (without prefix byte) of a whole value of `length` bytes (1 or more); not for fixed columns. */
export function binaryGroupsLength(length: number): number {
  return Math.ceil(length / BINARY_GROUP) * BINARY_GROUP_NORMALISED;
}

/**
 * Writes the first `room` bytes of the grouped form of `bytes[start..end)` to `out[at]`; `room` is at most
 * `binaryGroupsLength`. A last group that does not fit is written without its count: value bytes, then zeros.
 */
export function normaliseBinaryGroups(
  out: Uint8Array,
  at: number,
  room: number,
  bytes: Uint8Array,
  start: number,
  end: number,
): void {
  let from = start;
  let to = at;
  const limit = at + room;
  while (to < limit) {
    const groupEnd = Math.min(to + BINARY_GROUP, limit);
    const left = end - from;
    while (to < groupEnd) out[to++] = from < end ? bytes[from++]! : 0;
    if (to < limit) out[to++] = left > BINARY_GROUP ? BINARY_GROUP_NORMALISED : left;
  }
}
