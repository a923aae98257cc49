// The header of a repaired database: a new identity, cut off from its logs, and the repair counted (format 1.3, 10.3).
import { buildHeader, type NewHeader } from '../../ese/build/header-builder.ts';
import { u32 } from '../../binary/little-endian.ts';
import { DB_HEADER } from '../../ese/header/db-header.ts';
import { sealHeader } from '../../ese/page/checksum-xor.ts';

/** Builds the header; `from` is the header page that was found good, if any was. */
export function repairedHeader(header: NewHeader, from: Uint8Array | undefined): Uint8Array {
  const bytes = buildHeader(header, from);
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const count = DB_HEADER.ulRepairCount[1];
  view.setUint32(count, u32(bytes, count) + 1, true);
  // The time of the last detach is the time of this repair already.
  const time = DB_HEADER.logtimeDetach[1];
  bytes.copyWithin(DB_HEADER.logtimeRepair[1], time, time + 8);
  sealHeader(bytes);
  return bytes;
}
