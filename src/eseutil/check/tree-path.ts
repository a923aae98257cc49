// The branch pages from the root of a tree down to where a check is, and which of their lines is to blame for what is
// wrong below them.
import { NodeView } from '../../ese/page/node.ts';
import type { Page } from '../../ese/page/page.ts';
import type { TreeReports } from './tree-reports.ts';

/** A branch page on the path. */
export interface Branch {
  readonly page: Page;
  /** The line after the one at work. */
  line: number;
  /** Bounds of the keys below; empty: none. */
  readonly low: Uint8Array;
  readonly high: Uint8Array;
  lastSeparator: Uint8Array;
  /** Something was said of the order of its lines. */
  said: boolean;
}

/** The line of a branch page that leads to another. */
export interface Link {
  readonly branch: Branch;
  readonly line: number;
  /** Keys below are from `low` on and before `high`. */
  readonly low: Uint8Array;
  readonly high: Uint8Array;
}

/** The path; its last step is the branch at work. */
export class TreePath {
  readonly steps: Branch[] = [];
  /** True once a line led to the wrong page: then leaves are missing, or come in the wrong order. */
  astray: boolean = false;
  readonly #reports: TreeReports;
  readonly #node = new NodeView();

  constructor(reports: TreeReports) {
    this.#reports = reports;
  }

  push(page: Page, low: Uint8Array, high: Uint8Array): void {
    this.steps.push({ page, line: 0, low, high, lastSeparator: low, said: false });
  }

  /** True when the page is one of the path. */
  has(pgno: number): boolean {
    return this.steps.some((step) => step.page.pgno === pgno);
  }

  /** The highest page of the path of which something was said. */
  get said(): Branch | undefined {
    return this.steps.find((step) => step.said);
  }

  /** Blames a line of a branch. One wrong line makes those after it look wrong: of each page it is said once. */
  blame(rule: 'tree.child' | 'tree.separator', branch: Branch, line: number, message: string): void {
    if (rule === 'tree.child') {
      this.astray = true;
      this.#reports.ordered = false;
    }
    if (branch.said) return;
    branch.said = true;
    const jet = rule === 'tree.child' ? 'JET_errBadParentPageLink' : 'JET_errDatabaseCorrupted';
    this.#reports.line(rule, branch.page.pgno, line, `line ${line} ${message}`, jet);
  }

  /** Blames the line whose key is the lower bound of what `line` of the last step leads to. */
  blameLow(line: number, message: string): void {
    const source = this.sourceOfLow(line);
    this.blame('tree.separator', source.branch, source.line, message);
  }

  /** The line whose key is that bound: the one before, perhaps higher up. */
  sourceOfLow(line: number): Pick<Link, 'branch' | 'line'> {
    const branch = this.steps.at(-1)!;
    if (line > 0) return { branch, line: line - 1 };
    const above = this.steps.findLast((step) => step !== branch && step.line > 1) ?? branch;
    return { branch: above, line: Math.max(0, above.line - 2) };
  }

  /** Blames the line whose key is the upper bound of what the step at `depth` leads to: its own, or one higher up. */
  blameHigh(depth: number, message: string): void {
    for (let i = depth; i >= 0; i--) {
      const step = this.steps[i]!;
      if (i > 0 && this.#node.load(step.page, step.line - 1) && this.#node.keyLength === 0) continue;
      this.blame('tree.separator', step, step.line - 1, message);
      return;
    }
  }
}
