// Operations: the data of a node is replaced (format 8.1; log records Replace, FlagInsertAndReplaceData; node.cxx).
import type { EditablePage } from '../page/editable-page.ts';
import { flagInsert, flagVersion } from './flag-node.ts';

/** Replaces the data of a node; key and flags stay. @throws JetError as EditablePage.replaceData; nothing is changed. */
export function replaceNode(
  page: EditablePage,
  iline: number,
  data: Uint8Array,
  dataStart: number,
  dataLength: number,
  versioned: boolean,
): void {
  page.replaceData(iline, data, dataStart, dataLength);
  if (versioned) flagVersion(page, iline);
}

/** Makes a deleted node live again with other data. @throws JetError as EditablePage.replaceData; nothing is changed. */
export function flagInsertAndReplace(
  page: EditablePage,
  iline: number,
  data: Uint8Array,
  dataStart: number,
  dataLength: number,
  versioned: boolean,
): void {
  page.replaceData(iline, data, dataStart, dataLength);
  flagInsert(page, iline, versioned);
}
