// What all parts of a check share.
import type { JetError } from '../../errors/jet-error.ts';
import type { Database } from '../../ese/database.ts';
import type { FindingPlace } from '../../ese/finding.ts';
import { PageSet } from '../../ese/page/page-set.ts';
import { PageLedger } from './page-ledger.ts';
import type { Reporter } from './reporter.ts';
import { SpaceKnowledge } from './space-knowledge.ts';
import type { TreeRef } from '../../ese/btree/tree.ts';

/** The state of one check. */
export class CheckContext {
  readonly db: Database;
  readonly reporter: Reporter;
  readonly ledger: PageLedger;
  readonly space: SpaceKnowledge;
  /** Object ids of trees of which some part could not be used. */
  readonly incompleteTrees: Set<number> = new Set();
  /** Trees that cannot be told from others: neither their space nor their pages are looked at. */
  readonly skipped: Set<TreeRef> = new Set();
  /** Pages read by any part of the check; the rest are swept at the end. */
  readonly read: PageSet;
  /** Pages whose damage was reported. */
  readonly reported: PageSet;
  readonly onPages: (count: number) => void;

  constructor(db: Database, reporter: Reporter, onPages: (count: number) => void) {
    this.db = db;
    this.reporter = reporter;
    this.ledger = new PageLedger(db.pages.pgnoLast);
    this.space = new SpaceKnowledge(this.ledger);
    this.read = new PageSet(db.pages.pgnoLast);
    this.reported = new PageSet(db.pages.pgnoLast);
    this.onPages = onPages;
  }

  /** Notes that a page was read; progress counts each page once. */
  notePage(pgno: number): void {
    if (this.read.add(pgno)) this.onPages(1);
  }

  /** Reports a page that cannot be read, once, whoever meets it. */
  pageFault(pgno: number, error: JetError, place: FindingPlace): void {
    this.notePage(pgno);
    if (pgno >= 1 && pgno <= this.db.pages.pgnoLast && !this.reported.add(pgno)) return;
    const rules: Readonly<Record<string, string>> = {
      JET_errPageNotInitialized: 'page.uninitialized',
      JET_errFileIOBeyondEOF: 'page.missing',
      JET_errReadVerifyFailure: 'page.checksum',
    };
    this.reporter.add({
      rule: rules[error.symbol] ?? 'page.unreadable',
      severity: 'error',
      jet: error.symbol,
      at: { ...place, pgno },
      message: error.message,
    });
  }
}
