// On-disk structures as data: a table of fields {name: [type, offset]} gives both the parser and the TypeScript type.
import { i32, i64, u16, u32, u64 } from '../../binary/little-endian.ts';
import { parseLgpos, type Lgpos } from './lgpos.ts';
import { parseLogtime, type Logtime } from './logtime.ts';
import { parseBackupInfo, parseSignature, type BackupInfo, type Signature } from './signature.ts';

/** Field types of headers, by the value each gives. */
interface FieldTypes {
  u8: number;
  u16: number;
  u32: number;
  i32: number;
  u64: bigint;
  i64: bigint;
  lgpos: Lgpos;
  logtime: Logtime;
  signature: Signature;
  bkinfo: BackupInfo;
}

/** A structure: field name to [type, byte offset]. */
export type Layout = Readonly<Record<string, readonly [keyof FieldTypes, number]>>;

/** The parsed form of a layout. */
export type Parsed<L extends Layout> = { readonly [K in keyof L]: FieldTypes[L[K][0]] };

const READERS: { readonly [K in keyof FieldTypes]: (bytes: Uint8Array, offset: number) => FieldTypes[K] } = {
  u8: (bytes, offset) => bytes[offset]!,
  u16,
  u32,
  i32,
  u64,
  i64,
  lgpos: parseLgpos,
  logtime: parseLogtime,
  signature: parseSignature,
  bkinfo: parseBackupInfo,
};

/** Reads every field of `layout` from `bytes` (at least as long as the structure). */
export function parseLayout<L extends Layout>(layout: L, bytes: Uint8Array): Parsed<L> {
  const fields = Object.entries(layout).map(([name, [type, offset]]) => [name, READERS[type](bytes, offset)]);
  return Object.fromEntries(fields) as Parsed<L>;
}
