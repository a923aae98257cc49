// Small files that ask for endless time or memory: everything that reads ends soon, and says what is wrong.
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { main } from '../../src/cli/main.ts';
import { JetError } from '../../src/errors/jet-error.ts';
import { Database } from '../../src/ese/database.ts';
import type { Finding } from '../../src/ese/finding.ts';
import type { ByteSource } from '../../src/ese/io/byte-source.ts';
import { BufferSource } from '../../src/ese/io/buffer-source.ts';
import { readTreeSpace } from '../../src/ese/space/tree-space.ts';
import { scanTable } from '../../src/ese/table-scan.ts';
import { checkDatabase } from '../../src/eseutil/check.ts';
import { check } from '../eseutil/damage.ts';
import { tinyDatabase } from '../fixtures/tiny-database.ts';
import {
  circles,
  circularLeaves,
  circularTemplates,
  endlessLongValue,
  fullTaggedArray,
  greedyExtents,
  junkRows,
  lyingPageSize,
  manyIndexes,
  manyWays,
  manyWaysInSpace,
  renamed,
} from './hostile-databases.ts';

/** Counts what is read, so that work can be measured without a clock. */
class CountingSource implements ByteSource {
  readonly name = 'hostile.edb';
  readonly size: number;
  reads = 0;
  readonly #source: BufferSource;
  constructor(bytes: Uint8Array) {
    this.#source = new BufferSource(bytes);
    this.size = bytes.length;
  }
  read(offset: number, target: Uint8Array): number {
    this.reads++;
    return this.#source.read(offset, target);
  }
  close(): void {
    this.#source.close();
  }
}

/** Reads everything there is to read; returns how many rows and index entries that was, and how many reads it took. */
function readAll(bytes: Uint8Array): { rows: number; entries: number; reads: number } {
  const source = new CountingSource(bytes);
  const db = new Database(source);
  let [rows, entries] = [0, 0];
  for (const table of db.tables) {
    for (const { record } of scanTable(db, table)) {
      rows++;
      for (const column of table.columns) record.values(column);
    }
    for (const index of table.indexes.slice(0, 20)) {
      const cursor = db.cursor(table.name, { index: index.name });
      for (let more = cursor.first(); more; more = cursor.next()) entries++;
      for (let more = cursor.last(); more; more = cursor.previous()) entries++;
    }
    readTreeSpace(db.pages, table.tree);
  }
  return { rows, entries, reads: source.reads };
}

const TREES = ['table', 'index', 'longValues'] as const;

const DATABASES: readonly (readonly [string, () => Uint8Array])[] = [
  ...TREES.flatMap((tree) => [
    [`many ways down the ${tree}`, () => manyWays(tree)] as const,
    [`circles in the ${tree}`, () => circles(tree)] as const,
    [`circular leaves of the ${tree}`, () => circularLeaves(tree)] as const,
  ]),
  ['many ways down the extents', manyWaysInSpace],
  ['extents of the whole file', greedyExtents],
  ['a long value of four gigabytes', endlessLongValue],
  ['tables that derive from themselves', circularTemplates],
  ['a thousand indexes at one page', () => manyIndexes(1000, false)],
  ['a thousand indexes of one id', () => manyIndexes(1000, true)],
  ['a catalog of 4,000 rows of nothing', () => junkRows(4000)],
];

describe.each(DATABASES)('%s', (_name, make) => {
  const bytes = make();
  const pages = bytes.length / 4096;

  it('is read to its end', () => {
    const { rows, entries, reads } = readAll(bytes);
    // No page holds more than a thousand nodes here, and no page is worth reading often.
    expect(rows).toBeLessThan(pages * 1000);
    expect(entries).toBeLessThan(pages * 40_000);
    expect(reads).toBeLessThan(pages * 100 + 100_000);
  });

  it('is checked to its end', () => {
    const { result, findings } = check(bytes);
    expect(result.counts.error).toBeGreaterThan(0);
    expect(findings.length).toBeLessThan(20_000);
    expect(result.pages.checked).toBe(result.pages.total);
  });
});

describe('a catalog of 100,000 rows of nothing', () => {
  it('is read and checked to its end', () => {
    const bytes = junkRows(100_000);
    expect(new Database(new BufferSource(bytes)).tables.length).toBeGreaterThan(50_000);
    expect(check(bytes).result.counts.error).toBeGreaterThan(50_000);
  });
});

describe('full of values', () => {
  it('a record of 15,000 tagged values is read and checked', () => {
    const bytes = fullTaggedArray();
    const db = new Database(new BufferSource(bytes));
    const table = db.table('items')!;
    const tags = table.columns.find(({ name }) => name === 'Tags')!;
    const [first] = Array.from(scanTable(db, table), ({ record }) => record.values(tags).length);
    expect(first).toBe(15_000);
    expect(
      check(bytes).findings.some(({ rule, message }) => rule === 'record.structure' && message.includes('Tags')),
    ).toBe(true);
  });
});

describe('lying headers', () => {
  it.each([2048, 8192, 16384, 32768, 0, 1, 0xffffffff])('a page size of %i', (size) => {
    let db: Database;
    try {
      db = new Database(new BufferSource(lyingPageSize(size)));
    } catch (error) {
      expect((error as { symbol?: string }).symbol).toMatch(/^JET_err(FileInvalidType|PageSizeMismatch)$/);
      return;
    }
    const result = checkDatabase(db);
    // 0 stands for 4096: nothing is wrong with that.
    expect(result.ok).toBe(size === 0);
  });
});

describe('a source that fails', () => {
  const tiny = tinyDatabase();
  const fail = (from: number, to: number): ByteSource => {
    const source = new BufferSource(tiny.bytes, 'worn.edb');
    return {
      name: source.name,
      size: source.size,
      read: (offset, target) => {
        if (offset < to && offset + target.length > from)
          throw new JetError('JET_errDiskIO', 'worn.edb: a sector cannot be read');
        return source.read(offset, target);
      },
      close: () => undefined,
    };
  };

  it('at one page: that page is named, no other', () => {
    for (const pgno of [tiny.table.leaves[1]!, tiny.tableFree, 4, 24, 2]) {
      const db = new Database(fail((pgno + 1) * 4096 + 512, (pgno + 1) * 4096 + 1024));
      const findings: Finding[] = [];
      checkDatabase(db, { onFinding: (finding) => findings.push(finding) });
      const named = findings.filter(({ severity, at }) => severity !== 'info' && at.pgno !== undefined);
      expect(named.map(({ rule, at }) => [rule, at.pgno])).toEqual([['page.unreadable', pgno]]);
    }
  });

  it('everywhere but in its headers: checked to its end', () => {
    const db = new Database(fail(8192, Infinity), { verify: true });
    const findings: Finding[] = [];
    const { pages } = checkDatabase(db, { onFinding: (finding) => findings.push(finding) });
    expect(pages.checked).toBe(pages.total);
    expect(pages.bad).toBe(pages.total);
  });
});

describe('every verb', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'esekit-hostile-'));
  });
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  const run = async (args: readonly string[]): Promise<{ status: number; text: string }> => {
    let text = '';
    const take = (more: string): void => void (text += more);
    const status = await main(args, { out: take, err: take, isTerminal: false });
    return { status, text };
  };
  const verbs = (path: string): string[][] => [
    [path],
    ['info', path],
    ['tables', path],
    ['tables', path, '--json'],
    ['tables', path, 'MSysObjects'],
    ['check', path, '--most', '50'],
    ['check', path, '--json', '--most', '50'],
    ['check', path, '--checksums-only'],
    ['export', path, '--out', join(folder, 'out'), '--force'],
    ['dump', 'header', path],
    ['dump', 'space', path],
    ['dump', 'tree', path, 'MSysObjects'],
    ['eseutil', '/mh', path],
    ['eseutil', '/mm', path],
    ['eseutil', '/ms', path],
    ['eseutil', '/k', path],
    ['eseutil', '/g', path],
  ];

  it.each(DATABASES)('ends well: %s', async (_name, make) => {
    const path = join(folder, 'hostile.edb');
    writeFileSync(path, make());
    for (const args of verbs(path)) {
      const { status, text } = await run(args);
      expect(text, args.join(' ')).not.toMatch(/internal error|\n\s+at /);
      expect([0, 1, 3, 4], `${args.join(' ')}: ${text.slice(0, 500)}`).toContain(status);
    }
  });

  it.each(['..\\\u0007\u001b', '../\n\r', '/etc/', '\u001b[2J#', 'a\u0000b|*', 'CON.:'])(
    'shows and writes nothing it should not for the table %j',
    async (name) => {
      const path = join(folder, 'renamed.edb');
      writeFileSync(path, renamed(name));
      for (const args of verbs(path)) {
        const { status, text } = await run(args);
        expect(status, `${args.join(' ')}: ${text.slice(0, 300)}`).toBe(0);
        // eslint-disable-next-line no-control-regex
        expect(text.replaceAll(/[\n\t]/g, ''), args.join(' ')).not.toMatch(/[\u0000-\u001f\u007f]/);
      }
      // Everything that was written lies in the folder given for it.
      expect(readdirSync(folder).filter((file) => !['hostile.edb', 'renamed.edb', 'out'].includes(file))).toEqual([]);
      expect(readdirSync(join(folder, 'out')).length).toBeGreaterThan(2);
    },
  );
});
