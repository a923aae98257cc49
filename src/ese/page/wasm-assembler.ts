// A WebAssembly assembler just large enough for the checksum kernel (WebAssembly core specification 2.0, chapter 5,
// binary format; SIMD opcodes are part of it). Code is put together from expressions: each function here returns one
// instruction after its operands.

/** One or more instructions: their bytes, nested as they were put together. */
export type Code = readonly (number | Code)[];

/** Value types. */
export const Type = { i32: 0x7f, i64: 0x7e, v128: 0x7b } as const;
/** One of the value types. */
export type ValueType = (typeof Type)[keyof typeof Type];

/** A function of the module. Locals are numbered parameters first. */
export interface WasmFunction {
  readonly params: readonly ValueType[];
  readonly result: ValueType;
  readonly locals: readonly ValueType[];
  readonly body: Code;
  /** Name it is exported by, if it is. */
  readonly name?: string;
}

/** A signed 32-bit number in LEB128, as all integer immediates are. */
function sleb(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  while (rest < -0x40 || rest > 0x3f) {
    bytes.push((rest & 0x7f) | 0x80);
    rest >>= 7;
  }
  return [...bytes, rest & 0x7f];
}

/** An unsigned number in LEB128, as all sizes, indexes and offsets are. */
function uleb(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  while (rest >= 0x80) {
    bytes.push((rest & 0x7f) | 0x80);
    rest >>>= 7;
  }
  return [...bytes, rest];
}

function append(bytes: number[], code: Code): number[] {
  for (const item of code) {
    if (typeof item === 'number') bytes.push(item);
    else append(bytes, item);
  }
  return bytes;
}

const vector = (items: readonly Code[]): Code => [uleb(items.length), items];
const sized = (code: Code): Code => {
  const bytes = append([], code);
  return [uleb(bytes.length), bytes];
};
const name = (text: string): Code => sized(Array.from(text, (char) => char.charCodeAt(0)));

/** An instruction with its operands in front. */
type Binary = (a: Code, b: Code) => Code;
type Unary = (a: Code) => Code;
/** A load: address and constant offset. Alignment is only a hint, so none is given. */
type Load = (address: Code, offset?: number) => Code;
/** A store: address, value and constant offset. */
type Store = (address: Code, value: Code, offset?: number) => Code;
const binary =
  (...opcode: number[]): Binary =>
  (a, b) => [a, b, opcode];
const unary =
  (...opcode: number[]): Unary =>
  (a) => [a, opcode];
const load =
  (...opcode: number[]): Load =>
  (address, offset = 0) => [address, opcode, 0, uleb(offset)];
const store =
  (opcode: number): Store =>
  (address, value, offset = 0) => [address, value, opcode, 0, uleb(offset)];

/** Reads a local. */
export const get = (local: number): Code => [0x20, uleb(local)];
/** Writes a local. */
export const set = (local: number, value: Code): Code => [value, 0x21, uleb(local)];
/** Calls function `index` of the module. */
export const call = (index: number, ...args: Code[]): Code => [args, 0x10, uleb(index)];
/** Leaves the function with a value. */
export const ret = (value: Code): Code => [value, 0x0f];
/** Runs `body`, again and again while `condition` (i32) after it is not 0. */
export const doWhile = (condition: Code, ...body: Code[]): Code => [0x03, 0x40, body, condition, 0x0d, 0, 0x0b];
/** Runs `yes` when `condition` (i32) is not 0, else `no`. */
export const when = (condition: Code, yes: Code, no: Code = []): Code => [
  ...[condition, 0x04, 0x40, yes],
  ...(no.length > 0 ? [0x05, no] : []),
  0x0b,
];

/** 32-bit integer instructions. */
export const i32: Readonly<
  Record<'eqz' | 'popcnt' | 'wrap', Unary> &
    Record<'eq' | 'ne' | 'ltU' | 'add' | 'sub' | 'and' | 'or' | 'xor' | 'shl', Binary> &
    Record<'store' | 'store8', Store>
> & { readonly const: (value: number) => Code; readonly load: Load } = {
  const: (value) => [0x41, sleb(value | 0)],
  load: load(0x28),
  store: store(0x36),
  store8: store(0x3a),
  eqz: unary(0x45),
  eq: binary(0x46),
  ne: binary(0x47),
  ltU: binary(0x49),
  popcnt: unary(0x69),
  add: binary(0x6a),
  sub: binary(0x6b),
  and: binary(0x71),
  or: binary(0x72),
  xor: binary(0x73),
  shl: binary(0x74),
  wrap: unary(0xa7),
};

/** 64-bit integer instructions. */
export const i64: Readonly<
  Record<'popcnt' | 'extendU', Unary> & Record<'ne' | 'gtU' | 'or' | 'xor' | 'shl' | 'shrU', Binary>
> & { readonly const: (value: number) => Code; readonly load: Load; readonly store: Store } = {
  const: (value) => [0x42, sleb(value | 0)],
  load: load(0x29),
  store: store(0x37),
  ne: binary(0x52),
  gtU: binary(0x56),
  popcnt: unary(0x7b),
  or: binary(0x84),
  xor: binary(0x85),
  shl: binary(0x86),
  shrU: binary(0x88),
  extendU: unary(0xad),
};

/** Instructions on 16-byte vectors; `low` and `high` take 64 bits out. */
export const v128: Readonly<Record<'anyTrue' | 'low' | 'high', Unary> & Record<'or' | 'xor', Binary>> & {
  readonly load: Load;
} = {
  load: load(0xfd, 0x00),
  or: binary(0xfd, 0x50),
  xor: binary(0xfd, 0x51),
  anyTrue: unary(0xfd, 0x53),
  low: unary(0xfd, 0x1d, 0),
  high: unary(0xfd, 0x1d, 1),
};

const section = (id: number, items: readonly Code[]): Code => [id, sized(vector(items))];

/** A module of `functions` and one memory of `memoryPages` * 64 KiB, exported as `memory`. */
export function assembleModule(functions: readonly WasmFunction[], memoryPages: number): Uint8Array<ArrayBuffer> {
  const types = functions.map((f) => [0x60, vector(f.params.map((type) => [type])), vector([[f.result]])]);
  const exports = functions.flatMap((f, i) => (f.name === undefined ? [] : [[name(f.name), 0x00, uleb(i)]]));
  const bodies = functions.map((f) => sized([vector(f.locals.map((type) => [1, type])), f.body, 0x0b]));
  const module = [
    [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
    section(1, types),
    section(
      3,
      functions.map((_, i) => uleb(i)),
    ),
    section(5, [[0x01, uleb(memoryPages), uleb(memoryPages)]]),
    section(7, [...exports, [name('memory'), 0x02, 0]]),
    section(10, bodies),
  ];
  return Uint8Array.from(append([], module));
}
