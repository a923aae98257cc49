import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareRceid, Oper, VersionList, type Version } from '../../../src/ese/recovery/version-list.ts';

const TREE = { dbid: 1, pgnoFDP: 40, objidFDP: 7, unique: true };
const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values);

function add(list: VersionList, rceid: number, level: number, key: Uint8Array = bytes(rceid & 0xff)): boolean {
  if (!list.begin(rceid, Oper.Insert, level, TREE, false)) return false;
  list.appendKey(key, 0, key.length);
  return true;
}

const rceids = (list: VersionList): number[] => [...list.newestFirst()].map((version) => version.rceid);

describe('VersionList', () => {
  it('keeps key pieces, bookmark data, before image and delta of each entry', () => {
    const list = new VersionList();
    list.begin(5, Oper.Replace, 2, { ...TREE, unique: false }, true);
    list.appendKey(bytes(9, 1, 2), 1, 2);
    list.appendKey(bytes(3), 0, 1);
    list.appendBookmarkData(bytes(8, 8), 0, 2);
    list.appendBefore(bytes(4, 5, 6), 0, 3);
    list.begin(6, Oper.Delta, 2, TREE, true);
    list.appendKey(bytes(7), 0, 1);
    list.setDelta(-3n, 12);
    const version = list.find(5) as Version;
    expect([...version.key]).toEqual([1, 2, 3]);
    expect([...version.bookmarkData]).toEqual([8, 8]);
    expect([...version.before]).toEqual([4, 5, 6]);
    expect(version.unique).toBe(false);
    expect(list.find(6)).toMatchObject({ oper: Oper.Delta, delta: -3n, deltaOffset: 12, level: 2 });
    expect(list.find(7)).toBeUndefined();
  });

  it('takes no second entry of an rceid', () => {
    const list = new VersionList();
    expect(add(list, 5, 1)).toBe(true);
    expect(add(list, 5, 1)).toBe(false);
    expect(list.size).toBe(1);
  });

  it('gives the highest level first, then the newest, wrapped numbers last', () => {
    const list = new VersionList();
    for (const [rceid, level] of [
      [10, 1],
      [0xfffffffe, 1],
      [12, 2],
      [11, 1],
      [9, 3],
    ] as const)
      add(list, rceid, level);
    expect(rceids(list)).toEqual([9, 12, 11, 10, 0xfffffffe]);
    expect(compareRceid(0xffffffff, 1)).toBeLessThan(0);
  });

  it('commits to the level above, and forgets at level 0', () => {
    const list = new VersionList();
    add(list, 1, 1);
    add(list, 2, 2);
    add(list, 3, 3);
    list.commitTo(1);
    list.forgetLevel(2);
    expect(rceids(list)).toEqual([3, 2, 1]);
    expect(list.find(3)!.level).toBe(1);
    list.commitTo(0);
    expect(list.size).toBe(0);
    expect(rceids(list)).toEqual([]);
  });

  it('is a plain list of entries, whatever is done to it', () => {
    const command = fc.oneof(
      fc.record({
        kind: fc.constant('add'),
        rceid: fc.integer({ min: 1, max: 60 }),
        level: fc.integer({ min: 1, max: 4 }),
      }),
      fc.record({ kind: fc.constant('remove'), rceid: fc.integer({ min: 1, max: 60 }), level: fc.constant(0) }),
      fc.record({ kind: fc.constant('commit'), rceid: fc.constant(0), level: fc.integer({ min: 0, max: 4 }) }),
      fc.record({ kind: fc.constant('forget'), rceid: fc.constant(0), level: fc.integer({ min: 1, max: 4 }) }),
    );
    fc.assert(
      fc.property(fc.array(command, { maxLength: 80 }), (commands) => {
        const list = new VersionList();
        let model: { rceid: number; level: number }[] = [];
        for (const { kind, rceid, level } of commands) {
          if (kind === 'add') {
            const isNew = !model.some((entry) => entry.rceid === rceid);
            expect(add(list, rceid, level)).toBe(isNew);
            if (isNew) model.push({ rceid, level });
          } else if (kind === 'remove') {
            list.remove(rceid);
            model = model.filter((entry) => entry.rceid !== rceid);
          } else if (kind === 'commit') {
            list.commitTo(level);
            model = level === 0 ? [] : model.map((entry) => ({ ...entry, level: Math.min(entry.level, level) }));
          } else {
            list.forgetLevel(level);
            model = model.filter((entry) => entry.level !== level);
          }
        }
        expect(list.size).toBe(model.length);
        const expected = [...model].sort((a, b) => b.level - a.level || b.rceid - a.rceid);
        expect([...list.newestFirst()].map(({ rceid, level, key }) => [rceid, level, ...key])).toEqual(
          expected.map(({ rceid, level }) => [rceid, level, rceid]),
        );
      }),
    );
  });
});
