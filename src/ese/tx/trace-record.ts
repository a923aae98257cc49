// Remarks in the log, which a replay passes over (format 9.6; LRTRACE, ErrLGTrace).
import { Coltyp } from '../catalog/column-type.ts';
import { encodeRecord } from '../log/record-encoder.ts';
import { encodeKeyValue } from '../norm/key-value.ts';

const CODE_PAGE_ANSI = 1252;

/** A remark by a session. */
export function traceRecord(procid: number, text: string): Uint8Array {
  return encodeRecord('Trace', { procid }, { text: encodeKeyValue(Coltyp.Text, CODE_PAGE_ANSI, text)! });
}
