// Log positions (LGPOS): generation, sector within the log file, byte within the sector.
import { i32, u16 } from '../../binary/little-endian.ts';

/** A position in a log stream. On disk: u16 ib, u16 isec, i32 lGeneration. */
export interface Lgpos {
  readonly lGeneration: number;
  readonly isec: number;
  readonly ib: number;
}

/** Bytes of a log position on disk. */
export const LGPOS_SIZE = 8;

/** Reads a log position. */
export function parseLgpos(bytes: Uint8Array, offset: number): Lgpos {
  return { ib: u16(bytes, offset), isec: u16(bytes, offset + 2), lGeneration: i32(bytes, offset + 4) };
}

/** Negative, zero or positive as `a` lies before, at or after `b`. */
export function compareLgpos(a: Lgpos, b: Lgpos): number {
  return a.lGeneration - b.lGeneration || a.isec - b.isec || a.ib - b.ib;
}

/** A generation in the engine's notation: `0x1A`. */
export function formatGeneration(lGeneration: number): string {
  return `0x${lGeneration.toString(16).toUpperCase()}`;
}

/** The engine's notation: `(0x13,1D,6A5)`. */
export function formatLgpos(lgpos: Lgpos): string {
  const hex = (value: number): string => value.toString(16).toUpperCase();
  return `(0x${hex(lgpos.lGeneration)},${hex(lgpos.isec)},${hex(lgpos.ib)})`;
}
