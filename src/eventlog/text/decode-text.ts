// Text logs of any size as pieces of text: UTF-8, UTF-16 with a byte order mark, else code page 1252.
import { ansi } from '../../binary/text.ts';
import { readPiece } from '../log-input.ts';
import type { LogInput } from '../log-input.ts';

const PIECE = 1 << 18;

type Decode = (bytes: Uint8Array, last: boolean) => string;

function isUtf8(bytes: Uint8Array): boolean {
  try {
    // A character may be cut at the end of the sample: as the stream goes on, it is none yet.
    new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: true });
    return true;
  } catch {
    return false;
  }
}

function decoderFor(sample: Uint8Array): Decode {
  const [a, b] = sample;
  const utf16 = a === 0xff && b === 0xfe ? 'utf-16le' : a === 0xfe && b === 0xff ? 'utf-16be' : undefined;
  // Without a mark: text in UTF-16 begins with a letter and a zero.
  const unmarked = utf16 === undefined && a !== 0 && b === 0 && sample[3] === 0 ? 'utf-16le' : undefined;
  const encoding = utf16 ?? unmarked ?? (isUtf8(sample) ? 'utf-8' : undefined);
  if (encoding === undefined) return (bytes) => ansi(bytes);
  const decoder = new TextDecoder(encoding);
  return (bytes, last) => decoder.decode(bytes, { stream: !last });
}

/** The text of the input from its beginning, piece by piece. */
export function* textPieces(input: LogInput): Generator<string> {
  const decode = decoderFor(readPiece(input, 0, PIECE));
  for (let offset = 0; offset < input.size; offset += PIECE) {
    const text = decode(readPiece(input, offset, PIECE), offset + PIECE >= input.size);
    if (text !== '') yield text;
  }
}
