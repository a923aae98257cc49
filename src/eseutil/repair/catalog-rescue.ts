// The catalog of a damaged database: rows of both copies put together, each from the better page (format 5, 10.3).
import { toHex } from '../../binary/hex.ts';
import { CatalogRecordBuilder } from '../../ese/build/catalog-record.ts';
import { catalogSelfRows } from '../../ese/build/system-tables.ts';
import { longValueRow } from '../../ese/build/table-spec.ts';
import { CatalogRowReader, type CatalogRow } from '../../ese/catalog/catalog-row.ts';
import { CATALOG_SHADOW_TREE, CATALOG_TREE } from '../../ese/catalog/read-catalog.ts';
import { CatalogType, OBJID_CATALOG, OBJID_CATALOG_SHADOW } from '../../ese/catalog/system-schema.ts';
import { TableFlag } from '../../ese/catalog/table-def.ts';
import type { TreeRef } from '../../ese/btree/tree.ts';
import { LeafKind } from './leaf-register.ts';
import type { LeafPlan } from './leaf-plan.ts';
import type { RescueContext } from './rescue-context.ts';
import { suspectRows, type SuspectRow } from './suspect-catalog-rows.ts';
import { TreeNodes } from './tree-nodes.ts';

/** A catalog row with its record, in the format of the new database. */
export interface RescuedRow {
  readonly row: CatalogRow;
  readonly record: Uint8Array;
}

/** What could be had of the catalog. */
export interface RescuedCatalog {
  /** In catalog order. */
  readonly rows: readonly RescuedRow[];
  readonly from: 'catalog' | 'shadow' | 'merged' | 'reconstructed';
  /** False when rows may be missing. */
  readonly complete: boolean;
}

interface CopyRow extends RescuedRow {
  readonly key: string;
  readonly dbtime: number;
  /** Place of its page among those of the copy, in key order. */
  readonly page: number;
}

/** One copy of the catalog. */
interface Copy {
  readonly rows: Map<string, CopyRow>;
  readonly plan: LeafPlan;
  readonly whole: boolean;
}

class CatalogRescue {
  readonly #ctx: RescueContext;
  readonly #revision: number;
  readonly #reader: CatalogRowReader;
  readonly #builder: CatalogRecordBuilder;

  constructor(ctx: RescueContext, revision: number) {
    this.#ctx = ctx;
    this.#revision = revision;
    const { format } = ctx.scan.pages;
    this.#reader = new CatalogRowReader(format);
    this.#builder = new CatalogRecordBuilder(format, ctx.sortedTagged);
  }

  run(): RescuedCatalog {
    const main = this.#copy(CATALOG_TREE);
    const shadow = this.#copy(CATALOG_SHADOW_TREE);
    const rows = this.#merge(main, shadow);
    const complete = (main.whole && main.rows.size > 0) || (shadow.whole && shadow.rows.size > 0);
    const any = main.rows.size + shadow.rows.size > 0;
    const from = !any ? 'reconstructed' : main.whole ? 'catalog' : shadow.whole ? 'shadow' : 'merged';
    if (!complete) this.#addSuspectRows(rows);
    this.#addSelfRows(rows);
    this.#dropRootless(rows, complete);
    if (!complete) this.#addLongValueRows(rows);
    const sorted = [...rows.values()].sort(
      (a, b) => a.row.objidTable - b.row.objidTable || a.row.type - b.row.type || a.row.id - b.row.id,
    );
    return { rows: this.#uniqueNames(sorted), from, complete };
  }

  #copy(tree: TreeRef): Copy {
    const { scan, planner, sorter, losses } = this.#ctx;
    const plan = planner.plan(tree.objid, LeafKind.Table, tree.pgnoFDP);
    const table = tree.objid === OBJID_CATALOG ? 'MSysObjects' : 'MSysObjectsShadow';
    const rows = new Map<string, CopyRow>();
    let bad = 0;
    const nodes = new TreeNodes(scan.pages, scan.leaves, plan, {
      sorter: () => sorter(1),
      onLoss: (pgno, line, why) => {
        bad++;
        losses.add({ table, pgno, line, what: `catalog row not used: ${why}` });
      },
    });
    const places = new Map(plan.plain.map((entry, place) => [scan.leaves.pgno[entry]!, place]));
    nodes.walk((node) => {
      const { bytes, dataStart, dataLength, sortedTagged, pgno, line } = node;
      const row = this.#reader.read(bytes, dataStart, dataStart + dataLength, sortedTagged);
      if (row === undefined || row.type < CatalogType.Table || row.type > CatalogType.Callback + 2) {
        bad++;
        losses.add({ table, pgno, line, what: 'catalog row not used: it is none' });
        return;
      }
      const record =
        sortedTagged === this.#ctx.sortedTagged
          ? bytes.slice(dataStart, dataStart + dataLength)
          : this.#builder.build(row).slice();
      const dbtime = scan.leaves.dbtime[scan.leaves.entryOf(pgno)] ?? 0;
      const key = toHex(node.key, 0, node.keyLength);
      rows.set(key, { row, record, key, dbtime, page: places.get(pgno) ?? -1 });
    });
    for (const pgno of plan.lost) losses.note(`table ${table}: page ${pgno} cannot be used`);
    return { rows, plan, whole: plan.whole && bad === 0 };
  }

  /** Rows of both copies. Where only one has a row, the other's silence counts if its page there is newer. */
  #merge(main: Copy, shadow: Copy): Map<string, RescuedRow> {
    const merged = new Map<string, RescuedRow>();
    for (const [key, row] of main.rows) {
      const other = shadow.rows.get(key);
      if (other !== undefined) merged.set(key, other.dbtime > row.dbtime && !main.whole ? other : row);
      else if (!this.#isRefuted(row, shadow)) merged.set(key, row);
    }
    for (const [key, row] of shadow.rows)
      if (!merged.has(key) && !main.rows.has(key) && !this.#isRefuted(row, main)) merged.set(key, row);
    return merged;
  }

  /** True when `copy` has a newer page where the row would stand, and not the row. */
  #isRefuted(row: CopyRow, copy: Copy): boolean {
    if (copy.rows.size === 0) return false;
    const { leaves } = this.#ctx.scan;
    for (const entry of copy.plan.plain) {
      const [first, last] = [toHex(leaves.key(entry, true)), toHex(leaves.key(entry, false))];
      if (row.key >= first && row.key <= last) return leaves.dbtime[entry]! > row.dbtime;
    }
    return false;
  }

  /**
   * Where both copies have lost rows: those on their bad pages that look right. A row stands at the key that its own
   * columns make, and it stands in both copies, so it can be told well whether one is. Without them the records of a
   * table could not be taken apart at all.
   */
  #addSuspectRows(rows: Map<string, RescuedRow>): void {
    const found = new Map<string, SuspectRow>();
    const agreed = new Set<string>();
    for (const [pgno, objid] of this.#ctx.scan.bad) {
      if (objid !== OBJID_CATALOG && objid !== OBJID_CATALOG_SHADOW) continue;
      for (const row of suspectRows(this.#ctx, pgno)) {
        const other = found.get(row.key);
        if (other !== undefined && sameBytes(other.record, row.record)) agreed.add(row.key);
        if (other === undefined || (other.flawed && !row.flawed)) found.set(row.key, row);
      }
    }
    let added = 0;
    for (const [key, row] of found) {
      if (rows.has(key)) continue;
      rows.set(key, row);
      added++;
      const sure = agreed.has(key) ? 'both copies say the same' : 'only one copy has it';
      this.#ctx.losses.note(
        `catalog row ${row.row.name} of object ${row.row.objidTable}: from page ${row.pgno}, whose checksum fails; ${sure}`,
      );
    }
    if (added > 0)
      this.#ctx.losses.add({
        what: `${added} catalog rows are from pages whose checksum fails: they look right, but nothing proves them`,
      });
  }

  /** The catalog declares itself, in rows that are the same in every database of a revision. */
  #addSelfRows(rows: Map<string, RescuedRow>): void {
    const name = ({ objidTable, type, id }: CatalogRow): string => `${objidTable}/${type}/${id}`;
    const have = new Set([...rows.values()].map(({ row }) => name(row)));
    const own = [...rows.values()].filter(({ row }) => row.objidTable <= OBJID_CATALOG_SHADOW);
    const hasColumns = own.some(({ row }) => row.type === CatalogType.Column);
    for (const row of catalogSelfRows(this.#revision)) {
      // A catalog that is there knows which of its columns its revision has.
      if (have.has(name(row)) || (row.type === CatalogType.Column && hasColumns && this.#hasAllColumns(own, row)))
        continue;
      rows.set(`self/${name(row)}`, { row, record: this.#builder.build(row).slice() });
    }
  }

  #hasAllColumns(own: readonly RescuedRow[], { objidTable, id }: CatalogRow): boolean {
    return own.some(({ row }) => row.objidTable === objidTable && row.type === CatalogType.Column && row.id > id);
  }

  /** Rows of tables whose own row is missing cannot be used. */
  #dropRootless(rows: Map<string, RescuedRow>, complete: boolean): void {
    const tables = new Set(
      [...rows.values()].filter(({ row }) => row.type === CatalogType.Table).map(({ row }) => row.objidTable),
    );
    const lost = new Map<number, number>();
    for (const [key, { row }] of rows) {
      if (tables.has(row.objidTable)) continue;
      lost.set(row.objidTable, (lost.get(row.objidTable) ?? 0) + 1);
      if (complete) rows.delete(key);
    }
    for (const [objid, count] of lost)
      this.#ctx.losses.add({ what: `the catalog has ${count} rows of object ${objid} but not its table row` });
    if (complete) return;
    const template = lost.size === 1 ? this.#missingTemplate(rows) : undefined;
    for (const objid of lost.keys()) this.#addTableRow(rows, objid, template);
  }

  /** The name of the one template table that is missing, if it is one. */
  #missingTemplate(rows: ReadonlyMap<string, RescuedRow>): string | undefined {
    const tables = [...rows.values()].map(({ row }) => row).filter((row) => row.type === CatalogType.Table);
    const names = new Set(tables.map((row) => row.name.toLowerCase()));
    const missing = new Set(
      tables.map((row) => row.templateOrCallback).filter((name) => name !== '' && !names.has(name.toLowerCase())),
    );
    return missing.size === 1 ? [...missing][0] : undefined;
  }

  #addTableRow(rows: Map<string, RescuedRow>, objid: number, template: string | undefined): void {
    const primary = [...rows.values()].find(
      ({ row }) => row.objidTable === objid && row.type === CatalogType.Index && row.id === objid,
    );
    const root = (this.#ctx.scan.roots.get(objid) ?? []).at(-1)?.pgno ?? primary?.row.coltypOrPgnoFDP ?? 0;
    const row: CatalogRow = {
      ...longValueRow(objid, objid, root),
      type: CatalogType.Table,
      name: template ?? `Recovered_${objid}`,
      flags: template === undefined ? 0 : TableFlag.Template | TableFlag.FixedDdl,
      spaceUsage: 80,
    };
    rows.set(`table/${objid}`, { row, record: this.#builder.build(row).slice() });
  }

  /** Long-value trees that no row names: their root says whose they are. */
  #addLongValueRows(rows: Map<string, RescuedRow>): void {
    const known = new Set(
      [...rows.values()].filter(({ row }) => row.type !== CatalogType.Column).map(({ row }) => row.id),
    );
    const tables = new Map(
      [...rows.values()]
        .filter(({ row }) => row.type === CatalogType.Table)
        .map(({ row }) => [row.coltypOrPgnoFDP, row.objidTable]),
    );
    for (const [objid, roots] of this.#ctx.scan.roots) {
      const root = roots.find(({ kind }) => kind === LeafKind.LongValue);
      const owner = root?.field === undefined ? undefined : tables.get(root.field.space.pgnoParent);
      if (root === undefined || owner === undefined || known.has(objid)) continue;
      const row = longValueRow(owner, objid, root.pgno);
      rows.set(`lv/${objid}`, { row, record: this.#builder.build(row).slice() });
    }
  }

  /** Two rows of one kind cannot have one name: the index over names is unique. */
  #uniqueNames(rows: readonly RescuedRow[]): RescuedRow[] {
    const seen = new Set<string>();
    const tableNames = new Set<string>();
    return rows.filter(({ row }) => {
      const lower = row.name.toLowerCase();
      const name = `${row.objidTable}/${row.type}/${lower}`;
      const clash = seen.has(name) || (row.type === CatalogType.Table && tableNames.has(lower));
      if (clash) this.#ctx.losses.add({ what: `catalog row ${name} dropped: another has its name` });
      seen.add(name);
      if (row.type === CatalogType.Table) tableNames.add(lower);
      return !clash;
    });
  }
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}

/** Puts together the catalog of a damaged database. `revision`: major revision of the format. */
export function rescueCatalog(ctx: RescueContext, revision: number): RescuedCatalog {
  return new CatalogRescue(ctx, revision).run();
}
