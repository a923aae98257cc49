// Records that were deleted and still lie in the file: in free space of leaf pages, and on pages that were freed. What
// is found there is taken for a record of the table only when it proves to be one (record-proof.ts), its key agrees
// with its contents, and the table has no such row and no row of that key now.
import { u16 } from '../../binary/little-endian.ts';
import type { TableDef } from '../catalog/table-def.ts';
import { IndexKeys, KeysKnown } from '../norm/index-keys.ts';
import { NodeView } from '../page/node.ts';
import { pageGaps } from '../page/page-gaps.ts';
import type { PageFormat } from '../page/page-format.ts';
import { NodeFlag, PageFlag } from '../page/page-flags.ts';
import type { Page } from '../page/page.ts';
import { RecordProof, type RecordEnd } from './record-proof.ts';
import { RecordReader } from './record-reader.ts';

/** Where remains were found. */
export type RemainsOrigin = 'slack' | 'freed-page';

/** A record that is no longer in its table. */
export interface DeletedRecord {
  readonly origin: RemainsOrigin;
  readonly pgno: number;
  /** The record: bytes[start..end) of its page. */
  readonly start: number;
  readonly end: number;
}

interface Candidate extends DeletedRecord {
  readonly recordHash: number;
  /** Hash of its key; undefined when the key is not known. */
  readonly keyHash: number | undefined;
}

/** Remains kept at most: beyond it a table is mostly remains, and memory counts. */
const MOST_CANDIDATES = 1 << 20;
const KEY_SIZE_MASK = 0x1fff;
/** Keys are compressed only where it saves something. */
const LEAST_PREFIX = 3;
const FLAGS_SHIFT = 13;
/** Key bytes of a table without a primary index: a counter. */
const COUNTER_SIZE = 4;

/** A number of 53 bits that tells contents apart. */
function hashBytes(bytes: Uint8Array, start: number, end: number): number {
  let a = 0x811c9dc5;
  let b = 0x9e3779b9;
  for (let i = start; i < end; i++) {
    a = Math.imul(a ^ bytes[i]!, 0x01000193);
    b = Math.imul(b + bytes[i]!, 0x85ebca6b) ^ (b >>> 13);
  }
  return (a >>> 0) * 0x200000 + ((b ^ (end - start)) & 0x1fffff);
}

/** A node as it may begin in free space, where no tag tells. */
interface Header {
  /** Bytes that came from the page's prefix; 0 for a whole key. */
  readonly prefix: number;
  readonly suffixStart: number;
  readonly recordStart: number;
}

interface FoundNode extends Header {
  readonly recordEnd: RecordEnd;
}

/**
 * Finds the remains of one table. Show it every leaf page of the table (`searchSlack`), then the pages that were freed
 * (`searchFreed`), then every live row (`exclude`); `records` are what is left.
 */
export class DeletedRecordSearch {
  readonly #proof: RecordProof;
  readonly #reader: RecordReader;
  readonly #keys: IndexKeys | undefined;
  readonly #format: PageFormat;
  readonly #keyMost: number;
  readonly #node = new NodeView();
  readonly #key = new Uint8Array(2 * KEY_SIZE_MASK);
  readonly #candidates: Candidate[] = [];
  readonly #recordHashes = new Set<number>();
  readonly #keyHashes = new Set<number>();
  /** Of the candidates' contents and keys, those that live rows have. */
  readonly #liveHashes = new Set<number>();
  readonly #liveKeys = new Set<number>();

  constructor(table: TableDef, format: PageFormat) {
    this.#format = format;
    this.#proof = new RecordProof(table, format);
    // Long values are never part of a primary key that could be told from the record alone.
    this.#reader = new RecordReader(table, format, undefined);
    const primary = table.primaryIndex?.definition;
    this.#keys = primary === undefined ? undefined : new IndexKeys(primary);
    this.#keyMost = primary?.keyMost ?? COUNTER_SIZE;
  }

  /** True when something was found that live rows have to be held against. */
  get hasCandidates(): boolean {
    return this.#candidates.length > 0;
  }

  /** Looks for records in the free space of a leaf page. */
  searchSlack(page: Page, origin: RemainsOrigin = 'slack'): void {
    if ((page.fFlags & PageFlag.NewRecordFormat) === 0) return;
    for (const gap of pageGaps(page)) {
      let open: FoundNode | undefined;
      for (let at = gap.start; at < gap.end;) {
        const header = this.#nodeAt(page, at, gap.end);
        if (header === undefined) {
          at++;
          continue;
        }
        const found = header.recordEnd;
        // A record whose end was open ends where the next node begins.
        if (open !== undefined) this.#note(page, origin, open, at);
        open = found.exact ? undefined : header;
        if (found.exact) this.#note(page, origin, header, found.end);
        at = Math.max(found.end, at + 1);
      }
      if (open !== undefined && gap.endsAtLine) this.#note(page, origin, open, gap.end);
    }
  }

  /** Takes the lines of a leaf page the table no longer uses, and what lies between them. */
  searchFreed(page: Page): void {
    if ((page.fFlags & PageFlag.NewRecordFormat) === 0) return;
    const node = this.#node;
    for (let line = 0; line < page.lineCount; line++) {
      if (!node.load(page, line)) continue;
      const end = node.dataStart + node.dataLength;
      if (!this.#proof.isRecord(page.bytes, node.dataStart, end)) continue;
      const keyHash = hashBytes(this.#key, 0, node.copyKey(this.#key));
      this.#add(page, 'freed-page', node.dataStart, end, keyHash);
    }
    this.searchSlack(page, 'freed-page');
  }

  /** A row the table has, or a deleted one that is given already. */
  exclude(node: NodeView): void {
    const record = hashBytes(node.bytes, node.dataStart, node.dataStart + node.dataLength);
    if (this.#recordHashes.has(record)) this.#liveHashes.add(record);
    const key = hashBytes(this.#key, 0, node.copyKey(this.#key));
    if (this.#keyHashes.has(key)) this.#liveKeys.add(key);
  }

  /** The remains that are no copies of live rows or of each other. */
  *records(): Generator<DeletedRecord> {
    const given = new Set<number>();
    for (const candidate of this.#candidates) {
      const { recordHash, keyHash } = candidate;
      if (this.#liveHashes.has(recordHash) || given.has(recordHash)) continue;
      if (keyHash !== undefined && this.#liveKeys.has(keyHash)) continue;
      given.add(recordHash);
      yield candidate;
    }
  }

  /** True for a node flagged deleted whose record is still whole. */
  isWhole(page: Page, node: NodeView): boolean {
    const sorted = (page.fFlags & PageFlag.NewRecordFormat) !== 0;
    return !sorted || this.#proof.isRecord(node.bytes, node.dataStart, node.dataStart + node.dataLength);
  }

  /** The node at `at`, if a record follows whose key it has. */
  #nodeAt(page: Page, at: number, limit: number): FoundNode | undefined {
    const { bytes } = page;
    if (at + 2 > limit) return undefined;
    const first = u16(bytes, at);
    // On small pages the tag tells whether a key is compressed, and the tag is gone: both may be right.
    const flags = this.#format.flagsInTag ? undefined : first >> FLAGS_SHIFT;
    const compressed = flags === undefined ? undefined : (flags & NodeFlag.Compressed) !== 0;
    const plain = compressed === true ? undefined : this.#plainHeader(bytes, at, first, limit);
    const packed = compressed === false ? undefined : this.#compressedHeader(bytes, at, first, limit);
    return this.#withRecord(page, plain, limit) ?? this.#withRecord(page, packed, limit);
  }

  #withRecord(page: Page, header: Header | undefined, limit: number): FoundNode | undefined {
    if (header === undefined) return undefined;
    const recordEnd = this.#proof.endOf(page.bytes, header.recordStart, limit);
    if (recordEnd === undefined || this.#takeKey(page, header, limit) === 0) return undefined;
    return { ...header, recordEnd };
  }

  #plainHeader(bytes: Uint8Array, at: number, first: number, limit: number): Header | undefined {
    const length = first & KEY_SIZE_MASK;
    const recordStart = at + 2 + length;
    if (length === 0 || length > this.#keyMost || !this.#proof.mayStartAt(bytes, recordStart, limit)) return undefined;
    return { prefix: 0, suffixStart: at + 2, recordStart };
  }

  #compressedHeader(bytes: Uint8Array, at: number, first: number, limit: number): Header | undefined {
    const prefix = first & KEY_SIZE_MASK;
    if (prefix < LEAST_PREFIX || at + 4 > limit) return undefined;
    const length = u16(bytes, at + 2) & KEY_SIZE_MASK;
    const recordStart = at + 4 + length;
    if (prefix + length > this.#keyMost || !this.#proof.mayStartAt(bytes, recordStart, limit)) return undefined;
    return { prefix, suffixStart: at + 4, recordStart };
  }

  /** Keeps a record that proves whole. */
  #note(page: Page, origin: RemainsOrigin, header: Header, end: number): void {
    if (!this.#proof.isRecord(page.bytes, header.recordStart, end)) return;
    const length = this.#takeKey(page, header, end);
    if (length === 0) return;
    this.#add(page, origin, header.recordStart, end, length > 0 ? hashBytes(this.#key, 0, length) : undefined);
  }

  /**
   * Puts the node's key into `#key` and holds it against the record, which ends at `end` at the latest. Returns its
   * length; -1 when it fits but is not known to the last byte; 0 when it is not the record's.
   */
  #takeKey(page: Page, header: Header, end: number): number {
    const { prefix, suffixStart, recordStart } = header;
    const external = page.externalHeader;
    const key = this.#key;
    const length = prefix + recordStart - suffixStart;
    // The page's prefix may have changed since, but then the key is another one's, or none.
    const hasPrefix = prefix <= external.length;
    if (hasPrefix) key.set(external.subarray(0, prefix));
    key.set(page.bytes.subarray(suffixStart, recordStart), prefix);
    if (this.#keys === undefined) return length !== COUNTER_SIZE ? 0 : hasPrefix ? length : -1;
    if (!this.#reader.load(page.bytes, recordStart, end, true)) return 0;
    let fit = 0;
    const known = this.#keys.of(this.#reader, (computed, computedLength, exact) => {
      if (exact ? computedLength !== length : computedLength > length) return;
      for (let i = prefix; i < computedLength; i++) if (computed[i] !== key[i]) return;
      if (exact) key.set(computed.subarray(0, Math.min(prefix, computedLength)));
      fit = exact || hasPrefix ? length : -1;
    });
    return known === KeysKnown.Refused || known === KeysKnown.TooMany ? 0 : fit;
  }

  #add(page: Page, origin: RemainsOrigin, start: number, end: number, keyHash: number | undefined): void {
    if (this.#candidates.length >= MOST_CANDIDATES) return;
    const recordHash = hashBytes(page.bytes, start, end);
    this.#recordHashes.add(recordHash);
    if (keyHash !== undefined) this.#keyHashes.add(keyHash);
    this.#candidates.push({ origin, pgno: page.pgno, start, end, recordHash, keyHash });
  }
}
