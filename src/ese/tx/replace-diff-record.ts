// The log record of a replace that states only what differs (format 9.6; LRREPLACE, ErrLGReplace in logapi.cxx).
import { putU16, putU32 } from '../../binary/little-endian-writer.ts';
import { Lr, offsetOf, recordType } from '../log/record-table.ts';
import { putPageHead, type PageChange } from './node-records.ts';

const SIZE = recordType('ReplaceD').size;
const AT = {
  rceid: offsetOf('ReplaceD', 'rceid'),
  pgnoFDP: offsetOf('ReplaceD', 'pgnoFDP'),
  objidFDP: offsetOf('ReplaceD', 'objidFDP'),
  cb: offsetOf('ReplaceD', 'cb'),
  cbOld: offsetOf('ReplaceD', 'cbOldData'),
  cbNew: offsetOf('ReplaceD', 'cbNewData'),
};
/** Bit of the size: entries have a flag byte of their own. */
const WIDE = 0x8000;

/** `diff`: as DifferenceWriter makes it, `wide` on large pages. */
export function replaceByDiffRecord(
  change: PageChange,
  cbOld: number,
  cbNew: number,
  diff: Uint8Array,
  wide: boolean,
): Uint8Array {
  const bytes = new Uint8Array(SIZE + diff.length);
  putPageHead(bytes, Lr.ReplaceD, change);
  putU32(bytes, AT.rceid, change.rceid);
  putU32(bytes, AT.pgnoFDP, change.tree.pgnoFDP);
  putU32(bytes, AT.objidFDP, change.tree.objidFDP);
  putU16(bytes, AT.cb, diff.length | (wide ? WIDE : 0));
  putU16(bytes, AT.cbOld, cbOld);
  putU16(bytes, AT.cbNew, cbNew);
  bytes.set(diff, SIZE);
  return bytes;
}
