// Makes a damaged database out of a sound one: seeded, and aware of where things stand in it.
import { sealPage } from '../../src/ese/page/checksum-page.ts';
import { xorChecksum } from '../../src/ese/page/checksum-xor.ts';
import { NodeView } from '../../src/ese/page/node.ts';
import { pageFormat } from '../../src/ese/page/page-format.ts';
import { Page } from '../../src/ese/page/page.ts';
import { Random } from './random.ts';

const HEADER_FIELDS = [4, 8, 52, 208, 212, 232, 236, 296, 300, 667];
const PAGE_FIELDS = [8, 16, 20, 24, 28, 30, 32, 34, 36, 40, 44, 48, 52];
/** Where the fixed columns of catalog rows stand: ids, types, roots, sizes, flags, offsets, limits. */
const CATALOG_FIELDS = [4, 8, 10, 14, 18, 22, 26, 31, 33, 37, 39];
const CATALOG_OBJIDS: readonly number[] = [2, 3];
const NASTY = [0, 1, 2, 0x7f, 0x80, 0xff, 0x1fff, 0x7fff, 0x8000, 0xffff, 0x7fffffff, 0x80000000, 0xffffffff];

/** One mutant: what was done, and the bytes. */
export interface Mutant {
  readonly what: string;
  readonly bytes: Uint8Array;
}

class Mutation {
  readonly bytes: Uint8Array;
  readonly #pageSize: number;
  readonly #random: Random;
  readonly #view: DataView;
  readonly #touched = new Set<number>();
  readonly said: string[] = [];

  constructor(original: Uint8Array, pageSize: number, random: Random) {
    this.bytes = original.slice();
    this.#pageSize = pageSize;
    this.#random = random;
    this.#view = new DataView(this.bytes.buffer);
  }

  get #pages(): number {
    return Math.floor(this.bytes.length / this.#pageSize);
  }

  #pageStart(): number {
    const page = 2 + this.#random.below(this.#pages - 2);
    this.#touched.add(page);
    return page * this.#pageSize;
  }

  #note(text: string): void {
    this.said.push(text);
  }

  flipBit(): void {
    const at = this.#pageStart() + this.#random.below(this.#pageSize);
    this.bytes[at]! ^= 1 << this.#random.below(8);
    this.#note(`bit at ${at}`);
  }

  setBytes(): void {
    const start = this.#pageStart();
    const at = start + this.#random.below(this.#pageSize);
    const count = Math.min(1 + this.#random.below(40), start + this.#pageSize - at);
    for (let i = 0; i < count; i++) this.bytes[at + i] = this.#random.below(256);
    this.#note(`${count} bytes at ${at}`);
  }

  pageField(): void {
    const at = this.#pageStart() + this.#random.pick(PAGE_FIELDS);
    this.#view.setUint32(at, this.#number(), true);
    this.#note(`page field at ${at}`);
  }

  tag(): void {
    const start = this.#pageStart();
    const itag = this.#random.below(12);
    const at = start + this.#pageSize - 4 * (itag + 1) + 2 * this.#random.below(2);
    this.#view.setUint16(at, this.#number() & 0xffff, true);
    this.#note(`tag ${itag} at ${at}`);
  }

  #page(index: number): Page {
    const bytes = this.bytes.subarray(index * this.#pageSize, (index + 1) * this.#pageSize);
    return new Page(bytes, pageFormat(this.#pageSize)!, index - 1);
  }

  /** Some field of a node: of its key, a record, a long value, an extent, a link. */
  node(): void {
    const start = this.#pageStart();
    const page = this.#page(start / this.#pageSize);
    const node = new NodeView();
    if (page.lineCount === 0 || !node.load(page, this.#random.below(page.lineCount))) return;
    // Most of what a record says of itself stands at its beginning.
    const reach = this.#random.chance(0.5) ? Math.min(node.dataLength, 12) : node.dataLength;
    const at = start + (this.#random.chance(0.2) ? node.suffixStart : node.dataStart) + this.#random.below(reach);
    this.#field(at, 1 << this.#random.below(3));
  }

  /** What the root of a tree says of its space, or the prefix that the keys of a page share. */
  externalHeader(): void {
    const start = this.#pageStart();
    const { externalHeader } = this.#page(start / this.#pageSize);
    if (externalHeader.length === 0) return;
    const at = externalHeader.byteOffset - this.bytes.byteOffset + this.#random.below(externalHeader.length);
    this.#field(at, this.#random.chance(0.5) ? 1 : 4);
  }

  /** The same field of the same row in both copies of the catalog, so that it is believed. */
  catalogField(): void {
    const offset = this.#random.pick(CATALOG_FIELDS);
    const [row, value] = [this.#random.below(200), this.#number()];
    const node = new NodeView();
    let key: Uint8Array | undefined;
    for (let index = 2; index < this.#pages; index++) {
      const page = this.#page(index);
      if (!CATALOG_OBJIDS.includes(page.objidFDP) || !page.isLeaf) continue;
      for (let line = 0; line < page.lineCount; line++) {
        if (!node.load(page, line) || node.dataLength < 50 || node.bytes[node.dataStart + 1]! < 128) continue;
        if (key === undefined ? (row + line) % 7 !== 0 : node.compareKey(key) !== 0) continue;
        key ??= node.key();
        this.#touched.add(index);
        this.#view.setUint32(index * this.#pageSize + node.dataStart + offset, value, true);
        break;
      }
    }
    this.#note(`catalog field ${offset} := ${value}`);
  }

  #field(at: number, size: number): void {
    const fits = Math.min(size, this.bytes.length - at);
    if (fits < size) return;
    const value = this.#number();
    if (size === 1) this.#view.setUint8(at, value & 0xff);
    else if (size === 2) this.#view.setUint16(at, value & 0xffff, true);
    else this.#view.setUint32(at, value, true);
    this.#note(`${size} bytes at ${at} := ${value}`);
  }

  headerField(): void {
    const copy = this.#random.below(2) * this.#pageSize;
    const at = copy + this.#random.pick(HEADER_FIELDS);
    this.#view.setUint32(at, this.#number(), true);
    if (this.#random.chance(0.7)) this.#view.setUint32(copy, xorChecksum(this.bytes, copy, this.#pageSize), true);
    this.#note(`header field at ${at}`);
  }

  copyPage(): void {
    const [from, to] = [this.#pageStart(), this.#pageStart()];
    this.bytes.copyWithin(to, from, from + this.#pageSize);
    this.#note(`page at ${from} over ${to}`);
  }

  zeroPage(): void {
    const start = this.#pageStart();
    this.bytes.fill(0, start, start + this.#pageSize);
    this.#note(`zeros over ${start}`);
  }

  #number(): number {
    if (this.#random.chance(0.3)) return this.#random.below(this.#pages + 2);
    return this.#random.chance(0.5) ? this.#random.pick(NASTY) : this.#random.u32();
  }

  /** Gives touched pages right checksums, so that the damage is not stopped at the door. */
  seal(): void {
    for (const page of this.#touched) sealPage(this.bytes, page * this.#pageSize, this.#pageSize, page - 1);
    this.#note('sealed');
  }
}

const KINDS = [
  'flipBit',
  'setBytes',
  'pageField',
  'pageField',
  'tag',
  'tag',
  'node',
  'node',
  'node',
  'externalHeader',
  'catalogField',
  'headerField',
  'copyPage',
  'zeroPage',
] as const;

/** The mutant of `original` that belongs to `seed`. */
export function mutate(original: Uint8Array, pageSize: number, seed: number): Mutant {
  const random = new Random(seed);
  const mutation = new Mutation(original, pageSize, random);
  const steps = 1 + random.below(4);
  for (let i = 0; i < steps; i++) mutation[random.pick(KINDS)]();
  if (random.chance(0.6)) mutation.seal();
  const cut = random.chance(0.08) ? random.below(original.length) : original.length;
  return {
    what: `${mutation.said.join(', ')}${cut < original.length ? `, cut at ${cut}` : ''}`,
    bytes: mutation.bytes.subarray(0, cut),
  };
}
