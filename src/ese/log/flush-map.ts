// The flush map (.jfm): two bits for each database page say which of its last writes must be on disk; another value on
// the page means that a write was lost (format 11; flushmap.cxx).
import { i32, i64 } from '../../binary/little-endian.ts';
import type { DbHeader } from '../header/db-header.ts';
import { sameSignature, type Signature } from '../header/signature.ts';
import type { ByteSource } from '../io/byte-source.ts';
import { headerChecksumMatches, verifyPage } from '../page/checksum-page.ts';
import { FLUSH_MAP_CLEAN, FLUSH_MAP_PAGE_SIZE, parseFlushMapHeader, type FlushMapHeader } from './flush-map-header.ts';

/** Kinds of a page's last write. They take turns 1, 2, 3, 1...; 0: not known, fits all. */
export const FlushType = { Unknown: 0, Rock: 1, Paper: 2, Scissors: 3 } as const;

/** Bytes at the start of a data page of the map that hold no states. */
const DATA_HEADER_SIZE = 64;
/** Database pages that one page of the map describes. */
export const PAGES_PER_MAP_PAGE: number = (FLUSH_MAP_PAGE_SIZE - DATA_HEADER_SIZE) * 4;
const FILE_TYPE_FLUSH_MAP = 7;

/** What a page of the map is worth. */
export type MapPageState = 'good' | 'empty' | 'bad';

/** A page of the map. */
export interface MapPage {
  readonly state: MapPageState;
  /** Highest dbtime of the pages it describes. */
  readonly dbtimeMax: bigint;
}

/** A flush map in memory. Damage is told, not thrown. */
export class FlushMap {
  readonly header: FlushMapHeader;
  /** The header's checksum and type are right. */
  readonly headerSound: boolean;
  readonly pages: readonly MapPage[];
  readonly #data: Uint8Array;

  /**
   * Reads the map. `pagesMost`: pages of the database, if known; the map is not read beyond them.
   * @throws JetError JET_errDiskIO when the source cannot be read.
   */
  constructor(source: ByteSource, pagesMost: number = Infinity) {
    const header = new Uint8Array(FLUSH_MAP_PAGE_SIZE);
    const got = source.read(0, header);
    this.header = parseFlushMapHeader(header);
    this.headerSound =
      got === FLUSH_MAP_PAGE_SIZE &&
      headerChecksumMatches(header, 0, FLUSH_MAP_PAGE_SIZE) &&
      this.header.filetype === FILE_TYPE_FLUSH_MAP;
    const inFile = Math.max(0, Math.floor(source.size / FLUSH_MAP_PAGE_SIZE) - 1);
    const count = Math.min(inFile, Math.floor(pagesMost / PAGES_PER_MAP_PAGE) + 1);
    this.#data = new Uint8Array(count * FLUSH_MAP_PAGE_SIZE);
    source.read(FLUSH_MAP_PAGE_SIZE, this.#data);
    this.pages = Array.from({ length: count }, (_, fmpgno) => this.#judge(fmpgno));
  }

  /** It was closed properly, so that every state in it is exact. */
  get clean(): boolean {
    return this.headerSound && (this.header.fFlags & FLUSH_MAP_CLEAN) !== 0;
  }

  /** True when map and database belong together, by at least one of the two marks they leave in each other. */
  describes(database: Pick<DbHeader, 'signDbHdrFlush' | 'signFlushMapHdrFlush'>): boolean {
    const { signDbHdrFlush, signFlushMapHdrFlush } = this.header;
    return (
      this.headerSound &&
      (isSame(database.signDbHdrFlush, signDbHdrFlush) || isSame(database.signFlushMapHdrFlush, signFlushMapHdrFlush))
    );
  }

  /** A FlushType for a database page; Unknown beyond the map and where the map is damaged. */
  flushType(pgno: number): number {
    const fmpgno = Math.floor(pgno / PAGES_PER_MAP_PAGE);
    if (this.pages[fmpgno]?.state !== 'good') return FlushType.Unknown;
    const index = pgno % PAGES_PER_MAP_PAGE;
    const byte = this.#data[fmpgno * FLUSH_MAP_PAGE_SIZE + DATA_HEADER_SIZE + (index >> 2)]!;
    // The first page of a byte has its highest bits.
    return (byte >> (6 - 2 * (index & 3))) & 3;
  }

  #judge(fmpgno: number): MapPage {
    const at = fmpgno * FLUSH_MAP_PAGE_SIZE;
    const verdict = verifyPage(this.#data, at, FLUSH_MAP_PAGE_SIZE, fmpgno);
    if (verdict === 'uninitialized') return { state: 'empty', dbtimeMax: 0n };
    const sound = verdict === 'good' && i32(this.#data, at + 16) === fmpgno;
    return { state: sound ? 'good' : 'bad', dbtimeMax: i64(this.#data, at + 8) };
  }
}

/** Equal, and set at all. */
function isSame(a: Signature, b: Signature): boolean {
  return !(a.random === 0 && a.create.isZero) && sameSignature(a, b);
}
