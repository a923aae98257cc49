// Damage done to databases in memory, and what a check says of them.
import { Database } from '../../src/ese/database.ts';
import type { Finding } from '../../src/ese/finding.ts';
import { readDbHeader } from '../../src/ese/header/read-db-header.ts';
import { BufferSource } from '../../src/ese/io/buffer-source.ts';
import { xorChecksum } from '../../src/ese/page/checksum-xor.ts';
import { NodeView } from '../../src/ese/page/node.ts';
import { NodeFlag } from '../../src/ese/page/page-flags.ts';
import type { PageFormat } from '../../src/ese/page/page-format.ts';
import { Page } from '../../src/ese/page/page.ts';
import { checkDatabase, type CheckResult } from '../../src/eseutil/check.ts';
import { seal, writeLines, type LineSpec } from '../fixtures/compose-page.ts';
import { put } from '../fixtures/bytes.ts';

/** A copy of a database to do damage to. Whatever changes a page seals it again, unless its name says otherwise. */
export class Damaged {
  bytes: Uint8Array;
  readonly format: PageFormat;

  constructor(original: Uint8Array) {
    this.bytes = original.slice();
    this.format = readDbHeader(new BufferSource(original)).format;
  }

  get pageSize(): number {
    return this.format.pageSize;
  }

  /** Number of the last page. */
  get last(): number {
    return Math.floor(this.bytes.length / this.pageSize) - 2;
  }

  /** A page's bytes: writing to them changes the database. */
  page(pgno: number): Uint8Array {
    return this.bytes.subarray((pgno + 1) * this.pageSize, (pgno + 2) * this.pageSize);
  }

  view(pgno: number): Page {
    return new Page(this.page(pgno), this.format, pgno);
  }

  seal(pgno: number): this {
    seal(this.page(pgno), pgno);
    return this;
  }

  /** Sets a little-endian field of a page. */
  set(pgno: number, offset: number, value: number, size = 4): this {
    put(this.page(pgno), offset, value, size);
    return this.seal(pgno);
  }

  /** Where the bytes of a line begin in its page. */
  lineStart(pgno: number, line: number): number {
    return this.view(pgno).tagStart(line + 1);
  }

  /** Where the data of a line begin in its page. */
  dataStart(pgno: number, line: number): number {
    const node = new NodeView();
    if (!node.load(this.view(pgno), line)) throw new Error(`page ${pgno} has no line ${line}`);
    return node.dataStart;
  }

  /** Offset of a line's tag in its page: two bytes of length, two of offset. */
  tagOffset(line: number): number {
    return this.pageSize - 4 * (line + 2);
  }

  /** The lines of a page, taken apart. */
  lines(pgno: number): LineSpec[] {
    const page = this.view(pgno);
    const node = new NodeView();
    return Array.from({ length: page.lineCount }, (_, line) => {
      if (!node.load(page, line)) throw new Error(`page ${pgno} has no line ${line}`);
      return {
        key: node.key(),
        data: node.data().slice(),
        flags: node.flags & ~NodeFlag.Compressed,
        prefix: node.prefixLength,
      };
    });
  }

  /** Puts a page together again after `edit` changed its lines. */
  edit(pgno: number, edit: (lines: LineSpec[]) => void): this {
    const lines = this.lines(pgno);
    edit(lines);
    writeLines(this.page(pgno), this.format, this.view(pgno).externalHeader.slice(), lines);
    return this.seal(pgno);
  }

  /** Changes the data of a line in place. */
  editData(pgno: number, line: number, edit: (data: Uint8Array) => void): this {
    const node = new NodeView();
    if (!node.load(this.view(pgno), line)) throw new Error(`page ${pgno} has no line ${line}`);
    edit(node.data());
    return this.seal(pgno);
  }

  /** Gives a line other data, perhaps of another length. */
  setData(pgno: number, line: number, data: Uint8Array): this {
    return this.edit(pgno, (lines) => (lines[line] = { ...lines[line]!, data }));
  }

  deleteLine(pgno: number, line: number): this {
    return this.edit(pgno, (lines) => lines.splice(line, 1));
  }

  swapLines(pgno: number, a: number, b: number): this {
    return this.edit(pgno, (lines) => ([lines[a], lines[b]] = [lines[b]!, lines[a]!]));
  }

  /** Writes the contents of one page to another. */
  copyPage(from: number, to: number): this {
    this.page(to).set(this.page(from));
    if (this.format.extendedHeader) put(this.page(to), 64, to, 4);
    return this.seal(to);
  }

  /** Without sealing: what a disk does. */
  flip(pgno: number, offset: number = this.pageSize >> 1): this {
    this.page(pgno)[offset]! ^= 0xff;
    return this;
  }

  zero(pgno: number): this {
    this.page(pgno).fill(0);
    return this;
  }

  truncate(length: number): this {
    this.bytes = this.bytes.slice(0, length);
    return this;
  }

  /** Changes both headers and gives them right sums. */
  setHeader(offset: number, value: number, size = 4): this {
    for (const at of [0, this.pageSize]) {
      const header = this.bytes.subarray(at, at + this.pageSize);
      put(header, offset, value, size);
      put(header, 0, xorChecksum(header, 0, header.length), 4);
    }
    return this;
  }

  check(): Checked {
    return check(this.bytes);
  }
}

/** Outcome of a check. */
export interface Checked {
  readonly result: CheckResult;
  readonly findings: readonly Finding[];
  /** Errors and warnings in short: `rule@page` or `rule@page:line`; each once. */
  readonly bad: readonly string[];
  /** Pages that errors and warnings name, ascending. */
  readonly pages: readonly number[];
}

/** Checks a database in memory. */
export function check(bytes: Uint8Array): Checked {
  const findings: Finding[] = [];
  const result = checkDatabase(new Database(new BufferSource(bytes)), {
    onFinding: (finding) => findings.push(finding),
  });
  const bad = findings.filter((finding) => finding.severity !== 'info');
  const pages = bad.flatMap(({ at }) => (at.pgno === undefined ? [] : [at.pgno]));
  return { result, findings, bad: [...new Set(bad.map(inShort))], pages: [...new Set(pages)].sort((a, b) => a - b) };
}

function inShort({ rule, at }: Finding): string {
  if (at.pgno === undefined) return rule;
  return `${rule}@${at.pgno}${at.line === undefined ? '' : `:${at.line}`}`;
}
