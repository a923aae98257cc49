// The long values of a damaged table, out of their leaves (format 6.5, 10.3): which are whole, who refers to them, and
// their bytes. Of leaves that overlap the better one counts, whole.
import type { TreeRef } from '../../ese/btree/tree.ts';
import type { AppendNode } from '../../ese/build/copy-long-values.ts';
import { lidNumber, lidOfReference } from '../../ese/build/copy-long-values.ts';
import { decompress } from '../../ese/compression/decompress.ts';
import {
  chunkBytes,
  LongValues,
  longValueKey,
  parseLongValueKey,
  parseLongValueRoot,
  type LongValueResult,
} from '../../ese/lv/long-values.ts';
import { compareKeys } from '../../ese/norm/compare-keys.ts';
import { NodeView } from '../../ese/page/node.ts';
import { PageReader } from '../../ese/page/page-reader.ts';
import type { Page } from '../../ese/page/page.ts';
import { CoveredRanges } from './covered-ranges.ts';
import type { FileScan } from './file-scan.ts';
import type { LeafPlan } from './leaf-plan.ts';

const KEY_MOST = 12;
const FIRST_COUNT = 256;
const NOTHING = new Uint8Array(0);

/** Called for a value that cannot be kept. */
export type BrokenValueHandler = (lid: number, pgno: number, why: string) => void;

/** A value while its chunks go by. */
interface OpenValue {
  readonly lid: number;
  readonly size: number;
  readonly encrypted: boolean;
  readonly position: number;
  readonly pgno: number;
  offset: number;
  fault: string;
}

/** The long values of one table. */
export class LongValueLeaves {
  /** Leaf pages in key order, by their number in the register. */
  readonly order: readonly number[];
  /** Pages that another one outdoes. */
  readonly outdone: number[] = [];
  readonly #scan: FileScan;
  readonly #chunkMax: number;
  readonly #node = new NodeView();
  readonly #key = new Uint8Array(KEY_MOST);
  /** Values that are whole, by ascending id: id, place of the root's page in `order`, references. */
  #lids = new Float64Array(FIRST_COUNT);
  #positions = new Uint32Array(FIRST_COUNT);
  #references = new Uint32Array(FIRST_COUNT);
  whole = 0;

  constructor(scan: FileScan, plan: LeafPlan, chunkMax: number) {
    this.#scan = scan;
    this.#chunkMax = chunkMax;
    this.order = this.#choose(plan);
  }

  #choose({ plain, tangled }: LeafPlan): number[] {
    const { leaves } = this.#scan;
    const order = [...plain];
    for (const cluster of tangled) {
      const covered = new CoveredRanges();
      for (const entry of cluster) {
        const [first, last] = [leaves.key(entry, true), leaves.key(entry, false)];
        if (covered.touches(first, last)) {
          this.outdone.push(leaves.pgno[entry]!);
          continue;
        }
        covered.add(first, last);
        order.push(entry);
      }
    }
    return tangled.length === 0 ? order : order.sort((a, b) => leaves.compareFirst(a, b));
  }

  /** Finds the values that are whole. */
  survey(onBroken: BrokenValueHandler): void {
    let open: OpenValue | undefined;
    const finish = (): void => {
      if (open === undefined) return;
      const missing = open.offset < open.size ? `has ${open.offset} of ${open.size} bytes` : '';
      const why = open.fault === '' ? missing : open.fault;
      if (why === '') this.#add(open.lid, open.position);
      else onBroken(open.lid, open.pgno, why);
      open = undefined;
    };
    let lost = -1;
    this.walk((key, keyLength, node, position, page) => {
      const parsed = parseLongValueKey(keyLength === KEY_MOST ? key : key.subarray(0, keyLength));
      if (parsed === undefined) return;
      const lid = lidNumber(key, parsed.lidLength);
      if (parsed.offset === undefined) {
        finish();
        const root = parseLongValueRoot(node.data());
        const { pgno } = page;
        if (root === undefined) onBroken(lid, pgno, 'has a root that is none');
        else open = { lid, ...root, position, pgno, offset: 0, fault: '' };
      } else if (open?.lid === lid) {
        if (open.fault === '') this.#chunk(open, node, parsed.offset);
      } else if (lid !== lost) {
        lost = lid;
        onBroken(lid, page.pgno, 'has lost its root');
      }
    });
    finish();
  }

  #chunk(open: OpenValue, node: NodeView, offset: number): void {
    const expected = Math.min(this.#chunkMax, open.size - offset);
    if (offset !== open.offset) open.fault = `lacks the chunk at ${open.offset} of ${open.size}`;
    else if (expected <= 0) open.fault = 'has a chunk beyond its end';
    else if (!open.encrypted) open.fault = chunkFault(node, offset, expected);
    open.offset = offset + Math.max(0, expected);
  }

  #add(lid: number, position: number): void {
    if (this.whole > 0 && lid <= this.#lids[this.whole - 1]!) return;
    if (this.whole === this.#lids.length) {
      const size = this.whole * 2;
      const lids = new Float64Array(size);
      lids.set(this.#lids);
      const positions = new Uint32Array(size);
      positions.set(this.#positions);
      const references = new Uint32Array(size);
      references.set(this.#references);
      [this.#lids, this.#positions, this.#references] = [lids, positions, references];
    }
    this.#lids[this.whole] = lid;
    this.#positions[this.whole++] = position;
  }

  #find(lid: number): number {
    let low = 0;
    let high = this.whole;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#lids[middle]! < lid) low = middle + 1;
      else high = middle;
    }
    return low < this.whole && this.#lids[low] === lid ? low : -1;
  }

  /** True when a reference (as it stands in a record) leads to a value that is whole. */
  has(bytes: Uint8Array, start: number, end: number): boolean {
    return (end - start === 4 || end - start === 8) && this.#find(lidOfReference(bytes, start, end)) >= 0;
  }

  /** Books a reference from a record that is kept. */
  refer(bytes: Uint8Array, start: number, end: number): void {
    const at = this.#find(lidOfReference(bytes, start, end));
    if (at >= 0) this.#references[at]!++;
  }

  /** Writes whole values that are referred to, with their true counts; returns how many nobody refers to. */
  write(append: AppendNode): { kept: number; unreferenced: number } {
    const root = new Uint8Array(16);
    const rootView = new DataView(root.buffer);
    const tally = { kept: 0, unreferenced: 0 };
    /** The value whose chunks are being copied. */
    let keep = -1;
    this.walk((key, keyLength, node) => {
      const parsed = parseLongValueKey(keyLength === KEY_MOST ? key : key.subarray(0, keyLength));
      if (parsed === undefined) return;
      const lid = lidNumber(key, parsed.lidLength);
      if (parsed.offset !== undefined) {
        if (lid === keep) append(key, keyLength, node.bytes, node.dataStart, node.dataLength);
        return;
      }
      const at = this.#find(lid);
      const count = at < 0 ? 0 : this.#references[at]!;
      keep = count > 0 ? lid : -1;
      if (at >= 0) tally[count > 0 ? 'kept' : 'unreferenced']++;
      if (count === 0) return;
      root.set(node.data());
      rootView.setUint32(0, count, true);
      append(key, keyLength, root, 0, node.dataLength);
    });
    return tally;
  }

  /** Visits the live nodes in strictly ascending order. */
  walk(visit: (key: Uint8Array, keyLength: number, node: NodeView, position: number, page: Page) => void): void {
    const { pages, leaves } = this.#scan;
    const buffer = new Uint8Array(pages.format.pageSize);
    const last = new Uint8Array(KEY_MOST);
    let lastLength = -1;
    const node = this.#node;
    for (const [position, entry] of this.order.entries()) {
      const page = pages.readInto(leaves.pgno[entry]!, buffer);
      if (page === undefined) continue;
      for (const line of this.#lines(page, entry)) {
        if (!node.load(page, line) || node.isDeleted || node.keyLength > KEY_MOST) continue;
        const length = node.copyKey(this.#key);
        if (lastLength >= 0 && compareKeys(this.#key, 0, length, last, 0, lastLength) <= 0) continue;
        last.set(this.#key);
        lastLength = length;
        visit(this.#key, length, node, position, page);
      }
    }
  }

  /** Lines of a page in key order. */
  *#lines(page: Page, entry: number): Generator<number> {
    const { lineCount } = page;
    if (this.#scan.leaves.inOrder[entry] === 1) {
      for (let line = 0; line < lineCount; line++) yield line;
      return;
    }
    const node = new NodeView();
    const keyed: { line: number; key: Uint8Array }[] = [];
    for (let line = 0; line < lineCount; line++) if (node.load(page, line)) keyed.push({ line, key: node.key() });
    keyed.sort((a, b) => compareKeys(a.key, 0, a.key.length, b.key, 0, b.key.length) || a.line - b.line);
    for (const { line } of keyed) yield line;
  }

  /** The beginning of a whole value, at least `most` bytes of it if it has them. */
  read(lid: Uint8Array, most: number): LongValueResult {
    const at = lid.length === 4 || lid.length === 8 ? this.#find(lidOfReference(lid, 0, lid.length)) : -1;
    if (at < 0) return { ok: false, reason: 'it could not be kept', missing: true, partial: NOTHING };
    const key = longValueKey(lid);
    const pieces: Uint8Array[] = [];
    let done = 0;
    let size = -1;
    let encrypted = false;
    const { pages, leaves } = this.#scan;
    const node = new NodeView();
    for (let position = this.#positions[at]!; position < this.order.length; position++) {
      const entry = this.order[position]!;
      const page = pages.read(leaves.pgno[entry]!);
      if (page === undefined) break;
      for (const line of this.#lines(page, entry)) {
        if (!node.load(page, line) || node.isDeleted || node.compareKey(key) < 0) continue;
        if (size < 0) {
          const root = parseLongValueRoot(node.data());
          if (root === undefined) return { ok: false, reason: 'its root is none', missing: true, partial: NOTHING };
          ({ size, encrypted } = root);
        } else {
          const expected = Math.min(this.#chunkMax, size - done);
          const piece = encrypted ? node.data() : chunkBytes(node.data(), expected);
          if (typeof piece === 'string')
            return { ok: false, reason: piece, missing: false, partial: join(pieces, done) };
          pieces.push(piece.slice());
          done += expected;
        }
        if (done >= size || done >= most) return { ok: true, bytes: join(pieces, done), encrypted };
      }
    }
    return { ok: false, reason: 'it ends too early', missing: false, partial: join(pieces, done) };
  }
}

function chunkFault(node: NodeView, offset: number, expected: number): string {
  if (node.dataLength === expected) return '';
  if (node.dataLength > expected) return `has ${node.dataLength} bytes where ${expected} belong at ${offset}`;
  const result = decompress(node.data(), expected);
  // What this program cannot unpack may be sound: the engine can.
  if (!result.ok) return result.unsupported ? '' : `cannot be unpacked at ${offset} (${result.reason})`;
  return result.bytes.length === expected
    ? ''
    : `unpacks to ${result.bytes.length} bytes where ${expected} belong at ${offset}`;
}

/** The same, as readers of records want it. */
export class RescuedLongValues extends LongValues {
  readonly #leaves: LongValueLeaves;

  constructor(scan: FileScan, tree: TreeRef, chunkMax: number, leaves: LongValueLeaves) {
    super(new PageReader(scan.pages.source, scan.pages.format, { cacheSize: 0 }), tree, chunkMax);
    this.#leaves = leaves;
  }

  override read(lid: Uint8Array, most = 0x7fffffff): LongValueResult {
    return this.#leaves.read(lid, most);
  }
}

function join(pieces: readonly Uint8Array[], length: number): Uint8Array {
  const bytes = new Uint8Array(Math.max(length, 0));
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece.subarray(0, Math.max(0, length - at)), at);
    at += piece.length;
  }
  return bytes.subarray(0, Math.min(at, length));
}
