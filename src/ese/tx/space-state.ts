// What the root pages of a tree and of its space trees say of its space, read and written (format 4.2-4.4; SPACE_HEADER,
// SPLIT_BUFFER).
import { u32be } from '../../binary/big-endian.ts';
import { i32, u32 } from '../../binary/little-endian.ts';
import { JetError } from '../../errors/jet-error.ts';
import { putU32 } from '../../binary/little-endian-writer.ts';
import type { NodeView } from '../page/node.ts';
import type { EditablePage } from '../page/editable-page.ts';
import { readRootField, SPACE_HEADER_SIZE, spaceTreeRoots, type SpaceHeader } from '../space/space-header.ts';
import type { WriteTree } from './write-tree.ts';

const MULTIPLE_EXTENT = 1;
const NON_UNIQUE = 2;
const VERSION_2 = 4;
const SPLIT_BUFFER_SIZE = 16;

/** The space header of a root. @throws JetError JET_errSPAvailExtCorrupted when the page holds none. */
export function spaceHeaderOf(root: EditablePage): SpaceHeader {
  const field = readRootField(root);
  if (field !== undefined) return field.space;
  const message = `page ${root.pgno} holds no space header`;
  throw new JetError('JET_errSPAvailExtCorrupted', message, { pgno: root.pgno });
}

/** The external header of `root` with another space header; what else it holds stays. */
export function withSpaceHeader(root: EditablePage, header: SpaceHeader): Uint8Array {
  const whole = root.externalHeader.slice();
  const at = whole.length === SPACE_HEADER_SIZE ? 0 : 1;
  putU32(whole, at, header.cpgPrimary);
  putU32(whole, at + 4, header.pgnoParent);
  whole[at + 8] =
    (header.multipleExtent ? MULTIPLE_EXTENT : 0) |
    (header.nonUnique ? NON_UNIQUE : 0) |
    (header.version2 ? VERSION_2 : 0);
  putU32(whole, at + 12, header.multipleExtent ? header.pgnoOE : header.availBitmap);
  return whole;
}

/** Which of the two space trees of a tree. */
export type SpaceTreeKind = 'owned' | 'available';

/** One of the space trees of `tree`. */
export function spaceTreeOf(tree: WriteTree, header: SpaceHeader, kind: SpaceTreeKind): WriteTree {
  const { pgnoOE, pgnoAE } = spaceTreeRoots(header);
  return { ...tree, pgnoRoot: kind === 'owned' ? pgnoOE : pgnoAE, space: true, cbDensityFree: 0 };
}

/** A run of pages, `cpg` long, that ends at `pgnoLast`. */
export interface PageExtent {
  readonly pgnoLast: number;
  readonly cpg: number;
}

/** First page of an extent. */
export function firstPage({ pgnoLast, cpg }: PageExtent): number {
  return pgnoLast - cpg + 1;
}

/** Key of an extent of the general pool. */
export function extentKey(pgnoLast: number): Uint8Array {
  const key = new Uint8Array(4);
  new DataView(key.buffer).setUint32(0, pgnoLast, false);
  return key;
}

/** Data of an extent. */
export function extentData(cpg: number): Uint8Array {
  const data = new Uint8Array(4);
  putU32(data, 0, cpg);
  return data;
}

/** The extent a node of a space tree tells of; undefined for those of other pools, and for markers without pages. */
export function generalExtent(node: NodeView): PageExtent | undefined {
  if (node.keyLength !== 4 || node.dataLength !== 4 || node.isDeleted) return undefined;
  const cpg = i32(node.bytes, node.dataStart);
  return cpg > 0 ? { pgnoLast: u32be(node.key(), 0), cpg } : undefined;
}

/** The two extents a space tree keeps for its own splits. */
export type SplitBuffer = readonly [PageExtent, PageExtent];

/** Reads the split buffer of a space tree's root. */
export function splitBufferOf(root: EditablePage): SplitBuffer {
  const bytes = root.externalHeader;
  if (bytes.length < SPLIT_BUFFER_SIZE) {
    return [
      { pgnoLast: 0, cpg: 0 },
      { pgnoLast: 0, cpg: 0 },
    ];
  }
  return [
    { pgnoLast: u32(bytes, 0), cpg: i32(bytes, 4) },
    { pgnoLast: u32(bytes, 8), cpg: i32(bytes, 12) },
  ];
}

/** A split buffer as it is stored. */
export function encodeSplitBuffer(buffer: SplitBuffer): Uint8Array {
  const bytes = new Uint8Array(SPLIT_BUFFER_SIZE);
  buffer.forEach(({ pgnoLast, cpg }, i) => {
    putU32(bytes, 8 * i, pgnoLast);
    putU32(bytes, 8 * i + 4, cpg);
  });
  return bytes;
}

/** Takes a page of the smaller extent that has any (of the first when equal). Undefined: both are empty. */
export function takeFromBuffer(buffer: SplitBuffer): { readonly pgno: number; readonly left: SplitBuffer } | undefined {
  const [first, second] = buffer;
  const shrunk = (extent: PageExtent): PageExtent => ({ pgnoLast: extent.pgnoLast, cpg: extent.cpg - 1 });
  if (first.cpg > 0 && (second.cpg <= 0 || first.cpg <= second.cpg)) {
    return { pgno: firstPage(first), left: [shrunk(first), second] };
  }
  if (second.cpg > 0) return { pgno: firstPage(second), left: [first, shrunk(second)] };
  return undefined;
}

/** Puts an extent in the place of the smaller one (of the first when equal), which is given back. */
export function refillBuffer(
  buffer: SplitBuffer,
  extent: PageExtent,
): { readonly filled: SplitBuffer; readonly released: PageExtent } {
  const [first, second] = buffer;
  if (second.cpg < first.cpg) return { filled: [first, extent], released: second };
  return { filled: [extent, second], released: first };
}

/** Pages to ask for when `required` are needed and a full split of the tree takes `forSplit`. */
export function preferredBuffer(required: number, forSplit: number): number {
  const preferred = forSplit <= 2 ? 2 : forSplit <= 3 ? 8 : 16;
  return required > preferred ? 2 ** Math.ceil(Math.log2(required)) : preferred;
}
