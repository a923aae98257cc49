// What a row becomes: each output format is a sink that takes one column value after the other.
import type { ExportColumn } from './row-plan.ts';

/** Where a row that is no longer (or perhaps never was) in its table was found. */
export type DeletedMark = 'flagged' | 'slack' | 'freed-page';

/** What became of a value that a format cannot hold as it is: changed or left out, or whole in a file of its own. */
export type SinkProblem = 'changed' | 'beside';

/** Told of values that a format cannot hold as they are; 'changed' when not said. */
export type SinkProblemHandler = (column: ExportColumn, reason: string, problem?: SinkProblem) => void;

/**
 * Takes rows. Between `beginRow` and `endRow` the columns that have a value come in the order of the plan, each once:
 * as one value, or as several between `openList` and `closeList`. A value comes whole by `value`, or when it is long
 * in pieces between `openLong` and `closeLong`. Bytes are the caller's and valid during the call only.
 */
export interface RowSink {
  /** False: of values outside the record only the presence counts, told by an empty `value`. */
  readonly readsLong: boolean;
  beginRow(mark: DeletedMark | undefined): void;
  value(column: ExportColumn, bytes: Uint8Array, start: number, end: number): void;
  openLong(column: ExportColumn, size: number): void;
  piece(column: ExportColumn, bytes: Uint8Array): void;
  closeLong(column: ExportColumn): void;
  openList(column: ExportColumn): void;
  closeList(column: ExportColumn): void;
  /** A value of the list that cannot be had. */
  missing(column: ExportColumn): void;
  endRow(): void;
  /** After the last row. */
  finish(): void;
}
