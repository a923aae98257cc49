// Sorted runs of entries, in memory and in temporary files: written, read entry by entry, merged into one order.
import { JetError } from '../../errors/jet-error.ts';
import type { SpillFile } from '../io/spill-store.ts';
import { compareEntries, EntryBuffer, PREFIX_SIZE, type CommonBytes } from './sort-entry.ts';
import type { SortedEntry } from './sorter.ts';

const HEADER_SIZE = 4;

/** A temporary file that holds runs, and how many of them are still wanted. */
export interface RunFile {
  readonly file: SpillFile;
  size: number;
  runs: number;
}

/** A sorted run: bytes[offset..offset + length) of a file. */
export interface SortedRun {
  readonly source: RunFile;
  readonly offset: number;
  readonly length: number;
}

/** Writes one run to the end of a file. */
export class RunWriter {
  readonly #target: RunFile;
  readonly #offset: number;
  readonly #buffer: EntryBuffer;
  #used = 0;

  constructor(target: RunFile, bufferSize: number) {
    this.#target = target;
    this.#offset = target.size;
    this.#buffer = new EntryBuffer(bufferSize);
  }

  /** Adds the entry of `entries` at `at`. */
  add(entries: EntryBuffer, at: number): void {
    const size = entries.entrySize(at);
    if (this.#used + size > this.#buffer.size) this.#flush();
    if (size > this.#buffer.size) this.#append(entries.bytes.subarray(at, at + size));
    else {
      this.#buffer.copy(entries, at, size, this.#used);
      this.#used += size;
    }
  }

  finish(): SortedRun {
    this.#flush();
    this.#target.runs++;
    return { source: this.#target, offset: this.#offset, length: this.#target.size - this.#offset };
  }

  #flush(): void {
    if (this.#used > 0) this.#append(this.#buffer.bytes.subarray(0, this.#used));
    this.#used = 0;
  }

  #append(bytes: Uint8Array): void {
    this.#target.file.append(bytes);
    this.#target.size += bytes.length;
  }
}

/** Reads sorted entries one by one; the reader itself is the view of the current one. */
export class RunReader implements SortedEntry {
  entries: EntryBuffer;
  bytes: Uint8Array;
  /** The current entry in `entries`. */
  at = 0;
  keyStart = 0;
  keyLength = 0;
  dataStart = 0;
  dataLength = 0;
  /** Beginning of the key after what all have in common, to order by; Infinity at the end. */
  order = 0;
  /** The same of the data. */
  dataOrder = 0;
  readonly common: CommonBytes;
  readonly #run: SortedRun | undefined;
  /** Bytes of the run not read yet, bytes that the buffer holds, and where in it the next entry begins. */
  #unread: number;
  #filled: number;
  #next = 0;

  private constructor(entries: EntryBuffer, filled: number, run: SortedRun | undefined, common: CommonBytes) {
    this.entries = entries;
    this.bytes = entries.bytes;
    this.common = common;
    this.#run = run;
    this.#unread = run?.length ?? 0;
    this.#filled = filled;
  }

  /** Reads what is in memory: the entries in the first `length` bytes of `entries`. */
  static ofBlock(entries: EntryBuffer, length: number, common: CommonBytes): RunReader {
    return new RunReader(entries, length, undefined, common);
  }

  /** Reads a file through a buffer. */
  static ofRun(run: SortedRun, bufferSize: number, common: CommonBytes): RunReader {
    return new RunReader(new EntryBuffer(Math.min(bufferSize, run.length)), 0, run, common);
  }

  /** To the next entry; at the end `order` becomes Infinity. */
  next(): void {
    if (this.#next === this.#filled && this.#unread === 0) {
      this.order = Infinity;
      return;
    }
    if (this.#next + HEADER_SIZE > this.#filled) this.#fill(HEADER_SIZE);
    const size = this.entries.entrySize(this.#next);
    if (this.#next + size > this.#filled) this.#fill(size);
    const { entries } = this;
    const at = this.#next;
    this.#next = at + size;
    this.at = at;
    this.keyStart = entries.keyStart(at);
    this.keyLength = entries.keyLength(at);
    this.dataStart = this.keyStart + this.keyLength;
    this.dataLength = entries.dataLength(at);
    this.order = entries.orderedPrefix(this.keyStart + this.common.key, this.dataStart);
    this.dataOrder = entries.orderedPrefix(this.dataStart + this.common.data, this.dataStart + this.dataLength);
  }

  /** Reads on, so that `size` bytes from `#next` on are in the buffer. */
  #fill(size: number): void {
    const run = this.#run;
    const kept = this.#filled - this.#next;
    if (run === undefined || kept + this.#unread < size) throw lost();
    const old = this.entries;
    if (size > old.size) {
      this.entries = new EntryBuffer(size);
      this.entries.copy(old, this.#next, kept, 0);
      this.bytes = this.entries.bytes;
    } else old.bytes.copyWithin(0, this.#next, this.#filled);
    const end = Math.min(this.entries.size, kept + this.#unread);
    const offset = run.offset + run.length - this.#unread;
    if (run.source.file.read(offset, this.bytes.subarray(kept, end)) !== end - kept) throw lost();
    this.#unread -= end - kept;
    this.#filled = end;
    this.#next = 0;
  }
}

function lost(): JetError {
  return new JetError('JET_errDiskIO', 'a temporary file of a sort does not hold what was written to it');
}

/** Merges runs: a tournament in which every reader's entry has lost to the one above it. */
export class RunMerge {
  readonly #readers: readonly RunReader[];
  /** `order` of each reader. */
  readonly #orders: Float64Array;
  /** [0]: the winner; [n]: who lost the match at n. */
  readonly #tree: Int32Array;
  #started = false;

  constructor(readers: readonly RunReader[]) {
    this.#readers = readers;
    this.#orders = new Float64Array(readers.length);
    this.#tree = new Int32Array(readers.length).fill(-1);
  }

  /** The least entry not given yet: the reader that stands at it. Undefined at the end. */
  next(): RunReader | undefined {
    if (this.#readers.length === 0) return undefined;
    if (this.#started) this.#advance(this.#tree[0]!);
    else {
      this.#started = true;
      for (let i = this.#readers.length - 1; i >= 0; i--) this.#advance(i);
    }
    const first = this.#tree[0]!;
    return this.#orders[first] === Infinity ? undefined : this.#readers[first];
  }

  /** Moves a reader on and plays its new entry up to the top. */
  #advance(contender: number): void {
    const reader = this.#readers[contender]!;
    reader.next();
    const orders = this.#orders;
    const tree = this.#tree;
    let winner = contender;
    let order = reader.order;
    orders[contender] = order;
    for (let match = (contender + tree.length) >> 1; match > 0; match >>= 1) {
      const rival = tree[match]!;
      if (rival < 0) {
        // Before all have played once: the first to come waits here for the other.
        tree[match] = winner;
        winner = -1;
        break;
      }
      const rivalOrder = orders[rival]!;
      if (rivalOrder < order || (rivalOrder === order && this.#comesBefore(rival, winner))) {
        tree[match] = winner;
        winner = rival;
        order = rivalOrder;
      }
    }
    if (winner >= 0) tree[0] = winner;
  }

  /** Decides between two entries whose keys begin alike. */
  #comesBefore(a: number, b: number): boolean {
    if (this.#orders[a] === Infinity) return false;
    const one = this.#readers[a]!;
    const other = this.#readers[b]!;
    const { common } = one;
    // Keys that have been looked at whole are the same, and in most cases a few bytes of the data are enough.
    const sameKey = one.keyLength === other.keyLength && one.keyLength <= common.key + PREFIX_SIZE;
    if (sameKey && one.dataOrder !== other.dataOrder) return one.dataOrder < other.dataOrder;
    return compareEntries(one.entries, one.at, other.entries, other.at, common) < 0;
  }
}
