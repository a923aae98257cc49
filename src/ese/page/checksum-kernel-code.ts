// The WebAssembly code of the checksum kernel (format 3.1, 3.2, 3.4): the same sums as checksum-xor.ts and
// checksum-ecc.ts, 16 bytes at a time. No function reads outside the pages it is given.
import { Type, assembleModule, call, doWhile, get, i32, i64, ret, set, v128, when } from './wasm-assembler.ts';
import type { Code, WasmFunction } from './wasm-assembler.ts';

/** What the kernel writes for each page. `suspect`: neither; verifyPage knows what it is. */
export const KernelVerdict = { good: 0, uninitialized: 1, suspect: 2 } as const;

// The module's functions, by their place in it.
const ECC_BLOCK = 0;
const XOR_PAGE = 1;
const IS_ALL_ZERO = 2;
const IS_ECC_SEALED = 3;
const IS_LEGACY_SEALED = 4;

const XOR_SEED = 0x89abcdef;
const FORMAT_FLAG = 0x2000;
const DBTIME_OFFSET = 8;
const FLAGS_OFFSET = 36;
/** Sums of blocks 1..3 of a large page. */
const BLOCK_SUMS_OFFSET = 40;

const xorAll = (first: Code, ...rest: Code[]): Code => rest.reduce((sum, code) => v128.xor(sum, code), first);
const parity32 = (word: Code): Code => i32.and(i32.popcnt(word), i32.const(1));
const parity64 = (word: Code): Code => i32.and(i32.wrap(i64.popcnt(word)), i32.const(1));
const orAll = (first: Code, ...rest: Code[]): Code => rest.reduce((sum, code) => i32.or(sum, code), first);
const shifted = (code: Code, by: number): Code => i32.shl(code, i32.const(by));
const negated = (code: Code): Code => i32.sub(i32.const(0), code);
const parityOfVector = (local: number): Code => parity64(i64.xor(v128.low(get(local)), v128.high(get(local))));

/** (start, length, isHeaderBlock) => ECC << 32 | XOR, as `eccChecksum`. Eight rows of 16 bytes a turn. */
function eccBlock(): WasmFunction {
  const [start, length, isHeader, row] = [0, 1, 2, 3];
  const [row1, row3, row5, row7] = [4, 5, 6, 7];
  const [pair1, pair3, quad1, all] = [8, 9, 10, 11];
  const [odd, oddPairs, oddQuads, column] = [12, 13, 14, 15];
  const [groups, xor, low, lane, folded] = [16, 17, 18, 19, 20];
  const at = i32.add(get(start), get(row));
  const turn: Code[] = [
    set(row1, v128.load(at, 16)),
    set(row3, v128.load(at, 48)),
    set(row5, v128.load(at, 80)),
    set(row7, v128.load(at, 112)),
    set(pair1, v128.xor(v128.load(at, 32), get(row3))),
    set(pair3, v128.xor(v128.load(at, 96), get(row7))),
    set(quad1, xorAll(v128.load(at, 64), get(row5), get(pair3))),
    set(all, xorAll(v128.load(at), get(row1), get(pair1), get(quad1))),
    set(odd, xorAll(get(odd), v128.xor(get(row1), get(row3)), v128.xor(get(row5), get(row7)))),
    set(oddPairs, xorAll(get(oddPairs), v128.xor(get(pair1), get(pair3)))),
    set(oddQuads, v128.xor(get(oddQuads), get(quad1))),
    set(column, v128.xor(get(column), get(all))),
    set(groups, i32.xor(get(groups), i32.and(get(row), negated(parityOfVector(all))))),
    set(row, i32.add(get(row), i32.const(128))),
  ];
  // The stored sum fills the low lane of row 0, and row 0 counts in no group, pair or quad: only the column has it.
  const storedSum = when(get(isHeader), set(lane, i64.load(get(start))));
  const finish: Code[] = [
    storedSum,
    set(lane, i64.xor(get(lane), v128.low(get(column)))),
    set(folded, i64.xor(get(lane), v128.high(get(column)))),
    set(xor, i32.wrap(i64.xor(get(folded), i64.shrU(get(folded), i64.const(32))))),
    set(
      low,
      orAll(
        shifted(get(groups), 3),
        shifted(parityOfVector(oddQuads), 9),
        shifted(parityOfVector(oddPairs), 8),
        shifted(parityOfVector(odd), 7),
        shifted(parity64(v128.high(get(column))), 6),
        shifted(parity64(i64.shrU(get(folded), i64.const(32))), 5),
        shifted(parity32(i32.and(get(xor), i32.const(0xffff0000))), 4),
        shifted(parity32(i32.and(get(xor), i32.const(0xff00ff00))), 3),
        shifted(parity32(i32.and(get(xor), i32.const(0xf0f0f0f0))), 2),
        shifted(parity32(i32.and(get(xor), i32.const(0xcccccccc))), 1),
        parity32(i32.and(get(xor), i32.const(0xaaaaaaaa))),
      ),
    ),
  ];
  const mask = i32.sub(shifted(get(length), 3), i32.const(1));
  const high = i32.xor(get(low), i32.and(mask, negated(parity32(get(xor)))));
  const ecc = i32.or(shifted(high, 16), get(low));
  const { i32: I, i64: L, v128: V } = Type;
  return {
    params: [I, I, I],
    result: L,
    locals: [I, V, V, V, V, V, V, V, V, V, V, V, V, I, I, I, L, L],
    body: [
      doWhile(i32.ltU(get(row), get(length)), ...turn),
      finish,
      i64.or(i64.shl(i64.extendU(ecc), i64.const(32)), i64.extendU(get(xor))),
    ],
  };
}

/** (start, length) => legacy XOR sum, as `xorChecksum`. */
function xorPage(): WasmFunction {
  const [start, length, at, column, folded] = [0, 1, 2, 3, 4];
  const rows = [0, 16, 32, 48].map((offset) => v128.load(get(at), offset));
  return {
    params: [Type.i32, Type.i32],
    result: Type.i32,
    locals: [Type.i32, Type.v128, Type.i64],
    body: [
      set(at, get(start)),
      doWhile(
        i32.ltU(get(at), i32.add(get(start), get(length))),
        set(column, xorAll(get(column), ...rows)),
        set(at, i32.add(get(at), i32.const(64))),
      ),
      set(folded, i64.xor(v128.low(get(column)), v128.high(get(column)))),
      i32.xor(
        i32.xor(i32.wrap(get(folded)), i32.wrap(i64.shrU(get(folded), i64.const(32)))),
        i32.xor(i32.load(get(start)), i32.const(XOR_SEED)),
      ),
    ],
  };
}

/** (start, length) => 1 when all bytes are zero, else 0. */
function isAllZero(): WasmFunction {
  const [start, length, at] = [0, 1, 2];
  const row = (offset: number): Code => v128.load(get(at), offset);
  const found = v128.or(v128.or(row(0), row(16)), v128.or(row(32), row(48)));
  return {
    params: [Type.i32, Type.i32],
    result: Type.i32,
    locals: [Type.i32],
    body: [
      set(at, get(start)),
      doWhile(
        i32.ltU(get(at), i32.add(get(start), get(length))),
        when(v128.anyTrue(found), ret(i32.const(0))),
        set(at, i32.add(get(at), i32.const(64))),
      ),
      i32.const(1),
    ],
  };
}

/** (start, pageSize, blockSize, pgno) => 1 when the sums of all blocks match, else 0. */
function isEccSealed(): WasmFunction {
  const [start, pageSize, blockSize, pgno, block, stored] = [0, 1, 2, 3, 4, 5];
  const sum = call(ECC_BLOCK, i32.add(get(start), get(block)), get(blockSize), i32.eqz(get(block)));
  const expected = i64.xor(sum, i64.extendU(get(pgno)));
  return {
    params: [Type.i32, Type.i32, Type.i32, Type.i32],
    result: Type.i32,
    locals: [Type.i32, Type.i32],
    body: [
      set(stored, get(start)),
      doWhile(
        i32.ltU(get(block), get(pageSize)),
        when(i64.ne(expected, i64.load(get(stored))), ret(i32.const(0))),
        // Block 0 has its sum at 0, the others have theirs from 40 on.
        set(stored, i32.add(get(stored), i32.const(8))),
        when(i32.eqz(get(block)), set(stored, i32.add(get(start), i32.const(BLOCK_SUMS_OFFSET)))),
        set(block, i32.add(get(block), get(blockSize))),
      ),
      i32.const(1),
    ],
  };
}

/** (start, pageSize, blockSize, pgno) => 1 when a page without format flag is sealed, else 0. */
function isLegacySealed(): WasmFunction {
  const [start, pageSize, blockSize, pgno] = [0, 1, 2, 3];
  // Such a large page is never written, but the engine takes it when it has no other sums.
  const blockSum = (index: number): Code => i64.load(get(start), BLOCK_SUMS_OFFSET + 8 * (index - 1));
  const hasBlockSums = i64.ne(i64.or(i64.or(blockSum(1), blockSum(2)), blockSum(3)), i64.const(0));
  const differs = orAll(
    i32.ne(call(XOR_PAGE, get(start), get(pageSize)), i32.load(get(start))),
    i32.ne(i32.load(get(start), 4), get(pgno)),
    i32.and(i32.ne(get(blockSize), get(pageSize)), hasBlockSums),
  );
  return {
    params: [Type.i32, Type.i32, Type.i32, Type.i32],
    result: Type.i32,
    locals: [],
    body: i32.eqz(differs),
  };
}

/**
 * (pageCount > 0, pageSize, blockSize, pgnoFirst, verdicts, highest) => number of suspects. Pages begin at address 0.
 * Writes a verdict byte a page to `verdicts`; to `highest` the highest dbtime of the good pages (8 bytes) and the
 * number (from 0) of the first page that has it.
 */
function verifyPages(): WasmFunction {
  const [pageCount, pageSize, blockSize, pgnoFirst, verdicts, highest] = [0, 1, 2, 3, 4, 5];
  const [page, start, verdict, suspects, pageHighest, dbtimeHighest, dbtime] = [6, 7, 8, 9, 10, 11, 12];
  const pageArgs = [get(start), get(pageSize), get(blockSize), i32.add(get(pgnoFirst), get(page))];
  const judgedBy = (sealed: number): Code =>
    when(
      call(sealed, ...pageArgs),
      set(verdict, i32.const(KernelVerdict.good)),
      set(verdict, i32.const(KernelVerdict.suspect)),
    );
  const judgeUnflagged = when(
    call(IS_ALL_ZERO, get(start), get(pageSize)),
    set(verdict, i32.const(KernelVerdict.uninitialized)),
    judgedBy(IS_LEGACY_SEALED),
  );
  const noteDbtime: Code = [
    set(dbtime, i64.load(get(start), DBTIME_OFFSET)),
    when(i64.gtU(get(dbtime), get(dbtimeHighest)), [set(dbtimeHighest, get(dbtime)), set(pageHighest, get(page))]),
  ];
  const { i32: I, i64: L } = Type;
  return {
    name: 'verifyPages',
    params: [I, I, I, I, I, I],
    result: I,
    locals: [I, I, I, I, I, L, L],
    body: [
      doWhile(
        i32.ltU(get(page), get(pageCount)),
        when(
          i32.and(i32.load(get(start), FLAGS_OFFSET), i32.const(FORMAT_FLAG)),
          judgedBy(IS_ECC_SEALED),
          judgeUnflagged,
        ),
        i32.store8(i32.add(get(verdicts), get(page)), get(verdict)),
        when(i32.eqz(get(verdict)), noteDbtime),
        set(suspects, i32.add(get(suspects), i32.eq(get(verdict), i32.const(KernelVerdict.suspect)))),
        set(start, i32.add(get(start), get(pageSize))),
        set(page, i32.add(get(page), i32.const(1))),
      ),
      i64.store(get(highest), get(dbtimeHighest)),
      i32.store(get(highest), get(pageHighest), 8),
      get(suspects),
    ],
  };
}

/** The kernel's module, with a memory of `memoryPages` * 64 KiB. */
export function assembleChecksumKernel(memoryPages: number): Uint8Array<ArrayBuffer> {
  const functions = [eccBlock(), xorPage(), isAllZero(), isEccSealed(), isLegacySealed(), verifyPages()];
  return assembleModule(functions, memoryPages);
}
