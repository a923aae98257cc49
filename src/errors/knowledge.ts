// What we know about single codes: meaning and advice, found in the texts in knowledge/ when asked for.
import type { Family } from './families.ts';
import { EXCHANGE } from './knowledge/exchange.ts';
import { JET_BACKUP } from './knowledge/jet-backup.ts';
import { JET_DAMAGE } from './knowledge/jet-damage.ts';
import { JET_FILES } from './knowledge/jet-files.ts';
import { JET_HISTORIC } from './knowledge/jet-historic.ts';
import { JET_INTERFACE } from './knowledge/jet-interface.ts';
import { JET_LOGS } from './knowledge/jet-logs.ts';
import { MAPI } from './knowledge/mapi.ts';
import { SECURITY } from './knowledge/security.ts';
import { SMTP } from './knowledge/smtp.ts';
import { STORE } from './knowledge/store.ts';
import { WIN32 } from './knowledge/win32.ts';
import { HRESULT, LDAP, NTSTATUS, VSS } from './knowledge/windows.ts';

/** One sentence about a code, and what to do about it. */
export interface Knowledge {
  readonly meaning: string;
  readonly advice?: string;
}

const TEXTS: Partial<Record<Family, readonly string[]>> = {
  JET: [JET_DAMAGE, JET_LOGS, JET_BACKUP, JET_FILES, JET_INTERFACE, JET_HISTORIC],
  MAPI: [MAPI, STORE],
  Win32: [WIN32],
  HRESULT: [HRESULT],
  NTSTATUS: [NTSTATUS],
  SSPI: [SECURITY],
  LDAP: [LDAP],
  VSS: [VSS],
  SMTP: [SMTP],
  Exchange: [EXCHANGE],
};

/** What was looked up already, found or not; keys are symbols of the tables, so this cannot grow without limit. */
const memory = new Map<string, Knowledge | undefined>();

/**
 * What we know about a code of a family; the key is its symbol, for SMTP `subject.detail` or the reply code, for Exchange
 * the number in hexadecimal.
 */
export function knowledgeOf(family: Family, key: string): Knowledge | undefined {
  const name = `${family} ${key}`;
  if (!memory.has(name)) memory.set(name, search(TEXTS[family] ?? [], key));
  return memory.get(name);
}

/** An entry: key line, meaning (one or more lines), advice (from a line that begins with `>`), blank line. */
function search(texts: readonly string[], key: string): Knowledge | undefined {
  for (const text of texts) {
    const at = text.indexOf(`\n${key}\n`);
    // A key line stands at the beginning or after a blank line.
    if (at < 0 || (at > 0 && text.charAt(at - 1) !== '\n')) continue;
    const start = at + key.length + 2;
    const end = text.indexOf('\n\n', start);
    const [meaning = '', advice] = text
      .slice(start, end < 0 ? text.length : end)
      .trim()
      .split('\n> ');
    const words = meaning.replaceAll('\n', ' ');
    return advice === undefined ? { meaning: words } : { meaning: words, advice: advice.replaceAll('\n', ' ') };
  }
  return undefined;
}

/** Keys of all codes of a family that have a meaning of our own. */
export function describedCodes(family: Family): string[] {
  return (TEXTS[family] ?? []).flatMap((text) =>
    text
      .trim()
      .split('\n\n')
      .map((entry) => entry.split('\n')[0]!),
  );
}

/** What the words of a symbol say, for codes nobody has described: `ERROR_DISK_FULL` gives `disk full`. */
export function wordsOfSymbol(symbol: string): string {
  const name = symbol.replace(/^(JET_(err|wrn)|NERR_|ec(?=[A-Z])|[A-Z0-9]+_[EISW]_|ERROR_|STATUS_|LDAP_)/, '');
  const words =
    name.includes('_') || name === name.toUpperCase()
      ? name.split('_')
      : name.split(/(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])/);
  return words.map((word) => (/^[A-Z][a-z]/.test(word) || name.includes('_') ? word.toLowerCase() : word)).join(' ');
}
