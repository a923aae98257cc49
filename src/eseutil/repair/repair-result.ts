// What a repair came to, in numbers and in a list: nothing is lost without a word.

/** What became of one table. */
export interface TableOutcome {
  readonly table: string;
  readonly objid: number;
  /** Leaf pages of the table that could not be used. */
  readonly pagesLost: readonly number[];
  /** Leaf pages left out because the table had done with them: remains of earlier states. */
  readonly pagesStale: number;
  readonly recordsKept: number;
  /** Records seen that could not be kept. */
  readonly recordsDropped: number;
  /** Records of pages whose checksum fails, kept apart in a table `Unverified_<name>`. */
  readonly recordsUnverified: number;
  /** Records that an index names and that are not there any more; 0 where no index could be asked. */
  readonly recordsMissed: number;
  /** Records lost: those that an index misses, else estimated from lost pages and the pages that are there. */
  readonly recordsLostEstimate: number;
  /** Records whose columns made another key than the one they stood at: put where they belong. */
  readonly recordsMoved: number;
  /** Column values that were set NULL because their long values are lost or unreadable. */
  readonly valuesLost: number;
  readonly longValues: {
    readonly kept: number;
    readonly lost: number;
    readonly unreferenced: number;
    readonly pagesLost: readonly number[];
  };
  /** Indexes that hold less than they should: sort keys of Unicode text that could not be copied. */
  readonly indexesIncomplete: readonly { readonly index: string; readonly missing: number }[];
  /** Indexes that could not be built at all and were taken out of the catalog. */
  readonly indexesDropped: readonly string[];
}

/** One loss, as it is listed. Absent fields do not apply. */
export interface Loss {
  readonly table?: string;
  readonly pgno?: number;
  readonly line?: number;
  readonly column?: string;
  readonly index?: string;
  /** One sentence, without the place. */
  readonly what: string;
}

/** What a repair came to. */
export interface RepairResult {
  readonly path: string;
  /** `not-needed`: nothing is wrong with the database, it was left alone; `planned`: a dry run. */
  readonly outcome: 'repaired' | 'not-needed' | 'planned';
  readonly header: 'primary' | 'shadow' | 'rebuilt';
  readonly catalog: 'catalog' | 'shadow' | 'merged' | 'reconstructed';
  readonly pages: {
    readonly before: number;
    readonly after: number;
    readonly bad: readonly number[];
    readonly corrected: readonly number[];
    /** Pages that lay at another one's place: number to place. */
    readonly misplaced: readonly (readonly [number, number])[];
    /** Bytes of an incomplete last page. */
    readonly partial: number;
  };
  readonly tables: readonly TableOutcome[];
  /** Things lost that belong to no table: rows of the catalog, pages nobody can be named for. */
  readonly general: readonly Loss[];
  readonly losses: readonly Loss[];
  /** Losses beyond those listed. */
  readonly more: number;
  /** True when nothing a program could see is lost. */
  readonly lossless: boolean;
  /** Path of the list of losses. */
  readonly report?: string;
  /** Where the damaged original went. */
  readonly kept?: string;
}

/** Losses that are kept for `losses`; all of them go to the report. */
const LISTED_MOST = 10_000;

/** Collects losses; every one goes to `write` as a line of text. */
export class LossList {
  readonly list: Loss[] = [];
  more = 0;
  readonly #write: (line: string) => void;

  constructor(write: (line: string) => void) {
    this.#write = write;
  }

  add(loss: Loss): void {
    if (this.list.length < LISTED_MOST) this.list.push(loss);
    else this.more++;
    this.#write(lossLine(loss));
  }

  note(text: string): void {
    this.#write(text);
  }
}

/** A loss as a line of the report. */
export function lossLine({ table, pgno, line, column, index, what }: Loss): string {
  const place = [
    table === undefined ? '' : `table ${table}`,
    index === undefined ? '' : `index ${index}`,
    pgno === undefined ? '' : `page ${pgno}`,
    line === undefined ? '' : `line ${line}`,
    column === undefined ? '' : `column ${column}`,
  ];
  const where = place.filter((part) => part !== '').join(', ');
  return where === '' ? what : `${where}: ${what}`;
}

/** A table in the list of losses. */
export function tableLine(table: TableOutcome): string {
  const { recordsKept, recordsDropped, recordsLostEstimate, pagesLost, valuesLost, longValues } = table;
  return `table ${table.table}: ${recordsKept} records kept, ${recordsDropped} dropped, about ${recordsLostEstimate} lost with ${pagesLost.length} pages, ${valuesLost} values set NULL, ${longValues.kept} long values kept, ${longValues.lost} lost, ${longValues.unreferenced} without a record`;
}
