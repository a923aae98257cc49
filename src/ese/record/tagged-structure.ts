// Are a record's tagged columns put together as the engine does it? Ids, offsets, header bytes, lists of values
// (format 6.2; TAGFIELDS::FValidate in tagfld.cxx).
import { u16 } from '../../binary/little-endian.ts';
import { FID_TAGGED_LEAST } from '../catalog/column-def.ts';
import type { PageFormat } from '../page/page-format.ts';
import type { RecordView } from './record-view.ts';

const ENTRY_SIZE = 4;
const HEADER_SIZE = 1;
/** Most bytes of a value that is not long. */
const SHORT_VALUE_MOST = 255;
const Bit = { Derived: 0x8000, ExtendedInfo: 0x4000, Null: 0x2000 } as const;
const Header = { LongValue: 1, Separated: 4, MultiValues: 8, TwoValues: 0x10, Null: 0x20, Unused: 0x80 } as const;
const SEPARATED_INSTANCE = 0x8000;

/** What is wrong with the tagged columns of a record in the sorted form; undefined when nothing is. */
export function taggedProblem(record: RecordView, format: PageFormat): string | undefined {
  const { bytes, taggedStart, recordEnd } = record;
  const size = recordEnd - taggedStart;
  if (size === 0) return undefined;
  const first = size < ENTRY_SIZE ? 0 : u16(bytes, taggedStart + 2) & format.taggedOffsetMask;
  if (first < ENTRY_SIZE || first > size || first % ENTRY_SIZE !== 0)
    return 'has a list of tagged columns that does not end where its values begin';
  let fidBefore = 0;
  let derivedBefore = true;
  for (let entry = 0; entry < first; entry += ENTRY_SIZE) {
    const fid = u16(bytes, taggedStart + entry);
    const bits = u16(bytes, taggedStart + entry + 2);
    const derived = (bits & Bit.Derived) !== 0;
    const ib = bits & format.taggedOffsetMask;
    const next =
      entry + ENTRY_SIZE < first ? u16(bytes, taggedStart + entry + ENTRY_SIZE + 2) & format.taggedOffsetMask : size;
    if (fid < FID_TAGGED_LEAST) return `has tagged column ${fid}, whose id is none of a tagged column`;
    if (derived === derivedBefore ? fid <= fidBefore : derived) return `has tagged column ${fid} out of order`;
    if (ib < first || ib > next || next > size)
      return `has tagged column ${fid} overlapping the next or outside the record`;
    const problem = valueProblem(bytes, taggedStart + ib, taggedStart + next, bits, format);
    if (problem !== undefined) return `has tagged column ${fid} ${problem}`;
    fidBefore = fid;
    derivedBefore = derived;
  }
  return undefined;
}

/** What is wrong with the bytes of one column. */
function valueProblem(
  bytes: Uint8Array,
  start: number,
  end: number,
  bits: number,
  format: PageFormat,
): string | undefined {
  const small = !format.taggedHeaderAlways;
  if (small && (bits & Bit.Null) !== 0) {
    if ((bits & Bit.ExtendedInfo) !== 0) return 'marked both NULL and more than a value';
    return start === end ? undefined : 'marked NULL but with a value';
  }
  if (small && (bits & Bit.ExtendedInfo) === 0)
    return end - start <= SHORT_VALUE_MOST ? undefined : 'too long for a value of its kind';
  if (start === end) return 'without its header byte';
  const header = bytes[start]!;
  if ((header & Header.Null) !== 0 && !small)
    return end - start === HEADER_SIZE ? undefined : 'marked NULL but with a value';
  return headerProblem(header, small) ?? listProblem(bytes, start + HEADER_SIZE, end, header);
}

function headerProblem(header: number, small: boolean): string | undefined {
  const has = (bit: number): boolean => (header & bit) !== 0;
  if (has(Header.Unused)) return 'with marks in its header byte that do not exist';
  if (small && !has(Header.LongValue) && !has(Header.MultiValues)) return 'with a header byte that it has no use for';
  if (has(Header.TwoValues) && (!has(Header.MultiValues) || has(Header.LongValue) || has(Header.Separated)))
    return 'with marks in its header byte that exclude each other';
  if (has(Header.Separated) && (has(Header.MultiValues) || !has(Header.LongValue)))
    return 'marked as a reference, which it cannot be';
  return undefined;
}

/** Several values: do they lie one after the other? A reference: is it as long as one? */
function listProblem(bytes: Uint8Array, start: number, end: number, header: number): string | undefined {
  const size = end - start;
  if ((header & Header.TwoValues) !== 0) {
    const sound = size >= 1 && bytes[start]! <= size - 1 && size - 1 - bytes[start]! <= SHORT_VALUE_MOST;
    return sound ? undefined : 'with two values that do not fit';
  }
  if ((header & Header.MultiValues) === 0)
    return (header & Header.Separated) === 0 || isLidSize(size) ? undefined : `with a long-value id of ${size} bytes`;
  const first = size < 4 ? 0 : u16(bytes, start) & ~SEPARATED_INSTANCE;
  if (first < 4 || first > size || first % 2 !== 0) return 'with a list of values that does not end where they begin';
  for (let at = 0; at < first; at += 2) {
    const word = u16(bytes, start + at);
    const from = word & ~SEPARATED_INSTANCE;
    const to = at + 2 < first ? u16(bytes, start + at + 2) & ~SEPARATED_INSTANCE : size;
    if (from > to || to > size) return 'with values that overlap or lie outside';
    const separated = (word & SEPARATED_INSTANCE) !== 0;
    if ((header & Header.LongValue) === 0 && (separated || to - from > SHORT_VALUE_MOST))
      return 'with values too long for their kind';
    if (separated && !isLidSize(to - from)) return `with a long-value id of ${to - from} bytes`;
  }
  return undefined;
}

const isLidSize = (size: number): boolean => size === 4 || size === 8;
