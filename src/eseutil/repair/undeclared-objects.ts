// Leaf pages of objects that the catalog has lost: their records cannot be taken apart without columns, so they are kept
// as they are, one row each, in tables `Recovered_<object id>` (format 10.3: catalog repair).
import { buildTables } from '../../ese/catalog/build-tables.ts';
import type { CatalogRow } from '../../ese/catalog/catalog-row.ts';
import { CatalogType } from '../../ese/catalog/system-schema.ts';
import type { TableDef } from '../../ese/catalog/table-def.ts';
import type { BuildingTree } from '../../ese/build/database-builder.ts';
import { LongValueBuilder } from '../../ese/build/long-value-builder.ts';
import { RecordBuilder } from '../../ese/build/record-builder.ts';
import { catalogRows, longValueRow, type TableSpec } from '../../ese/build/table-spec.ts';
import { encodeKeyValue } from '../../ese/norm/key-value.ts';
import { builtRows } from './catalog-rebuild.ts';
import type { RescuedRow } from './catalog-rescue.ts';
import { LeafKind } from './leaf-register.ts';
import type { LeafPlan } from './leaf-plan.ts';
import type { TableOutcome } from './repair-result.ts';
import type { RebuildContext } from './rescue-context.ts';
import { TreeNodes } from './tree-nodes.ts';

/** Object ids up to this one are the catalog's own. */
const OBJID_SYSTEM_MOST = 5;
/** Bytes a row takes besides key and record. */
const OVERHEAD = 64;

/** The columns of a table of recovered records. */
const COLUMNS: TableSpec['columns'] = [
  { name: 'Page', type: 'Long' },
  { name: 'Line', type: 'Long' },
  { name: 'Key', type: 'LongBinary' },
  { name: 'Record', type: 'LongBinary' },
];

/** Tables that repair adds. */
export interface RecoveredTables {
  readonly rows: readonly RescuedRow[];
  readonly outcomes: readonly TableOutcome[];
}

/** Keeps the records of one lost object. */
class RawTable {
  readonly #ctx: RebuildContext;
  readonly #objid: number;
  readonly #name: string;

  constructor(ctx: RebuildContext, objid: number, name: string) {
    this.#ctx = ctx;
    this.#objid = objid;
    this.#name = name;
  }

  build(plan: LeafPlan): { rows: RescuedRow[]; outcome: TableOutcome } {
    const { builder, roots, scan, sortedTagged, revision, nextObjid } = this.#ctx;
    const { format } = scan.pages;
    const declared = catalogRows({ name: this.#name, columns: COLUMNS }, { revision, nextObjid: () => this.#objid });
    const table = buildTables(declared, format).find(({ tree }) => tree.objid === this.#objid)!;
    const tree = builder.table({ objid: this.#objid, kind: 'table' });
    roots.set(this.#objid, tree.pgnoFDP);
    const longValues = new LongValueBuilder(builder, tree, table.lvChunkMax, nextObjid);
    const records = new RecordBuilder(table, format, sortedTagged);
    let dropped = 0;
    const nodes = new TreeNodes(scan.pages, scan.leaves, plan, {
      sorter: () => this.#ctx.sorter(1),
      onLoss: () => dropped++,
    });
    nodes.walk((node) => {
      const key = node.key.subarray(0, node.keyLength);
      const data = node.bytes.subarray(node.dataStart, node.dataStart + node.dataLength);
      this.#append(tree, records, longValues, table, [node.pgno, node.line], key, data);
    });
    longValues.finish();
    tree.finish();
    const lv = longValues.tree;
    if (lv !== undefined) roots.set(lv.objid, lv.pgnoFDP);
    const all: CatalogRow[] =
      lv === undefined ? declared : [...declared, longValueRow(this.#objid, lv.objid, lv.pgnoFDP)];
    return { rows: builtRows(this.#ctx, all), outcome: this.#outcome(plan, tree.nodes, dropped) };
  }

  #append(
    tree: BuildingTree,
    records: RecordBuilder,
    longValues: LongValueBuilder,
    table: TableDef,
    place: readonly number[],
    key: Uint8Array,
    data: Uint8Array,
  ): void {
    const column = (name: string): TableDef['columns'][number] => table.columns.find((one) => one.name === name)!;
    records.reset();
    records.setBytes(column('Page'), encodeKeyValue(column('Page').coltyp, 0, place[0]!)!);
    records.setBytes(column('Line'), encodeKeyValue(column('Line').coltyp, 0, place[1]!)!);
    records.setBytes(column('Key'), key);
    if (key.length + data.length + OVERHEAD <= records.most) records.setBytes(column('Record'), data);
    else records.set(column('Record'), [{ bytes: longValues.add(data), separated: true }]);
    const record = records.finish();
    const number = new Uint8Array(4);
    new DataView(number.buffer).setUint32(0, tree.nodes + 1, false);
    tree.append(number, 4, record, 0, record.length);
  }

  #outcome(plan: LeafPlan, recordsKept: number, recordsDropped: number): TableOutcome {
    return {
      table: this.#name,
      objid: this.#objid,
      pagesLost: plan.lost,
      pagesStale: plan.stale.length,
      recordsKept,
      recordsDropped,
      recordsUnverified: 0,
      recordsMissed: 0,
      recordsLostEstimate: 0,
      recordsMoved: 0,
      valuesLost: 0,
      longValues: { kept: 0, lost: 0, unreferenced: 0, pagesLost: [] },
      indexesIncomplete: [],
      indexesDropped: [],
    };
  }
}

/** Keeps what belongs to objects that no row declares. */
export function recoverUndeclared(ctx: RebuildContext, rows: readonly RescuedRow[]): RecoveredTables {
  const { scan, planner, losses } = ctx;
  const declared = new Set(rows.filter(({ row }) => row.type !== CatalogType.Column).map(({ row }) => row.id));
  const recovered = { rows: [] as RescuedRow[], outcomes: [] as TableOutcome[] };
  for (const { objid, kind } of scan.leaves.objects().sort((a, b) => a.objid - b.objid)) {
    if (objid <= OBJID_SYSTEM_MOST || kind === LeafKind.Index || declared.has(objid)) continue;
    const plan = planner.withoutAvailable(planner.plan(objid, kind));
    if (plan.plain.length + plan.tangled.length === 0) continue;
    const name = kind === LeafKind.LongValue ? `Recovered_LV_${objid}` : `Recovered_${objid}`;
    const { rows: added, outcome } = new RawTable(ctx, objid, name).build(plan);
    declared.add(objid);
    recovered.rows.push(...added);
    recovered.outcomes.push(outcome);
    const what = kind === LeafKind.LongValue ? 'long values' : 'records';
    losses.add({
      table: name,
      what: `the catalog has lost object ${objid}: its ${outcome.recordsKept} ${what} are kept as raw rows`,
    });
  }
  return recovered;
}
