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

/** Opens, lists, scans every table with every value, and checks. Only a JetError from opening is allowed out of the engine. */
export function exercise(bytes: Uint8Array): Exercised {
  let db: Database;
  try {
    db = new Database(new BufferSource(bytes));
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
