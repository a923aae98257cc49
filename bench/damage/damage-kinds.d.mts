// Types of damage-kinds.mjs.
import type { TableDef } from '../../src/ese/catalog/table-def.ts';
import type { Database } from '../../src/ese/database.ts';
import type { BufferSource } from '../../src/ese/io/buffer-source.ts';

/** What damage needs of the engine. */
export interface DamageEngine {
  readonly Database: typeof Database;
  readonly BufferSource: typeof BufferSource;
  readonly isSystemTable: (table: TableDef) => boolean;
  readonly scanTable: (db: Database, table: TableDef) => Iterable<unknown>;
  readonly hasEccFormat: (bytes: Uint8Array, offset: number) => boolean;
  readonly sealPage: (bytes: Uint8Array, offset: number, pageSize: number, pgno: number) => void;
  readonly sealLegacyPage: (bytes: Uint8Array, offset: number, pageSize: number, pgno: number) => void;
  readonly xorChecksum: (bytes: Uint8Array, start: number, end: number) => number;
}

export declare class Victim {
  constructor(bytes: Uint8Array, engine: DamageEngine);
  readonly bytes: Uint8Array;
  readonly db: Database;
  readonly pageSize: number;
  offset(pgno: number): number;
}

export declare const KINDS: Readonly<
  Record<string, { readonly what: string; readonly damage: (victim: Victim) => Uint8Array | undefined }>
>;
