// How many records of each type a log holds, and what they take: a table of log dumps (logdump.cxx).
import { Lr } from '../ese/log/record-table.ts';
import { logRecordLabel } from './describe-log-record-labels.ts';

const BAR = '='.repeat(54);
const HEADINGS = 'Op         # Records     Avg. Size      clr / cb Pct  ';
/** Types that others replaced long ago are left out. */
const REPLACED: ReadonlySet<number> = new Set([Lr.Init, Lr.Term, Lr.RecoveryUndo, Lr.RecoveryQuit]);
const NUMBER_WIDTH = 7;
const PERCENT_WIDTH = 5;

/** Counts records as they go by. */
export class LogStatistics {
  readonly #records = new Float64Array(256);
  readonly #bytes = new Float64Array(256);

  add(lrtyp: number, length: number): void {
    this.#records[lrtyp]!++;
    this.#bytes[lrtyp]! += length;
  }

  /** Number and bytes of each type that there is, in order of types. */
  *rows(): Generator<{ readonly lrtyp: number; readonly records: number; readonly bytes: number }> {
    for (let lrtyp = 0; lrtyp < 256; lrtyp++) {
      const records = this.#records[lrtyp]!;
      if (records > 0) yield { lrtyp, records, bytes: this.#bytes[lrtyp]! };
    }
  }

  /** Totals and table. */
  lines(): string[] {
    const rows = [...this.rows()];
    const records = rows.reduce((sum, row) => Math.fround(sum + Math.fround(row.records)), 0);
    const bytes = rows.reduce((sum, row) => Math.fround(sum + Math.fround(row.bytes)), 0);
    return [
      `clrTotal    =  ${records}`,
      `cbTotal     =  ${bytes}`,
      '',
      BAR,
      HEADINGS,
      '-'.repeat(BAR.length),
      ...rows.filter(({ lrtyp }) => !REPLACED.has(lrtyp)).map((row) => tableLine(row, records, bytes)),
      BAR,
    ];
  }
}

/** A share of a whole in the precision the engine calculates in. */
function percent(part: number, whole: number): string {
  return (Math.fround(Math.fround(part) / whole) * 100).toFixed(1).padStart(PERCENT_WIDTH);
}

function tableLine(
  row: { readonly lrtyp: number; readonly records: number; readonly bytes: number },
  records: number,
  bytes: number,
): string {
  const count = String(row.records).padStart(NUMBER_WIDTH);
  const average = String(Math.floor(row.bytes / row.records)).padStart(NUMBER_WIDTH);
  const shares = `${percent(row.records, records)}% /${percent(row.bytes, bytes)}%`;
  return `${logRecordLabel(row.lrtyp)}  ${count}       ${average}      ${shares}`;
}
