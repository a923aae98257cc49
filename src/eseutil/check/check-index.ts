// One secondary index against its table, in both directions (format 7, 10.2).
import { toHex } from '../../binary/hex.ts';
import { treeMismatch } from '../../ese/btree/tree.ts';
import { hasUnicodeSegment, IndexExtraFlag, type IndexDef } from '../../ese/catalog/index-def.ts';
import type { TableDef } from '../../ese/catalog/table-def.ts';
import type { FindingPlace, Severity } from '../../ese/finding.ts';
import type { ColumnValues } from '../../ese/norm/column-values.ts';
import { describeKey } from '../../ese/norm/describe-key.ts';
import { IndexKeys, KeysKnown } from '../../ese/norm/index-keys.ts';
import { mayMakeTextKeys } from '../../ese/norm/sort-order.ts';
import { NodeView } from '../../ese/page/node.ts';
import { BookmarkSet } from './bookmark-set.ts';
import type { CheckContext } from './check-context.ts';
import { checkTree, type TreeCheck } from './check-tree.ts';
import { visitedLeaves } from './visited-leaves.ts';
import { MembershipAudit } from './membership-audit.ts';
import { MultisetAudit } from './multiset-audit.ts';

/** Entries looked into one by one when the sums differ, and bytes they may take. */
const DETAIL_MOST = 100_000;
const DETAIL_BYTES_MOST = 64 << 20;

/**
 * What can be compared. `entries`: key and bookmark; `bookmarks`: one entry a record, its key a sort key that cannot be
 * made; `members`: several such entries a record, so only that there is one.
 */
type Mode = 'entries' | 'bookmarks' | 'members';

function modeOf(index: IndexDef): Mode {
  if (!hasUnicodeSegment(index)) return 'entries';
  const many = index.definition.tuple !== undefined || index.definition.segments.some((segment) => segment.multiValued);
  return many ? 'members' : 'bookmarks';
}

/** Values of a record, and whether one of those asked for could not be read: what is built from it proves nothing. */
export interface CheckedValues extends ColumnValues {
  unreadable: boolean;
}

interface Difference {
  /** Entries expected minus entries found. */
  count: number;
  pgno: number;
  line: number;
  readonly key: Uint8Array;
  readonly bookmark: Uint8Array;
}

const NOTHING = new Uint8Array(0);

/** Compares one index with its table: `record` for every record, `walk`, then, if `agrees` is false, the details. */
export class IndexCheck {
  readonly index: IndexDef;
  readonly #ctx: CheckContext;
  readonly #table: TableDef;
  readonly #keys: IndexKeys;
  /** Settled when all is booked: `entries` also for sort keys, if those of every record could be made. */
  #mode: Mode;
  #audit: MultisetAudit;
  /** Entries of an index of Unicode text, while all of its sort keys can be made. */
  #whole: MultisetAudit | undefined;
  /** Every record has its entry and every entry its record, by bookmark: at most sort keys differ. */
  #agreesByBookmark = false;
  #members: MembershipAudit | undefined;
  readonly #differences = new Map<string, Difference>();
  #values: CheckedValues | undefined;
  #bookmark: Uint8Array = NOTHING;
  #bookmarkLength = 0;
  #detailBytes = 0;
  #cut = false;
  /** Records whose keys could not all be made: their entries prove nothing. */
  readonly #unknown: BookmarkSet;
  /** False when there is nothing to compare: columns the catalog does not have, no tree, or nonsense for limits. */
  #comparable: boolean;
  #tree: TreeCheck | undefined;

  /** `siblings`: indexes of the table that are compared at the same time; `unsound`: records whose values prove nothing. */
  constructor(ctx: CheckContext, table: TableDef, index: IndexDef, siblings: number, unsound: BookmarkSet) {
    this.#ctx = ctx;
    this.#table = table;
    this.index = index;
    this.#unknown = new BookmarkSet(unsound);
    this.#keys = new IndexKeys(index.definition);
    this.#mode = modeOf(index);
    const { pages } = ctx.db;
    const root = pages.tryRead(index.tree.pgnoFDP);
    this.#comparable = !index.unresolved && !(root instanceof Error) && treeMismatch(root, index.tree) === undefined;
    const members = this.#mode === 'members';
    const mayBeMade = this.#mode !== 'entries' && mayMakeTextKeys(index.definition);
    const together = mayBeMade ? siblings * 2 : siblings;
    this.#audit = new MultisetAudit(members ? 0 : pages.pgnoLast, together);
    this.#members = members ? new MembershipAudit(pages.pgnoLast, together) : undefined;
    this.#whole = mayBeMade ? new MultisetAudit(pages.pgnoLast, together) : undefined;
  }

  /** Books the entries a record should have, as far as its values can be read. */
  record(values: CheckedValues, bookmark: Uint8Array, bookmarkLength: number): void {
    if (!this.#comparable) return;
    values.unreadable = false;
    this.#values = values;
    this.#bookmark = bookmark;
    this.#bookmarkLength = bookmarkLength;
    const known = this.#keys.of(values, this.#expect);
    if (known === KeysKnown.TooMany) this.#giveUp();
    if (known === KeysKnown.Refused || this.#values.unreadable) this.#unknown.add(bookmark, bookmarkLength);
  }

  /** No sound record has so many entries: making them again and again would take for ever. */
  #giveUp(): void {
    this.#comparable = false;
    const message = `index ${this.index.name} of table ${this.#table.name} would have more entries for one record than any sound index: it is not compared with the table`;
    this.#ctx.reporter.add({
      rule: 'catalog.row',
      severity: 'warning',
      jet: 'JET_errCatalogCorrupted',
      at: this.#place(),
      message,
    });
  }

  readonly #expect = (key: Uint8Array, length: number, exact: boolean): void => {
    if (this.#values!.unreadable) return;
    if (!exact) this.#whole = undefined;
    this.#whole?.add('expected', key, 0, length, this.#bookmark, 0, this.#bookmarkLength);
    this.#book('expected', key, 0, length, this.#bookmark, 0, this.#bookmarkLength);
  };

  #book(
    side: 'expected' | 'actual',
    key: Uint8Array,
    from: number,
    to: number,
    mark: Uint8Array,
    markFrom: number,
    markTo: number,
  ): void {
    if (this.#mode === 'entries') this.#audit.add(side, key, from, to, mark, markFrom, markTo);
    else if (this.#mode === 'bookmarks') this.#audit.add(side, NOTHING, 0, 0, mark, markFrom, markTo);
    else if (side === 'expected') this.#members!.addExpected(mark, markFrom, markTo);
    else this.#members!.addActual(mark, markFrom, markTo);
  }

  #suspects(key: Uint8Array, from: number, to: number, mark: Uint8Array, markFrom: number, markTo: number): boolean {
    if (this.#mode === 'entries') return this.#audit.suspects(key, from, to, mark, markFrom, markTo);
    if (this.#mode === 'bookmarks') return this.#audit.suspects(NOTHING, 0, 0, mark, markFrom, markTo);
    return this.#members!.suspects(mark, markFrom, markTo);
  }

  /** Walks the index tree and books its entries. */
  walk(): void {
    const key = new Uint8Array(0x4000);
    this.#tree = checkTree(this.#ctx, this.index.tree, {
      place: this.#place(),
      nonUnique: !this.index.definition.unique,
      visit: (node) => {
        const length = node.copyKey(key);
        const { bytes, dataStart, dataLength } = node;
        this.#book('actual', key, 0, length, bytes, dataStart, dataStart + dataLength);
        this.#whole?.add('actual', key, 0, length, bytes, dataStart, dataStart + dataLength);
      },
    });
    if (this.#whole === undefined) return;
    this.#agreesByBookmark = this.#members?.agrees ?? this.#audit.agrees;
    this.#mode = 'entries';
    this.#audit = this.#whole;
    this.#members = undefined;
  }

  get agrees(): boolean {
    return !this.#comparable || (this.#members?.agrees ?? this.#audit.agrees);
  }

  /** Second pass, records. */
  detailRecord(values: CheckedValues, bookmark: Uint8Array, bookmarkLength: number, pgno: number, line: number): void {
    if (this.#unknown.has(bookmark, bookmarkLength)) return;
    values.unreadable = false;
    this.#keys.of(values, (key, length) => {
      if (!values.unreadable && this.#suspects(key, 0, length, bookmark, 0, bookmarkLength)) {
        this.#note(1, key.slice(0, length), bookmark.slice(0, bookmarkLength), pgno, line);
      }
    });
  }

  /** Second pass, index; then says what differs. `tableComplete`: every record of the table was read. */
  reportDifferences(tableComplete: boolean): void {
    const node = new NodeView();
    for (const page of visitedLeaves(this.#ctx.db.pages, this.index.tree, this.#tree!)) {
      for (let line = 0; line < page.lineCount; line++) {
        if (!node.load(page, line) || node.isDeleted) continue;
        const key = node.key();
        const mark = node.data();
        if (this.#suspects(key, 0, key.length, mark, 0, mark.length))
          this.#note(-1, key, mark.slice(), page.pgno, line);
      }
    }
    this.#report(tableComplete);
  }

  #note(change: 1 | -1, key: Uint8Array, bookmark: Uint8Array, pgno: number, line: number): void {
    const name = this.#mode === 'entries' ? `${toHex(key)}/${toHex(bookmark)}` : toHex(bookmark);
    let difference = this.#differences.get(name);
    if (difference === undefined) {
      if (this.#differences.size >= DETAIL_MOST || this.#detailBytes > DETAIL_BYTES_MOST) {
        this.#cut = true;
        return;
      }
      this.#detailBytes += name.length + key.length + bookmark.length;
      this.#differences.set(name, (difference = { count: 0, pgno, line, key, bookmark }));
    }
    // Of members only the sides count, not how often: the sign of one note stands for all.
    const sides = difference.count + change;
    difference.count =
      this.#mode === 'members' ? Math.sign(sides === 0 && difference.count === 0 ? change : sides) : sides;
  }

  #report(tableComplete: boolean): void {
    const all = [...this.#differences.values()];
    const missing = all.filter((difference) => difference.count > 0);
    const dangling = all.filter(
      (difference) => difference.count < 0 && !this.#unknown.has(difference.bookmark, difference.bookmark.length),
    );
    const more = this.#cut ? ' or more' : '';
    if (this.#agreesByBookmark && missing.length === dangling.length) {
      // Text of another collation library, or of a program that names a sort version it did not use: no lost entry.
      if (missing.length > 0)
        this.#sum(
          'index.dangling-entry',
          `${missing.length}${more} entries have other sort keys than their texts make`,
        );
      return;
    }
    if (this.#tree!.complete && !this.#unknown.full) {
      for (const difference of missing) this.#say('error', 'index.missing-entry', difference, 'a record has no entry');
    } else if (missing.length > 0) {
      this.#sum(
        'index.missing-entry',
        `${missing.length}${more} records have no readable entry: part of the index is damaged`,
      );
    }
    if (tableComplete && !this.#unknown.full) {
      for (const difference of dangling)
        this.#say('error', 'index.dangling-entry', difference, 'an entry has no record that it belongs to');
    } else if (dangling.length > 0) {
      this.#sum(
        'index.dangling-entry',
        `${dangling.length}${more} entries have no readable record: part of the table or its long values is damaged`,
      );
    }
  }

  #say(severity: Severity, rule: string, { key, bookmark, pgno, line }: Difference, what: string): void {
    // An index still being filled may lack entries.
    if (rule === 'index.missing-entry' && (this.index.extraFlags & IndexExtraFlag.DeferredPopulate) !== 0) return;
    const named = this.#mode === 'entries' ? `key ${describeKey(this.index.definition, key)}, ` : '';
    this.#ctx.reporter.add({
      rule,
      severity,
      jet: 'JET_errSecondaryIndexCorrupted',
      at: { ...this.#place(), pgno, line },
      message: `index ${this.index.name} of table ${this.#table.name}: ${what} (${named}bookmark ${toHex(bookmark)})`,
      fix: this.#fix(),
    });
  }

  #fix(): string {
    if (this.#mode === 'entries') return 'The records are intact: repair and defragmentation rebuild the index.';
    const { sortVersion } = this.index;
    return sortVersion.length > 0 && sortVersion.every((byte) => byte === 0)
      ? 'The index is marked: the engine deletes it, and the program that owns it must create it again.'
      : 'The records are intact. Not all of its sort keys can be made here: repair may have to mark it for the engine.';
  }

  #sum(rule: string, message: string): void {
    this.#ctx.reporter.add({
      rule,
      severity: 'warning',
      jet: 'JET_errSecondaryIndexCorrupted',
      at: this.#place(),
      message: `index ${this.index.name} of table ${this.#table.name}: ${message}`,
    });
  }

  #place(): FindingPlace {
    return { objid: this.index.tree.objid, table: this.#table.name, index: this.index.name };
  }
}
