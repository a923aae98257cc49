// Operations: a node's Deleted flag is set or cleared (format 8.1, 8.3; log records FlagDelete, FlagInsert; node.cxx).
import { JetError } from '../../errors/jet-error.ts';
import type { EditablePage } from '../page/editable-page.ts';
import { NodeFlag } from '../page/page-flags.ts';

const versionFlag = (versioned: boolean): number => (versioned ? NodeFlag.Version : 0);

/** Flags of line `iline`; a line that does not exist is refused as every change of it would be. */
function flagsOf(page: EditablePage, iline: number): number {
  if (iline >= 0 && iline < page.lineCount) return page.lineFlags(iline);
  throw new JetError('JET_errBadLineCount', `page ${page.pgno} has no line ${iline}`, { pgno: page.pgno });
}

/** Marks a node deleted. @throws JetError as EditablePage.setLineFlags. */
export function flagDelete(page: EditablePage, iline: number, versioned: boolean): void {
  page.setLineFlags(iline, flagsOf(page, iline) | NodeFlag.Deleted | versionFlag(versioned));
}

/** Makes a deleted node live again, as inserting it anew does. @throws JetError as EditablePage.setLineFlags. */
export function flagInsert(page: EditablePage, iline: number, versioned: boolean): void {
  page.setLineFlags(iline, (flagsOf(page, iline) & ~NodeFlag.Deleted) | versionFlag(versioned));
}

/** Marks a node as one that has versions. @throws JetError as EditablePage.setLineFlags. */
export function flagVersion(page: EditablePage, iline: number): void {
  page.setLineFlags(iline, flagsOf(page, iline) | NodeFlag.Version);
}

/** Clears the version marks of all nodes and what was reserved for rollbacks, as no version outlives an attachment. */
export function clearVersions(page: EditablePage): void {
  for (let iline = 0; iline < page.lineCount; iline++) {
    const flags = page.lineFlags(iline);
    if ((flags & NodeFlag.Version) !== 0) page.setLineFlags(iline, flags & ~NodeFlag.Version);
  }
  page.setUncommittedFree(0);
}
