// What is wrong with an event log is data, as with databases: the readers go on past it and say so.

/** Where in a log a finding is. */
export interface LogPlace {
  /** Byte offset in the file. */
  readonly offset?: number;
  /** Line of a text, from 1. */
  readonly line?: number;
  /** Number of the record. */
  readonly record?: number;
}

/** One thing that is wrong with (or worth knowing about) an event log. */
export interface LogFinding {
  /** Stable id, `form.what`: `evtx.chunk-magic`, `evt.dirty`. */
  readonly rule: string;
  readonly severity: 'error' | 'warning' | 'info';
  readonly at: LogPlace;
  /** One sentence. */
  readonly message: string;
}

/** Takes the findings as they come. */
export type ReportFinding = (finding: LogFinding) => void;

/** A reporter that passes on at most `most` findings a rule: a log of garbage must not bury its reader. */
export function boundedReport(report: ReportFinding, most = 100): ReportFinding {
  const seen = new Map<string, number>();
  return (finding) => {
    const count = (seen.get(finding.rule) ?? 0) + 1;
    seen.set(finding.rule, count);
    if (count < most) report(finding);
    else if (count === most) report({ ...finding, message: `${finding.message} (More of this kind are not listed.)` });
  };
}
