import { describe, expect, it } from 'vitest';
import { Database } from '../../src/ese/database.ts';
import { PageFlag } from '../../src/ese/page/page-flags.ts';
import type { TreeRef } from '../../src/ese/btree/tree.ts';
import { dumpTree, walkLevels } from '../../src/eseutil/dump-tree.ts';
import { rootPages, spaceHeader, tinySource, TWO_LEVELS, type TinyPage } from './tiny-database.ts';

const TREE: TreeRef = { pgnoFDP: 4, objid: 2, kind: 'table' };

function open(pages: Readonly<Record<number, TinyPage>>): Database {
  return new Database(tinySource({ ...rootPages(20, []), ...pages }, 20));
}

describe('walkLevels', () => {
  it('goes level by level, in key order', () => {
    const pages = [...walkLevels(open(TWO_LEVELS), TREE)];
    expect(pages).toMatchObject([
      { level: 0, pgno: 4, kind: 'branch', lines: 2, deleted: 0, firstKey: '7f80000003' },
      { level: 1, pgno: 5, kind: 'leaf', pgnoNext: 6, lines: 2, deleted: 1, firstKey: '7f80000001' },
      { level: 1, pgno: 6, kind: 'leaf', pgnoPrev: 5, lines: 1, deleted: 0, firstKey: '7f80000003' },
    ]);
    expect(pages[2]).toMatchObject({ free: 4096 - 40 - 8 - 8, fill: 0.4 });
  });

  it('tells pages that cannot be used, in their place', () => {
    const faults: number[] = [];
    const pages = [
      ...walkLevels(open({ ...TWO_LEVELS, 5: { objid: 77, flags: PageFlag.Leaf } }), TREE, (pgno) => faults.push(pgno)),
    ];
    expect(pages[1]).toEqual({ level: 1, pgno: 5, problem: 'page 5 belongs to object 77, not to 2' });
    expect(pages).toHaveLength(3);
    expect(faults).toEqual([5]);
  });

  it('comes to an end in a tree that leads back into itself', () => {
    const lines = [
      { key: '01', data: '04000000' },
      { key: '', data: '04000000' },
    ];
    const loop = { 4: { objid: 2, flags: PageFlag.Root | PageFlag.ParentOfLeaf, tag0: spaceHeader(1, 1), lines } };
    const problems = [...walkLevels(open(loop), TREE)].filter((page) => 'problem' in page);
    expect(problems.map((page) => page.problem)).toEqual(['page 4 is linked twice', 'page 4 is linked twice']);
  });
});

describe('dumpTree', () => {
  it('is aligned and summed up', () => {
    expect([...dumpTree(open(TWO_LEVELS), TREE)]).toEqual([
      'Level 0: the root',
      '      page  kind        prev      next  lines  deleted   free   full  first key',
      '         4  branch         0         0      2        0   4011   1.1%  7f80000003',
      '',
      'Level 1',
      '      page  kind        prev      next  lines  deleted   free   full  first key',
      '         5  leaf           0         6      2        1   4027   0.7%  7f80000001',
      '         6  leaf           5         0      1        0   4040   0.4%  7f80000003',
      '',
      '3 pages on 2 levels, 2 entries, 0.7 % full',
    ]);
  });
});
