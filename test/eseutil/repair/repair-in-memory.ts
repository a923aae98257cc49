// Repairs in memory, and what came out: rows by table and bookmark, findings of the check.
import { toHex } from '../../../src/binary/hex.ts';
import { Database } from '../../../src/ese/database.ts';
import type { Finding } from '../../../src/ese/finding.ts';
import { BufferSource } from '../../../src/ese/io/buffer-source.ts';
import { scanTable } from '../../../src/ese/table-scan.ts';
import { checkDatabase } from '../../../src/eseutil/check.ts';
import {
  repairDatabase,
  type RepairEnvironment,
  type RepairOptions,
} from '../../../src/eseutil/repair/repair-database.ts';
import type { RepairResult } from '../../../src/eseutil/repair/repair-result.ts';
import { CrashDisk } from '../../fault/crash-disk.ts';

export const PATH = '/data/db.edb';
const NOW = new Date('2020-01-01T00:00:00Z');

/** A process of its own on that disk: those with other numbers are dead. */
export function environment(layer: CrashDisk, pid = 1): RepairEnvironment {
  const lock = {
    pid,
    host: 'here',
    bootId: 'one',
    isAlive: (other: number): boolean => other === pid,
    nowMs: () => NOW.getTime(),
  };
  return { layer, lock, now: () => NOW, random: () => 7 };
}

/** What a repair left on the disk. */
export interface Repaired {
  readonly result: RepairResult;
  readonly bytes: Uint8Array;
  readonly report: string;
  readonly disk: CrashDisk;
}

/** Repairs a database that lies in memory. */
export function repairBytes(damaged: Uint8Array, options: RepairOptions = {}): Repaired {
  const disk = new CrashDisk({ [PATH]: damaged });
  const result = repairDatabase(PATH, options, {}, environment(disk));
  return { result, bytes: disk.files()[PATH]!, report: disk.readText(`${PATH}.REPAIR.RAW`) ?? '', disk };
}

/** Values of a row by column, in hexadecimal; columns without values are left out. */
export type Row = Readonly<Record<string, readonly string[]>>;

/** Rows by bookmark, by table, as the engine dumps them: defaults of tagged columns left out. */
export function rowsOf(bytes: Uint8Array): Map<string, Map<string, Row>> {
  const db = new Database(new BufferSource(bytes));
  const tables = new Map<string, Map<string, Row>>();
  for (const table of db.tables) {
    const rows = new Map<string, Row>();
    tables.set(table.name, rows);
    for (const { record, node } of scanTable(db, table)) {
      const row: Record<string, string[]> = {};
      for (const column of table.columns) {
        if (column.place === 'tagged' && !record.tagged.find(column.fid, column.derived)) continue;
        const values = record.values(column).map((value) => toHex(value));
        if (values.length > 0) row[column.name] = values;
      }
      rows.set(toHex(node.key()), row);
    }
  }
  return tables;
}

/** Everything the check finds, notes left out. */
export function findingsOf(bytes: Uint8Array): Finding[] {
  const findings: Finding[] = [];
  checkDatabase(new Database(new BufferSource(bytes)), { onFinding: (finding) => findings.push(finding) });
  return findings.filter(({ severity }) => severity !== 'info');
}

/** The same without missing entries of indexes that the repair named as incomplete. */
export function unexpectedFindings({ bytes, result }: Repaired): string[] {
  const incomplete = new Set(
    result.tables.flatMap(({ table, indexesIncomplete }) => indexesIncomplete.map(({ index }) => `${table}/${index}`)),
  );
  return findingsOf(bytes)
    .filter(({ at }) => !incomplete.has(`${at.table ?? ''}/${at.index ?? ''}`))
    .map(({ rule, message }) => `${rule}: ${message}`);
}

/** True for tables of the engine's own bookkeeping of objects and sort orders, which repair writes anew. */
export const isCatalogTable = (name: string): boolean => name.startsWith('MSysObj') || name === 'MSysLocales';
