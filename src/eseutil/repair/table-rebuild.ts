// A table of a damaged database, built anew: records out of its leaves, long values that are whole, all indexes
// (format 10.3).
import { toHex } from '../../binary/hex.ts';
import type { BuildingTree } from '../../ese/build/database-builder.ts';
import { hasUnicodeSegment } from '../../ese/catalog/index-def.ts';
import type { TableDef } from '../../ese/catalog/table-def.ts';
import { compareKeys } from '../../ese/norm/compare-keys.ts';
import { IndexKeys } from '../../ese/norm/index-keys.ts';
import { NodeView } from '../../ese/page/node.ts';
import { PageFlag } from '../../ese/page/page-flags.ts';
import { pageHeaderProblem } from '../../ese/page/page-structure.ts';
import type { Page } from '../../ese/page/page.ts';
import { RecordReader } from '../../ese/record/record-reader.ts';
import { IndexRebuild } from './index-rebuild.ts';
import { LeafKind } from './leaf-register.ts';
import type { LeafPlan } from './leaf-plan.ts';
import { LongValueLeaves, RescuedLongValues } from './long-value-leaves.ts';
import { OldEntries } from './old-entries.ts';
import { RecordRescue } from './record-rescue.ts';
import type { TableOutcome } from './repair-result.ts';
import type { RebuildContext } from './rescue-context.ts';
import { UnverifiedRows } from './unverified-rows.ts';
import { TreeNodes, type LineLoss, type RescuedNode } from './tree-nodes.ts';

/** Keys are made from no more of a long value than this; tuple indexes reach furthest (32767 steps of two bytes). */
const KEY_SOURCE_MOST = 128 << 10;

/** Rebuilds one table. */
class TableRebuild {
  readonly #ctx: RebuildContext;
  readonly #table: TableDef;
  readonly #plan: LeafPlan;
  readonly #longValuePlan: LeafPlan | undefined;
  readonly #longValues: LongValueLeaves | undefined;
  readonly #reader: RecordReader;
  readonly #rescue: RecordRescue;
  readonly #indexes: IndexRebuild[] = [];
  readonly #indexesDropped: string[] = [];
  /** Entries of one index: what they name and is not there has been lost. */
  #witness: { readonly index: string; readonly entries: OldEntries; readonly whole: boolean } | undefined;
  readonly #primary: IndexKeys | undefined;
  #dropped = 0;
  #moved = 0;
  #valuesLost = 0;
  #longValuesLost = 0;
  #unverified = 0;
  readonly #view = new NodeView();

  constructor(ctx: RebuildContext, table: TableDef) {
    const { scan, planner, sortedTagged } = ctx;
    const { format } = scan.pages;
    this.#ctx = ctx;
    this.#table = table;
    this.#plan = planner.plan(table.tree.objid, LeafKind.Table, table.tree.pgnoFDP);
    const lvTree = table.longValueTree;
    if (lvTree !== undefined) {
      this.#longValuePlan = planner.plan(lvTree.objid, LeafKind.LongValue, lvTree.pgnoFDP);
      this.#longValues = new LongValueLeaves(scan, this.#longValuePlan, table.lvChunkMax);
    }
    const values = this.#longValues && new RescuedLongValues(scan, lvTree!, table.lvChunkMax, this.#longValues);
    this.#reader = new RecordReader(table, format, values);
    this.#reader.longValueMost = KEY_SOURCE_MOST;
    this.#rescue = new RecordRescue(table, format, sortedTagged, this.#longValues);
    const primary = table.primaryIndex;
    const known = primary !== undefined && !primary.unresolved && !hasUnicodeSegment(primary);
    this.#primary = known ? new IndexKeys(primary.definition) : undefined;
  }

  run(): TableOutcome {
    const { builder, roots, scan } = this.#ctx;
    this.#surveyLongValues();
    const tree = builder.table({ objid: this.#table.tree.objid, kind: 'table' });
    roots.set(tree.objid, tree.pgnoFDP);
    this.#keepAutoInc(tree);
    this.#openIndexes();
    this.#openWitness();
    const nodes = new TreeNodes(scan.pages, scan.leaves, this.#plan, {
      sorter: () => this.#ctx.sorter(1),
      onLoss: (pgno, line, why) => {
        this.#lostLine(pgno, line, why);
      },
      ...(this.#primary === undefined ? {} : { rekey: this.#rekey }),
    });
    nodes.onPage = this.#ctx.onPage;
    nodes.walk((node) => {
      this.#record(node, tree);
    });
    this.#moved = nodes.movedCount;
    this.#hearWitness();
    const longValues = this.#writeLongValues(tree);
    this.#writeIndexes(tree);
    tree.finish();
    if (this.#ctx.keepUnverified) this.#keepUnverified();
    return this.#outcome(tree.nodes, longValues);
  }

  #surveyLongValues(): void {
    this.#longValues?.survey((lid, pgno, why) => {
      this.#longValuesLost++;
      this.#ctx.losses.add({ table: this.#table.name, pgno, what: `long value ${lid.toString(16)} ${why}` });
    });
  }

  #keepAutoInc(tree: BuildingTree): void {
    const roots = this.#ctx.scan.roots.get(this.#table.tree.objid) ?? [];
    let most: bigint | undefined;
    for (const { field } of roots) {
      if (field?.autoInc !== undefined && (most === undefined || field.autoInc > most)) most = field.autoInc;
    }
    if (most !== undefined) tree.autoInc = most;
  }

  #openIndexes(): void {
    const { scan, sorter } = this.#ctx;
    const secondary = this.#table.indexes.filter((index) => !index.definition.primary);
    const count = secondary.reduce((sum, index) => sum + (hasUnicodeSegment(index) ? 2 : 1), 2);
    for (const index of secondary) {
      if (index.unresolved)
        this.#dropIndex(index.name, 'it names columns that the catalog does not have: it was taken out');
      else this.#indexes.push(new IndexRebuild(scan, index, () => sorter(count)));
    }
  }

  #dropIndex(index: string, what: string): void {
    this.#indexesDropped.push(index);
    this.#ctx.losses.add({ table: this.#table.name, index, what });
  }

  /** Takes the index with the fewest pages as a witness of what records there were. */
  #openWitness(): void {
    const { scan, planner, sorter } = this.#ctx;
    const plans = this.#table.indexes
      .filter((index) => !index.definition.primary && !index.unresolved)
      .map(({ name, tree }) => ({ name, plan: planner.plan(tree.objid, LeafKind.Index, tree.pgnoFDP) }))
      .map(({ name, plan }) => ({ name, plan, pages: [...plan.plain, ...plan.tangled.flat()] }))
      .sort((a, b) => a.pages.length - b.pages.length);
    // One that leaves records out, as an index of few pages may, is a poorer witness: of equals the fuller one.
    const best = plans.find(({ pages }) => pages.length > 0);
    if (best === undefined) return;
    const entries = new OldEntries(sorter(2));
    entries.collect(scan, best.pages);
    this.#witness = { index: best.name, entries, whole: best.plan.whole };
  }

  /** The key that the columns of a record make, when it is another than the one it stands at. */
  readonly #rekey = (node: RescuedNode, target: Uint8Array): number => {
    const { bytes, dataStart, dataLength, sortedTagged } = node;
    if (!this.#reader.load(bytes, dataStart, dataStart + dataLength, sortedTagged)) return -1;
    this.#reader.unreadable = false;
    let found = -1;
    this.#primary!.of(this.#reader, (key, length, exact) => {
      if (!exact || compareKeys(key, 0, length, node.key, 0, node.keyLength) === 0) return;
      target.set(key.subarray(0, length));
      found = length;
    });
    return this.#isDoubtful() ? -1 : found;
  };

  /** True when some value of the record could not be given as it should be: a key made of it proves nothing. */
  #isDoubtful(): boolean {
    return this.#reader.unreadable || this.#reader.record.damaged;
  }

  #record(node: RescuedNode, tree: BuildingTree): void {
    const { bytes, dataStart, dataLength, sortedTagged, pgno, line } = node;
    const reader = this.#reader;
    const verdict = this.#rescue.judge(reader, bytes, dataStart, dataStart + dataLength, sortedTagged);
    if (verdict === 'dropped') {
      this.#drop(pgno, line, this.#rescue.reason);
      return;
    }
    this.#witness?.entries.of(node.key, node.keyLength);
    if (verdict === 'keep') tree.append(node.key, node.keyLength, bytes, dataStart, dataLength);
    else {
      tree.append(node.key, node.keyLength, this.#rescue.bytes, 0, this.#rescue.bytes.length);
      this.#tellLostValues(node);
    }
    this.#rescue.refer(reader);
    for (const index of this.#indexes) index.record(reader, node.key, node.keyLength);
  }

  #tellLostValues({ key, keyLength, pgno, line }: RescuedNode): void {
    for (const column of this.#rescue.lostColumns) {
      this.#valuesLost++;
      const what = `set NULL in the record with key ${toHex(key, 0, keyLength)}: its long value is lost or unreadable`;
      this.#ctx.losses.add({ table: this.#table.name, pgno, line, column, what });
    }
  }

  #drop(pgno: number, line: number, why: string): void {
    this.#dropped++;
    this.#ctx.losses.add({ table: this.#table.name, pgno, line, what: `record dropped: ${why}` });
  }

  #lostLine(pgno: number, line: number, why: LineLoss): void {
    this.#drop(pgno, line, why === 'duplicate' ? 'another record has its key' : 'its line cannot be read');
  }

  #hearWitness(): void {
    if (this.#witness === undefined) return;
    const { index, entries } = this.#witness;
    entries.finish();
    entries.close();
    if (entries.unclaimed === 0) return;
    const what = `${entries.unclaimed} records that this index names are gone`;
    this.#ctx.losses.add({ table: this.#table.name, index, what });
  }

  #writeLongValues(parent: BuildingTree): { kept: number; unreferenced: number } {
    const { builder, roots } = this.#ctx;
    const from = this.#table.longValueTree;
    if (from === undefined || this.#longValues === undefined) return { kept: 0, unreferenced: 0 };
    const tree = builder.child(parent, { objid: from.objid, kind: 'long-value' });
    roots.set(from.objid, tree.pgnoFDP);
    const tally = this.#longValues.write((key, keyLength, data, start, length) => {
      tree.append(key, keyLength, data, start, length);
    });
    tree.finish();
    return tally;
  }

  #writeIndexes(parent: BuildingTree): void {
    const { builder, roots, losses, marked } = this.#ctx;
    for (const rebuild of this.#indexes) {
      const { tree: from, definition, name } = rebuild.index;
      // The engine takes an empty index for one that is up to date, whatever its mark says: rather none than that.
      if (rebuild.missing > 0 && rebuild.entries === 0) {
        this.#dropIndex(name, 'its sort keys were lost and only Windows can make them: it was taken out');
        rebuild.close();
        continue;
      }
      const tree = builder.child(parent, { objid: from.objid, kind: 'index', nonUnique: !definition.unique });
      roots.set(from.objid, tree.pgnoFDP);
      rebuild.write(tree);
      tree.finish();
      const place = { table: this.#table.name, index: name };
      if (rebuild.missing > 0) {
        marked.add(from.objid);
        const what = `${rebuild.missing} records have no entry: their sort keys were lost and only Windows can make them; the index is marked so that the engine deletes it, and must be created again`;
        losses.add({ ...place, what });
      }
      if (rebuild.duplicates > 0)
        losses.add({
          ...place,
          what: `${rebuild.duplicates} records have no entry: the index is unique and others have their keys`,
        });
    }
  }

  #outcome(recordsKept: number, longValues: { kept: number; unreferenced: number }): TableOutcome {
    const plan = this.#plan;
    const pages = plan.plain.length + plan.tangled.reduce((sum, cluster) => sum + cluster.length, 0);
    const perPage = pages === 0 ? 0 : (recordsKept + this.#dropped) / pages;
    const lvPagesLost = this.#longValuePlan?.lost ?? [];
    this.#tellPages(plan, lvPagesLost);
    const named = Math.max(0, (this.#witness?.entries.unclaimed ?? 0) - this.#dropped);
    const estimate = Math.round(perPage * plan.lost.length);
    return {
      table: this.#table.name,
      objid: this.#table.tree.objid,
      pagesLost: plan.lost,
      pagesStale: plan.stale.length,
      recordsKept,
      recordsDropped: this.#dropped,
      recordsUnverified: this.#unverified,
      recordsLostEstimate: Math.max(named, named > 0 && this.#witness?.whole === true ? 0 : estimate),
      recordsMissed: named,
      recordsMoved: this.#moved,
      valuesLost: this.#valuesLost,
      longValues: { ...longValues, lost: this.#longValuesLost, pagesLost: lvPagesLost },
      indexesIncomplete: this.#indexes
        .filter(
          ({ index, missing, duplicates }) => missing + duplicates > 0 && !this.#indexesDropped.includes(index.name),
        )
        .map((index) => ({ index: index.index.name, missing: index.missing + index.duplicates })),
      indexesDropped: this.#indexesDropped,
    };
  }

  /** Records of the table's bad pages that look right: keys in order, made by their columns, structure sound. */
  #keepUnverified(): void {
    const { scan, added } = this.#ctx;
    let rows: UnverifiedRows | undefined;
    for (const pgno of this.#plan.lost) {
      if (scan.bad.get(pgno) !== this.#table.tree.objid) continue;
      const page = scan.pages.readUnverified(pgno);
      const excluded = PageFlag.SpaceTree | PageFlag.Index | PageFlag.LongValue | PageFlag.Empty;
      if (!page.isLeaf || (page.fFlags & excluded) !== 0 || pageHeaderProblem(page) !== undefined) continue;
      for (let line = 0; line < page.lineCount; line++) {
        if (!this.#looksRight(page, line)) continue;
        rows ??= new UnverifiedRows(this.#ctx, this.#table);
        rows.add(this.#reader);
      }
    }
    if (rows === undefined) return;
    added.push(...rows.finish());
    this.#unverified = rows.count;
  }

  /** Points the reader at a record of a bad page; false when something about it is wrong. */
  #looksRight(page: Page, line: number): boolean {
    const view = this.#view;
    if (!view.load(page, line) || view.isDeleted || view.dataLength === 0) return false;
    const key = view.key();
    const [start, end] = [view.dataStart, view.dataStart + view.dataLength];
    const before = line > 0 && view.load(page, line - 1) ? view.compareKey(key) : -1;
    const after = line + 1 < page.lineCount && view.load(page, line + 1) ? view.compareKey(key) : 1;
    if (before >= 0 || after <= 0) return false;
    const sortedTagged = (page.fFlags & PageFlag.NewRecordFormat) !== 0;
    if (this.#rescue.judge(this.#reader, page.bytes, start, end, sortedTagged) === 'dropped') return false;
    let right = true;
    this.#primary?.of(this.#reader, (made, length, exact) => {
      right = !exact || compareKeys(made, 0, length, key, 0, key.length) === 0;
    });
    return right;
  }

  #tellPages(plan: LeafPlan, lvPagesLost: readonly number[]): void {
    const { losses } = this.#ctx;
    const { name: table } = this.#table;
    for (const pgno of plan.lost) losses.add({ table, pgno, what: 'the page cannot be used: its records are lost' });
    for (const pgno of lvPagesLost)
      losses.add({ table, pgno, what: 'the page cannot be used: its long values are lost' });
    for (const pgno of plan.stale)
      losses.note(`table ${table}: page ${pgno} left out: the table does not use it any more`);
    for (const pgno of this.#longValues?.outdone ?? [])
      losses.note(`table ${table}: page ${pgno} of long values left out: a newer page holds the same keys`);
  }
}

/** Rebuilds a table with all its trees. */
export function rebuildTable(ctx: RebuildContext, table: TableDef): TableOutcome {
  return new TableRebuild(ctx, table).run();
}
