// What an exported value must be, told from the engine's own dump by other means than the exporter's.
import type { ColumnDef } from '../../src/ese/catalog/column-def.ts';
import type { TableDef } from '../../src/ese/catalog/table-def.ts';

const OLE_EPOCH = Date.UTC(1899, 11, 30);
const FILETIME_EPOCH = Date.UTC(1601, 0, 1);

function date(bytes: Buffer): unknown {
  const value = bytes.readDoubleLE();
  if (value > 0 && value < 1e-200) {
    const ticks = bytes.readBigUInt64LE();
    const iso = new Date(FILETIME_EPOCH + Number(ticks / 10_000n)).toISOString();
    return iso.replace('Z', `${String(ticks % 10_000n).padStart(4, '0')}Z`);
  }
  const whole = Math.trunc(value);
  return new Date(OLE_EPOCH + whole * 86_400_000 + Math.round(Math.abs(value - whole) * 86_400_000))
    .toISOString()
    .replace('Z', '');
}

/** Node's own decoder takes windows-1252 for Latin-1 in some releases. */
function windows1252(bytes: Buffer): string {
  const high = '€\x81‚ƒ„…†‡ˆ‰Š‹Œ\x8dŽ\x8f\x90‘’“”•–—˜™š›œ\x9džŸ';
  return bytes.toString('latin1').replace(/[\x80-\x9f]/g, (char) => high[char.charCodeAt(0) - 0x80]!);
}

function guid(bytes: Buffer): string {
  const parts = [
    bytes.readUInt32LE(0).toString(16).padStart(8, '0'),
    bytes.readUInt16LE(4).toString(16).padStart(4, '0'),
    bytes.readUInt16LE(6).toString(16).padStart(4, '0'),
    bytes.subarray(8, 10).toString('hex'),
    bytes.subarray(10).toString('hex'),
  ];
  return parts.join('-');
}

/** One value of a dump as JSON lines should have it. */
export function engineValue(column: ColumnDef, hex: string): unknown {
  const bytes = Buffer.from(hex, 'hex');
  const exact = (value: bigint): number | bigint =>
    String(value).replace('-', '').length > 15 ? value : Number(value);
  switch (column.coltyp) {
    case 1:
      return bytes[0] !== 0;
    case 2:
      return bytes.readUInt8();
    case 3:
      return bytes.readInt16LE();
    case 4:
      return bytes.readInt32LE();
    case 5:
    case 15:
      return exact(bytes.readBigInt64LE());
    case 6:
      return bytes.readFloatLE();
    case 7:
      return bytes.readDoubleLE();
    case 8:
      return date(bytes);
    case 10:
    case 12:
      return column.codePage === 1200 ? bytes.subarray(0, bytes.length & ~1).toString('utf16le') : windows1252(bytes);
    case 14:
      return bytes.readUInt32LE();
    case 16:
      return guid(bytes);
    case 17:
      return bytes.readUInt16LE();
    case 18:
      return exact(bytes.readBigUInt64LE());
    default:
      return bytes.toString('hex');
  }
}

/** A dumped row as JSON lines should have it: the dump leaves out the defaults of tagged columns. */
export function engineRow(table: TableDef, row: Readonly<Record<string, readonly string[]>>): Record<string, unknown> {
  const expected: Record<string, unknown> = {};
  for (const column of table.columns) {
    const { defaultValue } = column;
    const assumed =
      column.place === 'tagged' && defaultValue !== undefined ? [Buffer.from(defaultValue).toString('hex')] : [];
    const values = (row[column.name] ?? assumed).map((hex) => engineValue(column, hex));
    if (values.length > 1 || (values.length === 1 && (column.flags & 8) !== 0)) expected[column.name] = values;
    else if (values.length === 1) expected[column.name] = values[0];
  }
  return expected;
}
