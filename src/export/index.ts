// Public API of the export: tables of a database as CSV, JSON lines or Parquet.
export {
  EXPORT_FORMATS,
  exportDatabase,
  type ExportedTable,
  type ExportFormat,
  type ExportSettings,
} from './export-database.ts';
export { FindingLog } from './finding-log.ts';
export { openDatabase, type OpenedDatabase, type OpenSettings } from './open-database.ts';
export type { BinaryForm } from './value-text.ts';
