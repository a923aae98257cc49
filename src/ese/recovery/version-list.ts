// What a session's open transaction has changed, as far as it can be undone: one entry a change, with the node's
// bookmark and what was there before (format 9.7; RCE in ver.cxx). Bytes are kept in one arena, so that an entry costs
// no object and a commit frees them all at once.

/** Kinds of changes, with the numbers of the engine (`oper` of Undo and UndoInfo records). */
export const Oper = { Insert: 1, Replace: 2, FlagDelete: 3, Delta: 4, Delta64: 9 } as const;

/** Where the trees of a change lie: which database, which tree, how its bookmarks are made. */
export interface VersionTree {
  readonly dbid: number;
  readonly pgnoFDP: number;
  readonly objidFDP: number;
  readonly unique: boolean;
}

/** A change that can be undone. */
export interface Version extends VersionTree {
  readonly rceid: number;
  readonly oper: number;
  readonly level: number;
  readonly key: Uint8Array;
  /** Data part of the bookmark: empty in unique trees. */
  readonly bookmarkData: Uint8Array;
  /** Before image of a Replace; empty otherwise. */
  readonly before: Uint8Array;
  /** What a Delta added. */
  readonly delta: bigint;
  readonly deltaOffset: number;
  /** What was there before is known from the page, and the log does not say it yet. */
  readonly unlogged: boolean;
}

/** Fields of one entry in the number array. */
const Field = {
  rceid: 0,
  oper: 1,
  level: 2,
  dbid: 3,
  pgnoFDP: 4,
  objidFDP: 5,
  unique: 6,
  at: 7,
  keyLength: 8,
  dataLength: 9,
  beforeLength: 10,
  deltaOffset: 11,
  unlogged: 12,
} as const;
const FIELDS = 13;

/** `oper` of an entry that is no more. */
const GONE = 0;

const LEVELS = 16;

/** Orders version numbers, which wrap around at 2^32. */
export function compareRceid(a: number, b: number): number {
  return (a - b) | 0;
}

/** The changes of one session. */
export class VersionList {
  #numbers = new Float64Array(FIELDS * 64);
  #bytes = new Uint8Array(4096);
  #count = 0;
  #bytesUsed = 0;
  readonly #perLevel = new Int32Array(LEVELS);
  readonly #deltas = new Map<number, bigint>();
  /** Entry of each rceid; made when it is first asked for. */
  #byRceid: Map<number, number> | undefined;

  /** Number of changes that could still be undone. */
  get size(): number {
    let size = 0;
    for (const count of this.#perLevel) size += count;
    return size;
  }

  /**
   * Begins an entry: the caller then gives key, bookmark data and before image, in this order, by `append`.
   * False when there is one of this rceid already: then nothing is to be appended.
   */
  begin(rceid: number, oper: number, level: number, tree: VersionTree, isNew: boolean): boolean {
    if (!isNew && this.has(rceid)) return false;
    if ((this.#count + 1) * FIELDS > this.#numbers.length) {
      const numbers = new Float64Array(this.#numbers.length * 2);
      numbers.set(this.#numbers);
      this.#numbers = numbers;
    }
    const at = this.#count * FIELDS;
    const numbers = this.#numbers;
    numbers[at + Field.rceid] = rceid;
    numbers[at + Field.oper] = oper;
    numbers[at + Field.level] = level;
    numbers[at + Field.dbid] = tree.dbid;
    numbers[at + Field.pgnoFDP] = tree.pgnoFDP;
    numbers[at + Field.objidFDP] = tree.objidFDP;
    numbers[at + Field.unique] = tree.unique ? 1 : 0;
    numbers[at + Field.at] = this.#bytesUsed;
    numbers[at + Field.keyLength] = 0;
    numbers[at + Field.dataLength] = 0;
    numbers[at + Field.beforeLength] = 0;
    numbers[at + Field.deltaOffset] = 0;
    numbers[at + Field.unlogged] = 0;
    this.#byRceid?.set(rceid, this.#count);
    this.#count++;
    this.#perLevel[level]!++;
    return true;
  }

  /** Adds to the key of the entry just begun; several pieces make one key. */
  appendKey(bytes: Uint8Array, from: number, length: number): void {
    this.#append(Field.keyLength, bytes, from, length);
  }

  /** Gives the data part of the bookmark, after the key. */
  appendBookmarkData(bytes: Uint8Array, from: number, length: number): void {
    this.#append(Field.dataLength, bytes, from, length);
  }

  /** Gives the before image, after key and bookmark data. */
  appendBefore(bytes: Uint8Array, from: number, length: number): void {
    this.#append(Field.beforeLength, bytes, from, length);
  }

  /** Says that the log does not hold the before image of the entry just begun. */
  setUnlogged(): void {
    this.#numbers[(this.#count - 1) * FIELDS + Field.unlogged] = 1;
  }

  /** The log holds the before image of the entry of `rceid` by now. */
  setLogged(rceid: number): void {
    const index = this.#find(rceid);
    if (index >= 0) this.#numbers[index * FIELDS + Field.unlogged] = 0;
  }

  /** Gives what was added where in the node's data. */
  setDelta(delta: bigint, offset: number): void {
    this.#deltas.set(this.#count - 1, delta);
    this.#numbers[(this.#count - 1) * FIELDS + Field.deltaOffset] = offset;
  }

  /** True when there is an entry of this rceid. */
  has(rceid: number): boolean {
    return this.#find(rceid) >= 0;
  }

  /** The entry of an rceid. */
  find(rceid: number): Version | undefined {
    const index = this.#find(rceid);
    return index < 0 ? undefined : this.#version(index);
  }

  /** Takes an entry away: it was undone. */
  remove(rceid: number): void {
    const index = this.#find(rceid);
    if (index >= 0) this.#drop(index);
  }

  /** Changes of levels above `level` become changes of `level`; at level 0 they can no longer be undone. */
  commitTo(level: number): void {
    if (level === 0) {
      this.clear();
      return;
    }
    let above = 0;
    for (let i = level + 1; i < LEVELS; i++) {
      above += this.#perLevel[i]!;
      this.#perLevel[i] = 0;
    }
    this.#perLevel[level]! += above;
    // They were made last, so they are found at the end.
    for (let i = this.#count - 1; i >= 0 && above > 0; i--) {
      const at = i * FIELDS;
      if (this.#numbers[at + Field.oper] === GONE || this.#numbers[at + Field.level]! <= level) continue;
      this.#numbers[at + Field.level] = level;
      above--;
    }
  }

  /** Forgets the changes of `level`: they were undone, record by record, before. */
  forgetLevel(level: number): void {
    for (let i = this.#count - 1; i >= 0 && this.#perLevel[level]! > 0; i--) {
      const at = i * FIELDS;
      if (this.#numbers[at + Field.oper] !== GONE && this.#numbers[at + Field.level] === level) this.#drop(i);
    }
  }

  /** Forgets everything. */
  clear(): void {
    this.#count = 0;
    this.#bytesUsed = 0;
    this.#perLevel.fill(0);
    if (this.#deltas.size > 0) this.#deltas.clear();
    this.#byRceid = undefined;
  }

  /** What is to be undone, the last change first: the highest level, and within it the highest rceid. */
  *newestFirst(): Generator<Version> {
    const order: number[] = [];
    const numbers = this.#numbers;
    for (let i = 0; i < this.#count; i++) if (numbers[i * FIELDS + Field.oper] !== GONE) order.push(i);
    order.sort(
      (a, b) =>
        numbers[b * FIELDS + Field.level]! - numbers[a * FIELDS + Field.level]! ||
        compareRceid(numbers[b * FIELDS + Field.rceid]!, numbers[a * FIELDS + Field.rceid]!),
    );
    for (const index of order) yield this.#version(index);
  }

  #find(rceid: number): number {
    if (this.#byRceid === undefined) {
      this.#byRceid = new Map();
      for (let i = 0; i < this.#count; i++) {
        if (this.#numbers[i * FIELDS + Field.oper] !== GONE)
          this.#byRceid.set(this.#numbers[i * FIELDS + Field.rceid]!, i);
      }
    }
    return this.#byRceid.get(rceid) ?? -1;
  }

  #drop(index: number): void {
    const at = index * FIELDS;
    this.#numbers[at + Field.oper] = GONE;
    this.#perLevel[this.#numbers[at + Field.level]!]!--;
    this.#byRceid?.delete(this.#numbers[at + Field.rceid]!);
    while (this.#count > 0 && this.#numbers[(this.#count - 1) * FIELDS + Field.oper] === GONE) {
      this.#count--;
      this.#bytesUsed = this.#numbers[this.#count * FIELDS + Field.at]!;
    }
  }

  #version(index: number): Version {
    const field = (which: number): number => this.#numbers[index * FIELDS + which]!;
    const keyAt = field(Field.at);
    const dataAt = keyAt + field(Field.keyLength);
    const beforeAt = dataAt + field(Field.dataLength);
    return {
      rceid: field(Field.rceid),
      oper: field(Field.oper),
      level: field(Field.level),
      dbid: field(Field.dbid),
      pgnoFDP: field(Field.pgnoFDP),
      objidFDP: field(Field.objidFDP),
      unique: field(Field.unique) === 1,
      key: this.#bytes.subarray(keyAt, dataAt),
      bookmarkData: this.#bytes.subarray(dataAt, beforeAt),
      before: this.#bytes.subarray(beforeAt, beforeAt + field(Field.beforeLength)),
      delta: this.#deltas.get(index) ?? 0n,
      deltaOffset: field(Field.deltaOffset),
      unlogged: field(Field.unlogged) === 1,
    };
  }

  #append(which: number, bytes: Uint8Array, from: number, length: number): void {
    const end = this.#bytesUsed + length;
    if (end > this.#bytes.length) {
      const larger = new Uint8Array(Math.max(end, this.#bytes.length * 2));
      larger.set(this.#bytes.subarray(0, this.#bytesUsed));
      this.#bytes = larger;
    }
    // Bookmarks are short: a loop beats a view and a call.
    for (let i = 0; i < length; i++) this.#bytes[this.#bytesUsed + i] = bytes[from + i]!;
    this.#bytesUsed = end;
    this.#numbers[(this.#count - 1) * FIELDS + which]! += length;
  }
}
