// The usual ways in which files get damaged, done to any database by a seed: always the same for the same file.
import { readDbHeader } from '../../src/ese/header/read-db-header.ts';
import { BufferSource } from '../../src/ese/io/buffer-source.ts';
import { u32 } from '../../src/binary/little-endian.ts';
import { Random } from '../fuzz/random.ts';
import { Damaged } from './damage.ts';

/** A damaged database and the pages that were damaged. */
export interface SeededDamage {
  readonly damaged: Damaged;
  readonly pages: readonly number[];
}

const LEAF = 2;
const ROOT = 1;
const OTHER_KINDS = 0x20 | 0x40 | 0x80;

/** Does damage to `original`; what is random depends on `seed`. */
export class SeededDamager {
  readonly #original: Uint8Array;
  readonly #random: Random;
  /** Pages with a header, except the first four: those all others hang on. */
  readonly initialised: readonly number[];

  constructor(original: Uint8Array, seed: number) {
    this.#original = original;
    this.#random = new Random(seed);
    const { pageSize } = readDbHeader(new BufferSource(original)).format;
    const last = Math.floor(original.length / pageSize) - 2;
    const pages = Array.from({ length: last - 4 }, (_, i) => i + 5);
    this.initialised = pages.filter((pgno) =>
      original.subarray((pgno + 1) * pageSize, (pgno + 1) * pageSize + 40).some((byte) => byte !== 0),
    );
  }

  #begin(): Damaged {
    return new Damaged(this.#original);
  }

  /** i: a byte in the middle of 20 pages. */
  flippedBytes(count = 20): SeededDamage {
    const damaged = this.#begin();
    const pages = this.#random.sample(this.initialised, count);
    for (const pgno of pages) damaged.flip(pgno);
    return { damaged, pages };
  }

  /** ii: 5 pages of zeros. */
  zeroedPages(count = 5): SeededDamage {
    const damaged = this.#begin();
    const pages = this.#random.sample(this.initialised, count);
    for (const pgno of pages) damaged.zero(pgno);
    return { damaged, pages };
  }

  /** iii: the last 40 % gone; `extra` bytes of the page after them are left. */
  truncated(extra = 0): Damaged {
    const damaged = this.#begin();
    return damaged.truncate(Math.floor((damaged.last + 2) * 0.6) * damaged.pageSize + extra);
  }

  /** iv: the first header destroyed. */
  destroyedHeader(): Damaged {
    const damaged = this.#begin();
    damaged.bytes.fill(0xa5, 4, 256);
    return damaged;
  }

  /** iv-b: one byte of the first header. */
  flippedHeaderByte(): Damaged {
    const damaged = this.#begin();
    damaged.bytes[500]! ^= 0xff;
    return damaged;
  }

  /** v: as if it had not been shut down. */
  dirty(): Damaged {
    return this.#begin().setHeader(52, 2);
  }

  /** vi: a leaf that links on to itself. */
  leafCycle(sealed: boolean): SeededDamage | undefined {
    const damaged = this.#begin();
    const leaves = this.initialised.filter((pgno) => {
      const page = damaged.page(pgno);
      const flags = u32(page, 36);
      return (flags & LEAF) !== 0 && (flags & (OTHER_KINDS | ROOT | 8)) === 0 && u32(page, 20) !== 0;
    });
    if (leaves.length === 0) return undefined;
    const pgno = this.#random.pick(leaves);
    if (sealed) damaged.set(pgno, 20, pgno);
    else damaged.page(pgno).set([pgno & 0xff, (pgno >> 8) & 0xff, pgno >> 16, 0], 20);
    return { damaged, pages: [pgno] };
  }
}
