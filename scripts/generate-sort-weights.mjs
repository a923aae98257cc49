// Makes src/ese/norm/sort-weights.data.ts from a sortdefault.nls, the file in which Windows keeps its sorting weights:
// node scripts/generate-sort-weights.mjs FILE. What is in the file is what Microsoft publishes as text, the "Windows
// Sorting Weight Table" ([MS-UCODEREF] 3.1.5.2.3.1). Only the default sort is taken: the weights of every UTF-16 unit and
// the pairs that characters expand into.
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';

const UNITS = 0x10000;
const TARGET = new URL('../src/ese/norm/sort-weights.data.ts', import.meta.url);

/** Layout: four offsets; at the first the weights (primary, script, diacritic, case of each unit), at the last the sorts. */
function parse(file) {
  const keys = file.readUInt32LE(0);
  const sorts = file.readUInt32LE(12);
  const version = file.readUInt32LE(sorts);
  const sortIds = file.readUInt32LE(sorts + 4);
  const defaultSort = file.subarray(sorts + 8, sorts + 24).toString('hex');
  if (defaultSort !== '01000000ee575c1e00b4d0000bb1e11e') throw new Error('the first sort is not the default one');
  const expansionsAt = sorts + 8 + sortIds * 36;
  const expansionCount = file.readUInt32LE(expansionsAt);
  const planes = [1, 0, 2, 3].map((byte) => {
    const plane = new Uint8Array(UNITS);
    for (let unit = 0; unit < UNITS; unit++) plane[unit] = file[keys + unit * 4 + byte];
    return plane;
  });
  const expansions = file.subarray(expansionsAt + 4, expansionsAt + 4 + expansionCount * 4);
  return { version, planes, expansions };
}

/** Differences of neighbours: runs of equal and of ascending weights become runs of one byte. */
function differences(bytes) {
  return bytes.map((byte, i) => (byte - (i === 0 ? 0 : bytes[i - 1])) & 0xff);
}

function varint(out, value) {
  let rest = value;
  for (; rest > 0x7f; rest >>>= 7) out.push((rest & 0x7f) | 0x80);
  out.push(rest);
}

const MATCH_LEAST = 4;
const CHAIN_MOST = 400;

/** Literals and repetitions in turn: count of literals, literals, length of the repetition (0 at the end), distance. */
function pack(bytes) {
  const out = [];
  const heads = new Map();
  const previous = new Int32Array(bytes.length).fill(-1);
  const hash = (at) => (bytes[at] << 24) | (bytes[at + 1] << 16) | (bytes[at + 2] << 8) | bytes[at + 3];
  const insert = (at) => {
    if (at + MATCH_LEAST > bytes.length) return;
    previous[at] = heads.get(hash(at)) ?? -1;
    heads.set(hash(at), at);
  };
  let literals = 0;
  let at = 0;
  while (at < bytes.length) {
    let best = 0;
    let from = 0;
    let tries = CHAIN_MOST;
    for (
      let c = at + MATCH_LEAST <= bytes.length ? (heads.get(hash(at)) ?? -1) : -1;
      c >= 0 && tries-- > 0;
      c = previous[c]
    ) {
      let length = 0;
      while (at + length < bytes.length && bytes[c + length] === bytes[at + length]) length++;
      if (length > best) [best, from] = [length, c];
    }
    if (best < MATCH_LEAST) {
      insert(at++);
      continue;
    }
    varint(out, at - literals);
    for (; literals < at; literals++) out.push(bytes[literals]);
    varint(out, best);
    varint(out, at - from);
    for (const end = at + best; at < end; at++) insert(at);
    literals = at;
  }
  varint(out, at - literals);
  for (; literals < at; literals++) out.push(bytes[literals]);
  varint(out, 0);
  return Buffer.from(out);
}

const LINE = 110;

const file = readFileSync(process.argv[2]);
const { version, planes, expansions } = parse(file);
const packed = pack(Buffer.concat([...planes, expansions].map(differences)));
const lines = packed.toString('base64').match(new RegExp(`.{1,${LINE}}`, 'g'));
const sha = createHash('sha256')
  .update(Buffer.concat([...planes, expansions]))
  .digest('hex');
writeFileSync(
  TARGET,
  `// Made by scripts/generate-sort-weights.mjs; not to be edited. The default sort of the Windows Sorting Weight Table,
// NLS version ${(version >>> 16).toString(16)}.${((version >>> 8) & 0xff).toString(16)}.${(version & 0xff).toString(16)}, as Microsoft publishes it with [MS-UCODEREF] 3.1.5.2.3.1; unpacked by sort-weights.ts.
// SHA-256 unpacked: ${sha}

/** NLS version of the table. */
export const SORT_WEIGHTS_VERSION = 0x${version.toString(16).padStart(8, '0')};
/** Pairs that characters expand into. */
export const SORT_EXPANSION_COUNT: number = ${expansions.length / 4};
/** The packed table in base64. */
export const SORT_WEIGHTS_PACKED: string = [
${lines.map((line) => `  '${line}',`).join('\n')}
].join('');
`,
);
console.log(`version ${version.toString(16)}, ${packed.length} bytes packed, ${lines.length} lines`);
