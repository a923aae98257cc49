// The header of an .evt file and its end-of-file record (Windows NT to Server 2003). After [MS-EVEN] and the libevt notes.
import { u32 } from '../../binary/little-endian.ts';

/** Bytes of the header; the ring of records begins behind it. */
export const EVT_HEADER = 48;
/** Bytes of the end-of-file record. */
export const EVT_EOF = 40;
/** `LfLe`. */
export const EVT_SIGNATURE = 0x654c664c;

/** Flags of the header. */
export const EvtFlag = { Dirty: 1, Wrapped: 2, Full: 4, Archive: 8 } as const;

/** The header of an .evt file. While the log is open (dirty) its offsets and numbers are those of some time ago. */
export interface EvtHeader {
  readonly oldestOffset: number;
  readonly eofOffset: number;
  readonly nextNumber: number;
  readonly oldestNumber: number;
  readonly maxSize: number;
  readonly flags: number;
}

/** True when the bytes begin like an .evt file. */
export function isEvt(start: Uint8Array): boolean {
  return start.length >= EVT_HEADER && u32(start, 0) === EVT_HEADER && u32(start, 4) === EVT_SIGNATURE;
}

/** The header in the first 48 bytes; undefined when they are none. */
export function evtHeader(bytes: Uint8Array): EvtHeader | undefined {
  if (!isEvt(bytes) || u32(bytes, 44) !== EVT_HEADER) return undefined;
  return {
    oldestOffset: u32(bytes, 16),
    eofOffset: u32(bytes, 20),
    nextNumber: u32(bytes, 24),
    oldestNumber: u32(bytes, 28),
    maxSize: u32(bytes, 32),
    flags: u32(bytes, 36),
  };
}

/** True when an end-of-file record begins at `at`. */
export function isEvtEof(bytes: Uint8Array, at: number): boolean {
  return (
    u32(bytes, at) === EVT_EOF &&
    u32(bytes, at + 4) === 0x11111111 &&
    u32(bytes, at + 8) === 0x22222222 &&
    u32(bytes, at + 12) === 0x33333333 &&
    u32(bytes, at + 16) === 0x44444444
  );
}
