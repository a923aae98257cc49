import { expect, test } from 'vitest';
import {
  Type,
  assembleModule,
  call,
  doWhile,
  get,
  i32,
  i64,
  ret,
  set,
  v128,
  when,
} from '../../../src/ese/page/wasm-assembler.ts';

interface Exports {
  memory: WebAssembly.Memory;
  sum(start: number, length: number): number;
  pick(index: number): number;
  wide(low: number): bigint;
  lanes(at: number): bigint;
}

const { i32: I, i64: L, v128: V } = Type;

/** XOR of all dwords from `start` on: a loop, memory, locals. */
const sum = {
  name: 'sum',
  params: [I, I],
  result: I,
  locals: [I, I],
  body: [
    doWhile(
      i32.ltU(get(2), get(1)),
      set(3, i32.xor(get(3), i32.load(i32.add(get(0), get(2)), 4))),
      set(2, i32.add(get(2), i32.const(4))),
    ),
    get(3),
  ],
};
/** Both arms of a choice, an early return, and constants of every length. */
const pick = {
  name: 'pick',
  params: [I],
  result: I,
  locals: [I],
  body: [
    when(i32.eq(get(0), i32.const(1)), ret(i32.const(-1))),
    when(i32.eq(get(0), i32.const(2)), set(1, i32.const(0x89abcdef)), set(1, i32.const(64))),
    when(i32.eq(get(0), i32.const(3)), set(1, i32.const(-64))),
    when(i32.eq(get(0), i32.const(4)), set(1, i32.const(-65))),
    when(i32.eq(get(0), i32.const(5)), set(1, i32.const(0x7fffffff))),
    i32.sub(get(1), i32.eqz(i32.const(1))),
  ],
};
const wide = {
  name: 'wide',
  params: [I],
  result: L,
  locals: [],
  body: [i64.or(i64.shl(i64.extendU(get(0)), i64.const(32)), i64.extendU(call(1, i32.const(2))))],
};
const lanes = {
  name: 'lanes',
  params: [I],
  result: L,
  locals: [V],
  body: [set(1, v128.xor(v128.load(get(0)), v128.load(get(0), 16))), i64.xor(v128.low(get(1)), v128.high(get(1)))],
};

test('assembled code runs', () => {
  const bytes = assembleModule([sum, pick, wide, lanes], 2);
  expect([...bytes.subarray(0, 8)]).toEqual([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]);
  expect(WebAssembly.validate(bytes)).toBe(true);
  const exports = new WebAssembly.Instance(new WebAssembly.Module(bytes)).exports as unknown as Exports;
  expect(exports.memory.buffer.byteLength).toBe(2 * 65536);
  const words = new Uint32Array(exports.memory.buffer);
  words.set([9, 0x11111111, 0x22222222, 0x80000000, 5]);
  expect(exports.sum(0, 8) >>> 0).toBe(0x33333333);
  expect(exports.sum(4, 12) >>> 0).toBe(0xa2222227);
  expect([0, 1, 2, 3, 4, 5].map((n) => exports.pick(n))).toEqual([64, -1, 0x89abcdef | 0, -64, -65, 0x7fffffff]);
  expect(BigInt.asUintN(64, exports.wide(0x12345678))).toBe(0x1234567889abcdefn);
  // Qwords 0x1111111100000009, 0x8000000022222222, 5 and 0.
  expect(BigInt.asUintN(64, exports.lanes(0))).toBe(0x911111112222222en);
});
