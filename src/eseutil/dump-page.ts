// One page as text for people: header, checksum, tags and lines (the engine's own page dump is less readable).
import type { LineDescription } from './describe-line.ts';
import type { PageChecksum, PageDescription, PageHeader, RootSpace } from './describe-page.ts';
import { plainText } from './plain-text.ts';
import type { PlainValue } from './record-columns.ts';

/** How much of long texts is shown. */
export interface PageTextOptions {
  /** Keys, data and values in full instead of their beginning. */
  readonly full?: boolean;
}

const BYTES_SHOWN = 32;
const TEXT_SHOWN = 72;

const VERDICTS: Readonly<Record<PageChecksum['verdict'], string>> = {
  good: 'good',
  none: 'none: pages of temporary databases carry no checksum',
  uninitialized: 'none: the page was never written, every byte is zero',
  correctable: 'WRONG by one bit, corrected in what follows',
  'wrong-page-number': "WRONG: the contents are sound but another page's",
  bad: 'WRONG: the page is damaged, and what follows may be nonsense',
};

const FLAG_LETTERS: readonly (readonly [string, string])[] = [
  ['version', 'v'],
  ['deleted', 'd'],
  ['compressed', 'c'],
];

const hex = (value: number, digits = 0): string => `0x${value.toString(16).padStart(digits, '0')}`;
const withHex = (value: number): string => `${value} (${hex(value)})`;

function letters(flags: readonly string[]): string {
  return FLAG_LETTERS.map(([name, letter]) => (flags.includes(name) ? letter : '-')).join('');
}

/** Hexadecimal text, cut to its first bytes. */
function hexText(text: string, full: boolean): string {
  const bytes = text.length / 2;
  return full || bytes <= BYTES_SHOWN ? text : `${text.slice(0, BYTES_SHOWN * 2)}... (${bytes} bytes)`;
}

function valueText(value: PlainValue, full: boolean): string {
  if (value === null) return 'NULL';
  const text = plainText(String(value));
  return full || text.length <= TEXT_SHOWN ? text : `${text.slice(0, TEXT_SHOWN)}... (${text.length} characters)`;
}

function* fields(entries: readonly (readonly [string, string | undefined])[], indent: string): Generator<string> {
  const shown = entries.filter((entry): entry is readonly [string, string] => entry[1] !== undefined);
  const width = Math.max(0, ...shown.map(([name]) => name.length));
  for (const [name, value] of shown) yield `${indent}${name.padEnd(width)}  ${value}`;
}

function checksumText(checksum: PageChecksum): string {
  const kind = checksum.format === 'ecc' ? 'ECC' : 'XOR, legacy';
  const bits = checksum.corrected.length === 0 ? '' : ` (bit ${checksum.corrected.join(', ')} of the page)`;
  const whose = checksum.pgnoActual === undefined ? '' : ` (those of page ${checksum.pgnoActual})`;
  const sums = (list: readonly string[]): string => list.map((sum) => `0x${sum}`).join(' ');
  if (checksum.verdict === 'good') return `good (${kind}): ${sums(checksum.stored)}`;
  if (checksum.verdict === 'none' || checksum.verdict === 'uninitialized') return VERDICTS[checksum.verdict];
  const found = `stored ${sums(checksum.stored)}, computed ${sums(checksum.computed)}`;
  return `${VERDICTS[checksum.verdict]}${bits}${whose}; ${kind}: ${found}`;
}

function headerEntries(header: PageHeader): [string, string | undefined][] {
  const flags = [...header.flags, `flush type ${header.flushType}`].join(', ');
  return [
    ['dbtimeDirtied', `${header.dbtimeDirtied} (0x${BigInt(header.dbtimeDirtied).toString(16)})`],
    ['pgnoPrev', withHex(header.pgnoPrev)],
    ['pgnoNext', withHex(header.pgnoNext)],
    ['objidFDP', withHex(header.objidFDP)],
    ['cbFree', withHex(header.cbFree)],
    ['cbUncommittedFree', withHex(header.cbUncommittedFree)],
    ['ibMicFree', withHex(header.ibMicFree)],
    ['itagMicFree', `${header.itagMicFree}, reserved ${header.ctagReserved}`],
    ['fFlags', `${hex(header.fFlags)}: ${flags}`],
    ['pgno', header.pgno === undefined ? undefined : withHex(header.pgno)],
  ];
}

function spaceText(space: RootSpace): string {
  const unique = space.nonUnique ? 'non-unique' : 'unique';
  const extent = `${space.version2 ? 'last allocation' : 'primary extent'} ${space.cpgPrimary} pages`;
  const trees = space.multipleExtent
    ? `owned extents at page ${space.pgnoOE}, available extents at page ${space.pgnoAE}`
    : `single extent, available pages ${hex(space.availBitmap ?? 0, 8)}`;
  const autoInc = space.autoInc === undefined ? '' : `, auto-increment ${space.autoInc}`;
  return `parent ${space.pgnoParent}, ${extent}, ${trees}, ${unique}${autoInc}`;
}

function* pageHead(page: PageDescription): Generator<string> {
  yield `Page ${page.pgno}, at byte ${hex(page.offset)} of the file`;
  const buffers = page.splitBuffers?.map((extent) => `${extent.first}-${extent.last}`).join(', ');
  yield* fields(
    [
      ['belongs to', page.owner === undefined ? undefined : plainText(page.owner)],
      ['checksum', checksumText(page.checksum)],
      ...(page.header === undefined ? [] : headerEntries(page.header)),
      ['space', page.space === undefined ? undefined : spaceText(page.space)],
      ['split buffers', buffers === '' ? 'none' : buffers],
      ...page.problems.map((problem): [string, string] => ['PROBLEM', problem]),
    ],
    '  ',
  );
}

function contentText(line: LineDescription): string | undefined {
  if (line.child !== undefined) return `page ${line.child}`;
  if (line.extent !== undefined) {
    const { first, last, pages, pool } = line.extent;
    const pools = ['', ', continuous pool', ', shelved'];
    return `pages ${first}-${last} (${pages}${pools[pool] ?? `, pool ${pool}`})`;
  }
  const { longValue } = line;
  if (longValue === undefined) return undefined;
  if (longValue.offset !== undefined) return `long value ${longValue.lid}, from byte ${longValue.offset} on`;
  if (longValue.size === undefined) return `long value ${longValue.lid}`;
  const encrypted = longValue.encrypted === true ? ', encrypted' : '';
  const references = longValue.refCount === 1 ? '1 reference' : `${longValue.refCount} references`;
  return `long value ${longValue.lid}: ${longValue.size} bytes, ${references}${encrypted}`;
}

function* lineDetails(line: LineDescription, full: boolean): Generator<string> {
  const hasContent = line.child !== undefined || line.extent !== undefined || line.columns !== undefined;
  const columns = Object.entries(line.columns ?? {}).map(([name, value]): [string, string] => {
    const values = Array.isArray(value) ? (value as readonly PlainValue[]) : [value as PlainValue];
    return [plainText(name), values.map((one) => valueText(one, full)).join(' | ')];
  });
  const key = line.key === undefined || line.key === '' ? undefined : hexText(line.key, full);
  yield* fields(
    [
      ['PROBLEM', line.problem],
      ['key', key],
      ['  is', line.keyText === undefined ? undefined : valueText(line.keyText, full)],
      ['data', line.data === undefined || line.data === '' || hasContent ? undefined : hexText(line.data, full)],
    ],
    '        ',
  );
  yield* fields(columns, '          ');
}

/** The page as lines of text. */
export function* dumpPage(page: PageDescription, options: PageTextOptions = {}): Generator<string> {
  yield* pageHead(page);
  if (page.header === undefined) return;
  const tagZero = page.tags[0];
  if (tagZero !== undefined) {
    yield '';
    const bytes = page.externalHeader === '' ? 'empty' : hexText(page.externalHeader ?? '', options.full ?? false);
    yield `Tag 0 (external header), ${tagZero.cb} bytes at ${hex(tagZero.start, 4)}: ${bytes}`;
  }
  yield '';
  if (page.lines.length === 0) {
    yield 'No lines.';
    return;
  }
  yield ' line   tag      at   bytes  flags  prefix  suffix   data  contents';
  for (const line of page.lines) {
    const cell = (value: number | undefined, width: number): string => String(value ?? '').padStart(width);
    const place = `${cell(line.line, 5)} ${cell(line.itag, 5)}  ${hex(line.start, 4)} ${cell(line.end - line.start, 7)}`;
    const sizes = `${cell(line.prefixLength, 6)}  ${cell(line.suffixLength, 6)} ${cell(line.dataLength, 6)}`;
    yield `${place}    ${letters(line.flags)}  ${sizes}  ${contentText(line) ?? ''}`.trimEnd();
    yield* lineDetails(line, options.full ?? false);
  }
}
