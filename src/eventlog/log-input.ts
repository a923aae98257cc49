// Where an event log's bytes come from. The shape is that of the engine's byte sources, so one opened for a database
// serves here too; a log of gigabytes is read in pieces.

/** Random-access bytes of known size, read synchronously. */
export interface LogInput {
  /** What to call it in messages: a path or a file name. */
  readonly name: string;
  /** Bytes at the time of opening. */
  readonly size: number;
  /** Fills `target` from `offset` on. Returns the bytes read: fewer than asked only at the end. */
  read(offset: number, target: Uint8Array): number;
}

/** A LogInput over bytes in memory. */
export function memoryInput(bytes: Uint8Array, name = '(memory)'): LogInput {
  return {
    name,
    size: bytes.length,
    read(offset, target) {
      const count = Math.max(0, Math.min(target.length, bytes.length - offset));
      target.set(bytes.subarray(offset, offset + count));
      return count;
    },
  };
}

/** Bytes [offset, offset + length) of the input, fewer at its end. `length` must be a limit of ours, not of the file. */
export function readPiece(input: LogInput, offset: number, length: number): Uint8Array {
  const bytes = new Uint8Array(Math.max(0, Math.min(length, input.size - offset)));
  return bytes.subarray(0, input.read(offset, bytes));
}
