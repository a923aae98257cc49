// What kind of evidence a file is, by its first bytes; its name only decides when they say nothing.
import { u32 } from '../../binary/little-endian.ts';
import { DB_MAGIC } from '../../ese/header/db-header.ts';
import type { ByteSource } from '../../ese/io/byte-source.ts';

/** Kinds of files. `ese` is a database, log or checkpoint; `unknown` is looked at no further. */
export type FileForm = 'ese' | 'event-log' | 'mbox' | 'mail' | 'message-file' | 'text' | 'empty' | 'unknown';

const SAMPLE = 8192;
const ESE_NAME =
  /\.(?:edb|dit|sdb|stm|chk|jrs|jtx|jfm|pat|jcp)$|^(?:webcachev\d+|srudb|windows|current|system)\.(?:dat|edb|mdb)$|^\w{3}[0-9a-f]{0,8}\.log$/i;
const HEADER_LINE =
  /^(?:from [^\n]{3,200}\n)?(?:>?[\w-]{2,40}:[ \t][^\n]{0,2000}(?:\r?\n[ \t][^\n]{0,2000}){0,30}\r?\n|[\w-]{2,40}:\r?\n){2}/i;
const MAIL_FIELD =
  /^(?:received|return-path|message-id|mime-version|delivered-to|content-type|date|subject|x-[\w-]+):/im;

function startsWith(bytes: Uint8Array, text: string): boolean {
  for (let i = 0; i < text.length; i++) if (bytes[i] !== text.charCodeAt(i)) return false;
  return true;
}

/** Hardly any control characters, at most a byte order mark and the zeros of UTF-16. */
function looksLikeText(bytes: Uint8Array): boolean {
  const utf16 = (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff);
  const unmarked = bytes.length > 8 && bytes[1] === 0 && bytes[3] === 0 && bytes[0] !== 0 && bytes[2] !== 0;
  if (utf16 || unmarked) return true;
  let odd = 0;
  for (const byte of bytes)
    if (byte < 32 && byte !== 9 && byte !== 10 && byte !== 13 && byte !== 12 && byte !== 27) odd++;
  return odd * 100 <= bytes.length;
}

function textForm(bytes: Uint8Array): FileForm {
  const start = String.fromCharCode(...bytes.subarray(0, 4096));
  if (/^From \S+ .{10,}\n/.test(start) && HEADER_LINE.test(start)) return 'mbox';
  const head = start.slice(0, start.search(/\r?\n\r?\n|$/));
  if (HEADER_LINE.test(start) && MAIL_FIELD.test(head) && !/^Event (?:Type|ID|Source)|^Log Name:/im.test(head))
    return 'mail';
  return 'text';
}

/** Tells the kind of a file. */
export function sniffFile(source: ByteSource, name: string): FileForm {
  if (source.size === 0) return 'empty';
  const bytes = new Uint8Array(Math.min(SAMPLE, source.size));
  source.read(0, bytes);
  if (bytes.length >= 8 && u32(bytes, 4) === DB_MAGIC) return 'ese';
  if (startsWith(bytes, 'ElfFile\0') || (bytes.length >= 48 && startsWith(bytes.subarray(4), 'LfLe')))
    return 'event-log';
  if (startsWith(bytes, '\xd0\xcf\x11\xe0')) return 'message-file';
  const text = looksLikeText(bytes);
  // A file of zeros or of letters may still have been a database: its name says so.
  if (ESE_NAME.test(name) && !(text && /\.log$/i.test(name))) return 'ese';
  if (text) return textForm(bytes);
  return /\.evtx?$/i.test(name) ? 'event-log' : 'unknown';
}
