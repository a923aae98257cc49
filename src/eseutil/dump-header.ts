// The report of `eseutil /mh`: the copies of the database header, and what is wrong with them (dbdump.cxx).
import { u32 } from '../binary/little-endian.ts';
import { headerPageSize, parseDbHeader } from '../ese/header/db-header.ts';
import type { FoundHeader, HeaderCopy } from '../ese/header/read-db-header.ts';
import type { ByteSource } from '../ese/io/byte-source.ts';
import { headerFieldLines } from './header-field-lines.ts';

/** The report on a header. */
export interface HeaderReport {
  readonly lines: readonly string[];
  /** False when neither copy of the header is sound: the engine would refuse the database. */
  readonly usable: boolean;
}

interface RawCopy extends HeaderCopy {
  readonly bytes: Uint8Array;
}

function rawCopy(source: ByteSource, pageSize: number, index: 0 | 1, copy: HeaderCopy): RawCopy {
  const bytes = new Uint8Array(pageSize);
  source.read(index * pageSize, bytes);
  return { ...copy, bytes };
}

function copyLines(title: string, copy: RawCopy, source: ByteSource): string[] {
  return [
    '',
    `${title}:`,
    'Checksum Information:',
    `Expected Checksum: 0x${copy.expectedChecksum.toString(16).padStart(8, '0')}`,
    `  Actual Checksum: 0x${copy.actualChecksum.toString(16).padStart(8, '0')}`,
    '',
    ...headerFieldLines(parseDbHeader(copy.bytes), source),
  ];
}

const isSound = (copy: HeaderCopy): boolean => copy.state === 'good' || copy.state === 'differs';

function warnings(primary: RawCopy, shadow: RawCopy): string[] {
  const lines: string[] = [];
  const warn = (when: boolean, what: string): void => {
    if (when) lines.push(`WARNING: ${what}`);
  };
  const identical = primary.bytes.every((byte, i) => byte === shadow.bytes[i]);
  warn(!identical, 'primary header and shadow header are not identical.');
  for (const [name, copy] of [
    ['primary', primary],
    ['shadow', shadow],
  ] as const) {
    warn(copy.state === 'missing', `${name} header is missing: the file ends before it.`);
    warn(copy.expectedChecksum !== copy.actualChecksum, `${name} header has a checksum error.`);
    warn(copy.state !== 'missing' && copy.actualChecksum === 0, `${name} header has a zeroed checksum.`);
  }
  if (headerPageSize({ cbPageSize: u32(primary.bytes, 236) }) === 2048 && isSound(primary))
    lines.push(
      'WARNING: pages of 2 KB: no engine since Windows 8 opens such a database, and no more than its header is read.',
    );
  return lines;
}

/**
 * The report on the header of a database: the primary copy, or the shadow when only that is sound; both when `verbose`
 * or when neither is.
 */
export function dumpHeader(source: ByteSource, found: FoundHeader, verbose = false): HeaderReport {
  const { pageSize } = found.format;
  const primary = rawCopy(source, pageSize, 0, found.primary);
  const shadow = rawCopy(source, pageSize, 1, found.shadow);
  const usable = isSound(primary) || isSound(shadow);
  const lines: string[] = [];
  if (verbose || !usable || isSound(primary)) lines.push(...copyLines('DATABASE HEADER', primary, source));
  if (verbose || !isSound(primary)) lines.push(...copyLines('DATABASE SHADOW HEADER', shadow, source));
  return { lines: [...lines, '', ...warnings(primary, shadow)], usable };
}
