// Names of output files that every file system takes: no reserved characters or names (Windows), none that differ only
// in case (Windows, macOS), none too long, none hidden.
import { uniqueNames } from './row-plan.ts';

/** Longest name without its ending; ESE itself allows 64. */
const LONGEST = 100;

// The names below are devices on Windows, whatever ending they get.
const DEVICES = /^(con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])$/i;

/** One table's name as a file name without ending. */
export function safeFileName(name: string): string {
  // eslint-disable-next-line no-control-regex -- control characters are what must go
  let safe = name.replace(/[\u0000-\u001f\u007f-\u009f<>:"/\\|?*]/g, '_').slice(0, LONGEST);
  safe = safe.replace(/^[. -]+|[. ]+$/g, (run) => '_'.repeat(run.length));
  const device = safe.split('.', 1)[0]!.trimEnd();
  return safe === '' || DEVICES.test(device) ? `_${safe}` : safe;
}

/** File names for tables: safe, and different even where case does not count. */
export function fileNames(names: readonly string[]): string[] {
  return uniqueNames(names.map(safeFileName), (name) => name.normalize('NFC').toUpperCase().toLowerCase());
}
