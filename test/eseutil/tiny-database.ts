// Databases of a few pages, built byte by byte: for what real files do not show, and for tests without the corpus.
import { sealPage } from '../../src/ese/page/checksum-page.ts';
import { xorChecksum } from '../../src/ese/page/checksum-xor.ts';
import { PageFlag } from '../../src/ese/page/page-flags.ts';
import { BufferSource } from '../../src/ese/io/buffer-source.ts';
import { fromHex } from '../../src/binary/hex.ts';

export const PAGE_SIZE = 4096;
const HEADER_SIZE = 40;

/** A node: key and data in hexadecimal. */
export interface TinyLine {
  readonly key: string;
  readonly data: string;
  /** Bits of NodeFlag; compressed keys take `prefix` bytes from tag 0. */
  readonly flags?: number;
  readonly prefix?: number;
}

export interface TinyPage {
  readonly objid: number;
  readonly flags: number;
  readonly prev?: number;
  readonly next?: number;
  readonly dbtime?: number;
  /** Tag 0, hexadecimal. */
  readonly tag0?: string;
  readonly lines?: readonly TinyLine[];
}

function lineBytes(line: TinyLine): Uint8Array {
  const key = fromHex(line.key);
  const sizes = line.prefix === undefined ? [key.length] : [line.prefix, key.length];
  const header = sizes.flatMap((size) => [size & 0xff, size >> 8]);
  return Uint8Array.from([...header, ...key, ...fromHex(line.data)]);
}

/** One page of 4 KB, sealed as page `pgno`. */
export function tinyPage(pgno: number, page: TinyPage): Uint8Array {
  const bytes = new Uint8Array(PAGE_SIZE);
  const view = new DataView(bytes.buffer);
  const tags = [
    { data: fromHex(page.tag0 ?? ''), flags: 0 },
    ...(page.lines ?? []).map((line) => ({ data: lineBytes(line), flags: line.flags ?? 0 })),
  ];
  let ib = 0;
  tags.forEach(({ data, flags }, itag) => {
    bytes.set(data, HEADER_SIZE + ib);
    view.setUint16(PAGE_SIZE - 4 * (itag + 1), data.length, true);
    view.setUint16(PAGE_SIZE - 4 * (itag + 1) + 2, ib | (flags << 13), true);
    ib += data.length;
  });
  view.setBigUint64(8, BigInt(page.dbtime ?? 1), true);
  view.setUint32(16, page.prev ?? 0, true);
  view.setUint32(20, page.next ?? 0, true);
  view.setUint32(24, page.objid, true);
  view.setUint16(28, PAGE_SIZE - HEADER_SIZE - ib - 4 * tags.length, true);
  view.setUint16(32, ib, true);
  view.setUint16(34, tags.length, true);
  view.setUint32(36, page.flags | PageFlag.NewRecordFormat, true);
  sealPage(bytes, 0, PAGE_SIZE, pgno);
  return bytes;
}

/** A space header (16 bytes): one extent, or several with their trees at `pgnoOE` and the page after it. */
export function spaceHeader(
  cpgPrimary: number,
  pgnoParent: number,
  more: { pgnoOE?: number; bitmap?: number } = {},
): string {
  const bytes = new DataView(new ArrayBuffer(16));
  bytes.setInt32(0, cpgPrimary, true);
  bytes.setUint32(4, pgnoParent, true);
  bytes.setUint8(8, more.pgnoOE === undefined ? 0 : 1);
  bytes.setUint32(12, more.pgnoOE ?? more.bitmap ?? 0, true);
  return Buffer.from(bytes.buffer).toString('hex');
}

/** The node of an extent that ends at `last`. */
export function extentLine(last: number, pages: number, pool?: number): TinyLine {
  const key = Buffer.alloc(4);
  key.writeUInt32BE(last);
  const data = Buffer.alloc(4);
  data.writeInt32LE(pages);
  const prefix = pool === undefined ? '' : (0x80 | pool).toString(16);
  return { key: prefix + key.toString('hex'), data: data.toString('hex') };
}

/** A header page. `set` writes fields before the checksum is made. */
export function tinyHeader(set: (view: DataView) => void = () => undefined): Uint8Array {
  const bytes = new Uint8Array(PAGE_SIZE);
  const view = new DataView(bytes.buffer);
  view.setUint32(4, 0x89abcdef, true);
  view.setUint32(8, 0x620, true);
  view.setUint32(52, 3, true);
  view.setUint32(232, 20, true);
  view.setUint32(236, PAGE_SIZE, true);
  view.setUint32(667, 1, true);
  set(view);
  view.setUint32(0, xorChecksum(bytes, 0, PAGE_SIZE), true);
  return bytes;
}

/** Header, shadow and pages (by number; the others are zero) in one file. */
export function tinyDatabase(
  pages: Readonly<Record<number, TinyPage>>,
  pgnoLast: number,
  header: Uint8Array = tinyHeader(),
): Uint8Array {
  const file = new Uint8Array((pgnoLast + 2) * PAGE_SIZE);
  file.set(header, 0);
  file.set(header, PAGE_SIZE);
  for (const [pgno, page] of Object.entries(pages))
    file.set(tinyPage(Number(pgno), page), (Number(pgno) + 1) * PAGE_SIZE);
  return file;
}

/** The same as a source. */
export function tinySource(...args: Parameters<typeof tinyDatabase>): BufferSource {
  return new BufferSource(tinyDatabase(...args), 'tiny.edb');
}

const { Root, Leaf, SpaceTree, ParentOfLeaf } = PageFlag;

/** Root of the database with its space trees at pages 2 and 3: 1 to `pgnoLast` owned, the given extents available. */
export function rootPages(pgnoLast: number, available: readonly TinyLine[]): Record<number, TinyPage> {
  return {
    1: { objid: 1, flags: Root | Leaf, tag0: spaceHeader(pgnoLast, 0, { pgnoOE: 2 }) },
    2: { objid: 1, flags: Root | Leaf | SpaceTree, tag0: '00'.repeat(16), lines: [extentLine(pgnoLast, pgnoLast)] },
    3: { objid: 1, flags: Root | Leaf | SpaceTree, tag0: '00'.repeat(16), lines: available },
  };
}

/** A tree of two levels at page 4 (object 2): leaves 5 and 6. */
export const TWO_LEVELS: Readonly<Record<number, TinyPage>> = {
  4: {
    objid: 2,
    flags: Root | ParentOfLeaf,
    tag0: spaceHeader(3, 1),
    lines: [
      { key: '7f80000003', data: '05000000' },
      { key: '', data: '06000000' },
    ],
  },
  5: {
    objid: 2,
    flags: Leaf,
    next: 6,
    lines: [
      { key: '7f80000001', data: '0102' },
      { key: '7f80000002', data: '03', flags: 2 },
    ],
  },
  6: { objid: 2, flags: Leaf, prev: 5, lines: [{ key: '7f80000003', data: '04' }] },
};
