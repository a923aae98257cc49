import fc from 'fast-check';
import { expect, it } from 'vitest';
import { BufferSource } from '../../../src/ese/io/buffer-source.ts';
import { ReadAhead } from '../../../src/ese/page/read-ahead.ts';

const PAGE = 4096;
const PAGES = 300;

/** Bytes that tell their place, and a count of how they are read. */
class CountedSource extends BufferSource {
  reads = 0;
  bytesRead = 0;

  override read(offset: number, target: Uint8Array): number {
    this.reads++;
    this.bytesRead += target.length;
    return super.read(offset, target);
  }
}

function source(): CountedSource {
  const bytes = new Uint8Array(PAGE * PAGES);
  const view = new DataView(bytes.buffer);
  for (let at = 0; at < bytes.length; at += 4) view.setUint32(at, at, true);
  return new CountedSource(bytes);
}

/** The offset that the page's bytes tell. */
function pageAt(reads: ReadAhead, page: number): number {
  const bytes = new Uint8Array(PAGE);
  reads.read(page * PAGE, bytes);
  const view = new DataView(bytes.buffer);
  expect(view.getUint32(PAGE - 4, true) - view.getUint32(0, true)).toBe(PAGE - 4);
  return view.getUint32(0, true) / PAGE;
}

it('gives every page, in whatever order', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(PAGES - 1), fc.integer({ min: 1, max: 80 })), { maxLength: 30 }), (runs) => {
      const reads = new ReadAhead(source(), PAGE, PAGE * PAGES);
      for (const [first, count] of runs)
        for (let page = first; page < Math.min(PAGES, first + count); page++) expect(pageAt(reads, page)).toBe(page);
    }),
  );
});

it('reads a long stream in few calls, and little more than asked for where streams are short', () => {
  const long = source();
  const stream = new ReadAhead(long, PAGE, PAGE * PAGES);
  for (let page = 0; page < PAGES; page++) pageAt(stream, page);
  expect(long.reads).toBeLessThan(12);

  const short = source();
  const jumps = new ReadAhead(short, PAGE, PAGE * PAGES);
  for (let first = 200; first >= 0; first -= 20) for (const page of [first, first + 1]) pageAt(jumps, page);
  expect(short.bytesRead).toBeLessThanOrEqual(11 * (PAGE + (32 << 10)));
});
