// Copies a database file in large blocks and verifies both sides: every page of the source by its checksum, the target
// by reading it back (eseutil.cxx, copy mode).
import { dirname } from 'node:path';
import { JetError } from '../errors/jet-error.ts';
import { NodeDigest } from '../ese/build/node-digest.ts';
import { Database } from '../ese/database.ts';
import type { ByteSource } from '../ese/io/byte-source.ts';
import { nodeFileLayer, type FileLayer } from '../ese/io/file-layer.ts';
import { discardFile } from '../ese/io/safe-replace.ts';
import { headerChecksumMatches, looksLikePatchPage, verifyPage, type PageVerdict } from '../ese/page/checksum-page.ts';
import { createChecksumKernel, type ChecksumKernel } from '../ese/page/checksum-kernel.ts';
import { KernelVerdict } from '../ese/page/checksum-kernel-code.ts';
import { HEADER_PAGES } from '../ese/page/page-reader.ts';
import { stopIfAsked, type IsStopped } from './interruption.ts';

/** How to copy. */
export interface CopyFileOptions {
  /** Replace a target that exists: it stays until the copy is complete. */
  readonly force?: boolean;
  readonly layer?: FileLayer;
  /** Bytes done of bytes to do: both passes count. */
  readonly onProgress?: (done: number, total: number) => void;
  readonly isStopped?: IsStopped;
}

/** A page of the source that is not as its checksum says. -1 and 0 are the header and its shadow. */
export interface BadPage {
  readonly pgno: number;
  readonly verdict: Exclude<PageVerdict, 'good' | 'uninitialized'>;
}

/** What a copy came to. */
export interface CopyFileResult {
  readonly bytes: number;
  /** Pages of the database, headers aside; 0 for a file that is no database. */
  readonly pages: number;
  /** True when pages were verified: the file is a database whose pages carry checksums. */
  readonly verified: boolean;
  /** Pages of the source that fail their checksum, in order. They are in the copy as they are in the source. */
  readonly badPages: readonly BadPage[];
  /** Bytes after the last whole page. */
  readonly partialPageBytes: number;
}

/** Fits a processor's cache, and is a multiple of every page size. */
const BLOCK_SIZE = 1 << 20;
/** Progress counts a byte read, then written, then read back. */
const PASSES = 2;

/** Judges the pages of blocks that come in file order. */
class PageVerifier {
  readonly badPages: BadPage[] = [];
  readonly #kernel: ChecksumKernel;
  readonly #pageSize: number;
  readonly #filePages: number;

  constructor(kernel: ChecksumKernel, pageSize: number, size: number) {
    this.#kernel = kernel;
    this.#pageSize = pageSize;
    this.#filePages = Math.floor(size / pageSize);
  }

  /** Judges the whole pages among the first `count` bytes in the kernel, which begin at `offset` of the file. */
  block(offset: number, count: number): void {
    const first = offset / this.#pageSize;
    const pages = Math.floor(count / this.#pageSize);
    if (this.#kernel.verify(pages, this.#pageSize, first - HEADER_PAGES + 1) === 0) return;
    for (let i = 0; i < pages; i++)
      if (this.#kernel.verdicts[i] === KernelVerdict.suspect) this.#suspect(first + i, i * this.#pageSize);
  }

  #suspect(page: number, at: number): void {
    const bytes = this.#kernel.pages;
    const pgno = page - HEADER_PAGES + 1;
    const isHeader = page < HEADER_PAGES;
    if (isHeader || (page === this.#filePages - 1 && looksLikePatchPage(bytes, at))) {
      if (!headerChecksumMatches(bytes, at, this.#pageSize)) this.badPages.push({ pgno, verdict: 'bad' });
      return;
    }
    const verdict = verifyPage(bytes, at, this.#pageSize, pgno);
    if (verdict !== 'good' && verdict !== 'uninitialized') this.badPages.push({ pgno, verdict });
  }
}

/** Page size of a database whose pages can be verified; undefined for any other file. */
function verifiablePageSize(source: ByteSource): number | undefined {
  try {
    const db = new Database(source);
    return db.hasNoChecksums ? undefined : db.pages.format.pageSize;
  } catch (error) {
    if (error instanceof JetError) return undefined;
    throw error;
  }
}

/** Fingerprint of a block: which bytes stand where. */
function addBlock(digest: NodeDigest, position: Float64Array, offset: number, bytes: Uint8Array, count: number): void {
  position[0] = offset;
  digest.add(new Uint8Array(position.buffer), position.byteLength, bytes, 0, count);
}

class FileCopy {
  readonly #source: ByteSource;
  readonly #layer: FileLayer;
  readonly #options: CopyFileOptions;
  readonly #kernel = createChecksumKernel(BLOCK_SIZE);
  readonly #digest = new NodeDigest();
  readonly #position = new Float64Array(1);

  constructor(source: ByteSource, layer: FileLayer, options: CopyFileOptions) {
    this.#source = source;
    this.#layer = layer;
    this.#options = options;
  }

  run(target: string): CopyFileResult {
    const { size } = this.#source;
    const pageSize = verifiablePageSize(this.#source);
    const verifier = pageSize === undefined ? undefined : new PageVerifier(this.#kernel, pageSize, size);
    const handle = this.#layer.create(target);
    try {
      for (let offset = 0; offset < size; offset += BLOCK_SIZE) {
        const count = this.#read(this.#source, offset);
        verifier?.block(offset, count);
        addBlock(this.#digest, this.#position, offset, this.#kernel.pages, count);
        this.#layer.write(handle, this.#kernel.pages.subarray(0, count), offset);
        this.#progress(offset + count);
      }
      this.#layer.sync(handle);
    } finally {
      this.#layer.close(handle);
    }
    this.#verifyTarget(target);
    return {
      bytes: size,
      pages: pageSize === undefined ? 0 : Math.max(0, Math.floor(size / pageSize) - HEADER_PAGES),
      verified: verifier !== undefined,
      badPages: verifier?.badPages ?? [],
      partialPageBytes: pageSize === undefined ? 0 : size % pageSize,
    };
  }

  /** Reads a block into the kernel. */
  #read(source: ByteSource, offset: number): number {
    const count = Math.min(BLOCK_SIZE, this.#source.size - offset);
    if (source.read(offset, this.#kernel.pages.subarray(0, count)) === count) return count;
    throw new JetError('JET_errDiskIO', `${source.name}: the file ends at less than ${offset + count} bytes`, {
      file: source.name,
      offset,
    });
  }

  #verifyTarget(target: string): void {
    const source = this.#layer.source(target);
    const digest = new NodeDigest();
    try {
      for (let offset = 0; offset < this.#source.size; offset += BLOCK_SIZE) {
        const count = this.#read(source, offset);
        addBlock(digest, this.#position, offset, this.#kernel.pages, count);
        this.#progress(this.#source.size + offset + count);
      }
      if (source.size === this.#source.size && digest.equals(this.#digest)) return;
    } finally {
      source.close();
    }
    throw new JetError('JET_errReadVerifyFailure', `${target}: what was written does not read back as it was`, {
      file: target,
    });
  }

  #progress(done: number): void {
    this.#options.onProgress?.(done, PASSES * this.#source.size);
    stopIfAsked(this.#options.isStopped);
  }
}

/**
 * Copies file `from` to `to`, which appears only when it is complete and verified.
 * @throws JetError JET_errFileAlreadyExists when `to` exists and `force` is not set; Interrupted.
 */
export function copyFile(from: string, to: string, options: CopyFileOptions = {}): CopyFileResult {
  const layer = options.layer ?? nodeFileLayer;
  const source = layer.source(from);
  const target = layer.facts(to);
  const partial = `${to}.${process.pid}.part`;
  let made = false;
  try {
    if (target?.isFolder === true)
      throw new JetError('JET_errInvalidPath', `${to}: this is a folder, not a file`, { file: to });
    if (target !== undefined && layer.realPath(to) === layer.realPath(from))
      throw new JetError('JET_errInvalidPath', `${to}: this is the file to be copied itself`, { file: to });
    if (target !== undefined && options.force !== true)
      throw new JetError('JET_errFileAlreadyExists', `${to}: there is a file of this name already`, { file: to });
    requireSpace(to, source.size, layer);
    made = true;
    const result = new FileCopy(source, layer, options).run(partial);
    if (options.force !== true && layer.facts(to) !== undefined)
      throw new JetError('JET_errFileAlreadyExists', `${to}: someone has made a file of this name`, { file: to });
    layer.rename(partial, to);
    made = false;
    layer.syncFolder(dirname(to));
    return result;
  } finally {
    source.close();
    if (made) discardFile(partial, layer);
  }
}

/** @throws JetError JET_errDiskFull, saying how much is missing, when the volume of `path` has no room for `bytes`. */
export function requireSpace(path: string, bytes: number, layer: FileLayer): void {
  const folder = dirname(path);
  const free = layer.freeSpace(folder);
  if (free === undefined || free >= bytes) return;
  const message = `${path}: ${bytes} bytes are needed, ${free} are free on the volume of ${folder}: ${bytes - free} are missing`;
  throw new JetError('JET_errDiskFull', message, { file: path });
}
