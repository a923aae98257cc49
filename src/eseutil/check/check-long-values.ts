// The long-value tree of a table: roots, chunks, sizes, reference counts (format 6.5, 10.2).
import { toHex } from '../../binary/hex.ts';
import type { TreeRef } from '../../ese/btree/tree.ts';
import type { TableDef } from '../../ese/catalog/table-def.ts';
import { decompress } from '../../ese/compression/decompress.ts';
import type { FindingPlace, Severity } from '../../ese/finding.ts';
import { parseLongValueKey, parseLongValueRoot } from '../../ese/lv/long-values.ts';
import { NodeView } from '../../ese/page/node.ts';
import type { Page } from '../../ese/page/page.ts';
import type { CheckContext } from './check-context.ts';
import { checkTree, type TreeCheck } from './check-tree.ts';
import { visitedLeaves } from './visited-leaves.ts';
import { MultisetAudit } from './multiset-audit.ts';

/** Values looked into one by one when the sums of references and counts differ. */
const DETAIL_MOST = 100_000;
const NOTHING = new Uint8Array(0);

/** A long value in the second pass. */
interface Count {
  references: number;
  /** Reference count its root states; undefined: there is no root; NaN: its root cannot be read. */
  stated?: number;
  pgno: number;
  line: number;
}

/** References from records against the long values themselves. */
export class LongValueCheck {
  readonly #ctx: CheckContext;
  readonly #table: TableDef;
  readonly #tree: TreeRef;
  readonly #audit: MultisetAudit;
  /** Id (as in tree keys) in use by the second pass. */
  readonly #counts = new Map<string, Count>();
  readonly #lid = new Uint8Array(8);
  #lidLength = 0;
  #size = 0;
  #offset = 0;
  #encrypted = false;
  #open = false;
  /** The root of the chunks that come may have been lost: nothing can be said of them until the next root. */
  #rootLost = false;
  /** Id of the last chunks found without a root. */
  #rootless = '';
  #lastPgno = 0;
  #check: TreeCheck | undefined;

  constructor(ctx: CheckContext, table: TableDef, tree: TreeRef) {
    this.#ctx = ctx;
    this.#audit = new MultisetAudit(ctx.db.pages.pgnoLast);
    this.#table = table;
    this.#tree = tree;
  }

  /** Books a reference from a record: the id's bytes as they stand there. */
  reference(bytes: Uint8Array, start: number, end: number): void {
    this.#audit.add('expected', bytes, start, end, NOTHING, 0, 0);
  }

  /** Walks the tree: every value whole, in chunks of the right size. */
  walk(): void {
    this.#check = checkTree(this.#ctx, this.#tree, {
      place: this.#place(),
      visit: (node, page, line) => {
        this.#visit(node, page, line);
      },
      onGap: () => {
        this.#open = false;
        this.#rootLost = true;
      },
    });
    this.#finishValue();
  }

  get agrees(): boolean {
    return this.#audit.agrees;
  }

  #place(extra: FindingPlace = {}): FindingPlace {
    return { objid: this.#tree.objid, table: this.#table.name, ...extra };
  }

  #visit(node: NodeView, page: Page, line: number): void {
    const key = node.key();
    const parsed = parseLongValueKey(key);
    const at = { pgno: page.pgno, line };
    if (parsed === undefined) {
      this.#report('error', 'lv.key', at, `a key of ${key.length} bytes is no long-value key`);
      this.#rootLost = true;
      return;
    }
    if (parsed.offset === undefined) this.#root(key, node, page, line);
    else this.#chunk(key, parsed.lidLength, parsed.offset, node, page, line);
    this.#lastPgno = page.pgno;
  }

  #root(key: Uint8Array, node: NodeView, page: Page, line: number): void {
    this.#finishValue();
    const root = parseLongValueRoot(node.data());
    this.#rootLost = root === undefined;
    if (root === undefined) {
      this.#report(
        'error',
        'lv.root',
        { pgno: page.pgno, line },
        `the root of long value ${toHex(key)} has ${node.dataLength} bytes`,
      );
      return;
    }
    this.#lid.set(key);
    this.#lidLength = key.length;
    this.#size = root.size;
    this.#offset = 0;
    this.#encrypted = root.encrypted;
    this.#open = true;
    const lid = Uint8Array.from(key).reverse();
    if (root.refCount > 0) this.#audit.add('actual', lid, 0, lid.length, NOTHING, 0, 0, root.refCount);
  }

  #chunk(key: Uint8Array, lidLength: number, offset: number, node: NodeView, page: Page, line: number): void {
    const at = { pgno: page.pgno, line };
    const same =
      this.#open &&
      lidLength === this.#lidLength &&
      key.subarray(0, lidLength).every((byte, i) => byte === this.#lid[i]);
    if (!same) {
      this.#finishValue();
      const lid = toHex(key, 0, lidLength);
      if (!this.#rootLost && lid !== this.#rootless) {
        this.#report('error', 'lv.orphan-chunk', at, `there are chunks of long value ${lid}, but no root`);
      }
      this.#rootless = lid;
      return;
    }
    if (offset !== this.#offset) {
      this.#report(
        'error',
        'lv.chunk',
        at,
        `the chunk at ${offset} of long value ${this.#name()} was expected at ${this.#offset}`,
      );
    }
    const expected = Math.min(this.#table.lvChunkMax, this.#size - offset);
    const problem = expected <= 0 ? 'lies beyond the end of its value' : this.#chunkProblem(node, expected, at);
    if (problem !== undefined)
      this.#report('error', 'lv.chunk', at, `the chunk at ${offset} of long value ${this.#name()} ${problem}`);
    this.#offset = Math.max(this.#offset, offset + expected);
  }

  #chunkProblem(node: NodeView, expected: number, at: FindingPlace): string | undefined {
    if (this.#encrypted || node.dataLength === expected) return undefined;
    if (node.dataLength > expected) return `has ${node.dataLength} bytes where ${expected} belong`;
    const result = decompress(node.data(), expected);
    if (result.ok)
      return result.bytes.length === expected
        ? undefined
        : `unpacks to ${result.bytes.length} bytes where ${expected} belong`;
    if (!result.unsupported) return `cannot be unpacked (${result.scheme}: ${result.reason})`;
    this.#report(
      'info',
      'value.unsupported',
      at,
      `long value ${this.#name()} is packed with ${result.scheme}, which cannot be read: ${result.reason}`,
    );
    return undefined;
  }

  #name(): string {
    return toHex(this.#lid, 0, this.#lidLength);
  }

  /** The value before is over: was it whole? */
  #finishValue(): void {
    if (this.#open && this.#offset < this.#size) {
      this.#report(
        'error',
        'lv.incomplete',
        { pgno: this.#lastPgno },
        `long value ${this.#name()} has ${this.#offset} of ${this.#size} bytes`,
      );
    }
    this.#open = false;
  }

  /** Second pass, records: books a reference if it may be among those that differ. */
  detailReference(bytes: Uint8Array, start: number, end: number, pgno: number, line: number): void {
    if (!this.#audit.suspects(bytes, start, end, NOTHING, 0, 0)) return;
    const count = this.#count(bytes.slice(start, end).reverse(), pgno, line);
    if (count !== undefined) count.references++;
  }

  /**
   * Second pass, tree: looks up what the roots state, and reports the differences. `allSeen`: every reference was seen,
   * so that those that lack do not exist.
   */
  reportDifferences(allSeen: boolean): void {
    for (const { node, page, line } of this.#roots()) {
      const key = node.key();
      if (parseLongValueKey(key)?.offset !== undefined) continue;
      const lid = Uint8Array.from(key).reverse();
      if (!this.#audit.suspects(lid, 0, lid.length, NOTHING, 0, 0)) continue;
      const count = this.#count(key, page.pgno, line);
      if (count === undefined) continue;
      count.stated = parseLongValueRoot(node.data())?.refCount ?? NaN;
      [count.pgno, count.line] = [page.pgno, line];
    }
    let unseen = 0;
    for (const [lid, count] of this.#counts) {
      if (!allSeen && count.stated !== undefined && count.references < count.stated) unseen++;
      else this.#reportCount(lid, count);
    }
    if (unseen === 0) return;
    const message = `${unseen} long values have fewer readable references than they state: part of the table is damaged`;
    this.#report('warning', 'lv.orphan', {}, message);
  }

  *#roots(): Generator<{ node: NodeView; page: Page; line: number }> {
    const node = new NodeView();
    for (const page of visitedLeaves(this.#ctx.db.pages, this.#tree, this.#check!)) {
      for (let line = 0; line < page.lineCount; line++) {
        if (node.load(page, line) && !node.isDeleted && (node.keyLength === 4 || node.keyLength === 8))
          yield { node, page, line };
      }
    }
  }

  /** The count of a value, made when there is none yet; undefined when there are too many. */
  #count(key: Uint8Array, pgno: number, line: number): Count | undefined {
    const name = toHex(key);
    const known = this.#counts.get(name);
    if (known !== undefined || this.#counts.size >= DETAIL_MOST) return known;
    const count = { references: 0, pgno, line };
    this.#counts.set(name, count);
    return count;
  }

  #reportCount(lid: string, { references, stated, pgno, line }: Count): void {
    const at = { pgno, line };
    if (stated === undefined) {
      if (references === 0 || !this.#check!.complete) return;
      this.#report(
        'error',
        'lv.missing',
        at,
        `the record at line ${line} of page ${pgno} refers to long value ${lid}, which does not exist`,
      );
      return;
    }
    if (references === stated || Number.isNaN(stated)) return;
    const fix = 'No data is lost; repair and defragmentation set the counts right.';
    if (references === 0)
      this.#report(
        'warning',
        'lv.orphan',
        at,
        `long value ${lid} has a reference count of ${stated} but no record refers to it`,
        fix,
      );
    else
      this.#report(
        'warning',
        'lv.reference-count',
        at,
        `long value ${lid} states ${stated} references, ${references} exist`,
        fix,
      );
  }

  #report(severity: Severity, rule: string, at: FindingPlace, message: string, fix?: string): void {
    this.#ctx.reporter.add({
      rule,
      severity,
      jet: 'JET_errLVCorrupted',
      at: this.#place(at),
      message: `table ${this.#table.name}: ${message}`,
      ...(fix === undefined ? {} : { fix }),
    });
  }
}
