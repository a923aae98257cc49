// Exports a database into a temporary folder and reads the files back.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Database } from '../../src/ese/database.ts';
import { BufferSource } from '../../src/ese/io/buffer-source.ts';
import { FileSource } from '../../src/ese/io/file-source.ts';
import { exportDatabase, type ExportedTable, type ExportSettings } from '../../src/export/export-database.ts';
import type { FindingLog } from '../../src/export/finding-log.ts';
import { openDatabase } from '../../src/export/open-database.ts';

export interface Exported {
  readonly db: Database;
  readonly tables: readonly ExportedTable[];
  readonly findings: FindingLog;
  /** Contents of a table's file. */
  text(table: string): string;
  bytes(table: string): Uint8Array;
  /** Lines of a JSON lines file, parsed; integers of more than 15 digits are bigints. */
  rows(table: string): Record<string, unknown>[];
}

export interface ExportTestOptions extends Partial<ExportSettings> {
  readonly badPages?: boolean;
  readonly tables?: readonly string[];
}

const JSON_TOKEN = /"(?:[^"\\]|\\.)*"|(?<![\w.+-])-?\d{16,}(?![\d.eE])/g;
const BIG = '\u0001big:';

/** Parses JSON without rounding large integers. */
export function parseExact(json: string): unknown {
  const quoted = json.replace(JSON_TOKEN, (token) => (token.startsWith('"') ? token : `"\\u0001big:${token}"`));
  return JSON.parse(quoted, (_key, value: unknown) =>
    typeof value === 'string' && value.startsWith(BIG) ? BigInt(value.slice(BIG.length)) : value,
  );
}

/** Exports all (or some) tables of a database, given as a path or as its bytes. */
export async function exported(database: string | Uint8Array, options: ExportTestOptions = {}): Promise<Exported> {
  const out = mkdtempSync(join(tmpdir(), 'esekit-export-'));
  const source = typeof database === 'string' ? new FileSource(database) : new BufferSource(database);
  const { db, findings } = openDatabase(source, { badPages: options.badPages ?? false });
  try {
    const chosen = db.tables.filter((table) => options.tables?.includes(table.name) ?? true);
    const settings = { format: 'jsonl' as const, binary: 'hex' as const, deleted: false, force: true, ...options, out };
    const tables = await exportDatabase(db, chosen, settings, findings);
    const files = new Map(tables.map((table) => [table.name, new Uint8Array(readFileSync(table.file))]));
    const bytes = (table: string): Uint8Array => files.get(table)!;
    const text = (table: string): string => Buffer.from(bytes(table)).toString('utf8');
    const rows = (table: string): Record<string, unknown>[] =>
      text(table)
        .split('\n')
        .slice(0, -1)
        .map((line) => parseExact(line) as Record<string, unknown>);
    return { db, tables, findings, text, bytes, rows };
  } finally {
    rmSync(out, { recursive: true });
    db.close();
  }
}
