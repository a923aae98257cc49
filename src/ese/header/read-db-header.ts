// Finding the database header: two copies, page size unknown until one of them proves right (format 1.2).
import { JetError } from '../../errors/jet-error.ts';
import { u32 } from '../../binary/little-endian.ts';
import type { ByteSource } from '../io/byte-source.ts';
import { xorChecksum } from '../page/checksum-xor.ts';
import { pageFormat, PAGE_SIZES, type PageFormat } from '../page/page-format.ts';
import { DB_FLAG_SHADOWING_DISABLED, DB_MAGIC, headerPageSize, parseDbHeader, type DbHeader } from './db-header.ts';

/** One of the two copies of the header. */
export interface HeaderCopy {
  /** `good`; `bad-checksum`; `differs` (sound, but not what the other copy says); `missing` (beyond the end). */
  readonly state: 'good' | 'bad-checksum' | 'differs' | 'missing';
  readonly expectedChecksum: number;
  readonly actualChecksum: number;
}

/** The database header as found in a file. */
export interface FoundHeader {
  readonly header: DbHeader;
  readonly format: PageFormat;
  /** The whole header page that was used. */
  readonly bytes: Uint8Array;
  /** Which copy `header` is from. `none` sound: the fields are those of a damaged copy and may be wrong. */
  readonly used: 'primary' | 'shadow' | 'none';
  readonly primary: HeaderCopy;
  readonly shadow: HeaderCopy;
}

interface Candidate {
  readonly format: PageFormat;
  readonly bytes: Uint8Array;
  readonly copy: HeaderCopy;
}

const MISSING: HeaderCopy = { state: 'missing', expectedChecksum: 0, actualChecksum: 0 };

function readCopy(source: ByteSource, format: PageFormat, index: 0 | 1): Candidate {
  const bytes = new Uint8Array(format.pageSize);
  if (source.read(index * format.pageSize, bytes) < format.pageSize) return { format, bytes, copy: MISSING };
  const expectedChecksum = u32(bytes, 0);
  const actualChecksum = xorChecksum(bytes, 0, format.pageSize);
  const sound = expectedChecksum === actualChecksum && u32(bytes, 4) === DB_MAGIC;
  return { format, bytes, copy: { state: sound ? 'good' : 'bad-checksum', expectedChecksum, actualChecksum } };
}

const namesItsSize = (c: Candidate): boolean => headerPageSize({ cbPageSize: u32(c.bytes, 236) }) === c.format.pageSize;

const sameBytes = (a: Uint8Array, b: Uint8Array): boolean => a.every((byte, i) => byte === b[i]);

function found(used: FoundHeader['used'], from: Candidate, primary: HeaderCopy, shadow: HeaderCopy): FoundHeader {
  return { header: parseDbHeader(from.bytes), format: from.format, bytes: from.bytes, used, primary, shadow };
}

/** Judges both copies, once a page size has proved right for one of them. */
function judge(primary: Candidate, shadow: Candidate): FoundHeader {
  if (primary.copy.state !== 'good') return found('shadow', shadow, primary.copy, shadow.copy);
  const shadowing = (u32(primary.bytes, 208) & DB_FLAG_SHADOWING_DISABLED) === 0;
  const differs = shadow.copy.state === 'good' && !sameBytes(primary.bytes, shadow.bytes);
  const shadowCopy = differs && shadowing ? { ...shadow.copy, state: 'differs' as const } : shadow.copy;
  return found('primary', primary, primary.copy, shadowCopy);
}

/** A header whose copies are both damaged, but which still names itself and a possible page size. */
function damagedHeader(source: ByteSource): FoundHeader | undefined {
  for (const index of [0, 1] as const) {
    for (const size of PAGE_SIZES) {
      const format = pageFormat(size)!;
      const candidate = readCopy(source, format, index);
      if (candidate.copy.state !== 'missing' && u32(candidate.bytes, 4) === DB_MAGIC && namesItsSize(candidate)) {
        const primary = index === 0 ? candidate.copy : readCopy(source, format, 0).copy;
        const shadow = index === 1 ? candidate.copy : readCopy(source, format, 1).copy;
        return found('none', candidate, primary, shadow);
      }
    }
  }
  return undefined;
}

/**
 * Reads the header of a database: the primary copy when sound, else the shadow, else (marked `used: 'none'`) a damaged
 * copy that still tells its page size.
 * @throws JetError JET_errFileInvalidType when nothing in the file looks like a database header.
 */
export function readDbHeader(source: ByteSource): FoundHeader {
  for (const size of PAGE_SIZES) {
    const format = pageFormat(size)!;
    const primary = readCopy(source, format, 0);
    const shadow = readCopy(source, format, 1);
    const proved = [primary, shadow].some((c) => c.copy.state === 'good' && namesItsSize(c));
    if (proved) return judge(primary, shadow);
  }
  const damaged = damagedHeader(source);
  if (damaged !== undefined) return damaged;
  const what = source.size === 0 ? 'the file is empty' : 'this is not an ESE database: neither header copy is one';
  throw new JetError('JET_errFileInvalidType', `${source.name}: ${what}`, { file: source.name });
}
