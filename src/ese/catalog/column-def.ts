// A column as the catalog declares it (format 5.3).
import type { Coltyp } from './column-type.ts';

/** Flags of a column (FIELDFLAG in tdb.hxx). */
export const ColumnFlag = {
  NotNull: 0x1,
  Version: 0x2,
  AutoIncrement: 0x4,
  Multivalued: 0x8,
  Default: 0x10,
  EscrowUpdate: 0x20,
  Finalize: 0x40,
  UserDefinedDefault: 0x80,
  TemplateColumnEse98: 0x100,
  DeleteOnZero: 0x200,
  PrimaryIndexPlaceholder: 0x800,
  Compressed: 0x1000,
  Encrypted: 0x2000,
} as const;

/** First field ids of the three places a column can live in. */
export const FID_FIXED_LEAST = 1;
export const FID_VAR_LEAST = 128;
export const FID_TAGGED_LEAST = 256;

/** Bit of a column id: the column belongs to the template table. */
export const COLUMNID_TEMPLATE = 0x80000000;

/** Code pages of text columns. */
export const CODE_PAGE_UNICODE = 1200;

/** A column of a table. */
export interface ColumnDef {
  readonly name: string;
  /** Field id: 1.. fixed, 128.. variable, 256.. tagged. */
  readonly fid: number;
  /** `fid`, with COLUMNID_TEMPLATE set when the column is the template table's. Unique within a table. */
  readonly columnId: number;
  readonly coltyp: Coltyp;
  readonly place: 'fixed' | 'variable' | 'tagged';
  /** Most bytes of a value; 0: no limit. */
  readonly cbMaxLen: number;
  readonly flags: number;
  /** 1200 Unicode, 1252 ASCII; 0 for types other than text. */
  readonly codePage: number;
  /** Fixed columns: byte offset in the record. */
  readonly recordOffset: number;
  /** Value of rows that have none, as stored. */
  readonly defaultValue?: Uint8Array;
  /** True when tagged values of it carry the derived mark (fDerived) in the record. */
  readonly derived: boolean;
  /** Name of the callback that computes a user-defined default. */
  readonly callback?: string;
}

/** The place of a column by its field id. */
export function columnPlace(fid: number): ColumnDef['place'] {
  if (fid < FID_VAR_LEAST) return 'fixed';
  return fid < FID_TAGGED_LEAST ? 'variable' : 'tagged';
}
