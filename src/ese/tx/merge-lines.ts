// What the lines of a leaf mean for a merge: sizes, and which nodes are gone for all (format 8.4;
// ErrBTISPCCollectLeafPageInfo in bt.cxx).
import type { EditablePage } from '../page/editable-page.ts';
import { NodeView } from '../page/node.ts';
import type { Page } from '../page/page.ts';
import { commonBytes, NODE_OVERHEAD, PREFIX_OVERHEAD, type LargestData } from './split-lines.ts';
import { prefixOf, separatorBetween } from './split-plan-tree.ts';

/** What is known of the versions of nodes, and of how full pages may be. */
export interface LeafRules {
  /** True when a version of the deleted node at a line may still be needed. */
  readonly isActive: (page: Page, iline: number) => boolean;
  /** Bytes of data a rollback may give the node at a line back; at least those it has. */
  readonly largest: LargestData;
  /** True when a page has room for so many bytes, what rollbacks may want back left alone. */
  readonly hasRoom: (page: EditablePage, size: number) => boolean;
  /** Bytes of a leaf that stay free. */
  readonly cbDensityFree: number;
}

const node = new NodeView();

/** The lines of one leaf. */
export interface LeafLines {
  readonly page: EditablePage;
  /** Bytes of each node without a prefix; and the most a rollback can make of it. */
  readonly size: Int32Array;
  readonly sizeMax: Int32Array;
  /** Sum of `sizeMax` of the nodes that are not gone. */
  readonly sizeMaxTotal: number;
  /** Every node is gone. */
  readonly isEmpty: boolean;
  /** A deleted node is there that may still be needed. */
  readonly hasActive: boolean;
  /** True when the node is deleted for all. */
  isGone(iline: number): boolean;
  /** What parts the nodes before a line from those from it on. */
  separator(iline: number): Uint8Array;
}

/** Looks at all lines of a leaf. */
export function leafLines(page: EditablePage, rules: LeafRules): LeafLines {
  const { lineCount } = page;
  const size = new Int32Array(lineCount);
  const sizeMax = new Int32Array(lineCount);
  const gone = new Uint8Array(lineCount);
  let [isEmpty, hasActive, sizeMaxTotal] = [true, false, 0];
  for (let iline = 0; iline < lineCount; iline++) {
    node.load(page, iline);
    const { isDeleted, keyLength, dataLength } = node;
    size[iline] = keyLength + dataLength + NODE_OVERHEAD;
    sizeMax[iline] = keyLength + Math.max(dataLength, rules.largest(page, iline, dataLength)) + NODE_OVERHEAD;
    const isActive = isDeleted && rules.isActive(page, iline);
    if (isDeleted && !isActive) {
      gone[iline] = 1;
      continue;
    }
    isEmpty = false;
    hasActive ||= isActive;
    sizeMaxTotal += sizeMax[iline]!;
  }
  return {
    page,
    size,
    sizeMax,
    sizeMaxTotal,
    isEmpty,
    hasActive,
    isGone: (iline) => gone[iline] === 1,
    separator: (iline) => separatorOnPage(page, iline),
  };
}

function separatorOnPage(page: Page, iline: number): Uint8Array {
  node.load(page, iline - 1);
  const [keyBefore, dataBefore] = [node.key(), node.data()];
  node.load(page, iline);
  return separatorBetween(keyBefore, dataBefore, node.key(), node.data());
}

/** True when all nodes of a leaf but those gone would fit into `target`, could those gone there be taken away first. */
export function fitsInto(lines: LeafLines, target: EditablePage, rules: LeafRules): boolean {
  const prefix = prefixOf(target);
  let needed = lines.sizeMaxTotal + rules.cbDensityFree;
  for (let iline = 0; iline < lines.page.lineCount; iline++) {
    if (lines.isGone(iline)) continue;
    node.load(lines.page, iline);
    const common = commonBytes(prefix, node.key());
    if (common > PREFIX_OVERHEAD) needed -= common - PREFIX_OVERHEAD;
  }
  for (let iline = 0; iline < target.lineCount; iline++) {
    node.load(target, iline);
    if (!node.isDeleted || rules.isActive(target, iline)) continue;
    node.load(target, iline);
    needed -= node.suffixLength + node.dataLength + NODE_OVERHEAD + (node.prefixLength > 0 ? PREFIX_OVERHEAD : 0);
    if (needed <= 0) return true;
  }
  return rules.hasRoom(target, needed);
}
