// Flush maps: every page of a clean database carries the type its map says.
import { readdirSync, readFileSync, existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { u32 } from '../../../src/binary/little-endian.ts';
import { readDbHeader } from '../../../src/ese/header/read-db-header.ts';
import { BufferSource } from '../../../src/ese/io/buffer-source.ts';
import { FlushMap, FlushType, PAGES_PER_MAP_PAGE } from '../../../src/ese/log/flush-map.ts';
import { sealPage } from '../../../src/ese/page/checksum-page.ts';
import { xorChecksum } from '../../../src/ese/page/checksum-xor.ts';
import { corpus, describeCorpus } from '../../corpus.ts';

const SIZE = 8192;

/** A map of two data pages: pgno 1 is 1, 2 is 2, 3 is 3, 4 is 1; the first page of the second is 2. */
function map(): Uint8Array {
  const bytes = new Uint8Array(3 * SIZE);
  bytes[667] = 7;
  bytes[36] = 1;
  new DataView(bytes.buffer).setUint32(0, xorChecksum(bytes, 0, SIZE), true);
  bytes[SIZE + 64] = 0b00_01_10_11;
  bytes[SIZE + 65] = 0b01_00_00_00;
  bytes[SIZE + 8] = 99;
  sealPage(bytes, SIZE, SIZE, 0);
  bytes[2 * SIZE + 64] = 0b10_00_00_00;
  bytes[2 * SIZE + 16] = 1;
  sealPage(bytes, 2 * SIZE, SIZE, 1);
  return bytes;
}
const open = (bytes: Uint8Array): FlushMap => new FlushMap(new BufferSource(bytes));

describe('a flush map', () => {
  it('gives two bits for each page', () => {
    const found = open(map());
    expect(found.clean).toBe(true);
    expect([0, 1, 2, 3, 4, 5].map((pgno) => found.flushType(pgno))).toEqual([0, 1, 2, 3, 1, 0]);
    expect(found.flushType(PAGES_PER_MAP_PAGE)).toBe(FlushType.Paper);
    expect(found.flushType(3 * PAGES_PER_MAP_PAGE)).toBe(FlushType.Unknown);
    expect(found.pages).toEqual([
      { state: 'good', dbtimeMax: 99n },
      { state: 'good', dbtimeMax: 0n },
    ]);
  });

  it('knows nothing of pages whose part is damaged, empty or cut off', () => {
    const bytes = map();
    bytes[SIZE + 4000] = 1;
    bytes[SIZE + 4001] = 1;
    bytes.fill(0, 2 * SIZE);
    const found = open(bytes);
    expect(found.pages.map(({ state }) => state)).toEqual(['bad', 'empty']);
    expect(found.flushType(1)).toBe(FlushType.Unknown);
    expect(open(map().slice(0, 2 * SIZE)).flushType(PAGES_PER_MAP_PAGE)).toBe(FlushType.Unknown);
    for (const size of [0, 100, SIZE]) expect(open(map().slice(0, size)).flushType(1)).toBe(FlushType.Unknown);
    bytes[40] = 1;
    expect(open(bytes)).toMatchObject({ headerSound: false, clean: false });
  });
});

describeCorpus('maps of the corpus', () => {
  it('agree with every page after a recovery', () => {
    let pages = 0;
    for (const name of readdirSync(corpus('engine-made/crash'))) {
      const folder = corpus(`engine-made/crash/${name}/after`);
      if (!existsSync(`${folder}/test.jfm`)) continue;
      const database = new Uint8Array(readFileSync(`${folder}/test.edb`));
      const { header, format } = readDbHeader(new BufferSource(database));
      const found = open(new Uint8Array(readFileSync(`${folder}/test.jfm`)));
      expect(found.describes(header)).toBe(true);
      expect(found.describes({ ...header, signDbHdrFlush: header.signDb, signFlushMapHdrFlush: header.signDb })).toBe(
        false,
      );
      expect(found.clean).toBe(true);
      for (let pgno = 1; (pgno + 2) * format.pageSize <= database.length; pgno++) {
        const onPage = (u32(database, (pgno + 1) * format.pageSize + 36) >>> 15) & 3;
        const inMap = found.flushType(pgno);
        if (inMap === FlushType.Unknown) continue;
        expect([name, pgno, inMap]).toEqual([name, pgno, onPage]);
        pages++;
      }
    }
    expect(pages).toBeGreaterThan(1000);
  });
});
