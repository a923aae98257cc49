// One row of MSysObjects, decoded (format 5.2).
import { i16, i32, u16 } from '../../binary/little-endian.ts';
import { ansi, utf16 } from '../../binary/text.ts';
import { Coltyp } from './column-type.ts';
import type { PageFormat } from '../page/page-format.ts';
import { RecordView } from '../record/record-view.ts';
import { TaggedScan } from '../record/tagged-scan.ts';
import { systemColumn } from './system-schema.ts';

/** A catalog row. Absent fields are NULL in the row or unknown to the revision that wrote it. */
export interface CatalogRow {
  readonly objidTable: number;
  readonly type: number;
  readonly id: number;
  readonly name: string;
  readonly coltypOrPgnoFDP: number;
  readonly spaceUsage: number;
  readonly flags: number;
  readonly pagesOrLocale: number;
  readonly recordOffset: number;
  readonly lcMapFlags: number;
  readonly keyMost: number | undefined;
  readonly lvChunkMax: number | undefined;
  readonly templateOrCallback: string;
  readonly defaultValue: Uint8Array | undefined;
  readonly keyFldIDs: Uint8Array | undefined;
  readonly varSegMac: number;
  readonly conditionalColumns: Uint8Array | undefined;
  readonly tupleLimits: Uint8Array | undefined;
  readonly sortVersion: Uint8Array | undefined;
  /** Sixteen bytes that name a sort order; in catalogs since revision 0x12. */
  readonly sortId?: Uint8Array | undefined;
  readonly localeName: string;
  /** PgnoFDPLastSetTime as stored: eight bytes, or undefined. */
  readonly pgnoFDPLastSetTime: Uint8Array | undefined;
}

const COLUMN = {
  ObjidTable: systemColumn('ObjidTable'),
  Type: systemColumn('Type'),
  Id: systemColumn('Id'),
  ColtypOrPgnoFDP: systemColumn('ColtypOrPgnoFDP'),
  SpaceUsage: systemColumn('SpaceUsage'),
  Flags: systemColumn('Flags'),
  PagesOrLocale: systemColumn('PagesOrLocale'),
  RecordOffset: systemColumn('RecordOffset'),
  LCMapFlags: systemColumn('LCMapFlags'),
  KeyMost: systemColumn('KeyMost'),
  LVChunkMax: systemColumn('LVChunkMax'),
  PgnoFDPLastSetTime: systemColumn('PgnoFDPLastSetTime'),
  Name: systemColumn('Name'),
  TemplateTable: systemColumn('TemplateTable'),
  DefaultValue: systemColumn('DefaultValue'),
  KeyFldIDs: systemColumn('KeyFldIDs'),
  VarSegMac: systemColumn('VarSegMac'),
  ConditionalColumns: systemColumn('ConditionalColumns'),
  TupleLimits: systemColumn('TupleLimits'),
  Version: systemColumn('Version'),
  SortID: systemColumn('SortID'),
  LocaleName: systemColumn('LocaleName'),
} as const;

type Known = keyof typeof COLUMN;

/** Reads catalog rows out of leaf pages. One object serves any number of rows. */
export class CatalogRowReader {
  readonly #record = new RecordView();
  readonly #tagged: TaggedScan;

  constructor(format: PageFormat) {
    this.#tagged = new TaggedScan(format);
  }

  /** The row in bytes[start..end); undefined when it is no catalog record. */
  read(bytes: Uint8Array, start: number, end: number, sortedTagged: boolean): CatalogRow | undefined {
    if (!this.#record.load(bytes, start, end, sortedTagged)) return undefined;
    const objidTable = this.#number('ObjidTable');
    const type = this.#number('Type');
    const id = this.#number('Id');
    const coltypOrPgnoFDP = this.#number('ColtypOrPgnoFDP');
    if (objidTable === undefined || type === undefined || id === undefined || coltypOrPgnoFDP === undefined)
      return undefined;
    return {
      objidTable,
      type,
      id,
      coltypOrPgnoFDP,
      name: this.#text('Name'),
      spaceUsage: this.#number('SpaceUsage') ?? 0,
      flags: (this.#number('Flags') ?? 0) >>> 0,
      pagesOrLocale: this.#number('PagesOrLocale') ?? 0,
      recordOffset: this.#number('RecordOffset') ?? 0,
      lcMapFlags: this.#number('LCMapFlags') ?? 0,
      keyMost: this.#number('KeyMost'),
      lvChunkMax: this.#number('LVChunkMax'),
      templateOrCallback: this.#text('TemplateTable'),
      defaultValue: this.#copy('DefaultValue'),
      keyFldIDs: this.#copy('KeyFldIDs'),
      varSegMac: this.#varSegMac(),
      conditionalColumns: this.#copy('ConditionalColumns'),
      tupleLimits: this.#copy('TupleLimits'),
      sortVersion: this.#copy('Version'),
      sortId: this.#copy('SortID'),
      localeName: this.#localeName(),
      pgnoFDPLastSetTime: this.#copy('PgnoFDPLastSetTime'),
    };
  }

  /** Finds a fixed or variable column of the row; its bytes are then record.bytes[start..end). */
  #find(name: Known): boolean {
    const { fid, place, recordOffset, cbMaxLen } = COLUMN[name];
    const record = this.#record;
    return (place === 'fixed' ? record.findFixed(fid, recordOffset, cbMaxLen) : record.findVariable(fid)) === 'value';
  }

  #number(name: Known): number | undefined {
    if (!this.#find(name)) return undefined;
    const { bytes, start } = this.#record;
    switch (COLUMN[name].coltyp) {
      case Coltyp.Short:
        return i16(bytes, start);
      case Coltyp.UnsignedShort:
        return u16(bytes, start);
      default:
        return i32(bytes, start);
    }
  }

  /** A copy, so that rows do not keep whole pages alive. */
  #copy(name: Known): Uint8Array | undefined {
    return this.#find(name) ? this.#record.bytes.slice(this.#record.start, this.#record.end) : undefined;
  }

  #text(name: Known): string {
    return this.#find(name) ? ansi(this.#record.bytes, this.#record.start, this.#record.end) : '';
  }

  #varSegMac(): number {
    return this.#find('VarSegMac') && this.#record.end - this.#record.start >= 2
      ? u16(this.#record.bytes, this.#record.start)
      : 0;
  }

  #localeName(): string {
    this.#tagged.load(this.#record);
    const found = this.#tagged.find(COLUMN.LocaleName.fid, false) && !this.#tagged.isNull && !this.#tagged.separated;
    return found ? utf16(this.#record.bytes, this.#tagged.start, this.#tagged.end) : '';
  }
}
