import { describe, expect, it } from 'vitest';
import { Database } from '../../../src/ese/database.ts';
import { BufferSource } from '../../../src/ese/io/buffer-source.ts';
import { tinyDatabase } from '../../fixtures/tiny-database.ts';
import { check } from '../../eseutil/damage.ts';

const bytes = Uint8Array.from({ length: 10 }, (_, i) => i);

describe('BufferSource', () => {
  it('reads what there is, and tells how much that was', () => {
    const source = new BufferSource(bytes, 'ten bytes');
    expect([source.name, source.size]).toEqual(['ten bytes', 10]);
    const target = new Uint8Array(4).fill(0xee);
    expect(source.read(3, target)).toBe(4);
    expect([...target]).toEqual([3, 4, 5, 6]);
    expect(source.read(8, target)).toBe(2);
    expect([...target]).toEqual([8, 9, 5, 6]);
    expect(source.read(10, target)).toBe(0);
    expect(source.read(1e15, target)).toBe(0);
    expect([...target]).toEqual([8, 9, 5, 6]);
    source.close();
  });

  it('reads a part of a greater buffer', () => {
    const source = new BufferSource(bytes.subarray(2, 5));
    const target = new Uint8Array(5);
    expect(source.read(1, target)).toBe(2);
    expect([...target]).toEqual([3, 4, 0, 0, 0]);
  });

  it('sees what becomes of the bytes', () => {
    const own = bytes.slice();
    const source = new BufferSource(own);
    own[0] = 99;
    const target = new Uint8Array(1);
    source.read(0, target);
    expect(target[0]).toBe(99);
  });

  it.each([{}, { pageSize: 32768 }, { revision: 2 }])('holds a database %j', (options) => {
    const tiny = tinyDatabase(options);
    const whole = new Uint8Array(tiny.bytes.length + 100);
    whole.set(tiny.bytes, 50);
    const part = whole.subarray(50, 50 + tiny.bytes.length);
    expect(check(part).findings).toEqual([]);
    expect(new Database(new BufferSource(part)).table('items')).toBeDefined();
  });
});
