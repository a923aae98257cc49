// The first steps of a database's life: an empty file whose header says that it is being made, and the record of that
// (format 8.6, 9.6; ErrDBCreateDatabase in db.cxx).
import { utf16Bytes } from '../../binary/text.ts';
import { putU32 } from '../../binary/little-endian-writer.ts';
import { buildHeader } from '../build/header-builder.ts';
import type { PageStore } from '../cache/page-store.ts';
import { DB_HEADER } from '../header/db-header.ts';
import { DbState } from '../header/db-state.ts';
import type { Signature } from '../header/signature.ts';
import { encodeRecord } from '../log/record-encoder.ts';
import type { SignatureSource } from '../recovery/header-changes.ts';
import { sealHeader } from '../page/checksum-xor.ts';

/** Revision of new databases: 0x620,20. */
const REVISION = { major: 20, minor: 0 };
/** How a database is begun, by the record: no version of the file. */
const VERSION_INFO = Uint8Array.of(2, 0, 0, 0);
const UNICODE = 8;

/** Writes the header of a database that is being made. Returns it. */
export function writeNewHeader(store: PageStore, { now, random }: SignatureSource): Uint8Array {
  const header = buildHeader({
    format: store.format,
    revision: REVISION,
    dbtime: 0n,
    objidLast: 0,
    now: now(),
    random,
  });
  putU32(header, DB_HEADER.dbstate[1], DbState.JustCreated);
  sealHeader(header);
  for (const copy of [0, 1] as const) store.writeHeader(copy, header);
  store.sync();
  return header;
}

/** The record that a database is created. */
export function createRecord(procid: number, dbid: number, path: string, signDb: Signature): Uint8Array {
  const fields = { procid, dbid, grbit: 1, signDb, fLRCreateDbFlags: UNICODE };
  return encodeRecord('CreateDB', fields, { versionInfo: VERSION_INFO, path: utf16Bytes(`${path}\0`) });
}
