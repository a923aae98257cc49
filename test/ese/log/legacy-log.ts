// Writes logs of version 7.3704 from the format document alone: its own sums, its own header, nothing of src. Real ones
// of this version are not public.

export const SECTOR = 512;
const HEADER = 4096;
const LRCK = 22;

/** What a log is made of: groups of records, each written to disk at once. */
export interface LegacyPlan {
  readonly generation?: number;
  readonly sectors?: number;
  /** Records of each write. */
  readonly flushes: readonly (readonly Uint8Array[])[];
  /** Lets the last record of a write run on into the next sector (the first sector of the next write). */
  readonly straddle?: boolean;
}

/** A log, and where its checksum records stand. */
export interface LegacyLog {
  readonly bytes: Uint8Array;
  readonly checksums: number[];
  /** Where the data ends. */
  readonly end: number;
  /** Where each record stands. */
  readonly places: number[];
}

const put = (bytes: Uint8Array, at: number, value: number, size: number): void => {
  for (let i = 0; i < size; i++) bytes[at + i] = (value >>> (8 * i)) & 0xff;
};

const get = (bytes: Uint8Array, at: number): number =>
  (bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24)) >>> 0;

/** Sum of a run of bytes: byte i counts in place i mod 4. */
function sumOfRun(bytes: Uint8Array): number {
  const sum = [0, 0, 0, 0];
  bytes.forEach((byte, i) => (sum[i % 4]! ^= byte));
  return (sum[0]! | (sum[1]! << 8) | (sum[2]! << 16) | (sum[3]! << 24)) >>> 0;
}

/** The sum of the checksum record at `at`, its forward range ending at `end`. */
function sumOf(bytes: Uint8Array, at: number, end: number, seed: number, generation: number): number {
  const parts = [
    sumOfRun(bytes.subarray(at - get(bytes, at + 1), at)),
    sumOfRun(bytes.subarray(at + LRCK, end)),
    get(bytes, at + 1),
    get(bytes, at + 5),
    get(bytes, at + 9),
    bytes[at + 21]!,
    generation,
  ];
  return parts.reduce((sum, part) => (sum ^ part) >>> 0, seed);
}

/** Makes a checksum record right for what it covers. */
export function sealChecksum(bytes: Uint8Array, at: number, generation: number): void {
  const sector = at - (at % SECTOR);
  const end = at + LRCK + get(bytes, at + 5);
  const many = end > sector + SECTOR;
  bytes[at] = 42;
  bytes[at + 21] = many ? 0x9a : 0xd1;
  put(bytes, at + 17, many ? sumOf(bytes, at, sector + SECTOR, 0xdeadc0de, generation) : 0, 4);
  put(bytes, at + 13, sumOf(bytes, at, end, 0xfeedbeaf, generation), 4);
}

/** Writes the shadow of the sector with the checksum record at `at` into the sector after it. */
export function putShadow(bytes: Uint8Array, at: number): void {
  const sector = at - (at % SECTOR);
  bytes.copyWithin(sector + SECTOR, sector, sector + SECTOR);
  put(bytes, at + SECTOR + 13, (get(bytes, at + 13) ^ 0x5ad05ec7) >>> 0, 4);
}

/** What unused sectors hold. */
export const FILL: Uint8Array = Uint8Array.from({ length: SECTOR }, (_, i) => 0x20 + ((i * 7) % 90));

function header(bytes: Uint8Array, generation: number, sectors: number): void {
  bytes.fill(0, 0, HEADER);
  put(bytes, 4, generation, 4);
  put(bytes, 8, SECTOR, 2);
  put(bytes, 10, HEADER / SECTOR, 2);
  put(bytes, 12, sectors, 2);
  put(bytes, 14, 8192, 2);
  bytes.set([1, 2, 3, 4, 5, 104, 0, 0], 16);
  put(bytes, 32, 7, 4);
  put(bytes, 36, 3704, 4);
  put(bytes, 40, 6, 4);
  put(bytes, 44, 0xabcdef, 4);
  let sum = 0x89abcdef;
  for (let at = 4; at < HEADER; at += 4) sum ^= get(bytes, at);
  put(bytes, 0, sum >>> 0, 4);
}

/** Builds a log. */
export function legacyLog({ generation = 5, sectors = 64, flushes, straddle = false }: LegacyPlan): LegacyLog {
  const bytes = new Uint8Array(sectors * SECTOR);
  for (let at = HEADER; at < bytes.length; at += SECTOR) bytes.set(FILL, at);
  header(bytes, generation, sectors);
  const checksums: number[] = [];
  const places: number[] = [];
  let at = HEADER;
  let carry: Uint8Array = new Uint8Array(0);
  let end = at;
  flushes.forEach((records, i) => {
    const last = i === flushes.length - 1;
    const sector = at;
    bytes.fill(0, sector, sector + SECTOR);
    bytes.set(carry, at);
    at += carry.length;
    const checksum = at;
    checksums.push(checksum);
    put(bytes, checksum + 1, carry.length, 4);
    at += LRCK;
    carry = new Uint8Array(0);
    records.forEach((record) => {
      places.push(at);
      bytes.set(record, at);
      at += record.length;
    });
    end = at;
    const over = at % SECTOR;
    const lastRecord = records.at(-1);
    if (straddle && !last && lastRecord !== undefined && over > 0 && over < lastRecord.length && over < 400) {
      carry = lastRecord.slice(lastRecord.length - over);
      at -= over;
    } else if (!last || at > sector + SECTOR) {
      const filled = Math.ceil(at / SECTOR) * SECTOR;
      bytes.fill(0, at, filled);
      at = filled;
    }
    if (last) end = at;
    put(bytes, checksum + 5, at - checksum - LRCK, 4);
    put(bytes, checksum + 9, last ? 0 : at + carry.length - checksum - LRCK, 4);
  });
  for (const checksum of checksums) sealChecksum(bytes, checksum, generation);
  return { bytes, checksums, end, places };
}
