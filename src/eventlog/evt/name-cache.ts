// Source and computer of a record. A log has few of them and many records: the bytes tell whether they were decoded before.
import { utf16Text } from '../utf16-text.ts';

/** The two names at the beginning of a record's variable part. */
export interface RecordNames {
  readonly source: string;
  readonly computer: string;
}

interface Known extends RecordNames {
  readonly bytes: Uint8Array;
}

const SLOTS = 256;
/** Longer ones are not kept. */
const LONGEST = 256;

const known = new Array<Known | undefined>(SLOTS);

function isSame(bytes: Uint8Array, start: number, other: Uint8Array): boolean {
  for (let i = 0; i < other.length; i++) if (bytes[start + i] !== other[i]) return false;
  return true;
}

/** The names in bytes [start, end); what lies behind them up to `end` must be their filling. */
export function recordNames(bytes: Uint8Array, start: number, end: number): RecordNames {
  const size = end - start;
  if (size > LONGEST || size < 4) return decode(bytes, start, end);
  const slot = (size * 31 + bytes[start]! * 7 + bytes[start + 2]! * 13 + bytes[start + (size >> 1)]!) % SLOTS;
  const before = known[slot];
  if (before?.bytes.length === size && isSame(bytes, start, before.bytes)) return before;
  const names = decode(bytes, start, end);
  known[slot] = { bytes: bytes.slice(start, end), source: names.source, computer: names.computer };
  return names;
}

function decode(bytes: Uint8Array, start: number, end: number): RecordNames {
  const text = utf16Text(bytes, start, Math.max(start, end));
  const [source = '', computer = ''] = text.split('\0', 2);
  return { source, computer };
}
