// Log records as a table made from the declarations: sizes, offsets, decoding (format 9.6; logread.cxx).
import { i16, i32, i64, u16, u32 } from '../../binary/little-endian.ts';
import { LGPOS_SIZE, parseLgpos, type Lgpos } from '../header/lgpos.ts';
import { LOGTIME_SIZE, parseLogtime, type Logtime } from '../header/logtime.ts';
import {
  parseBackupInfo,
  parseSignature,
  SIGNATURE_SIZE,
  type BackupInfo,
  type Signature,
} from '../header/signature.ts';
import { DBMS_PARAM_SIZE } from './dbms-param.ts';
import { HEAD_FIELDS, Lr, RECORD_DECLARATIONS, type LogRecordName } from './record-declarations.ts';

export { Lr, type LogRecordName } from './record-declarations.ts';

/** Value of a field, by its type; `dbmsParam` and `bytes32` stay bytes. */
export type FieldValue = number | bigint | Lgpos | Logtime | Signature | BackupInfo | Uint8Array;

/** Type of a field of a log record; `lo4` shares its byte with the `hi4` after it. */
export type RecordFieldType =
  | 'u8'
  | 'lo4'
  | 'hi4'
  | 'u16'
  | 'i16'
  | 'u32'
  | 'i32'
  | 'i64'
  | 'lgpos'
  | 'logtime'
  | 'signature'
  | 'bkinfo'
  | 'dbmsParam'
  | 'bytes32';

type Reader = (bytes: Uint8Array, at: number) => FieldValue;

const FIELD_TYPES: Readonly<Record<RecordFieldType, readonly [size: number, read: Reader]>> = {
  u8: [1, (bytes, at) => bytes[at]!],
  lo4: [0, (bytes, at) => bytes[at]! & 15],
  hi4: [1, (bytes, at) => bytes[at]! >> 4],
  u16: [2, u16],
  i16: [2, i16],
  u32: [4, u32],
  i32: [4, i32],
  i64: [8, i64],
  lgpos: [LGPOS_SIZE, parseLgpos],
  logtime: [LOGTIME_SIZE, parseLogtime],
  signature: [SIGNATURE_SIZE, parseSignature],
  bkinfo: [24, parseBackupInfo],
  dbmsParam: [DBMS_PARAM_SIZE, (bytes, at) => bytes.subarray(at, at + DBMS_PARAM_SIZE)],
  bytes32: [32, (bytes, at) => bytes.subarray(at, at + 32)],
};

/** A field of a record: where it stands, counted from the type byte. */
export interface RecordField {
  readonly name: string;
  readonly type: RecordFieldType;
  readonly offset: number;
  readonly size: number;
}

/** A run of bytes after the fixed part; its length stands in a field (at `offset`, `width` bytes, masked). */
export interface RecordTail {
  readonly name: string;
  /** Where the length stands; -1: all that is left of a sized record. */
  readonly offset: number;
  readonly width: number;
  readonly mask: number;
}

/** All there is to know of a record type. */
export interface LogRecordType {
  readonly lrtyp: number;
  readonly name: LogRecordName;
  /** Bytes of the fixed part, type byte included. */
  readonly size: number;
  /** True when the record gives its own size at offset 1. */
  readonly sized: boolean;
  readonly fields: readonly RecordField[];
  readonly tails: readonly RecordTail[];
}

/** Where CreateDB keeps its flags, and the one that says that four bytes of version stand before the path. */
const CREATE_DB_FLAGS = 42;
const CREATE_DB_VERSION_INFO = 4;
const VERSION_INFO_SIZE = 4;
const VERSION_INFO = '[VersionInfo]';

function fieldsOf(groups: string, from: number): RecordField[] {
  const fields: RecordField[] = [];
  let offset = from;
  for (const group of groups.split('; ')) {
    const [type, ...names] = group.split(' ') as [RecordFieldType, ...string[]];
    for (const name of names) {
      const [size] = FIELD_TYPES[type];
      fields.push({ name, type, offset, size });
      offset += size;
    }
  }
  return fields;
}

function tailOf(text: string, fields: readonly RecordField[]): RecordTail {
  if (text === VERSION_INFO) {
    return { name: 'versionInfo', offset: CREATE_DB_FLAGS, width: 1, mask: CREATE_DB_VERSION_INFO };
  }
  const [name, rule] = text.split(':') as [string, string];
  if (rule === 'rest') return { name, offset: -1, width: 0, mask: 0 };
  const [lengthName, mask] = rule.split('&') as [string, string | undefined];
  const field = fields.find((each) => each.name === lengthName)!;
  return { name, offset: field.offset, width: field.size, mask: mask === undefined ? 0xffffffff : parseInt(mask, 16) };
}

function compile(name: LogRecordName): LogRecordType {
  const [head, own, tails] = RECORD_DECLARATIONS[name];
  const groups = [HEAD_FIELDS[head], own].filter((text) => text !== '').join('; ');
  const fields = groups === '' ? [] : fieldsOf(groups, 1);
  const last = fields.at(-1);
  return {
    lrtyp: Lr[name],
    name,
    size: last === undefined ? 1 : last.offset + last.size,
    sized: head === 'sized',
    fields,
    tails: tails === '' ? [] : tails.split(' ').map((text) => tailOf(text, fields)),
  };
}

/** Every record type, by number; holes are types no reader knows any more. */
export const LOG_RECORDS: readonly (LogRecordType | undefined)[] = ((): (LogRecordType | undefined)[] => {
  const table: (LogRecordType | undefined)[] = Array.from({ length: 128 }, () => undefined);
  for (const name of Object.keys(RECORD_DECLARATIONS) as LogRecordName[]) {
    const type = compile(name);
    table[type.lrtyp] = type;
  }
  return table;
})();

/** The type of a name. */
export function recordType(name: LogRecordName): LogRecordType {
  return LOG_RECORDS[Lr[name]]!;
}

/**
 * Where a field of a record stands, counted from the type byte. For module level, not for loops.
 * @throws RangeError when the record has no such field.
 */
export function offsetOf(record: LogRecordName, field: string): number {
  const found = recordType(record).fields.find((each) => each.name === field);
  if (found === undefined) throw new RangeError(`${record} has no field ${field}`);
  return found.offset;
}

/** A number for every type, flat, for the hot path: fixed size (0: unknown type). */
const FIXED_SIZE = Int32Array.from(LOG_RECORDS, (type) => type?.size ?? 0);
/** Lengths to add: 0 none, 1 fields in LENGTHS, 2 sized record, 3 CreateDB. */
const TAIL_KIND = Int32Array.from(LOG_RECORDS, (type) => tailKind(type));
const SIZED_HEAD = 5;
const LENGTHS_EACH = 4;
/** Offset of each length field of a type, LENGTHS_EACH a type; bit 30 marks a dword, 0 the end. */
const LENGTHS = lengthTable();
const IS_DWORD = 1 << 30;
/** Mask of the lengths, by type: only Replace and ReplaceD have one (the top bit of cb is a flag). */
const LENGTH_MASK = Int32Array.from(LOG_RECORDS, (type) => type?.tails.find(({ mask }) => mask === 0x7fff)?.mask ?? -1);
/** What a sized record must at least hold: CommitCtx had no flag byte once. */
const SIZED_LEAST = Int32Array.from(LOG_RECORDS, (type) => (type?.name === 'CommitCtx' ? 7 : (type?.size ?? 0)));

function tailKind(type: LogRecordType | undefined): number {
  if (type === undefined) return 0;
  if (type.name === 'CreateDB') return 3;
  if (type.sized) return 2;
  return type.tails.length > 0 ? 1 : 0;
}

function lengthTable(): Int32Array {
  const table = new Int32Array(LOG_RECORDS.length * LENGTHS_EACH);
  LOG_RECORDS.forEach((type, lrtyp) => {
    if (tailKind(type) !== 1) return;
    type!.tails.forEach(({ offset, width }, i) => {
      table[lrtyp * LENGTHS_EACH + i] = width === 4 ? offset | (1 << 30) : offset;
    });
  });
  return table;
}

/**
 * Size of the whole record at `at`, of which no byte lies at or after `end`. 0: it does not fit (cut off, or a length in
 * it is wrong); -1: no such record type.
 */
export function recordSize(bytes: Uint8Array, at: number, end: number): number {
  if (at >= end) return 0;
  const lrtyp = bytes[at]!;
  const fixed = lrtyp < 128 ? FIXED_SIZE[lrtyp]! : 0;
  if (fixed === 0) return -1;
  const kind = TAIL_KIND[lrtyp]!;
  if (kind === 2) return sizedRecordSize(bytes, at, end, SIZED_LEAST[lrtyp]!);
  if (at + fixed > end) return 0;
  let size = fixed;
  if (kind === 1) {
    const mask = LENGTH_MASK[lrtyp]!;
    for (let i = lrtyp * LENGTHS_EACH; i < (lrtyp + 1) * LENGTHS_EACH && LENGTHS[i] !== 0; i++) {
      const offset = LENGTHS[i]!;
      size += offset < IS_DWORD ? u16(bytes, at + offset) & mask : u32(bytes, at + offset - IS_DWORD);
    }
  } else if (kind === 3) {
    size +=
      u16(bytes, at + 40) + ((bytes[at + CREATE_DB_FLAGS]! & CREATE_DB_VERSION_INFO) === 0 ? 0 : VERSION_INFO_SIZE);
  }
  return at + size > end ? 0 : size;
}

function sizedRecordSize(bytes: Uint8Array, at: number, end: number, least: number): number {
  if (at + SIZED_HEAD > end) return 0;
  const size = SIZED_HEAD + u32(bytes, at + 1);
  return size < least || at + size > end ? 0 : size;
}

/** A record in full: for dumps and tests. */
export interface DecodedRecord {
  readonly type: number;
  readonly name: LogRecordName;
  /** Fields in order; one that an older, shorter form of the record lacks is not there. */
  readonly fields: Readonly<Record<string, FieldValue>>;
  /** The byte runs after the fixed part, in order. */
  readonly tails: Readonly<Record<string, Uint8Array>>;
}

/** Length of a tail, which begins `position` bytes into a record of `length` bytes. */
function tailLength(tail: RecordTail, bytes: Uint8Array, start: number, position: number, length: number): number {
  const left = Math.max(0, length - position);
  if (tail.offset < 0) return left;
  const at = start + tail.offset;
  const raw = tail.width === 1 ? bytes[at]! : tail.width === 2 ? u16(bytes, at) : u32(bytes, at);
  return Math.min(left, (raw & tail.mask) >>> 0);
}

/**
 * Takes a record apart: `length` bytes from `start` on, as `recordSize` gave it. Byte runs are views of `bytes`.
 * @throws RangeError for a type that is not known.
 */
export function decodeRecord(bytes: Uint8Array, start: number, length: number): DecodedRecord {
  const type = LOG_RECORDS[bytes[start]!];
  if (type === undefined) throw new RangeError(`no log record type ${bytes[start]}`);
  const fields: Record<string, FieldValue> = {};
  for (const { name, type: fieldType, offset, size } of type.fields) {
    if (offset + size <= length) fields[name] = FIELD_TYPES[fieldType][1](bytes, start + offset);
  }
  const tails: Record<string, Uint8Array> = {};
  let position = Math.min(type.size, length);
  for (const tail of type.tails) {
    const size = tailLength(tail, bytes, start, position, length);
    tails[tail.name] = bytes.subarray(start + position, start + position + size);
    position += size;
  }
  return { type: type.lrtyp, name: type.name, fields, tails };
}
