// The difference between two states of a long value's chunk, as ReplaceD log records state it (format 9.6; LGSetLVDiffs in
// logdiff.cxx): runs of bytes that differ, which end where eight bytes in a row are the same.
import type { PageFormat } from '../page/page-format.ts';
import { DifferenceWriter } from './difference-writer.ts';

/** The beginning is compared by as many bytes at a time. */
const WORD = 4;
/** As many bytes alike end a run. */
const LONG_WORD = 8;

function sameBytes(a: Uint8Array, b: Uint8Array, at: number, length: number): boolean {
  for (let i = at; i < at + length; i++) if (a[i] !== b[i]) return false;
  return true;
}

/** Makes the differences of chunks. */
export class ChunkDiff {
  readonly #writer: DifferenceWriter;

  constructor(format: PageFormat) {
    this.#writer = new DifferenceWriter(format.extendedHeader);
  }

  /**
   * The difference: a view that the next one overwrites; empty when the two are the same; undefined when it is longer
   * than the new bytes.
   */
  of(before: Uint8Array, after: Uint8Array): Uint8Array | undefined {
    const writer = this.#writer;
    writer.begin(after.length);
    const common = Math.min(before.length, after.length);
    let ended = before.length === after.length;
    let at = 0;
    while (at + WORD <= common && sameBytes(before, after, at, WORD)) at += WORD;
    while (at < common) {
      if (before[at] === after[at]) {
        at++;
        continue;
      }
      const start = at;
      const size = this.#run(before, after, start, common);
      at = start + size.passed;
      let [cbOld, cbNew] = [size.changed, size.changed];
      if (at === common) {
        cbOld += before.length - common;
        cbNew += after.length - common;
        ended = true;
      }
      if (!writer.add(start, cbOld, after, start, cbNew)) return undefined;
    }
    if (ended) return writer.done();
    const rest = after.length - common;
    return writer.add(common, before.length - common, after, common, rest) ? writer.done() : undefined;
  }

  /** Bytes of the run that begins at `start`, and how far it was looked at: eight more where it ended by being alike. */
  #run(before: Uint8Array, after: Uint8Array, start: number, common: number): { changed: number; passed: number } {
    let at = start;
    do {
      if (at + LONG_WORD >= common) return { changed: common - start, passed: common - start };
      if (sameBytes(before, after, at, LONG_WORD)) return { changed: at - start, passed: at + LONG_WORD - start };
      at += LONG_WORD;
    } while (at < common);
    return { changed: at - start, passed: at - start };
  }
}
