// One file as evidence, by its kind. Whatever is in it, it ends: every read has a limit.
import { identifyFile } from '../../ese/header/identify.ts';
import { FileSource } from '../../ese/io/file-source.ts';
import { isJetError } from '../../errors/index.ts';
import { detectLogForm, readEvents } from '../../eventlog/index.ts';
import { textPieces } from '../../eventlog/text/decode-text.ts';
import type { BounceEvidence, Evidence } from '../evidence.ts';
import { databaseKey } from '../evidence-keys.ts';
import type { EvidenceSet } from '../evidence-set.ts';
import { bounceEvidence } from '../make/bounce-evidence.ts';
import { CHECKED_MOST, databaseEvidence, logEvidence } from '../make/database-evidence.ts';
import { eventEvidence } from '../make/event-evidence.ts';
import { codeEvidence, textEvidence } from '../make/text-evidence.ts';
import { mailOfOutlookMessage, MOST_MAIL, MOST_MSG, readNdr, splitMbox } from '../ndr/index.ts';
import { sniffFile } from './sniff-file.ts';
import type { FileForm } from './sniff-file.ts';

/** Plain text looked through for codes. */
const TEXT_MOST = 16 << 20;
/** An mbox is read up to here. */
const MBOX_MOST = 256 << 20;
/** Events of one log that are looked at. */
const EVENTS_MOST = 5_000_000;

/** How a file was read. */
export interface ReadFile {
  readonly path: string;
  /** `database`, `log`, `checkpoint`, `event log`, `bounce`, `mail`, `text`, ... */
  readonly kind: string;
  /** Pieces of evidence in it. */
  readonly pieces: number;
  /** Why it gave less than it may hold. */
  readonly note?: string;
}

/** Options of gathering. */
export interface GatherOptions {
  /** Check databases of any size; else those up to 1 GB. */
  readonly full?: boolean;
}

/** A file that should be a database and is none. */
function notADatabase(source: FileSource, reason: string): Evidence {
  return {
    kind: 'database',
    place: { file: source.name },
    count: 1,
    keys: { database: databaseKey(source.name), databasePath: source.name },
    codes: [],
    summary: `${source.name}: ${reason}`,
    path: source.name,
    size: source.size,
    facts: new Set(['unreadable', 'damaged', 'not-clean']),
    details: new Map([['unreadable', reason]]),
    revision: 0,
  };
}

function readEse(source: FileSource, set: EvidenceSet, options: GatherOptions): ReadFile {
  const path = source.name;
  try {
    const file = identifyFile(source);
    switch (file.kind) {
      case 'log':
      case 'checkpoint':
        set.add(logEvidence(source, file));
        return { path, kind: file.kind, pieces: 1 };
      case 'flush-map':
        return { path, kind: 'flush map', pieces: 0 };
      default: {
        const check = source.size <= CHECKED_MOST || options.full === true;
        set.add(databaseEvidence(source, file, { check }));
        const note =
          check || file.kind !== 'database' ? {} : { note: 'not checked, only its header was read (--full checks it)' };
        return { path, kind: file.kind.replace('-', ' '), pieces: 1, ...note };
      }
    }
  } catch (error) {
    if (!isJetError(error)) throw error;
    const log = /\.(?:log|jrs|jtx|chk|jfm|pat)$/i.test(path);
    if (!log) set.add(notADatabase(source, error.message.replace(`${path}: `, '')));
    return { path, kind: 'unknown', pieces: log ? 0 : 1, note: error.message.replace(`${path}: `, '') };
  }
}

/** Reads the events; `seen` takes the names of their codes. */
function readLog(source: FileSource, set: EvidenceSet, seen?: Set<string>): number {
  let count = 0;
  for (const event of readEvents(source)) {
    const one = eventEvidence(event, source.name);
    set.add(one);
    if (seen !== undefined) for (const { symbol } of one.codes) seen.add(symbol);
    if (++count >= EVENTS_MOST) break;
  }
  return count;
}

function readAll(source: FileSource, most: number): Uint8Array {
  const bytes = new Uint8Array(Math.min(source.size, most));
  return bytes.subarray(0, source.read(0, bytes));
}

function readMails(source: FileSource, set: EvidenceSet, form: 'mail' | 'mbox'): ReadFile {
  const bytes = readAll(source, form === 'mbox' ? MBOX_MOST : MOST_MAIL);
  let pieces = 0;
  for (const mail of form === 'mbox' ? splitMbox(bytes) : [bytes]) {
    for (const one of bounceEvidence(readNdr(mail), source.name)) {
      set.add(one);
      pieces++;
    }
  }
  return { path: source.name, kind: pieces > 0 ? 'bounce' : 'mail, no bounce', pieces };
}

function readOutlookMessage(source: FileSource, set: EvidenceSet): ReadFile {
  const path = source.name;
  const mail = source.size > MOST_MSG ? undefined : mailOfOutlookMessage(readAll(source, MOST_MSG));
  if (mail === undefined) return { path, kind: 'unknown', pieces: 0, note: 'a compound file, but no message' };
  const found = bounceEvidence(readNdr(mail), path);
  for (const one of found) set.add(one);
  return { path, kind: found.length > 0 ? 'bounce' : 'mail, no bounce', pieces: found.length };
}

const BOUNCE_WORDS =
  /did not reach|could not be (?:reached|delivered)|undeliverable|delivery (?:status|has failed|failed)|generating server|MSEXCH:|final-recipient:|returned mail|not reach the following/i;
const EVENT_START = /^\s*(?:event (?:type|source|id|category)|log name|source|ereignis\w*)\s*:/im;

/** Text of the file, as far as it is looked at. */
function textOf(source: FileSource): string {
  let text = '';
  for (const piece of textPieces(source)) {
    text += piece;
    if (text.length >= TEXT_MOST) return text.slice(0, TEXT_MOST);
  }
  return text;
}

/** A pasted bounce; what follows the first event of the text is not part of it. */
function pastedBounce(text: string, file: string): BounceEvidence[] {
  if (!BOUNCE_WORDS.test(text.slice(0, 1 << 20))) return [];
  const start = text.search(EVENT_START);
  const whole = bounceEvidence(readNdr(start > 0 ? text.slice(0, start) : text), file);
  if (whole.length > 0 || start <= 0) return whole;
  // The bounce may stand behind the events, too.
  const behind = text.search(
    /^.{0,40}(?:your message did not reach|did not reach the following|delivery has failed)/im,
  );
  return behind < 0 ? [] : bounceEvidence(readNdr(text.slice(behind, behind + 16_000)), file);
}

function readText(source: FileSource, set: EvidenceSet): ReadFile {
  const path = source.name;
  const form = detectLogForm(source);
  const seen = new Set<string>();
  const events = form === undefined ? 0 : readLog(source, set, seen);
  if (events > 0 && form !== 'text') return { path, kind: 'event log', pieces: events };
  const text = textOf(source);
  const bounces = pastedBounce(text, path);
  for (const { codes: own, status } of bounces) {
    for (const { symbol } of own) seen.add(symbol);
    if (status !== undefined) seen.add(status);
  }
  // What the events and bounces of the text say already is not said twice.
  const codes = codeEvidence(text, path).filter((one) => one.codes.some(({ symbol }) => !seen.has(symbol)));
  for (const one of [...bounces, ...codes]) set.add(one);
  set.add(textEvidence(text, path));
  const kind = [bounces.length > 0 ? 'bounce' : '', events > 0 ? 'events' : '']
    .filter((part) => part !== '')
    .join(' and ');
  return { path, kind: kind === '' ? 'text' : `text with ${kind}`, pieces: events + bounces.length + codes.length };
}

function readForm(form: FileForm, source: FileSource, set: EvidenceSet, options: GatherOptions): ReadFile {
  const path = source.name;
  switch (form) {
    case 'ese':
      return readEse(source, set, options);
    case 'event-log':
      return { path, kind: 'event log', pieces: readLog(source, set) };
    case 'mail':
    case 'mbox':
      return readMails(source, set, form);
    case 'text':
      return readText(source, set);
    case 'message-file':
      return readOutlookMessage(source, set);
    case 'empty':
      return { path, kind: 'empty', pieces: 0 };
    case 'unknown':
      return { path, kind: 'unknown', pieces: 0, note: 'no kind of file that says anything here' };
  }
}

/** Reads one file into `set`. @throws JetError when the file cannot be opened or read. */
export function readFileEvidence(path: string, set: EvidenceSet, options: GatherOptions = {}): ReadFile {
  const source = new FileSource(path);
  try {
    return readForm(sniffFile(source, path.split(/[\\/]/).at(-1)!), source, set, options);
  } finally {
    source.close();
  }
}
