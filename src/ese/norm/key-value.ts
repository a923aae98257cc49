// Typed values of key columns: from a JavaScript value to the on-disk bytes a record would hold. For keys that people
// ask for, not for the hot path. Source: format section 6.6.
import { ansi, utf16Bytes } from '../../binary/text.ts';
import { JetError } from '../../errors/jet-error.ts';
import { CODE_PAGE_UNICODE } from '../catalog/column-def.ts';
import { Coltyp, coltypName, coltypSize, isTextType } from '../catalog/column-type.ts';

/**
 * A value of a column: boolean for Bit, number for integers up to 32 bits and floats, bigint for 64 bits, number of OLE
 * days for DateTime, string for text and GUID, bytes for binary, null for NULL.
 */
export type KeyValue = null | boolean | number | bigint | string | Uint8Array;

/** The on-disk bytes of a value; undefined for NULL. Throws JET_errInvalidParameter when it is not of that type. */
export function encodeKeyValue(coltyp: number, codePage: number, value: KeyValue): Uint8Array | undefined {
  if (value === null) return undefined;
  if (value instanceof Uint8Array) {
    const width = coltypSize(coltyp);
    if (width !== 0 && value.length !== width) throw unfit(coltyp, `${value.length} bytes`);
    return value;
  }
  if (typeof value === 'string') {
    if (isTextType(coltyp)) return codePage === CODE_PAGE_UNICODE ? utf16Bytes(value) : encodeWindows1252(value);
    if (coltyp === Coltyp.Guid) return parseGuid(value);
    throw unfit(coltyp, 'a string');
  }
  if (coltyp === Coltyp.Bit) return Uint8Array.of(Number(value) === 0 ? 0x00 : 0xff);
  if (typeof value === 'boolean') throw unfit(coltyp, 'a boolean');
  return encodeNumber(coltyp, value);
}

function encodeNumber(coltyp: number, value: number | bigint): Uint8Array {
  const bytes = new Uint8Array(coltypSize(coltyp));
  const view = new DataView(bytes.buffer);
  switch (coltyp) {
    case Coltyp.Single:
      view.setFloat32(0, Number(value), true);
      return bytes;
    case Coltyp.Double:
    case Coltyp.DateTime:
      view.setFloat64(0, Number(value), true);
      return bytes;
    case Coltyp.Short:
    case Coltyp.Long:
    case Coltyp.LongLong:
    case Coltyp.Currency:
      return encodeInteger(coltyp, bytes, value, true);
    case Coltyp.UnsignedByte:
    case Coltyp.UnsignedShort:
    case Coltyp.UnsignedLong:
    case Coltyp.UnsignedLongLong:
      return encodeInteger(coltyp, bytes, value, false);
    default:
      throw unfit(coltyp, 'a number');
  }
}

function encodeInteger(coltyp: number, bytes: Uint8Array, value: number | bigint, signed: boolean): Uint8Array {
  if (typeof value === 'number' && !Number.isInteger(value)) throw unfit(coltyp, String(value));
  const bits = bytes.length * 8;
  let rest = BigInt(value);
  const kept = signed ? BigInt.asIntN(bits, rest) : BigInt.asUintN(bits, rest);
  if (kept !== rest) throw unfit(coltyp, String(value));
  for (let i = 0; i < bytes.length; i++, rest >>= 8n) bytes[i] = Number(rest & 0xffn);
  return bytes;
}

let windows1252: ReadonlyMap<string, number> | undefined;

function encodeWindows1252(text: string): Uint8Array {
  windows1252 ??= new Map(Array.from({ length: 256 }, (_, i) => [ansi(Uint8Array.of(i), 0, 1), i]));
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) {
    const byte = windows1252.get(text[i]!);
    if (byte === undefined) throw unfit(Coltyp.Text, `the character ${JSON.stringify(text[i])}`);
    bytes[i] = byte;
  }
  return bytes;
}

/** Places of the bytes of a stored GUID in its printed form. */
const GUID_PRINTED: readonly number[] = [3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15];

function parseGuid(text: string): Uint8Array {
  const hex = text.replace(/[{}-]/g, '');
  if (!/^[0-9a-f]{32}$/i.test(hex)) throw unfit(Coltyp.Guid, JSON.stringify(text));
  const bytes = new Uint8Array(16);
  GUID_PRINTED.forEach((place, i) => {
    bytes[place] = Number.parseInt(hex.slice(i * 2, i * 2 + 2), 16);
  });
  return bytes;
}

function unfit(coltyp: number, what: string): JetError {
  return new JetError('JET_errInvalidParameter', `${what} is no value of a ${coltypName(coltyp)} column`);
}
