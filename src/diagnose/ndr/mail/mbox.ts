// Mailbox files (mbox): many mails in one file, each behind a line `From address date`.

const LF = 10;
const CR = 13;

/** True when the bytes begin like an mbox. */
export function isMbox(bytes: Uint8Array): boolean {
  return startsFrom(bytes, 0);
}

/** The mails of an mbox one after the other, without their `From ` line. A file that is no mbox is one mail. */
export function* splitMbox(bytes: Uint8Array): Generator<Uint8Array> {
  if (!isMbox(bytes)) {
    yield bytes;
    return;
  }
  let start = 0;
  while (start < bytes.length) {
    const body = lineEnd(bytes, start);
    const next = nextMail(bytes, body);
    yield bytes.subarray(body, next);
    start = next;
  }
}

function nextMail(bytes: Uint8Array, from: number): number {
  let at = from;
  while (at < bytes.length) {
    const end = lineEnd(bytes, at);
    // The separator stands behind an empty line; mails quote such lines of their own as `>From `.
    const empty = bytes[at] === LF || (bytes[at] === CR && bytes[at + 1] === LF);
    if (startsFrom(bytes, end) && isSeparator(bytes, end, empty)) return end;
    at = end;
  }
  return bytes.length;
}

const WITH_TIME = /^From (?:\S+\s.{0,200}\d{1,2}:\d{2}|\S+\s*$)/;
const WHOLE = /^From \S+ {1,3}(?:[A-Z][a-z]{2} ){2} ?\d{1,2} \d{2}:\d{2}(?::\d{2})? .{0,12}\d{4}\s*$/;

/** Without an empty line before it the whole form must be there: `From address Thu Jul  2 12:05:05 2020`. */
function isSeparator(bytes: Uint8Array, at: number, afterEmpty: boolean): boolean {
  const line = String.fromCharCode(...bytes.subarray(at, Math.min(lineEnd(bytes, at), at + 300)));
  return (afterEmpty ? WITH_TIME : WHOLE).test(line);
}

function lineEnd(bytes: Uint8Array, at: number): number {
  const end = bytes.indexOf(LF, at);
  return end === -1 ? bytes.length : end + 1;
}

function startsFrom(bytes: Uint8Array, at: number): boolean {
  return (
    bytes[at] === 0x46 &&
    bytes[at + 1] === 0x72 &&
    bytes[at + 2] === 0x6f &&
    bytes[at + 3] === 0x6d &&
    bytes[at + 4] === 0x20
  );
}
