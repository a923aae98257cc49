// A table whose records are easily made: a number, and bytes in variable columns.
import type { TableSpec } from '../../../src/ese/build/table-spec.ts';

const PADS = Array.from({ length: 8 }, (_, i) => ({ name: `pad${i}`, type: 'Binary' as const }));

/** The table. */
export const NUMBERS: TableSpec = {
  name: 'numbers',
  columns: [{ name: 'id', type: 'Long', notNull: true }, ...PADS],
  indexes: [{ name: 'id', key: ['id'], primary: true, unique: true }],
};

/** Key of a row: the number with its sign flipped, big-endian. */
export function keyOf(id: number): Uint8Array {
  const key = new Uint8Array(5);
  key[0] = 0x7f;
  new DataView(key.buffer).setUint32(1, (id ^ 0x80000000) >>> 0, false);
  return key;
}

/** A record with `length` bytes in its variable columns. */
export function recordOf(id: number, length: number): Uint8Array {
  const columns = Math.ceil(length / 255);
  const record = new Uint8Array(9 + 2 * columns + length).fill(id & 0xff);
  const view = new DataView(record.buffer);
  record[0] = 1;
  record[1] = 127 + columns;
  view.setUint16(2, 9, true);
  view.setInt32(4, id, true);
  record[8] = 0;
  for (let i = 0; i < columns; i++) view.setUint16(9 + 2 * i, Math.min(length, 255 * (i + 1)), true);
  return record;
}
