// The patch page that a streaming backup appends to a database, and what a header report says of it (format 1.6;
// PATCHHDR in cpage.hxx, ErrDBReadAndCheckDBTrailer).
import type { DbHeader } from '../ese/header/db-header.ts';
import { headerPageSize } from '../ese/header/db-header.ts';
import { parseLayout, type Parsed } from '../ese/header/layout.ts';
import { compareLgpos } from '../ese/header/lgpos.ts';
import { formatLogtime } from '../ese/header/logtime.ts';
import { sameSignature } from '../ese/header/signature.ts';
import type { ByteSource } from '../ese/io/byte-source.ts';
import { headerChecksumMatches } from '../ese/page/checksum-page.ts';
import { backupLines } from './backup-lines.ts';

/** Fields after the page header of the patch page. */
const PATCH_PAGE = {
  bkinfo: ['bkinfo', 40],
  signDb: ['signature', 64],
  signLog: ['signature', 92],
  lgenMinReq: ['u32', 120],
  lgenMaxReq: ['u32', 124],
  lgenMaxCommitted: ['u32', 128],
  logtimeGenMaxRequired: ['logtime', 132],
  logtimeGenMaxCommitted: ['logtime', 140],
} as const;

type PatchPage = Parsed<typeof PATCH_PAGE>;

function readPatchPage(header: DbHeader, source: ByteSource): PatchPage | string {
  const pageSize = headerPageSize(header);
  const bytes = new Uint8Array(pageSize);
  const offset = (Math.floor(source.size / pageSize) - 1) * pageSize;
  if (offset < 0 || source.read(offset, bytes) < pageSize) return 'is missing';
  if (!headerChecksumMatches(bytes, 0, pageSize)) return 'is damaged or was never written';
  const patch = parseLayout(PATCH_PAGE, bytes);
  const belongs =
    sameSignature(patch.signDb, header.signDb) &&
    sameSignature(patch.signLog, header.signLog) &&
    compareLgpos(patch.bkinfo.lgposMark, header.bkinfoFullCur.lgposMark) === 0;
  return belongs ? patch : 'is that of another database or backup';
}

/** Lines on the patch page: none unless the header is that of a backup whose copy is not finished. */
export function patchPageLines(header: DbHeader, source: ByteSource): string[] {
  const { genLow, genHigh } = header.bkinfoFullCur;
  if (genLow === 0 || genHigh !== 0) return [];
  const patch = readPatchPage(header, source);
  if (typeof patch === 'string') return ['', `WARNING: the patch page at the end of the file ${patch}.`];
  const lines = backupLines('Patch Current Full Backup', patch.bkinfo);
  const { lgenMinReq: low, lgenMaxReq: high, lgenMaxCommitted: committed } = patch;
  const timesSet = !patch.logtimeGenMaxRequired.isZero || !patch.logtimeGenMaxCommitted.isZero;
  if (low === 0 && high === 0 && committed === 0 && !timesSet) return lines;
  return [
    ...lines,
    `   Log Required: ${low}-${high} (0x${low.toString(16)}-0x${high.toString(16)})`,
    `   Gen. Max. Req. Creation Time: ${formatLogtime(patch.logtimeGenMaxRequired)}`,
    `  Log Committed: ${committed} (0x${committed.toString(16)})`,
    `  Gen. Max. Com. Creation Time: ${formatLogtime(patch.logtimeGenMaxCommitted)}`,
  ];
}
