// Sorts any number of (key, data) pairs in bounded memory: sorted runs go to temporary files when memory is full, and
// are merged at the end.
import type { SpillStore } from '../io/spill-store.ts';
import { SortArena } from './sort-arena.ts';
import { ENTRY_PART_MOST, EntryBuffer, type CommonBytes } from './sort-entry.ts';
import { RunMerge, RunReader, RunWriter, type RunFile, type SortedRun } from './sorted-run.ts';
import type { SortedEntry, Sorter } from './sorter.ts';

const LIMIT_DEFAULT = 64 << 20;
const FAN_IN_DEFAULT = 64;
/** Sorting stays within a processor's cache: blocks of this size are sorted, then merged. */
const BLOCK_MOST = 1 << 20;
/** Blocks that memory holds at least, where it is scarce. */
const BLOCKS_LEAST = 16;
const WORD = 4;
const WRITE_BUFFER = 1 << 18;
const BUFFER_LEAST = 256;
const BUFFER_MOST = 1 << 20;

/** How to sort. */
export interface ExternalSortOptions {
  /** Where runs go when memory is full. */
  readonly spill: SpillStore;
  /** Bytes of memory to use. Little is used by few entries. Default: 64 MiB. */
  readonly limit?: number;
  /** Runs to merge at a time. Default: 64. */
  readonly fanIn?: number;
  /** Called, before it is given, for each entry whose key is the same as that of the entry before. */
  readonly onDuplicateKey?: (entry: SortedEntry) => void;
}

/** A sorted block: the first `length` bytes of `entries`. */
interface Block {
  readonly entries: EntryBuffer;
  readonly length: number;
}

/** How many of the first `most` bytes of `first` begin bytes[start..end) too. */
function commonLength(first: Uint8Array, most: number, bytes: Uint8Array, start: number, end: number): number {
  const length = Math.min(most, end - start);
  let i = 0;
  while (i < length && first[i] === bytes[start + i]) i++;
  return i;
}

/** Tells when an entry has the key of the one before it. */
class DuplicateWatch {
  readonly #key = new Uint8Array(ENTRY_PART_MOST);
  #length = -1;

  isDuplicate({ bytes, keyStart, keyLength }: SortedEntry): boolean {
    let i = 0;
    while (i < keyLength && this.#key[i] === bytes[keyStart + i]) i++;
    const same = i === keyLength && keyLength === this.#length;
    for (; i < keyLength; i++) this.#key[i] = bytes[keyStart + i]!;
    this.#length = keyLength;
    return same;
  }
}

/**
 * Sorts pairs by key, then data, each byte by byte and the shorter first. `add` them all, then go through `sorted`
 * once. Whatever happens, `close` it: temporary files go then, if not before (at the end of `sorted`, when its loop is
 * left, on any error).
 */
export class ExternalSort implements Sorter {
  readonly #spill: SpillStore;
  readonly #limit: number;
  readonly #fanIn: number;
  readonly #onDuplicateKey: ((entry: SortedEntry) => void) | undefined;
  readonly #blockSize: number;
  /** Entries not sorted yet. Undefined when closed. */
  #arena: SortArena | undefined;
  #blocks: Block[] = [];
  /** Bytes of `#blocks`. */
  #blockBytes = 0;
  /** Memory of blocks written out, to be used again. */
  #spare: EntryBuffer[] = [];
  /** File of the runs that come from memory. */
  #first: RunFile | undefined;
  readonly #files = new Set<RunFile>();
  #runs: SortedRun[] = [];
  /** The first key and data of all; so many bytes of each begin all others too. */
  #firstKey: Uint8Array | undefined;
  #firstData: Uint8Array = new Uint8Array(0);
  #commonKey = 0;
  #commonData = 0;
  /** Entries added. */
  count = 0;

  constructor(options: ExternalSortOptions) {
    const { limit = LIMIT_DEFAULT, fanIn = FAN_IN_DEFAULT } = options;
    if (!(limit > 0) || !(fanIn >= 2)) throw new RangeError('no such limit or fan-in');
    this.#spill = options.spill;
    this.#limit = limit;
    this.#fanIn = fanIn;
    this.#onDuplicateKey = options.onDuplicateKey;
    this.#blockSize = Math.max(WORD, Math.min(BLOCK_MOST, Math.floor(limit / BLOCKS_LEAST)) & -WORD);
    this.#arena = new SortArena(this.#blockSize);
  }

  /**
   * Adds the pair key[keyStart..keyEnd), data[dataStart..dataEnd), which is copied. Each may have 65535 bytes.
   * @throws JetError what making and writing temporary files throws; the sort is then closed.
   */
  add(key: Uint8Array, keyStart: number, keyEnd: number, data: Uint8Array, dataStart: number, dataEnd: number): void {
    if (keyEnd - keyStart > ENTRY_PART_MOST || dataEnd - dataStart > ENTRY_PART_MOST)
      throw new RangeError('a key or its data is too long to sort');
    const arena = this.#open();
    this.#note(key, keyStart, keyEnd, data, dataStart, dataEnd);
    this.count++;
    if (arena.add(key, keyStart, keyEnd, data, dataStart, dataEnd)) return;
    this.#closeBlock(arena);
    // Room for what is being sorted, its index and the block it becomes.
    if (this.#blockBytes + 3 * this.#blockSize > this.#limit)
      this.#guarded(() => {
        this.#spillBlocks();
      });
    arena.add(key, keyStart, keyEnd, data, dataStart, dataEnd);
  }

  /**
   * All pairs in order: a view that each step overwrites. To be gone through once; closes the sort when it ends.
   * @throws JetError what temporary files throw.
   */
  *sorted(): Generator<SortedEntry, void, undefined> {
    const watch = this.#onDuplicateKey === undefined ? undefined : new DuplicateWatch();
    try {
      const source = this.#source(this.#open());
      for (let entry = source.next(); entry !== undefined; entry = source.next()) {
        if (watch?.isDuplicate(entry)) this.#onDuplicateKey?.(entry);
        yield entry;
      }
    } finally {
      this.close();
    }
  }

  /** Releases memory and temporary files. May be called again. */
  close(): void {
    this.#arena = undefined;
    this.#dropBlocks();
    this.#runs = [];
    for (const { file } of this.#files) file.close();
    this.#files.clear();
  }

  #open(): SortArena {
    if (this.#arena === undefined) throw new Error('the sort is closed');
    return this.#arena;
  }

  #guarded(action: () => void): void {
    try {
      action();
    } catch (error) {
      this.close();
      throw error;
    }
  }

  /** Finds out how much the pair has in common with all before it. */
  #note(key: Uint8Array, keyStart: number, keyEnd: number, data: Uint8Array, dataStart: number, dataEnd: number): void {
    if (this.#firstKey === undefined) {
      this.#firstKey = key.slice(keyStart, keyEnd);
      this.#firstData = data.slice(dataStart, dataEnd);
      this.#commonKey = keyEnd - keyStart;
      this.#commonData = dataEnd - dataStart;
      return;
    }
    this.#commonKey = commonLength(this.#firstKey, this.#commonKey, key, keyStart, keyEnd);
    this.#commonData = commonLength(this.#firstData, this.#commonData, data, dataStart, dataEnd);
  }

  get #common(): CommonBytes {
    return { key: this.#commonKey, data: this.#commonData };
  }

  #newFile(): RunFile {
    const created: RunFile = { file: this.#spill.create(), size: 0, runs: 0 };
    this.#files.add(created);
    return created;
  }

  #bufferSize(runs: number): number {
    return Math.min(BUFFER_MOST, Math.max(BUFFER_LEAST, Math.floor(this.#limit / (runs + 1))));
  }

  /** Makes a sorted block of what was added since the last one. */
  #closeBlock(arena: SortArena): void {
    if (arena.count === 0) return;
    arena.sort(this.#common);
    const length = arena.used;
    const spare = length <= this.#blockSize ? this.#spare.pop() : undefined;
    const entries = spare ?? new EntryBuffer(this.#blocks.length === 0 ? length : Math.max(length, this.#blockSize));
    arena.copyTo(entries);
    arena.clear();
    this.#blocks.push({ entries, length });
    this.#blockBytes += entries.size;
  }

  /** Writes all blocks out as one run. */
  #spillBlocks(): void {
    this.#first ??= this.#newFile();
    this.#runs.push(this.#writeRun(this.#first, this.#mergeBlocks()));
    for (const { entries } of this.#blocks) if (entries.size === this.#blockSize) this.#spare.push(entries);
    this.#blocks = [];
    this.#blockBytes = 0;
  }

  #dropBlocks(): void {
    this.#blocks = [];
    this.#blockBytes = 0;
    this.#spare = [];
  }

  /** Where `sorted` takes its entries from: memory, or if anything was written out, the files. */
  #source(arena: SortArena): RunMerge {
    this.#closeBlock(arena);
    this.#arena = new SortArena(this.#blockSize);
    if (this.#runs.length === 0) return this.#mergeBlocks();
    if (this.#blocks.length > 0) this.#spillBlocks();
    this.#dropBlocks();
    this.#mergeToFanIn();
    return this.#mergeRuns(this.#runs);
  }

  #mergeBlocks(): RunMerge {
    const common = this.#common;
    return new RunMerge(this.#blocks.map(({ entries, length }) => RunReader.ofBlock(entries, length, common)));
  }

  #mergeRuns(runs: readonly SortedRun[]): RunMerge {
    const size = this.#bufferSize(runs.length);
    const common = this.#common;
    return new RunMerge(runs.map((run) => RunReader.ofRun(run, size, common)));
  }

  #writeRun(target: RunFile, merge: RunMerge): SortedRun {
    const writer = new RunWriter(target, Math.min(WRITE_BUFFER, this.#blockSize));
    for (let entry = merge.next(); entry !== undefined; entry = merge.next()) writer.add(entry.entries, entry.at);
    return writer.finish();
  }

  /** Merges the oldest (and so the shortest) runs until all that are left can be merged at a time. */
  #mergeToFanIn(): void {
    while (this.#runs.length > this.#fanIn) {
      const merged = this.#runs.splice(0, Math.min(this.#fanIn, this.#runs.length - this.#fanIn + 1));
      this.#runs.push(this.#writeRun(this.#newFile(), this.#mergeRuns(merged)));
      for (const { source } of merged) this.#release(source);
    }
  }

  /** Closes a file when its last run is no longer wanted. */
  #release(source: RunFile): void {
    source.runs--;
    if (source.runs > 0) return;
    this.#files.delete(source);
    source.file.close();
  }
}
