// Mails from wherever they are: single files, mailboxes (mbox), Maildir and other folders, Outlook's .msg, standard input.
import { closeSync, openSync, readdirSync, readSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { isCompoundFile, isMbox, mailOfOutlookMessage, MOST_MAIL, MOST_MSG, splitMbox } from '../diagnose/ndr/index.ts';

/** One mail and where it is from; `content` is undefined for what could not be read, with the reason. */
export interface SourceMail {
  readonly file: string;
  /** 1, 2, ... in a mailbox; 0 for a file of one mail. */
  readonly number: number;
  readonly content: Uint8Array | string | undefined;
  readonly problem?: string;
}

/** Mailboxes are read through a window of this size, so that their size does not matter. */
const WINDOW: number = Math.max(MOST_MAIL, MOST_MSG) + 1;
const MOST_DEPTH = 8;

/**
 * All mails of a path (`-` is standard input), folders in order of their names. What cannot be read is given with the
 * reason. `window`: how many bytes are held at once.
 */
export function* mailsOf(path: string, window: number = WINDOW, depth = 0): Generator<SourceMail> {
  try {
    if (path === '-') yield* mailsOfOpenFile(0, 'standard input', window);
    else if (statSync(path).isDirectory()) {
      const names = readdirSync(path).filter((name) => !name.startsWith('.'));
      for (const name of depth < MOST_DEPTH ? names.sort() : []) yield* mailsOf(join(path, name), window, depth + 1);
    } else yield* mailsOfFile(path, window);
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    yield { file: path, number: 0, content: undefined, problem };
  }
}

function* mailsOfFile(path: string, window: number): Generator<SourceMail> {
  const file = openSync(path, 'r');
  try {
    yield* mailsOfOpenFile(file, path, window);
  } finally {
    closeSync(file);
  }
}

function* mailsOfOpenFile(file: number, name: string, window: number): Generator<SourceMail> {
  const first = readFully(file, window);
  if (isCompoundFile(first)) {
    const content = mailOfOutlookMessage(first);
    yield content === undefined
      ? { file: name, number: 0, content, problem: 'no Outlook message, or a damaged or very large one' }
      : { file: name, number: 0, content };
  } else if (isMbox(first)) yield* mailsOfMailbox(file, name, first, window);
  else yield { file: name, number: 0, content: first };
}

function* mailsOfMailbox(file: number, name: string, first: Uint8Array, size: number): Generator<SourceMail> {
  let number = 0;
  let window = first;
  for (;;) {
    const more = readFully(file, size);
    // A line that is cut off waits for its end: it may be a separator.
    const cut = more.length === 0 ? window.length : window.lastIndexOf(LF) + 1;
    const mails = [...splitMbox(window.subarray(0, cut))];
    const last = more.length === 0 ? undefined : (mails.pop() ?? NOTHING);
    for (const content of mails) if (content.length > 0) yield { file: name, number: ++number, content };
    if (last === undefined) return;
    // The last mail may go on in what comes next. Of a very large one nothing more is read anyway.
    const start = cut === 0 ? NOTHING : FROM_LINE;
    window = joined(start, last.subarray(0, MOST_MAIL + 1), window.subarray(cut, cut + MOST_MAIL), more);
  }
}

const LF = 10;
const NOTHING: Uint8Array = new Uint8Array(0);
const FROM_LINE: Uint8Array = new TextEncoder().encode('From - \n');

function joined(...pieces: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}

/** Up to `most` bytes; fewer at the end of the file. */
function readFully(file: number, most: number): Uint8Array {
  const pieces: Uint8Array[] = [];
  let size = 0;
  while (size < most) {
    const piece = new Uint8Array(Math.min(1 << 20, most - size));
    const count = readPiece(file, piece);
    if (count === 0) break;
    pieces.push(piece.subarray(0, count));
    size += count;
  }
  return joined(...pieces);
}

function readPiece(file: number, piece: Uint8Array): number {
  for (;;) {
    try {
      return readSync(file, piece);
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code;
      if (code === 'EOF') return 0;
      // A terminal or pipe with nothing in it yet.
      if (code !== 'EAGAIN') throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20);
    }
  }
}
