// Keys found in the words of an event or a bounce: database path, store GUID, message id.
import type { EvidenceKeys } from './evidence.ts';

const DATABASE_PATH =
  /(?:[a-z]:\\|\\\\|\/)[^"'<>|*?\r\n:]{0,200}?([^"'<>|*?\r\n:\\/]{1,64})\.(?:edb|stm|dit|pat)(?![\w.])/i;
const BARE_DATABASE = /(?<![\w\\/.-])([\w-]{1,64})\.(?:edb|stm|dit)(?![\w.])/i;
const MDB = /\bMDB\s?:?\s?\{?([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})/i;
const MESSAGE_ID = /<([^<>\s@]{1,200}@[^<>\s]{1,200})>/;

/** Name of a database file without folder and extension, in small letters. */
export function databaseKey(path: string): string {
  const name = path.split(/[\\/]/).at(-1)!.toLowerCase();
  return name.replace(/\.(?:edb|stm|dit|dat|mdb|pat|db|sdb)$/, '');
}

/** Name of a computer without its domain, in small letters. */
export function serverKey(name: string): string {
  return name.trim().toLowerCase().replace(/^\\+/, '').split('.')[0]!;
}

/** Keys in the first characters of a text. */
export function keysOfText(text: string): EvidenceKeys {
  const start = text.slice(0, 4_000);
  const path = DATABASE_PATH.exec(start) ?? BARE_DATABASE.exec(start);
  const mdb = MDB.exec(start)?.[1];
  const messageId = MESSAGE_ID.exec(start)?.[1];
  return {
    ...(path !== null && { database: path[1]!.trim().toLowerCase(), databasePath: path[0].trim() }),
    ...(mdb !== undefined && { mdb: mdb.toLowerCase() }),
    ...(messageId !== undefined && { messageId: messageId.toLowerCase() }),
  };
}
