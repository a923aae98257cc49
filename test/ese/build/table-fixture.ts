// Table definitions for tests of the record builder, without a catalog behind them.
import { ColumnFlag, FID_TAGGED_LEAST, FID_VAR_LEAST, type ColumnDef } from '../../../src/ese/catalog/column-def.ts';
import { coltypSize, type Coltyp } from '../../../src/ese/catalog/column-type.ts';
import type { TableDef } from '../../../src/ese/catalog/table-def.ts';

/** What a column is to be; its id and offset follow from the order. */
export interface ColumnSpec {
  readonly place: ColumnDef['place'];
  readonly coltyp: Coltyp;
  readonly cbMaxLen?: number;
  readonly codePage?: number;
  readonly flags?: number;
  readonly defaultValue?: Uint8Array;
  readonly derived?: boolean;
}

/** A table of these columns: ids count up in each place, fixed columns lie one behind the other. */
export function tableOf(specs: readonly ColumnSpec[]): TableDef {
  const next = { fixed: 1, variable: FID_VAR_LEAST, tagged: FID_TAGGED_LEAST };
  let recordOffset = 4;
  const columns = specs.map((spec): ColumnDef => {
    const fid = next[spec.place]++;
    const cbMaxLen = coltypSize(spec.coltyp) || (spec.cbMaxLen ?? (spec.place === 'tagged' ? 0 : 255));
    const column: ColumnDef = {
      name: `${spec.place}${fid}`,
      fid,
      columnId: fid,
      coltyp: spec.coltyp,
      place: spec.place,
      cbMaxLen,
      flags: (spec.flags ?? 0) | (spec.defaultValue === undefined ? 0 : ColumnFlag.Default),
      codePage: spec.codePage ?? 0,
      recordOffset: spec.place === 'fixed' ? recordOffset : 0,
      derived: spec.derived ?? false,
      ...(spec.defaultValue === undefined ? {} : { defaultValue: spec.defaultValue }),
    };
    if (spec.place === 'fixed') recordOffset += cbMaxLen;
    return column;
  });
  return {
    name: 'made',
    tree: { pgnoFDP: 40, objid: 10, kind: 'table' },
    flags: 0,
    initialPages: 1,
    density: 80,
    columns,
    indexes: [],
    lvChunkMax: 0,
    fidLast: { fixed: next.fixed - 1, variable: next.variable - 1, tagged: next.tagged - 1 },
  };
}
