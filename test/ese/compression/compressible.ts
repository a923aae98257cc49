// Bytes with repetitions, for property tests of compressors.
import fc from 'fast-check';

/** What is appended next: fresh bytes, or a copy of earlier ones (`back` is taken modulo what is there). */
export type Piece = { readonly fresh: Uint8Array } | { readonly back: number; readonly length: number };

/** Pieces to build a value of. */
export const pieces: fc.Arbitrary<Piece[]> = fc.array(
  fc.oneof(
    fc.uint8Array({ minLength: 1, maxLength: 12 }).map((fresh) => ({ fresh })),
    fc.record({ back: fc.nat(), length: fc.oneof(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 700 })) }),
  ),
  { minLength: 1, maxLength: 60 },
);

/** How far back a copy piece reaches when `at` bytes are there (at least 1). */
export function offsetOf(back: number, at: number): number {
  return (back % at) + 1;
}

/** The bytes that pieces stand for. */
export function assemble(list: readonly Piece[]): Uint8Array {
  const bytes: number[] = [];
  for (const piece of list) {
    if ('fresh' in piece) bytes.push(...piece.fresh);
    else if (bytes.length > 0) {
      const offset = offsetOf(piece.back, bytes.length);
      for (let i = 0; i < piece.length; i++) bytes.push(bytes[bytes.length - offset]!);
    }
  }
  return Uint8Array.from(bytes);
}

/** Bytes with repetitions. */
export const compressible: fc.Arbitrary<Uint8Array> = pieces.map(assemble);
