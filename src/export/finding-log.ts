// What an export could not give: findings, each damaged page once, floods counted instead of listed.
import { JetError, jetError } from '../errors/jet-error.ts';
import type { ColumnDef } from '../ese/catalog/column-def.ts';
import type { TableDef } from '../ese/catalog/table-def.ts';
import type { Finding, FindingPlace } from '../ese/finding.ts';
import { pageOffset } from '../ese/page/page-reader.ts';
import { PageSet } from '../ese/page/page-set.ts';

/** Findings listed at most; all are counted. */
const LISTED_MOST = 1000;

const PAGE_RULES: Readonly<Record<string, string>> = {
  JET_errPageNotInitialized: 'page.uninitialized',
  JET_errFileIOBeyondEOF: 'page.missing',
  JET_errReadVerifyFailure: 'page.checksum',
};

/** Collects the findings of one export. */
export class FindingLog {
  /** In the order they were met; at most a thousand. */
  readonly findings: Finding[] = [];
  /** How many there are of each rule. */
  readonly counts: Map<string, number> = new Map();
  /** Findings of severity `error`: something in the file was not given, or not as it should be. */
  errors = 0;
  total = 0;
  /** The table at work: pages are attributed to it where nothing more is known. */
  table: TableDef | undefined;
  readonly #pageSize: number;
  readonly #pages: PageSet;

  /** For a database of `pgnoLast` pages of `pageSize` bytes. */
  constructor(pageSize: number, pgnoLast: number) {
    this.#pageSize = pageSize;
    this.#pages = new PageSet(pgnoLast);
  }

  add(finding: Finding): void {
    this.total++;
    if (finding.severity === 'error') this.errors++;
    this.counts.set(finding.rule, (this.counts.get(finding.rule) ?? 0) + 1);
    if (this.findings.length < LISTED_MOST) this.findings.push(finding);
  }

  /** A page that could not be used; told once, whoever meets it first. */
  page(pgno: number, reason: JetError | string, table: TableDef | undefined = this.table): void {
    const inFile = pgno >= 1 && pgno <= this.#pages.pgnoLast;
    if (inFile && !this.#pages.add(pgno)) return;
    const isError = reason instanceof JetError;
    this.add({
      rule: isError ? (PAGE_RULES[reason.symbol] ?? 'page.unreadable') : 'page.structure',
      severity: 'error',
      ...(isError ? { jet: { symbol: reason.symbol, code: reason.code } } : {}),
      at: {
        pgno,
        ...(inFile ? { offset: pageOffset(pgno, this.#pageSize) } : {}),
        ...(table === undefined ? {} : { objid: table.tree.objid, table: table.name }),
      },
      message: isError ? reason.message : `page ${pgno} ${reason}`,
    });
  }

  /** A page whose single flipped bit was put right in memory: what it holds was given as it should be. */
  corrected(pgno: number): void {
    if (!this.#pages.add(pgno)) return;
    this.add({
      rule: 'page.correctable',
      severity: 'warning',
      jet: jetError('JET_errReadVerifyFailure'),
      at: { pgno, offset: pageOffset(pgno, this.#pageSize) },
      message: `page ${pgno} has a flipped bit, which its checksum puts right`,
    });
  }

  /** A line of a leaf page that is no record of the table. */
  badRecord(table: TableDef, pgno: number, line: number): void {
    this.add({
      rule: 'record.bad',
      severity: 'error',
      jet: jetError('JET_errDatabaseCorrupted'),
      at: this.#place(table, pgno, line),
      message: `${table.name}: line ${line} of page ${pgno} is no record`,
    });
  }

  /** A value (or, without a column, what is left of a record) that could not be given as it should be. */
  value(
    table: TableDef,
    pgno: number,
    line: number,
    column: ColumnDef | undefined,
    itag: number,
    reason: string,
  ): void {
    const encrypted = reason.includes('encrypted');
    const which = column === undefined ? '' : `${column.name}${itag > 1 ? `[${itag}]` : ''}: `;
    this.add({
      rule: column === undefined ? 'record.bad' : encrypted ? 'value.encrypted' : 'value.unreadable',
      severity: 'error',
      at: { ...this.#place(table, pgno, line), ...(column === undefined ? {} : { column: column.name }) },
      message: `${table.name}: ${which}${reason} (page ${pgno}, line ${line})`,
    });
  }

  /** A value that was given whole, but in a file of its own. */
  valueBeside(table: TableDef, pgno: number, line: number, column: ColumnDef, reason: string): void {
    this.add({
      rule: 'value.beside',
      severity: 'info',
      at: { ...this.#place(table, pgno, line), column: column.name },
      message: `${table.name}: ${column.name}: ${reason} (page ${pgno}, line ${line})`,
    });
  }

  #place(table: TableDef, pgno: number, line: number): FindingPlace {
    const offset = pageOffset(pgno, this.#pageSize);
    return { pgno, line, offset, objid: table.tree.objid, table: table.name };
  }
}
