// The header of a database built offline: clean, new signature, no log stream (format 1.3, 1.5, 8.6).
import { DB_HEADER, DB_MAGIC, DB_VERSION } from '../header/db-header.ts';
import { DbState } from '../header/db-state.ts';
import { FILE_TYPE_OFFSET, FileType } from '../header/file-kind.ts';
import { LOGTIME_SIZE, putUtcTime } from '../header/logtime.ts';
import { SIGNATURE_SIZE } from '../header/signature.ts';
import { sealHeader } from '../page/checksum-xor.ts';
import type { PageFormat } from '../page/page-format.ts';

/** What distinguishes one built database from another. */
export interface NewHeader {
  readonly format: PageFormat;
  readonly revision: { readonly major: number; readonly minor: number };
  readonly dbtime: bigint;
  readonly objidLast: number;
  /** Time of building, and a random number: together the new signature. */
  readonly now: Date;
  readonly random: () => number;
}

/** Fields that tie a database to logs, backups and past events: a new file has none of them. */
const CLEARED: readonly (readonly [keyof typeof DB_HEADER, number])[] = [
  ['lgposConsistent', 8],
  ['lgposAttach', 8],
  ['lgposDetach', 8],
  ['signLog', SIGNATURE_SIZE],
  ['bkinfoFullPrev', 72],
  ['lGenMinRequired', 8],
  ['bkinfoSnapshotCur', 24],
  ['logtimeGenMaxCreate', LOGTIME_SIZE],
  ['lGenMaxCommitted', 4],
  ['bkinfoCopyPrev', 48],
  ['lGenRecovering', 4],
  ['logtimeDbscanPrev', 20],
  ['logtimeLastReAttach', 16],
  ['signFlushMapHdrFlush', SIGNATURE_SIZE],
  ['lGenMinConsistent', 4],
  ['pgnoDbscanHighest', 4],
  ['lgposLastResize', 8],
  ['logtimeGenMaxRequired', LOGTIME_SIZE],
  ['lGenPreRedoMinConsistent', 8],
  ['signRBSHdrFlush', SIGNATURE_SIZE],
  ['lgposCommitBeforeRevert', 8],
];

function setSignature(bytes: Uint8Array, offset: number, header: NewHeader): void {
  bytes.fill(0, offset, offset + SIGNATURE_SIZE);
  new DataView(bytes.buffer, bytes.byteOffset).setUint32(offset, header.random(), true);
  putUtcTime(bytes, offset + 4, header.now);
}

/**
 * A header page for a database that was just built. `from` (a header page of the same page size) gives what a copy
 * keeps: creation version, repair counts, sort version; without it the database is new.
 */
export function buildHeader(header: NewHeader, from?: Uint8Array): Uint8Array {
  const { format, revision, now } = header;
  const bytes = from === undefined ? new Uint8Array(format.pageSize) : from.slice();
  const view = new DataView(bytes.buffer);
  const at = (name: keyof typeof DB_HEADER): number => DB_HEADER[name][1];
  for (const [name, size] of CLEARED) bytes.fill(0, at(name), at(name) + size);
  view.setUint32(at('ulMagic'), DB_MAGIC, true);
  view.setUint32(at('ulVersion'), DB_VERSION, true);
  view.setUint32(at('ulDaeUpdateMajor'), revision.major, true);
  view.setUint32(at('ulDaeUpdateMinor'), revision.minor, true);
  view.setUint32(at('cbPageSize'), format.pageSize, true);
  view.setInt32(at('attrib'), 0, true);
  view.setUint32(at('dbstate'), DbState.CleanShutdown, true);
  view.setBigInt64(at('dbtimeDirtied'), header.dbtime, true);
  view.setUint32(at('objidLast'), header.objidLast, true);
  view.setUint32(FILE_TYPE_OFFSET, FileType.Database, true);
  if (from === undefined) {
    view.setUint32(at('ulCreateVersion'), DB_VERSION, true);
    view.setUint32(at('ulCreateUpdate'), revision.major, true);
  }
  setSignature(bytes, at('signDb'), header);
  setSignature(bytes, at('signDbHdrFlush'), header);
  for (const name of ['logtimeConsistent', 'logtimeAttach', 'logtimeDetach'] as const) putUtcTime(bytes, at(name), now);
  sealHeader(bytes);
  return bytes;
}
