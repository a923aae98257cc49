// A normalised key in words, for findings and dumps: `42, "ABC", NULL`.
import { toHex } from '../../binary/hex.ts';
import { Coltyp } from './column-type.ts';
import { decodeKey } from './decode-key.ts';
import type { KeyPart } from './decode-key.ts';
import type { IndexDefinition } from './index-definition.ts';

/** The values of a key, comma-separated. `...` marks a value that was cut, `?` bytes that are no key of this index. */
export function describeKey(index: IndexDefinition, key: Uint8Array): string {
  return decodeKey(index, key)
    .map((part, i) => describePart(part, index.segments[i]?.coltyp))
    .join(', ');
}

function describePart(part: KeyPart, coltyp: number | undefined): string {
  if (part.kind === 'unreadable') return `?0x${toHex(part.bytes)}`;
  const cut = part.complete ? '' : '...';
  if (part.kind === 'sort-key') return `sort key 0x${toHex(part.bytes)}${cut}`;
  const { value } = part;
  if (value === null) return 'NULL';
  if (value instanceof Uint8Array) return `0x${toHex(value)}${cut}`;
  if (coltyp === Coltyp.DateTime && typeof value === 'number') return describeDate(value);
  if (typeof value === 'string') return `${coltyp === Coltyp.GUID ? `{${value}}` : JSON.stringify(value)}${cut}`;
  return String(value);
}

/** Day 0 of an OLE date, 30 December 1899, in days before 1970. */
const OLE_EPOCH_DAYS = 25569;
const MS_A_DAY = 86_400_000;
/** Days between which a number is taken for a date: 1900 to 9999. */
const [FIRST_DAY, LAST_DAY] = [2, 2_958_465];

/** An OLE date as ISO time; programs also keep other numbers in such columns, which are shown as they are. */
function describeDate(days: number): string {
  if (!(days >= FIRST_DAY && days <= LAST_DAY)) return String(days);
  return new Date(Math.round((days - OLE_EPOCH_DAYS) * MS_A_DAY)).toISOString();
}
