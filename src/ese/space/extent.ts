// Extents: nodes of the owned- and available-extent trees, and the split buffers in their roots (format 4.3, 4.4).
import { u32be } from '../../binary/big-endian.ts';
import { i32, u32 } from '../../binary/little-endian.ts';
import type { NodeView } from '../page/node.ts';
import type { Page } from '../page/page.ts';

/** A run of pages, `cpg` long, ending at `pgnoLast`. */
export interface Extent {
  readonly pgnoLast: number;
  readonly cpg: number;
  /** Pool of available space: 0 general, 1 continuous, 2 shelved. */
  readonly pool: number;
}

/** First page of an extent. */
export function extentFirst(extent: Extent): number {
  return extent.pgnoLast - extent.cpg + 1;
}

/** Pool of pages beyond the end of the file that must not be handed out. */
export const POOL_SHELVED = 2;

/** Reads the extent of a space tree node; undefined when the node is none. */
export function extentOfNode(node: NodeView): Extent | undefined {
  if (node.dataLength !== 4) return undefined;
  const key = node.key();
  const cpg = i32(node.bytes, node.dataStart);
  if (cpg < 0) return undefined;
  if (key.length === 4) return { pgnoLast: u32be(key, 0), cpg, pool: 0 };
  if (key.length === 5 && (key[0]! & 0xc0) === 0x80) return { pgnoLast: u32be(key, 1), cpg, pool: key[0]! & 7 };
  return undefined;
}

/** The pages a space tree keeps in reserve for its own splits (SPLIT_BUFFER in tag 0 of its root). */
export function splitBuffers(root: Page): Extent[] {
  const bytes = root.externalHeader;
  if (bytes.length < 16) return [];
  return [0, 8]
    .map((at) => ({ pgnoLast: u32(bytes, at), cpg: i32(bytes, at + 4), pool: 0 }))
    .filter((extent) => extent.cpg > 0);
}
