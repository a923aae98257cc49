// What the parts of a copy of a database share: where it goes, what is known of it so far, and whom to tell.
import { JetError, jetError } from '../../errors/jet-error.ts';
import type { JetErrorSymbol } from '../../errors/jet-errors.data.ts';
import type { Database } from '../database.ts';
import type { Finding, FindingPlace } from '../finding.ts';
import { pageOffset } from '../page/page-reader.ts';
import type { AppendNode } from './copy-long-values.ts';
import type { BuildingTree, DatabaseBuilder } from './database-builder.ts';
import { NodeDigest } from './node-digest.ts';
import { NodeFeed } from './node-feed.ts';
import type { Sorter } from './sorter.ts';

/** How to copy. */
export interface CopyOptions {
  readonly now: Date;
  readonly random: () => number;
  /** Called for each leaf page copied. May throw to stop. */
  readonly onPage?: () => void;
  /** Told of all that is wrong with the source, and of what was put right. */
  readonly onFinding?: (finding: Finding) => void;
  /** Go on past damage and keep what can be read. Without it the first damage stops the copy. */
  readonly salvage?: boolean;
  /** Object ids of secondary indexes that do not agree with their table: made anew, where that can be done. */
  readonly unsoundIndexes?: ReadonlySet<number>;
  /** Makes sorters for what does not fit in memory; without it everything is sorted there. */
  readonly newSorter?: () => Sorter;
}

/** The state of one copy. */
export class CopyContext {
  readonly db: Database;
  readonly builder: DatabaseBuilder;
  readonly options: CopyOptions;
  readonly sortedTagged: boolean;
  readonly feed: NodeFeed;
  /** New root page of each object. */
  readonly roots: Map<number, number> = new Map();
  readonly digests: Map<number, NodeDigest> = new Map();
  /** Indexes that are not complete and that only the engine can complete. */
  readonly marked: Set<number> = new Set();
  /** Indexes of which nothing is left: the new database does not have them. */
  readonly dropped: Set<number> = new Set();
  /** What is being copied. */
  place: FindingPlace = {};
  /** True once something of the present table could not be read: its indexes then name records that are gone. */
  lost = false;

  constructor(db: Database, builder: DatabaseBuilder, sortedTagged: boolean, options: CopyOptions) {
    this.db = db;
    this.builder = builder;
    this.sortedTagged = sortedTagged;
    this.options = options;
    this.feed = new NodeFeed(db.pages, {
      onFault: (pgno, line, reason) => {
        this.#fault(pgno, line, reason);
      },
      ...(options.salvage === true ? { orphans: db.orphans } : {}),
      ...(options.onPage === undefined ? {} : { onPage: options.onPage }),
    });
  }

  /** True for an index that has to be made anew. */
  isUnsound(objid: number): boolean {
    return this.lost || this.options.unsoundIndexes?.has(objid) === true;
  }

  /** A fingerprint for an object that is written now. */
  digest(objid: number): NodeDigest {
    const digest = new NodeDigest();
    this.digests.set(objid, digest);
    return digest;
  }

  /** Appends nodes to a new tree and to its fingerprint. */
  append(tree: BuildingTree): AppendNode {
    const digest = this.digest(tree.objid);
    return (key, keyLength, data, start, length) => {
      digest.add(key, keyLength, data, start, length);
      tree.append(key, keyLength, data, start, length);
    };
  }

  /** A page or line that cannot be used. */
  #fault(pgno: number, line: number | undefined, reason: JetError | string): void {
    this.lost = true;
    const at = { pgno, ...(line === undefined ? {} : { line }) };
    if (reason instanceof JetError) this.damage('page.unreadable', reason.symbol, at, reason.message);
    else this.damage('page.structure', 'JET_errDatabaseCorrupted', at, `page ${pgno} ${reason}`);
  }

  /** Something is lost. Reported; and the end of it, unless this is a salvage. @throws JetError. */
  damage(rule: string, symbol: JetErrorSymbol, at: FindingPlace, message: string): void {
    if (rule.startsWith('record.')) this.lost = true;
    this.say(rule, symbol, at, message, 'error');
    if (this.options.salvage === true) return;
    const { pgno, objid, table } = { ...this.place, ...at };
    throw new JetError(symbol, message, {
      file: this.db.source.name,
      ...(pgno === undefined ? {} : { pgno }),
      ...(objid === undefined ? {} : { objid }),
      ...(table === undefined ? {} : { table }),
    });
  }

  /** Reports something about what is being copied. */
  say(rule: string, symbol: JetErrorSymbol, at: FindingPlace, message: string, severity: Finding['severity']): void {
    const { pageSize } = this.db.pages.format;
    const offset = at.pgno === undefined ? {} : { offset: pageOffset(at.pgno, pageSize) };
    const place = { ...this.place, ...at, ...offset };
    this.options.onFinding?.({ rule, severity, jet: jetError(symbol), at: place, message });
  }
}
