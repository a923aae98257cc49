// Operations on whole pages and trees: creation, conversion, emptying, moves, scrubbing, images.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isJetError } from '../../../src/errors/jet-error.ts';
import { ImageFlag, joinImage, makeImage, restoreImage } from '../../../src/ese/operations/before-image.ts';
import { convertTree } from '../../../src/ese/operations/convert-tree.ts';
import { createMultipleExtentTree, createSingleExtentTree } from '../../../src/ese/operations/create-tree.ts';
import { emptyPage, emptyRoot } from '../../../src/ese/operations/empty-page.ts';
import { movePage } from '../../../src/ese/operations/move-page.ts';
import { moveRoot } from '../../../src/ese/operations/move-root.ts';
import { newPage, reservePage } from '../../../src/ese/operations/new-page.ts';
import { insertPagePointer } from '../../../src/ese/operations/page-pointer.ts';
import { scrubUnusedPage, scrubUsedPage } from '../../../src/ese/operations/scrub-page.ts';
import { setExternalHeader, setSpaceHeader } from '../../../src/ese/operations/set-external-header.ts';
import { EditablePage } from '../../../src/ese/page/editable-page.ts';
import { NodeView } from '../../../src/ese/page/node.ts';
import { PageFlag } from '../../../src/ese/page/page-flags.ts';
import { pageFormat } from '../../../src/ese/page/page-format.ts';
import { extentOfNode, splitBuffers } from '../../../src/ese/space/extent.ts';
import { readRootField } from '../../../src/ese/space/space-header.ts';
import { latin, linesOf, pageOf, pointer, snapshot } from './page-lines.ts';

const FORMAT = pageFormat(4096)!;
const FORMATS = [4096, 8192, 16384, 32768].map((size) => pageFormat(size)!);
const blank = (pgno: number): EditablePage => new EditablePage(new Uint8Array(4096).fill(0xcc), FORMAT, pgno);
const TREE = { objidFDP: 9, pgnoFDP: 40, pgnoParent: 1, cpgPrimary: 20, unique: true, fPageFlags: PageFlag.Index };

function extents(page: EditablePage): (readonly [number, number])[] {
  page.verify();
  const node = new NodeView();
  return Array.from({ length: page.lineCount }, (_, i) => {
    node.load(page, i);
    const { pgnoLast, cpg } = extentOfNode(node)!;
    return [pgnoLast, cpg] as const;
  });
}

describe('new trees', () => {
  it.each([
    [1, 0],
    [2, 1],
    [20, 0x7ffff],
    [32, 0x7fffffff],
    [33, 0xffffffff],
    [500, 0xffffffff],
  ])('of a single extent of %i pages account for them in a bitmap', (cpgPrimary, availBitmap) => {
    const root = blank(40);
    createSingleExtentTree(root, { ...TREE, cpgPrimary }, 7);
    root.verify();
    expect(readRootField(root)!.space).toMatchObject({ cpgPrimary, pgnoParent: 1, multipleExtent: false, availBitmap });
    expect([root.fFlags, root.objidFDP, root.dbtime]).toEqual([0x843, 9, 7]);
  });

  it('of multiple extents have space trees', () => {
    const [root, ownedExtents, availableExtents] = [blank(40), blank(41), blank(42)];
    createMultipleExtentTree({ root, ownedExtents, availableExtents }, { ...TREE, unique: false }, 41, 7);
    const space = { cpgPrimary: 20, pgnoParent: 1, multipleExtent: true, nonUnique: true, pgnoOE: 41 };
    expect(readRootField(root)!.space).toMatchObject(space);
    expect([extents(ownedExtents), extents(availableExtents)]).toEqual([[[59, 20]], [[59, 17]]]);
    expect([ownedExtents.fFlags, availableExtents.externalHeader.length]).toEqual([0x863, 16]);
    expect(splitBuffers(ownedExtents)).toEqual([]);
  });

  it('cannot have impossible extents', () => {
    for (const cpgPrimary of [0, -5, 0x7fffffff * 2]) {
      const root = blank(40);
      const before = snapshot(root);
      expect(() => {
        createSingleExtentTree(root, { ...TREE, cpgPrimary }, 7);
      }).toThrow();
      expect(() => {
        createMultipleExtentTree({ root }, { ...TREE, cpgPrimary }, 41, 7);
      }).toThrow();
      expect(snapshot(root)).toBe(before);
    }
  });
});

describe('pages and flags that cannot be', () => {
  it('leave everything as it was', () => {
    const [root, ownedExtents] = [blank(40), blank(41)];
    const before = snapshot(root, ownedExtents);
    const bad = { ...TREE, fPageFlags: PageFlag.Index | PageFlag.LongValue };
    expect(() => {
      createSingleExtentTree(root, bad, 7);
    }).toThrow('cannot have the flags');
    expect(() => {
      createMultipleExtentTree({ ownedExtents }, { ...TREE, fPageFlags: PageFlag.ParentOfLeaf }, 41, 7);
    }).toThrow('cannot have the flags');
    expect(() => {
      createMultipleExtentTree({ root, ownedExtents: root }, TREE, 41, 7);
    }).toThrow('has two parts in one operation');
    expect(snapshot(root, ownedExtents)).toBe(before);
  });
});

describe('convertTree', () => {
  const conversion = {
    ...{ ...TREE, cpgPrimary: 40, availBitmap: 0b1011_0000_0000_0000_0000_0000_0000_0110 },
    ...{ pgnoSecondaryFirst: 100, cpgSecondary: 10 },
  };

  it('turns the bitmap into extents', () => {
    const [root, ownedExtents, availableExtents] = [blank(40), blank(100), blank(101)];
    createSingleExtentTree(root, { ...TREE, cpgPrimary: 40 }, 7);
    convertTree({ root, ownedExtents, availableExtents }, conversion, 8);
    expect(readRootField(root)!.space).toMatchObject({ cpgPrimary: 40, multipleExtent: true, pgnoOE: 100 });
    expect(extents(ownedExtents)).toEqual([
      [79, 40],
      [109, 10],
    ]);
    // Bits 1 and 2: pages 42, 43; bits 28, 29: 69, 70; bit 31 (page 72) goes on beyond the bitmap.
    expect(extents(availableExtents)).toEqual([
      [43, 2],
      [70, 2],
      [79, 8],
      [109, 8],
    ]);
  });

  it('keeps other root fields', () => {
    const root = pageOf(FORMAT, 40, [], '', PageFlag.Root | PageFlag.Leaf);
    const flagged = Uint8Array.from([3, ...new Uint8Array(16), 1, 2, 3, 4, 5, 6, 7, 8]);
    setExternalHeader(root, flagged);
    convertTree({ root }, conversion, 8);
    expect(readRootField(root)).toMatchObject({ space: { pgnoOE: 100 }, autoInc: 0x0807060504030201n });
    setExternalHeader(root, flagged.subarray(0, 10));
    expect(() => {
      setSpaceHeader(root, new Uint8Array(16));
    }).toThrow("no root's");
  });

  it('refuses extents that cannot be', () => {
    const [root, ownedExtents] = [blank(40), blank(100)];
    createSingleExtentTree(root, TREE, 7);
    const before = snapshot(root, ownedExtents);
    for (const change of [
      { cpgSecondary: 1 },
      { cpgPrimary: 0 },
      { pgnoSecondaryFirst: 0xfffffffe },
      { pgnoSecondaryFirst: 70 },
    ]) {
      expect(() => {
        convertTree({ root, ownedExtents }, { ...conversion, ...change }, 8);
      }).toThrow();
      expect(snapshot(root, ownedExtents)).toBe(before);
    }
  });
});

describe('emptying', () => {
  it('leaves a page with nothing but its header', () => {
    const page = pageOf(FORMAT, 5, [{ key: 'keyA', data: 'b' }], 'key');
    emptyPage(page);
    page.verify();
    expect([page.lineCount, page.cbFree, page.ibMicFree, page.externalHeader.length]).toEqual([0, 4052, 0, 0]);
    expect(page.fFlags).toBe(0x80a);
  });

  it('makes a root with one child a leaf', () => {
    const root = pageOf(FORMAT, 5, [{ key: '', data: pointer(6) }], '', PageFlag.Root | PageFlag.ParentOfLeaf);
    setExternalHeader(root, new Uint8Array(16));
    emptyRoot(root);
    expect([root.lineCount, root.fFlags, root.externalHeader.length]).toEqual([0, 0x803, 16]);
    expect(() => {
      emptyRoot(root);
    }).toThrow('is no root with one child');
  });

  it('reserves and makes new pages whatever they held', () => {
    const page = blank(5);
    reservePage(page, 3, 4);
    expect([page.itagMicFree, page.fFlags, page.dbtime]).toEqual([0, 0x20800, 4]);
    newPage(page, 3, PageFlag.Leaf, 5);
    page.verify();
    expect([page.lineCount, page.fFlags, page.dbtime]).toEqual([0, 0x802, 5]);
  });
});

describe('page pointers', () => {
  const parent = (): EditablePage =>
    pageOf(
      FORMAT,
      3,
      [
        { key: 'keyM', data: pointer(5) },
        { key: '', data: pointer(6) },
      ],
      'key',
      PageFlag.ParentOfLeaf,
    );

  it('go before the one to the split page, which leads to the new one', () => {
    const page = parent();
    insertPagePointer(page, latin('keyP'), 6, 7);
    insertPagePointer(page, latin('keyB'), 5, 8);
    expect(linesOf(page).map((line) => [line.key, line.data.charCodeAt(0)])).toEqual([
      ['keyB', 5],
      ['keyM', 8],
      ['keyP', 6],
      ['', 7],
    ]);
    expect(page.linePrefix(0)).toBe(3);
  });

  it('are refused where the page does not lead', () => {
    const page = parent();
    const before = snapshot(page);
    for (const [key, pgno] of [
      ['keyB', 6],
      ['keyP', 5],
      ['keyM', 5],
      ['keyM', 6],
    ] as const) {
      expect(() => {
        insertPagePointer(page, latin(key), pgno, 9);
      }).toThrow('does not point to page');
    }
    expect(snapshot(page)).toBe(before);
    const leaf = pageOf(FORMAT, 3, [{ key: 'a', data: pointer(5) }]);
    expect(() => {
      insertPagePointer(leaf, latin('A'), 5, 9);
    }).toThrow('is a leaf');
  });
});

describe('moves', () => {
  it('copy a page and turn its neighbours to the copy', () => {
    const large = pageFormat(16384)!;
    const source = pageOf(large, 5, [{ key: 'a', data: 'b' }], 'key');
    source.setPgnoPrev(4);
    const [left, right] = [pageOf(large, 4, []), pageOf(large, 6, [])];
    const parent = pageOf(large, 3, [{ key: '', data: pointer(5) }], '', PageFlag.ParentOfLeaf);
    const target = new EditablePage(new Uint8Array(16384), large, 9);
    movePage({ source, target, parent, left, right }, 5, 9, 0, 77);
    expect(linesOf(target)).toEqual([{ key: 'a', data: 'b' }]);
    expect([target.pgnoPrev, target.dbtime, target.bytes[64]]).toEqual([4, 77, 9]);
    expect([source.lineCount, source.fFlags & PageFlag.Empty]).toEqual([0, PageFlag.Empty]);
    expect([left.pgnoNext, right.pgnoPrev, linesOf(parent)[0]!.data.charCodeAt(0)]).toEqual([9, 9, 9]);
  });

  it('are refused without a source or with another parent', () => {
    const parent = pageOf(FORMAT, 3, [{ key: '', data: pointer(5) }], '', PageFlag.ParentOfLeaf);
    const source = pageOf(FORMAT, 8, [{ key: 'a', data: 'b' }]);
    const before = snapshot(parent, source);
    expect(() => {
      movePage({ target: blank(9) }, 5, 9, 0, 7);
    }).toThrow('no longer what was moved');
    expect(() => {
      movePage({ source, parent }, 8, 9, 0, 7);
    }).toThrow('does not point to page 8');
    expect(snapshot(parent, source)).toBe(before);
  });

  it('of a root take its space trees along', () => {
    const old = [blank(40), blank(41), blank(42)] as const;
    createMultipleExtentTree({ root: old[0], ownedExtents: old[1], availableExtents: old[2] }, TREE, 41, 7);
    const targets = [blank(80), blank(90), blank(91)] as const;
    const [root, owned, available] = old.map((source, i) => {
      return { source, target: targets[i]!, image: new Uint8Array(source.bytes) };
    });
    moveRoot(root!, owned!, available!, 90, 8);
    expect(readRootField(targets[0])!.space).toMatchObject({ cpgPrimary: 20, pgnoOE: 90 });
    expect([extents(targets[1]), extents(targets[2])]).toEqual([[[59, 20]], [[59, 17]]]);
    expect([...targets, ...old].every((page) => page.dbtime === 8)).toBe(true);
    expect(old.every((page) => page.lineCount === 0 && (page.fFlags & PageFlag.Empty) !== 0)).toBe(true);
  });
});

describe('scrubbing', () => {
  const lines = [
    { key: 'a', data: 'keep' },
    { key: 'b', data: 'gone', flags: 3 },
    { key: 'c', data: 'chunk', flags: 1 },
  ];

  it('overwrites data and all free bytes', () => {
    const page = pageOf(FORMAT, 5, [...lines, { key: 'd', data: 'secret' }]);
    page.deleteLine(3);
    scrubUsedPage(page, Uint8Array.from([0, 1, 2]), 99);
    const scrubbed = ['keep', 'DDDD', '\x20LLLL'];
    expect(linesOf(page).map(({ data }) => data)).toEqual(scrubbed);
    expect([page.lineFlags(1), page.lineFlags(2), page.dbtime]).toEqual([2, 0, 99]);
    expect(page.fFlags & PageFlag.Scrubbed).toBe(PageFlag.Scrubbed);
    expect(page.bytes.subarray(40 + page.ibMicFree, page.tagArrayStart).every((byte) => byte === 0x5a)).toBe(true);
  });

  it('fills the gaps between lines', () => {
    const page = pageOf(FORMAT, 5, lines);
    page.deleteLine(1);
    scrubUsedPage(page, Uint8Array.from([0, 0]), 99);
    expect(Buffer.from(page.bytes.subarray(40, 62)).toString('latin1')).toBe('\x01\0akeepZZZZZZZ\x01\0cchunk');
  });

  it('refuses what does not suit the page', () => {
    const page = pageOf(FORMAT, 5, lines);
    const before = snapshot(page);
    for (const opers of [[0, 1], [1, 0, 0], [0, 3, 0], []]) {
      expect(() => {
        scrubUsedPage(page, Uint8Array.from(opers), 99);
      }).toThrow();
    }
    expect(snapshot(page)).toBe(before);
    scrubUnusedPage(page, 99);
    expect([page.lineCount, page.bytes[40], page.bytes[4000]]).toEqual([0, 0x55, 0x55]);
  });
});

describe.each(FORMATS)('images of pages of $pageSize bytes', (format) => {
  it('become the page again', () => {
    const line = fc.record({ key: fc.string({ maxLength: 9 }), data: fc.string({ minLength: 1, maxLength: 90 }) });
    fc.assert(
      fc.property(fc.array(line, { maxLength: 30 }), fc.nat(30), (lines, gone) => {
        const page = pageOf(format, 5, lines, 'prefix');
        if (gone < lines.length) page.deleteLine(gone);
        const image = makeImage(page.bytes, format);
        expect(image.bytes.length).toBeLessThan(format.pageSize);
        expect(image.flags & ImageFlag.dehydrated).toBe(ImageFlag.dehydrated);
        const restored = restoreImage(image.bytes, image.flags, format);
        const again = new EditablePage(restored, format, 5);
        expect(linesOf(again)).toEqual(linesOf(page));
        page.compact();
        page.fillFree(0);
        expect(Buffer.compare(restored, page.bytes)).toBe(0);
        const linesEnd = format.headerSize + page.ibMicFree;
        const joined = joinImage(page.bytes.subarray(0, linesEnd), page.bytes.subarray(page.tagArrayStart), format);
        expect(Buffer.compare(joined, page.bytes)).toBe(0);
      }),
      { numRuns: 60 },
    );
  });

  it('are refused when they are none', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.nat(3), (image, flags) => {
        try {
          expect(restoreImage(image, flags, format).length).toBe(format.pageSize);
        } catch (error) {
          expect(isJetError(error, 'JET_errLogFileCorrupt')).toBe(true);
        }
      }),
      { numRuns: 300 },
    );
    const page = new Uint8Array(format.pageSize);
    expect(() => joinImage(page, page, format)).toThrow('has parts of');
    expect(Buffer.compare(restoreImage(page, 0, format), page)).toBe(0);
    expect(() => restoreImage(page.subarray(1), 0, format)).toThrow('has');
  });
});
