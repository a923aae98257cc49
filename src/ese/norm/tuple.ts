// Tuple indexes: not the whole value of the first segment is indexed but its substrings, each under a key of its own.
// Source: format section 7.4; idb.hxx, fldnorm.cxx.
import type { TupleLimits } from './index-definition.ts';

/**
 * Length in bytes of the substring that starts at character `ich` of a value of `length` bytes; -1 when what is left is
 * too short to be indexed. `unit` is the size of a character, `keyMost` the most bytes the engine reads of a value.
 */
export function tupleLength(tuple: TupleLimits, unit: number, keyMost: number, length: number, ich: number): number {
  const left = Math.max(0, Math.min(length - ich * unit, keyMost));
  const taken = Math.min(left, tuple.chLengthMax * unit);
  return taken < tuple.chLengthMin * unit ? -1 : taken;
}

/** The limits as the engine keeps them: the low 16 bits of what the catalog says. */
export function tupleLimits16(tuple: TupleLimits): TupleLimits {
  return {
    chLengthMin: tuple.chLengthMin & 0xffff,
    chLengthMax: tuple.chLengthMax & 0xffff,
    chToIndexMax: tuple.chToIndexMax & 0xffff,
    cchIncrement: tuple.cchIncrement & 0xffff,
    ichStart: tuple.ichStart & 0xffff,
  };
}
