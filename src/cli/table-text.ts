// Text in columns for terminals.
import { plainText } from '../eseutil/plain-text.ts';

/** One column of a text table. */
export interface TextColumn {
  readonly title: string;
  readonly align?: 'left' | 'right';
}

/** Rows under titles, columns as wide as they need to be, two blanks between them. Ends with a newline. */
export function textTable(columns: readonly TextColumn[], cells: readonly (readonly string[])[]): string {
  const rows = cells.map((row) => row.map(plainText));
  const widths = columns.map((column, i) =>
    rows.reduce((most, row) => Math.max(most, row[i]!.length), column.title.length),
  );
  const line = (texts: readonly string[]): string =>
    texts
      .map((cell, i) => (columns[i]!.align === 'right' ? cell.padStart(widths[i]!) : cell.padEnd(widths[i]!)))
      .join('  ')
      .trimEnd();
  return (
    [
      line(columns.map((column) => column.title)),
      line(widths.map((width) => '-'.repeat(width))),
      ...rows.map(line),
    ].join('\n') + '\n'
  );
}

/** Names and values, values aligned. Undefined values are left out. Ends with a newline. */
export function textFields(fields: readonly (readonly [string, string | undefined])[]): string {
  const shown = fields.filter(([, value]) => value !== undefined);
  const width = Math.max(0, ...shown.map(([name]) => name.length));
  return shown.map(([name, value]) => `  ${name.padEnd(width)}  ${plainText(value!)}\n`).join('');
}

/** Bytes in the unit that suits: `4.2 MB`. */
export function formatBytes(bytes: number): string {
  const units = ['bytes', 'KB', 'MB', 'GB', 'TB'];
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return unit === 0 ? `${bytes} bytes` : `${value.toFixed(value < 10 ? 2 : 1)} ${units[unit]!}`;
}
