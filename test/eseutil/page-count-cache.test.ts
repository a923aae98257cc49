// The engine's cache of page counts by tree: what it says is untrue of new trees, so whoever writes them empties it.
import { expect, it } from 'vitest';
import { toHex } from '../../src/binary/hex.ts';
import { Database } from '../../src/ese/database.ts';
import { BufferSource } from '../../src/ese/io/buffer-source.ts';
import { scanTable } from '../../src/ese/table-scan.ts';
import { checkDatabase } from '../../src/eseutil/check.ts';
import { defragment } from '../../src/eseutil/defrag.ts';
import { buildDatabase, messageTable } from '../fixtures/built-database.ts';
import { CrashDisk } from '../fault/crash-disk.ts';
import { environment, PATH, repairBytes } from './repair/repair-in-memory.ts';

const CACHE = 'MSysExtentPageCountCache';

/** A database whose cache tells of three trees. */
function withCache(): Uint8Array {
  const spec = {
    name: CACHE,
    columns: [
      { name: 'ObjidFDP', type: 'Long', notNull: true },
      { name: 'PgnoFDP', type: 'Long' },
      { name: 'CpgOE', type: 'Long' },
      { name: 'CpgAE', type: 'Long' },
    ] as const,
    indexes: [{ name: 'KeyPrimary', key: ['ObjidFDP'], primary: true }],
  };
  const rows = [2, 6, 7].map((objid) => ({ ObjidFDP: objid, PgnoFDP: 40 + objid, CpgOE: 16, CpgAE: 3 }));
  return buildDatabase([{ spec, rows }, messageTable(40)], { revision: 290, pageSize: 4096 });
}

function content(bytes: Uint8Array): { cache: number; messages: string[]; wrong: string[]; unmarked: number } {
  const db = new Database(new BufferSource(bytes));
  const wrong: string[] = [];
  checkDatabase(db, { onFinding: ({ message }) => wrong.push(message) });
  const messages: string[] = [];
  for (const { node } of scanTable(db, db.table('Msg')!)) messages.push(toHex(node.data()));
  let unmarked = 0;
  for (let pgno = 1; pgno <= db.pages.pgnoLast; pgno++) {
    const at = (pgno + 1) * 4096;
    if (bytes.subarray(at, at + 40).some((byte) => byte !== 0) && bytes[at + 35]! >> 4 !== 1) unmarked++;
  }
  return { cache: [...scanTable(db, db.table(CACHE)!)].length, messages, wrong, unmarked };
}

it('a defragmentation and a repair empty the cache, and keep everything else', () => {
  const bytes = withCache();
  const before = content(bytes);
  expect(before).toMatchObject({ cache: 3, wrong: [], unmarked: 0 });
  const disk = new CrashDisk({ [PATH]: bytes });
  defragment(PATH, {}, {}, environment(disk));
  for (const after of [disk.files()[PATH]!, repairBytes(bytes, { force: true }).bytes])
    expect(content(after)).toEqual({ ...before, cache: 0 });
});

it('pages count their reserved tags since revision 270, as the engine writes them', () => {
  expect(content(withCache()).unmarked).toBe(0);
  const older = buildDatabase([messageTable(40)], { revision: 260, pageSize: 4096 });
  expect(older[(4 + 1) * 4096 + 35]! >> 4).toBe(0);
});
