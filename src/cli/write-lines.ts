// Long reports on their way out: in large pieces, with a pause between them so that a reader that stopped is noticed.
import type { CommandIo } from './command-io.ts';

const PIECE = 1 << 16;

/** Writes lines, each ended by a newline, as they come. */
export async function writeLines(io: CommandIo, lines: Iterable<string>): Promise<void> {
  let piece = '';
  for (const line of lines) {
    piece += `${line}\n`;
    if (piece.length < PIECE) continue;
    io.out(piece);
    piece = '';
    await new Promise((resolve) => setImmediate(resolve));
  }
  if (piece !== '') io.out(piece);
}
