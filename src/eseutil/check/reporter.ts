// Where the parts of a check put what they find: each page's damage once, floods cut short but counted.
import { jetError } from '../../errors/jet-error.ts';
import type { JetErrorSymbol } from '../../errors/jet-errors.data.ts';
import type { Finding, FindingPlace, Severity } from '../../ese/finding.ts';
import { pageOffset } from '../../ese/page/page-reader.ts';
import { plainText } from '../plain-text.ts';

/** Findings of one rule about one object that are listed one by one; the rest are counted. */
const LISTED_MOST = 200;

/** A finding in short form: the reporter adds number and offset. */
export interface Report {
  readonly rule: string;
  readonly severity: Severity;
  readonly jet?: JetErrorSymbol;
  readonly at?: FindingPlace;
  readonly message: string;
  readonly fix?: string;
}

/** Collects the findings of one check and hands them on. */
export class Reporter {
  readonly counts: Record<Severity, number> = { error: 0, warning: 0, info: 0 };
  readonly #emit: (finding: Finding) => void;
  readonly #pageSize: number;
  readonly #perRule = new Map<string, { listed: number; more: number; last: Report }>();

  constructor(pageSize: number, emit: (finding: Finding) => void) {
    this.#pageSize = pageSize;
    this.#emit = emit;
  }

  add(report: Report): void {
    this.counts[report.severity]++;
    const key = `${report.rule}/${report.at?.objid ?? ''}/${report.at?.index ?? ''}`;
    const seen = this.#perRule.get(key) ?? { listed: 0, more: 0, last: report };
    this.#perRule.set(key, seen);
    if (seen.listed >= LISTED_MOST) {
      seen.more++;
      return;
    }
    seen.listed++;
    this.#emit(this.#finding(report));
  }

  /** Emits what was only counted. Call once, at the end. */
  finish(): void {
    for (const { more, last } of this.#perRule.values()) {
      if (more === 0) continue;
      const at = { ...last.at };
      delete at.pgno;
      delete at.line;
      this.#emit(this.#finding({ ...last, at, message: `${more} more of the same kind (${last.rule})` }));
    }
  }

  #finding(report: Report): Finding {
    const at = report.at ?? {};
    const offset =
      at.pgno === undefined || at.offset !== undefined ? {} : { offset: pageOffset(at.pgno, this.#pageSize) };
    return {
      rule: report.rule,
      severity: report.severity,
      ...(report.jet === undefined ? {} : { jet: jetError(report.jet) }),
      at: { ...at, ...offset },
      // Names and keys in it come from the file.
      message: plainText(report.message),
      ...(report.fix === undefined ? {} : { fix: report.fix }),
    };
  }
}
