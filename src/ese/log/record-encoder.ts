// Makes log records out of the same table they are read by (format 9.6).
import { u16 } from '../../binary/little-endian.ts';
import type { Lgpos } from '../header/lgpos.ts';
import type { Logtime } from '../header/logtime.ts';
import type { BackupInfo, Signature } from '../header/signature.ts';
import { putU16, putU32, putU64 } from '../../binary/little-endian-writer.ts';
import { putBackupInfo, putLgpos, putLogtime, putSignature } from './put-field.ts';
import {
  recordType,
  type FieldValue,
  type LogRecordName,
  type LogRecordType,
  type RecordField,
} from './record-table.ts';

const SIZED_HEAD = 5;
const CREATE_DB_VERSION_INFO = 4;

function putField(bytes: Uint8Array, at: number, field: RecordField, value: FieldValue): void {
  switch (field.type) {
    case 'u8':
      bytes[at] = value as number;
      break;
    case 'lo4':
      bytes[at] = (bytes[at]! & 0xf0) | ((value as number) & 15);
      break;
    case 'hi4':
      bytes[at] = (bytes[at]! & 15) | ((value as number) << 4);
      break;
    case 'u16':
    case 'i16':
      putU16(bytes, at, value as number);
      break;
    case 'u32':
    case 'i32':
      putU32(bytes, at, value as number);
      break;
    case 'i64':
      putU64(bytes, at, typeof value === 'number' ? BigInt(value) : (value as bigint));
      break;
    case 'lgpos':
      putLgpos(bytes, at, value as Lgpos);
      break;
    case 'logtime':
      putLogtime(bytes, at, value as Logtime);
      break;
    case 'signature':
      putSignature(bytes, at, value as Signature);
      break;
    case 'bkinfo':
      putBackupInfo(bytes, at, value as BackupInfo);
      break;
    default:
      bytes.set((value as Uint8Array).subarray(0, field.size), at);
  }
}

/** Writes the length of a byte run into its field; bits outside the field's mask stay. */
function putLength(bytes: Uint8Array, type: LogRecordType, name: string, length: number): void {
  const tail = type.tails.find((each) => each.name === name)!;
  if (tail.offset < 0) return;
  if (tail.width === 1) {
    if (length > 0) bytes[tail.offset]! |= CREATE_DB_VERSION_INFO;
    return;
  }
  const most = tail.width === 2 ? tail.mask & 0xffff : 0xffffffff;
  if (length > most) throw new RangeError(`${type.name}: ${name} of ${length} bytes is too long`);
  if (tail.width === 2) putU16(bytes, tail.offset, (u16(bytes, tail.offset) & ~most) | length);
  else putU32(bytes, tail.offset, length);
}

/**
 * A record. Fields not given are zero; lengths of the byte runs (`tails`) are set by their own.
 * @throws RangeError for a field or byte run that the record does not have, or one that is too long.
 */
export function encodeRecord(
  name: LogRecordName,
  fields: Readonly<Record<string, FieldValue>> = {},
  tails: Readonly<Record<string, Uint8Array>> = {},
): Uint8Array {
  const type = recordType(name);
  for (const key of Object.keys(tails)) {
    if (!type.tails.some((tail) => tail.name === key)) throw new RangeError(`${name} has no ${key}`);
  }
  const size = type.tails.reduce((sum, tail) => sum + (tails[tail.name]?.length ?? 0), type.size);
  const bytes = new Uint8Array(size);
  bytes[0] = type.lrtyp;
  for (const [key, value] of Object.entries(fields)) {
    const field = type.fields.find((each) => each.name === key);
    if (field === undefined) throw new RangeError(`${name} has no field ${key}`);
    putField(bytes, field.offset, field, value);
  }
  if (type.sized) putU32(bytes, 1, size - SIZED_HEAD);
  let at = type.size;
  for (const tail of type.tails) {
    const data = tails[tail.name];
    putLength(bytes, type, tail.name, data?.length ?? 0);
    if (data !== undefined) bytes.set(data, at);
    at += data?.length ?? 0;
  }
  return bytes;
}
