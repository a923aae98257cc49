// What a check of one tree has to say: every finding has the place of the tree, and a page or a line of it.
import type { JetErrorSymbol } from '../../errors/jet-errors.data.ts';
import type { TreeRef } from '../../ese/btree/tree.ts';
import type { FindingPlace } from '../../ese/finding.ts';
import type { Reporter } from './reporter.ts';

/** Reports on one tree. */
export class TreeReports {
  readonly place: FindingPlace;
  /** False once nodes were found out of order. */
  ordered: boolean = true;
  readonly #reporter: Reporter;
  readonly #tree: TreeRef;

  constructor(reporter: Reporter, tree: TreeRef, place: FindingPlace) {
    this.#reporter = reporter;
    this.#tree = tree;
    this.place = place;
  }

  /** Something wrong with a page; `message` follows its name. */
  page(rule: string, pgno: number, message: string, jet: JetErrorSymbol = 'JET_errDatabaseCorrupted'): void {
    this.#reporter.add({
      rule,
      severity: 'error',
      jet,
      at: { ...this.place, pgno },
      message: `page ${pgno} ${message}`,
    });
  }

  /** Something wrong with a line of a page; `message` follows the page's name and a colon. */
  line(rule: string, pgno: number, line: number, message: string, jet: JetErrorSymbol): void {
    const at = { ...this.place, pgno, line };
    this.#reporter.add({ rule, severity: 'error', jet, at, message: `page ${pgno}: ${message}` });
  }

  /** Nodes out of order. */
  order(pgno: number, line: number, message: string): void {
    this.ordered = false;
    const jet = this.#tree.kind === 'index' ? 'JET_errSecondaryIndexCorrupted' : 'JET_errPrimaryIndexCorrupted';
    this.line('tree.order', pgno, line, message, jet);
  }

  /** Something wrong that no page of the tree is to blame for. */
  elsewhere(rule: string, pgno: number | undefined, message: string): void {
    const at = { ...this.place, ...(pgno === undefined ? {} : { pgno }) };
    this.#reporter.add({ rule, severity: 'error', jet: 'JET_errDatabaseCorrupted', at, message });
  }

  /** Something odd that does no harm: the engine's own check accepts it. */
  note(rule: string, pgno: number, message: string): void {
    this.#reporter.add({ rule, severity: 'info', at: { ...this.place, pgno }, message: `page ${pgno} ${message}` });
  }
}
