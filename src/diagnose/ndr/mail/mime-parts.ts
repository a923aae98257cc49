// The parts of a mail (RFC 2046 5.1), found in one pass without recursion. Limits on depth and number keep nested
// multiparts from costing more than their bytes.
import type { HeaderField } from './header-block.ts';
import { fieldValue, parseHeaderFields, parseParameterValue } from './header-block.ts';

/** A leaf of the MIME tree: its headers and its body, not decoded yet. */
export interface MailPart {
  readonly type: string;
  readonly parameters: ReadonlyMap<string, string>;
  readonly fields: readonly HeaderField[];
  /** Body as byte string, transfer encoding still on it. */
  readonly body: string;
  /** How many multiparts it stands in. */
  readonly depth: number;
}

/** A mail taken apart. */
export interface ParsedMail {
  readonly fields: readonly HeaderField[];
  readonly type: string;
  readonly parameters: ReadonlyMap<string, string>;
  readonly parts: readonly MailPart[];
  /** Content types of all multiparts met, outermost first: `multipart/report`. */
  readonly multiparts: readonly MultipartSeen[];
  /** What a limit kept from being read. */
  readonly limits: readonly string[];
}

/** A multipart and its report-type, if it has one. */
export interface MultipartSeen {
  readonly type: string;
  readonly reportType?: string | undefined;
}

const MOST_DEPTH = 24;
const MOST_PARTS = 256;
const MOST_HEADER = 262_144;
const PLAIN: ReadonlyMap<string, string> = new Map();

interface Head {
  readonly fields: readonly HeaderField[];
  readonly type: string;
  readonly parameters: ReadonlyMap<string, string>;
  readonly bodyAt: number;
}

/** Where the header block that begins at `at` ends, and what it says. A block that is not one is body. */
function readHead(text: string, at: number, end: number): Head {
  let stop = text.charCodeAt(at) === 10 ? at : text.indexOf('\n\n', at);
  if (stop === -1 || stop > end) stop = end;
  const block = text.slice(at, Math.min(stop, at + MOST_HEADER));
  const fields = parseHeaderFields(block);
  const bodyAt = Math.min(end, stop === at ? at + 1 : stop + 2);
  const contentType = fieldValue(fields, 'content-type');
  if (contentType === undefined) return { fields, type: 'text/plain', parameters: PLAIN, bodyAt };
  const { value, parameters } = parseParameterValue(contentType);
  return { fields, type: value === '' ? 'text/plain' : value, parameters, bodyAt };
}

interface OpenMultipart {
  readonly delimiter: string;
}

/**
 * Takes a mail apart. `text` is a byte string with `\n` line ends. Message parts (message/rfc822) are leaves.
 */
export function parseMail(text: string): ParsedMail {
  const head = readHead(text, 0, text.length);
  let walk = new Walk(text);
  walk.enter(head, 0);
  const boundary = walk.parts.length === 0 ? actualBoundary(text, head) : undefined;
  if (boundary !== undefined) {
    walk = new Walk(text);
    walk.enter({ ...head, parameters: new Map([...head.parameters, ['boundary', boundary]]) }, 0);
  }
  if (walk.parts.length === 0) walk.asText(head);
  return {
    fields: head.fields,
    type: head.type,
    parameters: head.parameters,
    parts: walk.parts,
    multiparts: walk.multiparts,
    limits: [...walk.limits],
  };
}

/** A multipart whose declared boundary never comes: the first line that looks like one is taken. */
function actualBoundary(text: string, { bodyAt }: Head): string | undefined {
  return /(?:^|\n)--([^\n]{1,200})\n(?:content-|mime-)/i.exec(text.slice(bodyAt, bodyAt + 65_536))?.[1]?.trimEnd();
}

class Walk {
  readonly parts: MailPart[] = [];
  readonly multiparts: MultipartSeen[] = [];
  readonly limits: Set<string> = new Set();
  readonly #text: string;
  readonly #open: OpenMultipart[] = [];
  /** The leaf being read; undefined between parts. */
  #leaf: Head | undefined;

  constructor(text: string) {
    this.#text = text;
  }

  /** Reads the whole mail whose head is given. */
  enter(head: Head, from: number): void {
    this.#begin(head);
    let at = Math.max(from, head.bodyAt);
    // A delimiter begins a line; the body may begin with one.
    let line = this.#open.length === 0 ? -1 : this.#text.startsWith('--', at) ? at : this.#next(at);
    while (line !== -1 && this.parts.length < MOST_PARTS) {
      const level = this.#levelOf(line);
      if (level === -1) {
        line = this.#next(line);
        continue;
      }
      this.#finish(line);
      at = this.#delimiter(line, level);
      line = at >= this.#text.length ? -1 : this.#text.startsWith('--', at) ? at : this.#next(at);
    }
    if (this.parts.length >= MOST_PARTS) this.limits.add(`more than ${MOST_PARTS} parts: the rest is not read`);
    this.#finish(this.#text.length);
  }

  /** The whole body as one text part: a multipart without any delimiter. */
  asText({ fields, bodyAt }: Head): void {
    this.parts.push({ type: 'text/plain', parameters: PLAIN, fields, body: this.#text.slice(bodyAt), depth: 0 });
  }

  #next(at: number): number {
    const found = this.#text.indexOf('\n--', at);
    return found === -1 ? -1 : found + 1;
  }

  /** Which open multipart the line delimits, the innermost first; -1 for none. */
  #levelOf(line: number): number {
    for (let level = this.#open.length - 1; level >= 0; level--) {
      const { delimiter } = this.#open[level]!;
      if (!this.#text.startsWith(delimiter, line)) continue;
      const after = line + delimiter.length;
      const end = this.#text.indexOf('\n', after);
      const rest = this.#text.slice(after, Math.min(end === -1 ? this.#text.length : end, after + 80)).trimEnd();
      if (rest === '' || rest === '--') return level;
    }
    return -1;
  }

  /** Handles a delimiter line; returns where reading goes on. */
  #delimiter(line: number, level: number): number {
    const after = line + this.#open[level]!.delimiter.length;
    const end = this.#text.indexOf('\n', after);
    if (this.#text.startsWith('--', after)) {
      this.#open.length = level;
      return end === -1 ? this.#text.length : end;
    }
    this.#open.length = level + 1;
    if (end === -1) return this.#text.length;
    const head = readHead(this.#text, end + 1, this.#text.length);
    this.#begin(head);
    return head.bodyAt;
  }

  /** A part begins: a multipart opens, anything else is a leaf. */
  #begin(head: Head): void {
    const boundary = head.type.startsWith('multipart/') ? head.parameters.get('boundary') : undefined;
    if (boundary === undefined || boundary === '') {
      this.#leaf = head;
      return;
    }
    this.multiparts.push({ type: head.type, reportType: head.parameters.get('report-type')?.toLowerCase() });
    if (this.#open.length >= MOST_DEPTH) {
      this.limits.add(`multiparts nested deeper than ${MOST_DEPTH}: not taken apart`);
      this.#leaf = head;
      return;
    }
    this.#open.push({ delimiter: `--${boundary.trimEnd()}` });
    this.#leaf = undefined;
  }

  #finish(end: number): void {
    const leaf = this.#leaf;
    if (leaf === undefined) return;
    this.#leaf = undefined;
    const { type, parameters, fields, bodyAt } = leaf;
    const body = this.#text.slice(bodyAt, Math.max(bodyAt, end));
    this.parts.push({ type, parameters, fields, body, depth: this.#open.length });
  }
}
