// Damage with right checksums: each kind is found where it is, by its rule, and nothing is said of what is sound.
import { describe, expect, it } from 'vitest';
import { be, join, le, put } from '../fixtures/bytes.ts';
import { TINY, tinyDatabase, type TinyDatabase } from '../fixtures/tiny-database.ts';
import { Damaged } from './damage.ts';

const VARIANTS = [{}, { pageSize: 8192 }, { pageSize: 16384 }, { pageSize: 32768 }, { revision: 9 }, { revision: 2 }];

type Harm = (damaged: Damaged, tiny: TinyDatabase) => unknown;
/** What it is called, what is done, and the errors and warnings that must follow: all of them. */
type Case = readonly [name: string, harm: Harm, expected: (tiny: TinyDatabase) => readonly string[]];

/** Entries of lost records; long values that only they refer to. */
const LOST_ENTRIES = 'index.dangling-entry';
const LOST_REFERENCES = 'lv.orphan';

const key = (id: number): Uint8Array => Uint8Array.of(0x7f, 0x80, 0, 0, id);
const separator =
  (line: number, to: Uint8Array): Harm =>
  (damaged, { table }) =>
    damaged.edit(table.root, (lines) => (lines[line] = { ...lines[line]!, key: to }));
const child =
  (line: number, to: (tiny: TinyDatabase) => number): Harm =>
  (damaged, tiny) =>
    damaged.setData(tiny.table.root, line, le(to(tiny), 4));
const field =
  (page: (tiny: TinyDatabase) => number, offset: number, value: (tiny: TinyDatabase) => number, size = 4): Harm =>
  (damaged, tiny) =>
    damaged.set(page(tiny), offset, value(tiny), size);
const leaf =
  (n: number) =>
  (tiny: TinyDatabase): number =>
    tiny.table.leaves[n]!;
const root = (tiny: TinyDatabase): number => tiny.table.root;

function each(title: string, cases: readonly Case[]): void {
  describe(title, () => {
    for (const variant of VARIANTS) {
      const tiny = tinyDatabase(variant);
      it.each(cases)(`%s (${JSON.stringify(variant)})`, (_name, harm, expected) => {
        const damaged = new Damaged(tiny.bytes);
        harm(damaged, tiny);
        expect(damaged.check().bad).toEqual(expected(tiny));
      });
    }
  });
}

describe('the page number that large pages state', () => {
  it.each([16384, 32768])('is told when it is another one (pages of %i bytes)', (pageSize) => {
    const tiny = tinyDatabase({ pageSize });
    const damaged = new Damaged(tiny.bytes);
    damaged.set(leaf(1)(tiny), 64, 77);
    const [finding, ...others] = damaged.check().findings.filter(({ severity }) => severity !== 'info');
    expect(others).toEqual([]);
    expect(finding).toMatchObject({ jet: { code: -1118 }, at: { pgno: leaf(1)(tiny) } });
    expect(finding!.message).toContain('states that it is page 77');
  });
});

each('order and separators', [
  ['two nodes swapped', (d, t) => d.swapLines(leaf(1)(t), 2, 3), (t) => [`tree.order@${leaf(1)(t)}:3`]],
  [
    'two distant nodes swapped',
    (d, t) => d.swapLines(leaf(1)(t), 1, 4),
    (t) => [`tree.order@${leaf(1)(t)}:2`, `tree.order@${leaf(1)(t)}:4`],
  ],
  [
    'two index entries swapped',
    (d, t) => d.swapLines(t.index.leaves[0]!, 1, 2),
    (t) => [`tree.order@${t.index.leaves[0]!}:2`],
  ],
  [
    'two entries of one key swapped',
    (d, t) => d.swapLines(t.index.leaves[0]!, 2, 3),
    (t) => [`tree.order@${t.index.leaves[0]!}:3`],
  ],
  ['a separator too low', separator(1, key(8)), (t) => [`tree.separator@${root(t)}:1`]],
  ['a separator too high', separator(1, key(16)), (t) => [`tree.separator@${root(t)}:1`]],
  ['a separator before the one before it', separator(1, key(2)), (t) => [`tree.separator@${root(t)}:1`]],
  ['a separator after the one after it', separator(1, key(0xff)), (t) => [`tree.separator@${root(t)}:1`]],
  ['the first separator too low', separator(0, key(3)), (t) => [`tree.separator@${root(t)}:0`]],
  ['no separator in the middle', separator(1, new Uint8Array(0)), (t) => [`tree.separator@${root(t)}:1`]],
  ['a separator at the end', separator(3, key(0xff)), (t) => [`tree.separator@${root(t)}:3`]],
]);

each('links', [
  ['a child that is its right neighbour', child(1, leaf(2)), (t) => [`tree.child@${root(t)}:1`, LOST_ENTRIES]],
  ['a child that is its left neighbour', child(2, leaf(1)), (t) => [`tree.child@${root(t)}:2`, LOST_ENTRIES]],
  ['the last child is the first', child(3, leaf(0)), (t) => [`tree.child@${root(t)}:3`, LOST_ENTRIES]],
  ['the first child is the last', child(0, leaf(3)), (t) => [`tree.child@${root(t)}:0`, LOST_ENTRIES, LOST_REFERENCES]],
  ['a child that is the page itself', child(1, root), (t) => [`tree.child@${root(t)}:1`, LOST_ENTRIES]],
  ['a child outside the file', child(1, () => 100_000), (t) => [`tree.child@${root(t)}:1`, LOST_ENTRIES]],
  ['a child without a number', child(1, () => 0), (t) => [`tree.child@${root(t)}:1`, LOST_ENTRIES]],
  ['a child of another tree', child(1, (t) => t.index.leaves[0]!), (t) => [`tree.child@${root(t)}:1`, LOST_ENTRIES]],
  ['a child of another table', child(1, () => 4), (t) => [`tree.child@${root(t)}:1`, LOST_ENTRIES]],
  ['a child that is free', child(1, (t) => t.tableFree), (t) => [`tree.child@${root(t)}:1`, LOST_ENTRIES]],
  ['a child that keeps the space', child(1, (t) => root(t) + 1), (t) => [`tree.child@${root(t)}:1`, LOST_ENTRIES]],
  [
    'a child number cut off',
    (d, t) => d.setData(root(t), 1, le(leaf(1)(t), 3)),
    (t) => [`tree.child@${root(t)}:1`, LOST_ENTRIES],
  ],
  ['a wrong next page', field(leaf(1), 20, leaf(3)), (t) => [`tree.link@${leaf(1)(t)}`]],
  ['no next page', field(leaf(1), 20, () => 0), (t) => [`tree.link@${leaf(1)(t)}`]],
  ['a wrong previous page', field(leaf(1), 16, leaf(3)), (t) => [`tree.link@${leaf(1)(t)}`]],
  ['a page before the first', field(leaf(0), 16, leaf(3)), (t) => [`tree.link@${leaf(0)(t)}`]],
  ['a page after the last', field(leaf(3), 20, leaf(0)), (t) => [`tree.link@${leaf(3)(t)}`]],
  ['a branch with neighbours', field(root, 20, leaf(0)), (t) => [`tree.link@${root(t)}`]],
]);

each('pages that are other pages', [
  [
    'its right neighbour',
    (d, t) => d.copyPage(leaf(2)(t), leaf(1)(t)),
    (t) => [`tree.order@${leaf(1)(t)}:0`, LOST_ENTRIES],
  ],
  [
    'its left neighbour',
    (d, t) => d.copyPage(leaf(0)(t), leaf(1)(t)),
    (t) => [`tree.order@${leaf(1)(t)}:0`, LOST_ENTRIES],
  ],
  [
    'the last one',
    (d, t) => d.copyPage(leaf(3)(t), leaf(0)(t)),
    (t) => [`tree.order@${leaf(0)(t)}:0`, LOST_ENTRIES, LOST_REFERENCES],
  ],
  ['the first one', (d, t) => d.copyPage(leaf(0)(t), leaf(3)(t)), (t) => [`tree.order@${leaf(3)(t)}:0`, LOST_ENTRIES]],
  [
    'one of another tree',
    (d, t) => d.copyPage(t.index.leaves[0]!, leaf(1)(t)),
    (t) => [`tree.child@${leaf(1)(t)}`, LOST_ENTRIES],
  ],
  [
    'marked free',
    (d, t) => d.set(leaf(1)(t), 36, d.view(leaf(1)(t)).fFlags | 8),
    (t) => [`tree.child@${leaf(1)(t)}`, LOST_ENTRIES],
  ],
  ['of an object that does not exist', field(leaf(1), 24, () => 77), (t) => [`tree.child@${leaf(1)(t)}`, LOST_ENTRIES]],
  [
    'a root of another object',
    field(root, 24, () => 77),
    (t) => [`tree.root@${root(t)}`, LOST_ENTRIES, LOST_REFERENCES],
  ],
  ['a root not marked so', (d, t) => d.set(root(t), 36, d.view(root(t)).fFlags & ~1), (t) => [`tree.root@${root(t)}`]],
]);

const structure = (t: TinyDatabase): readonly string[] => [`page.structure@${leaf(1)(t)}`];
const structureAndLoss = (t: TinyDatabase): readonly string[] => [...structure(t), LOST_ENTRIES];
const tag =
  (offset: number, value: number): Harm =>
  (damaged, tiny) =>
    damaged.set(leaf(1)(tiny), damaged.tagOffset(2) + offset, value, 2);

each('structure of pages', [
  ['a tag of no bytes', tag(0, 0), structureAndLoss],
  ['a tag of one byte', tag(0, 1), structureAndLoss],
  ['a tag that ends outside', (d, t) => tag(0, d.format.tagMask)(d, t), structureAndLoss],
  ['a wrong count of free bytes', field(leaf(1), 28, () => 77, 2), structure],
  ['free bytes that were not counted', field(leaf(1), 30, () => 0x7fff, 2), structure],
  ['a wrong end of data', field(leaf(1), 32, () => 77, 2), structure],
  ['too few tags', field(leaf(1), 34, () => 3, 2), structureAndLoss],
  [
    'too many tags',
    field(leaf(1), 34, () => 0xfff, 2),
    (t) => (t.pageSize < 32768 ? structureAndLoss(t) : structure(t)),
  ],
  ['no tags', field(leaf(1), 34, () => 0, 2), structureAndLoss],
  [
    'a key longer than its line',
    (d, t) => d.set(leaf(1)(t), d.lineStart(leaf(1)(t), 2) + 2, 0x1000, 2),
    structureAndLoss,
  ],
  ['a prefix longer than there is', (d, t) => d.set(leaf(1)(t), d.pageSize - 4, 2, 2), structureAndLoss],
]);

const record =
  (line: number, edit: (data: Uint8Array) => void): Harm =>
  (damaged, tiny) =>
    damaged.editData(leaf(line < 6 ? 0 : 1)(tiny), line % 6, edit);
const badRecord =
  (line: number) =>
  (tiny: TinyDatabase): readonly string[] => [`record.structure@${leaf(line < 6 ? 0 : 1)(tiny)}:${line % 6}`];
const ibEndOfFixed = (data: Uint8Array): number => data[2]! | (data[3]! << 8);

each('records', [
  ['more fixed columns than there are', record(8, (data) => (data[0] = 99)), badRecord(8)],
  ['more variable columns than there are', record(8, (data) => (data[1] = 200)), badRecord(8)],
  ['fewer variable columns than none', record(8, (data) => (data[1] = 126)), badRecord(8)],
  ['no variable columns, but their bytes', record(8, (data) => (data[1] = 127)), badRecord(8)],
  ['fixed columns longer than they are', record(8, (data) => data[2]!++), badRecord(8)],
  ['fixed columns shorter than they are: the NULL bitmap lies in them', record(8, (data) => data[2]!--), badRecord(8)],
  ['fixed columns up to outside', record(8, (data) => (data[3] = 0x10)), badRecord(8)],
  ['fixed columns inside the header', record(8, (data) => (data[2] = 2)), badRecord(8)],
  [
    'a variable column that ends outside',
    record(8, (data) => data.fill(0x7f, ibEndOfFixed(data) + 2, ibEndOfFixed(data) + 4)),
    badRecord(8),
  ],
  ['variable columns out of order', record(8, (data) => (data[ibEndOfFixed(data)] = 0xff)), badRecord(8)],
  ['another key than its columns make', record(8, (data) => (data[4] = 88)), (t) => [`record.key@${leaf(1)(t)}:2`]],
]);

describe('tagged columns', () => {
  for (const variant of VARIANTS.filter(({ revision }) => revision === undefined || revision >= 9)) {
    const tiny = tinyDatabase(variant);
    const always = (variant.pageSize ?? 0) > 8192;
    /** Offset of the TAGFLD of `fid`, and of its value, in record `line` of the first leaf. */
    const find = (data: Uint8Array, fid: number): { entry: number; value: number } => {
      for (let entry = ibEndOfFixed(data); entry < data.length; entry++) {
        if (data[entry] !== (fid & 0xff) || data[entry + 1] !== fid >> 8) continue;
        const first = entry; // every record below has but one tagged column
        return { entry, value: first + ((data[entry + 2]! | (data[entry + 3]! << 8)) & (always ? 0x7fff : 0x1fff)) };
      }
      throw new Error('no such column');
    };
    const TAGS = 257;
    const BLOB = 258;
    it.each<readonly [string, number, (data: Uint8Array) => void]>([
      ['values that begin elsewhere', 0, (data) => data[find(data, TAGS).entry + 2]!++],
      ['values that begin outside', 0, (data) => (data[find(data, TAGS).entry + 3] = 0x1f)],
      ['an id that no column has', 0, (data) => (data[find(data, TAGS).entry + 1] = 9)],
      ['an id of a fixed column', 0, (data) => (data[find(data, TAGS).entry + 1] = 0)],
      ['every mark in the header byte', 0, (data) => (data[find(data, TAGS).value] = 0xff)],
      ['two values of a long column', 0, (data) => (data[find(data, TAGS).value] = 0x19)],
      ['two values longer than there is room', 0, (data) => (data[find(data, TAGS).value + 1] = 0xff)],
      ['a list that begins nowhere', 1, (data) => (data[find(data, TAGS).value + 1] = 1)],
      ['a list out of order', 1, (data) => (data[find(data, TAGS).value + 3] = 0x40)],
      ['a reference from a list of numbers', 1, (data) => (data[find(data, TAGS).value + 2]! |= 0x80)],
      ['a reference that is a list', 2, (data) => (data[find(data, BLOB).value] = 0x0d)],
    ])(`%s (${JSON.stringify(variant)})`, (_name, line, edit) => {
      const damaged = new Damaged(tiny.bytes);
      damaged.editData(leaf(0)(tiny), line, edit);
      const { bad } = damaged.check();
      expect(bad.filter((finding) => finding !== LOST_REFERENCES)).toEqual([
        `record.structure@${leaf(0)(tiny)}:${line}`,
      ]);
    });
  }
});

/** Page and line of a node of the long-value tree: the root of value `lid`, or its chunk `chunk`. */
function longValueNode(
  damaged: Damaged,
  tiny: TinyDatabase,
  lid: number,
  chunk?: number,
): { pgno: number; line: number } {
  const wanted = join(be(lid, 4), chunk === undefined ? new Uint8Array(0) : be(chunk * tiny.chunkMax, 4)).join();
  for (const pgno of tiny.longValues.leaves) {
    const line = damaged.lines(pgno).findIndex((node) => node.key.join() === wanted);
    if (line >= 0) return { pgno, line };
  }
  throw new Error('no such node');
}

describe('long values', () => {
  for (const variant of VARIANTS) {
    const tiny = tinyDatabase(variant);
    const sound = new Damaged(tiny.bytes);
    const at = (lid: number, chunk?: number): string => {
      const { pgno, line } = longValueNode(sound, tiny, lid, chunk);
      return `${pgno}:${line}`;
    };
    const page = (lid: number, chunk?: number): number => longValueNode(sound, tiny, lid, chunk).pgno;
    /** Takes a node away; its page keeps another, so that it does not become empty. */
    const remove = (damaged: Damaged, lid: number, chunk?: number): void => {
      const { pgno, line } = longValueNode(damaged, tiny, lid, chunk);
      if (damaged.lines(pgno).length > 1) damaged.deleteLine(pgno, line);
      else damaged.edit(pgno, (lines) => (lines[line] = { ...lines[line]!, flags: 2 }));
    };
    const change = (damaged: Damaged, lid: number, edit: (data: Uint8Array) => void): void => {
      const { pgno, line } = longValueNode(damaged, tiny, lid);
      damaged.editData(pgno, line, edit);
    };
    const next = (lid: number, chunk: number): string => {
      const { pgno, line } = longValueNode(sound, tiny, lid, chunk);
      const removed = longValueNode(sound, tiny, lid, chunk - 1);
      return `${pgno}:${removed.pgno === pgno && sound.lines(pgno).length > 1 ? line - 1 : line}`;
    };
    it.each<readonly [string, (damaged: Damaged) => void, readonly string[]]>([
      [
        'a chunk gone',
        (d) => {
          remove(d, 1, 1);
        },
        [`lv.chunk@${next(1, 2)}`],
      ],
      [
        'the last chunk gone',
        (d) => {
          remove(d, 2, 0);
        },
        [`lv.incomplete@${page(2)}`],
      ],
      [
        'a size too great',
        (d) => {
          change(d, 1, (data) => data[4]!++);
        },
        [`lv.chunk@${at(1, 2)}`],
      ],
      [
        'a size too small',
        (d) => {
          change(d, 1, (data) => data[4]!--);
        },
        [`lv.chunk@${at(1, 2)}`],
      ],
      [
        'a size of four gigabytes',
        (d) => {
          change(d, 1, (data) => data.fill(0xff, 4));
        },
        [`lv.chunk@${at(1, 2)}`, `lv.incomplete@${page(1, 2)}`],
      ],
      [
        'too many references',
        (d) => {
          change(d, 2, (data) => (data[0] = 3));
        },
        [`lv.reference-count@${at(2)}`],
      ],
      [
        'too few references',
        (d) => {
          change(d, 2, (data) => (data[0] = 1));
        },
        [`lv.reference-count@${at(2)}`],
      ],
      [
        'no references',
        (d) => {
          change(d, 2, (data) => (data[0] = 0));
        },
        [`lv.reference-count@${at(2)}`],
      ],
      ['a root of the wrong size', (d) => d.setData(page(1), 0, new Uint8Array(7).fill(1)), [`lv.root@${at(1)}`]],
    ])(`%s (${JSON.stringify(variant)})`, (_name, harm, expected) => {
      const damaged = new Damaged(tiny.bytes);
      harm(damaged);
      expect(damaged.check().bad).toEqual(expected);
    });

    it(`a root gone (${JSON.stringify(variant)})`, () => {
      const damaged = new Damaged(tiny.bytes);
      remove(damaged, 2);
      const { pgno, line } = longValueNode(damaged, tiny, 2, 0);
      expect(damaged.check().bad).toEqual([`lv.orphan-chunk@${pgno}:${line}`, `lv.missing@${leaf(0)(tiny)}:4`]);
    });

    it(`a value nobody refers to, a key that is none (${JSON.stringify(variant)})`, () => {
      const last = tiny.longValues.leaves.at(-1)!;
      const damaged = new Damaged(tiny.bytes);
      damaged.edit(last, (lines) => {
        lines.push({ key: be(7, 4), data: join(le(1, 4), le(0, 4)) });
        lines.push({ key: Uint8Array.of(9, 9, 9), data: le(0, 4) });
      });
      const lines = sound.lines(last).length;
      expect(damaged.check().bad).toEqual([`lv.key@${last}:${lines + 1}`, `lv.orphan@${last}:${lines}`]);
    });

    it(`a reference to another value (${JSON.stringify(variant)})`, () => {
      const damaged = new Damaged(tiny.bytes);
      damaged.editData(leaf(0)(tiny), 2, (data) => (data[data.length - 4] = 9));
      expect(damaged.check().bad).toEqual([`lv.missing@${leaf(0)(tiny)}:2`, `lv.orphan@${at(1)}`]);
    });
  }
});

const entries = (tiny: TinyDatabase): number => tiny.index.leaves[0]!;

each('index entries', [
  ['one gone', (d, t) => d.deleteLine(entries(t), 2), (t) => [`index.missing-entry@${leaf(0)(t)}:2`]],
  [
    'one too many',
    (d, t) => d.edit(entries(t), (lines) => lines.splice(2, 0, { key: lines[1]!.key, data: key(99) })),
    (t) => [`index.dangling-entry@${entries(t)}:2`],
  ],
  [
    'one of another record',
    (d, t) => d.editData(entries(t), 5, (data) => (data[4] = 99)),
    (t) => [`index.missing-entry@${leaf(0)(t)}:5`, `index.dangling-entry@${entries(t)}:5`],
  ],
  [
    'one of another key',
    (d, t) =>
      d.edit(
        entries(t),
        (lines) => (lines[5] = { ...lines[5]!, key: join(lines[5]!.key.slice(0, -1), Uint8Array.of(0x41, 0)) }),
      ),
    (t) => [`index.missing-entry@${leaf(0)(t)}:5`, `index.dangling-entry@${entries(t)}:5`],
  ],
  ['a record gone', (d, t) => d.deleteLine(leaf(1)(t), 2), (t) => [`index.dangling-entry@${t.index.leaves[1]!}:2`]],
  ['the root lost', (d, t) => d.zero(t.index.root), (t) => [`page.uninitialized@${t.index.root}`]],
  ['a leaf lost', (d, t) => d.zero(entries(t)), (t) => [`page.uninitialized@${entries(t)}`, 'index.missing-entry']],
]);

/** Line of a row in both copies of the catalog, by its type and id. */
function catalogLine(damaged: Damaged, type: number, id: number): number {
  const wanted = join(
    key(TINY.table),
    Uint8Array.of(0x7f, 0x80, type),
    Uint8Array.of(0x7f, 0x80, 0, id >> 8, id & 0xff),
  ).join();
  return damaged.lines(4).findIndex((line) => line.key.join() === wanted);
}

/** Where ColtypOrPgnoFDP stands in a catalog row. */
const ROOT_PAGE = 14;

const inBoth =
  (type: number, id: number, value: (tiny: TinyDatabase) => number): Harm =>
  (damaged, tiny) => {
    const line = catalogLine(damaged, type, id);
    for (const pgno of [4, 24]) {
      damaged.editData(pgno, line, (data) => {
        put(data, ROOT_PAGE, value(tiny), 4);
      });
    }
  };
const sizeOfCatalog = (tiny: TinyDatabase): number => new Damaged(tiny.bytes).lines(24).length;

each('the catalog', [
  ['a row changed in the shadow', (d) => d.editData(24, 5, (data) => (data[18] = 7)), () => ['catalog.shadow@4:5']],
  ['a row gone from the shadow', (d) => d.deleteLine(24, 6), () => ['catalog.shadow@4:6']],
  [
    'a row more in the shadow',
    (d) => d.edit(24, (lines) => lines.push({ ...lines.at(-1)!, key: key(0xff) })),
    (t) => [`record.key@24:${sizeOfCatalog(t)}`, `catalog.shadow@24:${sizeOfCatalog(t)}`],
  ],
  ['the root of the catalog lost', (d) => d.zero(4), () => ['catalog.damaged', 'page.uninitialized@4']],
  ['the root of the shadow lost', (d) => d.zero(24), () => ['page.uninitialized@24']],
  [
    'both roots lost',
    (d) => d.zero(4).zero(24),
    () => ['catalog.damaged', 'page.uninitialized@4', 'page.uninitialized@24'],
  ],
  [
    'a table without a page',
    inBoth(1, TINY.table, () => 100_000),
    () => ['catalog.row', LOST_ENTRIES, LOST_REFERENCES],
  ],
  ['an index at a page of its table', inBoth(3, TINY.index, leaf(1)), () => ['catalog.row']],
  ['a column of no type', inBoth(2, 2, () => 99), () => ['catalog.row']],
  [
    'an index with the id of the long values',
    (d) => {
      const line = catalogLine(d, 3, TINY.index);
      for (const pgno of [4, 24]) {
        d.edit(pgno, (lines) => {
          const data = lines[line]!.data.slice();
          put(data, 10, TINY.longValues, 4);
          lines[line] = { key: join(lines[line]!.key.slice(0, -1), le(TINY.longValues, 1)), data };
        });
      }
    },
    // Its own tree is then nobody's, and the long values are taken for the index.
    (t) => ['catalog.row', `tree.root@${t.index.root}`],
  ],
]);

/** Sets the first field of an extent tree's first node: the pages of its extent. */
const extentSize =
  (page: (tiny: TinyDatabase) => number, change: number): Harm =>
  (damaged, tiny) =>
    damaged.editData(page(tiny), 0, (data) => {
      put(data, 0, data[0]! + change, 4);
    });
/** A field of the space header in the root of the index. */
const indexSpace =
  (offset: number, change: (value: number) => number): Harm =>
  (damaged, tiny) => {
    const { root: pgno } = tiny.index;
    const at = damaged.view(pgno).tagStart(0) + offset;
    damaged.set(pgno, at, change(damaged.page(pgno)[at]!), 1);
  };
const available =
  (page: (tiny: TinyDatabase) => number, first: (tiny: TinyDatabase) => number, cpg: number): Harm =>
  (damaged, tiny) =>
    damaged.edit(page(tiny), (lines) => {
      lines.push({ key: be(first(tiny) + cpg - 1, 4), data: le(cpg, 4) });
      lines.sort((a, b) => Buffer.compare(a.key, b.key));
    });
const ownedTree = (t: TinyDatabase): number => root(t) + 1;
const availableTree = (t: TinyDatabase): number => root(t) + 2;

each('space', [
  ['an extent owned by two tables', extentSize(ownedTree, 2), (t) => [`space.owned-twice@${root(t) - 2}`]],
  ['an extent owned by two trees', indexSpace(0, (cpg) => cpg + 1), (t) => [`space.owned-twice@${t.longValues.root}`]],
  [
    'an extent owned and free',
    (d, t) =>
      d.edit(ownedTree(t), (lines) => (lines[0] = { key: be(t.rootFree, 4), data: le(t.rootFree - root(t) + 1, 4) })),
    (t) => [`space.used-and-available@${t.rootFree}`],
  ],
  ['a page free and in use', available(availableTree, leaf(1), 1), (t) => [`space.used-and-available@${leaf(1)(t)}`]],
  [
    'a page free and in use, by bitmap',
    indexSpace(12, (bits) => bits | 1),
    (t) => [`space.used-and-available@${t.index.leaves[0]!}`],
  ],
  ['a page of a table free for all', available(() => 3, leaf(1), 1), (t) => [`space.used-and-available@${leaf(1)(t)}`]],
  [
    'pages free twice',
    available(availableTree, (t) => t.tableFree, 2),
    (t) => [`space.available-twice@${t.tableFree}`],
  ],
  ['a page free that another has', available(availableTree, () => 10, 1), () => ['space.not-owned@10']],
  [
    'a page in use that nobody owns',
    available(availableTree, (t) => t.beyond, 1),
    (t) => [`space.not-owned@${t.beyond}`],
  ],
  [
    'a page in use that its table does not own',
    (d, t) =>
      d.edit(ownedTree(t), (lines) => {
        const last = t.tableFree + 2;
        lines[0] = { key: be(leaf(1)(t) - 1, 4), data: le(leaf(1)(t) - root(t), 4) };
        lines.push({ key: be(last, 4), data: le(last - leaf(1)(t), 4) });
      }),
    (t) => [`space.not-owned@${leaf(1)(t)}`],
  ],
  ['a wrong parent', indexSpace(4, () => 4), (t) => [`space.parent@${t.index.root}`]],
  [
    'an extent of a negative size',
    (d, t) => d.editData(ownedTree(t), 0, (data) => (data[3] = 0x80)),
    (t) => [`space.tree@${ownedTree(t)}:0`],
  ],
  [
    'a node that is no extent',
    (d, t) => d.setData(availableTree(t), 0, le(1, 3)),
    (t) => [`space.tree@${availableTree(t)}:0`],
  ],
  [
    'space trees at a page in use',
    (d, t) => d.set(root(t), d.view(root(t)).tagStart(0) + 12, leaf(1)(t)),
    (t) => [`space.tree@${root(t)}`],
  ],
  ['what a table owns lost', (d, t) => d.zero(ownedTree(t)), (t) => [`page.uninitialized@${ownedTree(t)}`]],
  ['what a table has free lost', (d, t) => d.zero(availableTree(t)), (t) => [`page.uninitialized@${availableTree(t)}`]],
  ['what the database owns lost', (d) => d.zero(2), () => ['page.uninitialized@2']],
  ['what the database has free lost', (d) => d.zero(3), () => ['page.uninitialized@3']],
  ['the root of the database lost', (d) => d.zero(1), () => ['page.uninitialized@1']],
  [
    'the root of a table lost',
    (d, t) => d.zero(root(t)),
    (t) => [`page.uninitialized@${root(t)}`, LOST_ENTRIES, LOST_REFERENCES],
  ],
  [
    'the root of the long values lost',
    (d, t) => d.zero(t.longValues.root),
    (t) => [`page.uninitialized@${t.longValues.root}`],
  ],
]);

describe('leaked pages', () => {
  it('are worth a note, no more', () => {
    const tiny = tinyDatabase();
    const { bad, findings } = new Damaged(tiny.bytes).edit(availableTree(tiny), (lines) => lines.splice(0, 1)).check();
    expect(bad).toEqual([]);
    expect(findings.map(({ rule, severity, at, message }) => [rule, severity, at.pgno, message])).toEqual([
      [
        'space.leaked',
        'info',
        tiny.tableFree,
        `pages ${tiny.tableFree}-${tiny.tableFree + 2} are owned by object 8 but neither in use nor available`,
      ],
    ]);
  });
});
