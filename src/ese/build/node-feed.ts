// The live nodes of a tree in key order, for writers: what cannot be used is reported and left out, and no node is given
// that does not follow the one before it.
import type { JetError } from '../../errors/jet-error.ts';
import { walkLeaves, type OrphanFinder } from '../btree/leaf-walk.ts';
import type { TreeRef } from '../btree/tree.ts';
import { compareKeys } from '../norm/compare-keys.ts';
import { NodeView } from '../page/node.ts';
import type { Page } from '../page/page.ts';
import type { PageReader } from '../page/page-reader.ts';

/** Called for what was left out: a page, or one line of it. */
export type FeedFaultHandler = (pgno: number, line: number | undefined, reason: JetError | string) => void;

/** Takes one node: `key[0..keyLength)`, and its data as `node` tells. Valid until it returns. */
export type TakeNode = (key: Uint8Array, keyLength: number, node: NodeView, page: Page) => void;

export interface NodeFeedOptions {
  readonly onFault: FeedFaultHandler;
  /** Where to look for leaves that no branch leads to; without it they are left out. */
  readonly orphans?: OrphanFinder;
  readonly onPage?: () => void;
}

const KEY_SIZE_MOST = 0x4000;

/** Reads trees of one database. Holds its buffers: one object serves all trees, one after the other. */
export class NodeFeed {
  readonly #pages: PageReader;
  readonly #options: NodeFeedOptions;
  readonly #node = new NodeView();
  #key = new Uint8Array(KEY_SIZE_MOST);
  #lastKey = new Uint8Array(KEY_SIZE_MOST);
  #lastKeyLength = -1;
  #lastData = new Uint8Array(256);
  #lastDataLength = 0;

  constructor(pages: PageReader, options: NodeFeedOptions) {
    this.#pages = pages;
    this.#options = options;
  }

  /** Gives every live node of `tree` to `take`. `nonUnique`: nodes are told apart by key and data together. */
  run(tree: TreeRef, nonUnique: boolean, take: TakeNode): void {
    const { onFault, orphans, onPage } = this.#options;
    const node = this.#node;
    this.#lastKeyLength = -1;
    const walk = {
      transient: true,
      onFault: (pgno: number, _parent: number, reason: JetError | string): void => {
        onFault(pgno, undefined, reason);
      },
      ...(orphans === undefined ? {} : { orphans }),
    };
    for (const page of walkLeaves(this.#pages, tree, walk)) {
      const { lineCount, pgno } = page;
      for (let line = 0; line < lineCount; line++) {
        if (!node.load(page, line)) onFault(pgno, line, `has a line ${line} that is no node`);
        else if (!node.isDeleted) {
          const length = node.copyKey(this.#key);
          if (this.#follows(length, node, nonUnique)) this.#give(length, page, nonUnique, take);
          else onFault(pgno, line, `has a node at line ${line} that is out of order`);
        }
      }
      onPage?.();
    }
  }

  #follows(length: number, node: NodeView, nonUnique: boolean): boolean {
    if (this.#lastKeyLength < 0) return true;
    const order = compareKeys(this.#key, 0, length, this.#lastKey, 0, this.#lastKeyLength);
    if (order !== 0 || !nonUnique) return order > 0;
    const { bytes, dataStart, dataLength } = node;
    return compareKeys(bytes, dataStart, dataLength, this.#lastData, 0, this.#lastDataLength) > 0;
  }

  #give(length: number, page: Page, nonUnique: boolean, take: TakeNode): void {
    const node = this.#node;
    take(this.#key, length, node, page);
    if (nonUnique) this.#keepData(node);
    const spare = this.#lastKey;
    this.#lastKey = this.#key;
    this.#lastKeyLength = length;
    this.#key = spare;
  }

  #keepData({ bytes, dataStart, dataLength }: NodeView): void {
    if (dataLength > this.#lastData.length) this.#lastData = new Uint8Array(dataLength * 2);
    for (let i = 0; i < dataLength; i++) this.#lastData[i] = bytes[dataStart + i]!;
    this.#lastDataLength = dataLength;
  }
}
