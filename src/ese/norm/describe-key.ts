// A normalised key in words, for findings and dumps: `42, "ABC", NULL`.
import { toHex } from '../../binary/hex.ts';
import { Coltyp } from '../catalog/column-type.ts';
import { dateTimeText } from '../record/value.ts';
import { decodeKey } from './decode-key.ts';
import type { KeyPart } from './decode-key.ts';
import type { IndexDefinition } from './index-definition.ts';
import { encodeKeyValue } from './key-value.ts';

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
  if (coltyp === Coltyp.DateTime) return String(dateTimeText(encodeKeyValue(coltyp, 0, value)!, 0));
  if (typeof value === 'string') return `${coltyp === Coltyp.Guid ? `{${value}}` : JSON.stringify(value)}${cut}`;
  return String(value);
}
