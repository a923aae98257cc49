// Everything that reads, over one database that may be damaged in any way.
import { JetError } from '../../src/errors/jet-error.ts';
import { Database } from '../../src/ese/database.ts';
import { BufferSource } from '../../src/ese/io/buffer-source.ts';
import { scanTable } from '../../src/ese/table-scan.ts';
import { checkDatabase } from '../../src/eseutil/check.ts';

/** What came of it: rows and values read, findings; or why it could not be opened. */
export interface Exercised {
  readonly opened: boolean;
  readonly rows: number;
  readonly findings: number;
}

/** Rows read at most: damage must not make more of them than the file can hold. */
const ROWS_MOST = 200_000;

/** Pages read at most, for each page there is: damage must not send anybody round in circles. */
const READS_A_PAGE = 200;
const READS_LEAST = 50_000;

/** Bytes in memory that may be read only so often. */
class LimitedSource extends BufferSource {
  #left: number;

  constructor(bytes: Uint8Array) {
    super(bytes);
    this.#left = READS_LEAST + READS_A_PAGE * Math.ceil(bytes.length / 4096);
  }

  override read(offset: number, target: Uint8Array): number {
    if (this.#left-- <= 0) throw new RangeError(`${this.size} bytes are read again and again`);
    return super.read(offset, target);
  }
}

/** Opens, lists, scans every table with every value, and checks. Only a JetError from opening is allowed out of the engine. */
export function exercise(bytes: Uint8Array): Exercised {
  let db: Database;
  try {
    db = new Database(new LimitedSource(bytes));
  } catch (error) {
    if (error instanceof JetError) return { opened: false, rows: 0, findings: 0 };
    throw error;
  }
  let rows = 0;
  for (const table of db.tables) {
    for (const { record } of scanTable(db, table)) {
      for (const column of table.columns) record.values(column);
      if (++rows > ROWS_MOST) throw new RangeError(`more than ${ROWS_MOST} rows out of ${bytes.length} bytes`);
    }
    for (const index of table.indexes) {
      const cursor = db.cursor(table.name, { index: index.name });
      for (let more = cursor.last(), steps = 0; more && steps < ROWS_MOST; more = cursor.previous()) steps++;
    }
  }
  let findings = 0;
  checkDatabase(db, { onFinding: () => findings++ });
  return { opened: true, rows, findings };
}
