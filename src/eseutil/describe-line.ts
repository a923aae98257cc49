// What one line of a page holds, by the kind of its page: extent, child, record, index entry, long value (format 2.3,
// 4.3, 6).
import { toHex } from '../binary/hex.ts';
import { childPgno } from '../ese/btree/tree.ts';
import type { Database } from '../ese/database.ts';
import { parseLongValueKey, parseLongValueRoot } from '../ese/lv/long-values.ts';
import { describeKey } from '../ese/norm/describe-key.ts';
import { NodeView } from '../ese/page/node.ts';
import { NodeFlag, PageFlag } from '../ese/page/page-flags.ts';
import { tagProblem } from '../ese/page/page-structure.ts';
import type { Page } from '../ese/page/page.ts';
import { RecordReader } from '../ese/record/record-reader.ts';
import { extentFirst, extentOfNode } from '../ese/space/extent.ts';
import type { PageOwner } from './page-owner.ts';
import { recordColumns, type PlainRecord } from './record-columns.ts';

/** A line (node) of a page. Keys and data are hexadecimal text. */
export interface LineDescription {
  readonly line: number;
  /** Its tag. */
  readonly itag: number;
  /** First byte in the page, and the byte after the last. */
  readonly start: number;
  readonly end: number;
  readonly flags: readonly string[];
  /** What is wrong with the line; the fields after this one are absent where it cannot be decoded at all. */
  readonly problem?: string;
  /** Bytes of the key in tag 0, and in the line itself. */
  readonly prefixLength?: number;
  readonly suffixLength?: number;
  readonly dataLength?: number;
  readonly key?: string;
  /** The key's values in words, where the index is known. */
  readonly keyText?: string;
  readonly data?: string;
  /** Branch pages: the page the line leads to. */
  readonly child?: number;
  /** Space trees. */
  readonly extent?: { readonly first: number; readonly last: number; readonly pages: number; readonly pool: number };
  /** Long-value trees: id, and for a root size and references, for a chunk its place in the value. */
  readonly longValue?: {
    readonly lid: string;
    readonly offset?: number;
    readonly size?: number;
    readonly refCount?: number;
    readonly encrypted?: boolean;
  };
  /** Records of known tables. */
  readonly columns?: PlainRecord;
}

type Content = Pick<LineDescription, 'child' | 'extent' | 'longValue' | 'columns' | 'keyText' | 'problem'>;

const FLAG_NAMES: readonly (readonly [number, string])[] = [
  [NodeFlag.Version, 'version'],
  [NodeFlag.Deleted, 'deleted'],
  [NodeFlag.Compressed, 'compressed'],
];

/** Node flags in words. */
export function nodeFlagNames(flags: number): string[] {
  return FLAG_NAMES.filter(([bit]) => (flags & bit) !== 0).map(([, name]) => name);
}

/** Describes the lines of pages that belong to one owner. */
export class LineDescriber {
  readonly #owner: PageOwner;
  readonly #node = new NodeView();
  readonly #record: RecordReader | undefined;

  constructor(db: Database, owner: PageOwner) {
    this.#owner = owner;
    const table = owner.kind === 'table' ? owner.table : undefined;
    this.#record = table === undefined ? undefined : new RecordReader(table, db.pages.format, undefined);
  }

  /** Line `line` of `page`, as far as it can be decoded. */
  describe(page: Page, line: number): LineDescription {
    const itag = line + page.ctagReserved;
    const start = page.tagStart(itag);
    const problem = tagProblem(page, itag);
    const place = { line, itag, start, end: start + page.tagLength(itag), flags: nodeFlagNames(page.tagFlags(itag)) };
    const node = this.#node;
    if (!node.load(page, line)) return { ...place, problem: problem ?? 'cannot be decoded' };
    return {
      ...place,
      ...(problem === undefined ? {} : { problem }),
      prefixLength: node.prefixLength,
      suffixLength: node.suffixLength,
      dataLength: node.dataLength,
      key: toHex(node.key()),
      data: toHex(node.data()),
      ...this.#content(page),
    };
  }

  #content(page: Page): Content {
    const node = this.#node;
    const { fFlags } = page;
    if (!page.isLeaf) {
      const child = childPgno(node);
      return child === 0 ? { problem: 'leads to no page' } : { child, ...this.#keyText(fFlags) };
    }
    if ((fFlags & PageFlag.SpaceTree) !== 0) return this.#extent();
    if ((fFlags & PageFlag.LongValue) !== 0) return this.#longValue();
    return { ...this.#keyText(fFlags), ...((fFlags & PageFlag.Index) === 0 ? this.#columns(page) : {}) };
  }

  #extent(): Content {
    const extent = extentOfNode(this.#node);
    if (extent === undefined) return { problem: 'is no extent' };
    return {
      extent: { first: extentFirst(extent), last: extent.pgnoLast, pages: extent.cpg, pool: extent.pool },
    };
  }

  #longValue(): Content {
    const key = this.#node.key();
    const parsed = parseLongValueKey(key);
    if (parsed === undefined) return { problem: 'has a key that is no long-value key' };
    const lid = toHex(key, 0, parsed.lidLength);
    if (parsed.offset !== undefined) return { longValue: { lid, offset: parsed.offset } };
    const root = parseLongValueRoot(this.#node.data());
    if (root === undefined) return { longValue: { lid }, problem: 'is no long-value root' };
    const { size, refCount, encrypted } = root;
    return { longValue: { lid, size, refCount, ...(encrypted ? { encrypted } : {}) } };
  }

  /** Keys of table and index pages in words; those of branches may be cut, which the words show. */
  #keyText(fFlags: number): Content {
    const { index } = this.#owner;
    const known = index !== undefined && (fFlags & (PageFlag.SpaceTree | PageFlag.LongValue)) === 0;
    return known && this.#node.keyLength > 0 ? { keyText: describeKey(index.definition, this.#node.key()) } : {};
  }

  #columns(page: Page): Content {
    const record = this.#record;
    const { table } = this.#owner;
    if (record === undefined || table === undefined) return {};
    const { bytes, dataStart, dataLength } = this.#node;
    const sortedTagged = (page.fFlags & PageFlag.NewRecordFormat) !== 0;
    if (!record.load(bytes, dataStart, dataStart + dataLength, sortedTagged)) return { problem: 'is no record' };
    const columns = recordColumns(record, table.columns);
    return record.tagged.broken ? { columns, problem: 'has damaged tagged columns' } : { columns };
  }
}
