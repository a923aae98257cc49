// What the space manager writes into new trees: space headers, split buffers, extents (format 4.2-4.4; space.cxx).
import { JetError } from '../../errors/jet-error.ts';
import type { EditablePage } from '../page/editable-page.ts';
import { PageFlag } from '../page/page-flags.ts';
import { NodeView } from '../page/node.ts';
import { SPACE_HEADER_SIZE } from '../space/space-header.ts';

const MULTIPLE_EXTENT = 1;
const NON_UNIQUE = 2;
const SPLIT_BUFFER_SIZE = 16;
const EXTENT_SIZE = 4;

/** What a space header says (cf. SpaceHeader of space/space-header.ts). */
export interface NewSpaceHeader {
  readonly cpgPrimary: number;
  readonly pgnoParent: number;
  readonly unique: boolean;
  /** Multiple extents: root of the owned-extents tree. */
  readonly pgnoOE?: number;
  /** Single extent: bitmap of the available pages. */
  readonly availBitmap?: number;
}

/** A space header as it is on disk (first version of it). */
export function encodeSpaceHeader(header: NewSpaceHeader): Uint8Array {
  const bytes = new Uint8Array(SPACE_HEADER_SIZE);
  const view = new DataView(bytes.buffer);
  view.setInt32(0, header.cpgPrimary, true);
  view.setUint32(4, header.pgnoParent, true);
  const multiple = header.pgnoOE !== undefined;
  view.setUint32(8, (multiple ? MULTIPLE_EXTENT : 0) | (header.unique ? 0 : NON_UNIQUE), true);
  view.setUint32(12, header.pgnoOE ?? header.availBitmap ?? 0, true);
  return bytes;
}

/** Makes a new page the root of a space tree, without extents and with empty split buffers. */
export function newSpaceRoot(page: EditablePage, objidFDP: number, fPageFlags: number, dbtime: number): void {
  page.initialize(objidFDP, fPageFlags | PageFlag.Root | PageFlag.Leaf | PageFlag.SpaceTree, dbtime);
  page.setExternalHeader(new Uint8Array(SPLIT_BUFFER_SIZE));
}

const node = new NodeView();

/** Inserts an extent of the general pool where its key belongs. @throws JetError when there is one or no room. */
export function insertExtent(page: EditablePage, pgnoLast: number, cpg: number): void {
  const key = new Uint8Array(EXTENT_SIZE);
  new DataView(key.buffer).setUint32(0, pgnoLast, false);
  const data = new Uint8Array(EXTENT_SIZE);
  new DataView(data.buffer).setInt32(0, cpg, true);
  let iline = 0;
  for (; iline < page.lineCount && node.load(page, iline); iline++) {
    const order = node.compareKey(key);
    if (order > 0) break;
    if (order < 0) continue;
    const message = `page ${page.pgno} already has an extent that ends at page ${pgnoLast}`;
    throw new JetError('JET_errLogOperationInconsistentWithDatabase', message, { pgno: page.pgno });
  }
  page.insertLine(iline, 0, 0, key, 0, EXTENT_SIZE, data, 0, EXTENT_SIZE);
}
