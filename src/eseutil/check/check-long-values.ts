// The long-value tree of a table: roots, chunks, sizes, reference counts (format 6.5, 10.2).
import { toHex } from '../../binary/hex.ts';
import { walkLeaves } from '../../ese/btree/leaf-walk.ts';
import type { TreeRef } from '../../ese/btree/tree.ts';
import type { TableDef } from '../../ese/catalog/table-def.ts';
import { decompress } from '../../ese/compression/decompress.ts';
import type { FindingPlace, Severity } from '../../ese/finding.ts';
import { parseLongValueKey, parseLongValueRoot } from '../../ese/lv/long-values.ts';
import { NodeView } from '../../ese/page/node.ts';
import type { Page } from '../../ese/page/page.ts';
import type { CheckContext } from './check-context.ts';
import { checkTree } from './check-tree.ts';
import { MultisetAudit } from './multiset-audit.ts';

/** Values looked into one by one when the sums of references and counts differ. */
const DETAIL_MOST = 100_000;
const NOTHING = new Uint8Array(0);

/** A long value in the second pass. */
interface Count {
  references: number;
  /** Reference count its root states; undefined: there is no root. */
  stated?: number;
  pgno: number;
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
  #lastPgno = 0;
  complete = true;

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
    const place = this.#place();
    const result = checkTree(this.#ctx, this.#tree, {
      place,
      visit: (node, page, line) => this.#visit(node, page, line),
    });
    this.#finishValue(true);
    this.complete = result.complete;
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
      return;
    }
    if (parsed.offset === undefined) this.#root(key, node, page, line);
    else this.#chunk(key, parsed.lidLength, parsed.offset, node, page, line);
    this.#lastPgno = page.pgno;
  }

  #root(key: Uint8Array, node: NodeView, page: Page, line: number): void {
    this.#finishValue(false);
    const root = parseLongValueRoot(node.data());
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
      if (this.complete) this.#report('error', 'lv.orphan-chunk', at, `the chunk ${toHex(key)} has no root`);
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
    this.#offset = offset + Math.max(expected, 0);
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
  #finishValue(atEnd: boolean): void {
    if (this.#open && this.#offset < this.#size && (this.complete || !atEnd)) {
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
  detailReference(bytes: Uint8Array, start: number, end: number, pgno: number): void {
    if (this.#audit.suspects(bytes, start, end, NOTHING, 0, 0))
      this.#count(bytes.slice(start, end).reverse(), pgno, (count) => count.references++);
  }

  /** Second pass, tree: looks up what the roots state, and reports the differences. */
  reportDifferences(): void {
    for (const { node, page } of this.#roots()) {
      const key = node.key();
      if (parseLongValueKey(key)?.offset !== undefined) continue;
      const lid = Uint8Array.from(key).reverse();
      const root = parseLongValueRoot(node.data());
      if (root === undefined || !this.#audit.suspects(lid, 0, lid.length, NOTHING, 0, 0)) continue;
      this.#count(key, page.pgno, (count) => (count.stated = root.refCount));
    }
    for (const [lid, count] of this.#counts) this.#reportCount(lid, count);
  }

  *#roots(): Generator<{ node: NodeView; page: Page }> {
    const { db } = this.#ctx;
    const node = new NodeView();
    for (const page of walkLeaves(db.pages, this.#tree)) {
      for (let line = 0; line < page.lineCount; line++) {
        if (node.load(page, line) && !node.isDeleted && (node.keyLength === 4 || node.keyLength === 8))
          yield { node, page };
      }
    }
  }

  #count(key: Uint8Array, pgno: number, change: (count: Count) => void): void {
    const name = toHex(key);
    let count = this.#counts.get(name);
    if (count === undefined) {
      if (this.#counts.size >= DETAIL_MOST) return;
      this.#counts.set(name, (count = { references: 0, pgno }));
    }
    change(count);
  }

  #reportCount(lid: string, { references, stated, pgno }: Count): void {
    if (stated === undefined) {
      if (references > 0 && this.complete)
        this.#report(
          'error',
          'lv.missing',
          { pgno },
          `a record on page ${pgno} refers to long value ${lid}, which does not exist`,
        );
      return;
    }
    if (references === stated) return;
    const fix = 'No data is lost; repair and defragmentation set the counts right.';
    if (references === 0)
      this.#report(
        'warning',
        'lv.orphan',
        { pgno },
        `long value ${lid} has a reference count of ${stated} but no record refers to it`,
        fix,
      );
    else
      this.#report(
        'warning',
        'lv.reference-count',
        { pgno },
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
