// Plain text as evidence: the text itself, shortened, for rules that look for words, and its lines with codes.
import type { CodeEvidence, TextEvidence } from '../evidence.ts';
import { keysOfText } from '../evidence-keys.ts';
import { namedCodes } from '../named-codes.ts';
import { oneLine } from './event-evidence.ts';

/** Characters of a text that rules look through. */
const TEXT_MOST = 256 * 1024;
/** Lines with codes that become evidence. */
const LINES_MOST = 2_000;
/** Characters of a line that are looked at. */
const LINE_MOST = 1_000;

/** Something a code could be made of, so that most lines cost nothing. */
const MAYBE_CODE =
  /-\s?\d{3,4}\b|0x[0-9a-f]|[8c]00[0-9a-f]{5}|fff[0-9a-f]{5}|\d{9}|\b[245]\.\d{1,3}\.\d|[A-Z]{2,}_|JET_|MAPI|\bec[A-Z=]/i;
/** Codes of clocks, sizes and the like: only families that name a failure count in running text. */
const FAMILIES: ReadonlySet<string> = new Set([
  'JET',
  'MAPI',
  'SSPI',
  'Exchange',
  'HRESULT',
  'Win32',
  'NTSTATUS',
  'VSS',
  'LDAP',
  'SMTP',
]);

/** The lines of `text` with codes in them; `startLine` is the number of its first line. */
export function codeEvidence(text: string, file: string, startLine = 1): CodeEvidence[] {
  const found: CodeEvidence[] = [];
  let line = startLine;
  let from = 0;
  while (from < text.length && found.length < LINES_MOST) {
    const newline = text.indexOf('\n', from);
    const end = newline < 0 ? text.length : newline;
    const row = text.slice(from, Math.min(end, from + LINE_MOST));
    if (MAYBE_CODE.test(row)) {
      const codes = namedCodes(row).filter(({ family }) => FAMILIES.has(family));
      if (codes.length > 0) found.push(piece(row, codes, file, line));
    }
    from = end + 1;
    line++;
  }
  return found;
}

function piece(row: string, codes: CodeEvidence['codes'], file: string, line: number): CodeEvidence {
  return {
    kind: 'code',
    place: { file, at: `line ${line}` },
    count: 1,
    keys: keysOfText(row),
    codes,
    summary: oneLine(row),
    text: row,
  };
}

/** The text itself. */
export function textEvidence(text: string, file: string): TextEvidence {
  const kept = text.slice(0, TEXT_MOST);
  return {
    kind: 'text',
    place: { file },
    count: 1,
    keys: {},
    codes: [],
    summary: oneLine(kept, 80),
    text: kept,
  };
}
