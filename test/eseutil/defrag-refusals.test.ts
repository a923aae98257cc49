// What a defragmentation refuses, how it says so, and that it leaves nothing behind.
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { JetError } from '../../src/errors/jet-error.ts';
import { Database } from '../../src/ese/database.ts';
import type { Finding } from '../../src/ese/finding.ts';
import { FileSource } from '../../src/ese/io/file-source.ts';
import { LockFile, lockEnvironment } from '../../src/ese/io/lock-file.ts';
import { nodeFileLayer } from '../../src/ese/io/file-layer.ts';
import { checkDatabase } from '../../src/eseutil/check.ts';
import { defragEnvironment, defragment, type DefragOptions } from '../../src/eseutil/defrag.ts';
import { Interrupted } from '../../src/eseutil/interruption.ts';
import { corpus, describeCorpus } from '../corpus.ts';
import { databaseContent } from '../ese/database-content.ts';
import { CrashDisk } from '../fault/crash-disk.ts';
import { tempFolder } from '../temp-folder.ts';

const SMALL = 'ese/dissect/index.edb';

function copyOf(name: string): string {
  const path = join(tempFolder(), 'db.edb');
  copyFileSync(corpus(name), path);
  chmodSync(path, 0o644);
  return path;
}

/** Runs, expects a failure, and that only the untouched original is left. */
function failure(path: string, options: DefragOptions = {}, findings: Finding[] = []): JetError {
  const before = readFileSync(path);
  const names = readdirSync(join(path, '..'));
  let error: unknown;
  try {
    defragment(path, options, { onFinding: (finding) => findings.push(finding) });
  } catch (caught) {
    error = caught;
  }
  expect(error).toBeInstanceOf(JetError);
  expect(Buffer.compare(readFileSync(path), before)).toBe(0);
  expect(readdirSync(join(path, '..'))).toEqual(names);
  return error as JetError;
}

/** Overwrites bytes of a page. */
function damage(path: string, pgno: number, pageSize: number): void {
  const bytes = readFileSync(path);
  const middle = (pgno + 1) * pageSize + pageSize / 2;
  for (let i = middle; i < middle + 8; i++) bytes[i]! ^= 0xa5 + i;
  writeFileSync(path, bytes);
}

describeCorpus('refusals of a defragmentation', () => {
  it('a database that was not shut down cleanly', () => {
    const error = failure(copyOf('ese/ual/Current.mdb'));
    expect(error.symbol).toBe('JET_errDatabaseDirtyShutdown');
    expect(error.message).toContain('recover first');
  });

  it('a revision newer than any published one', () => {
    const path = copyOf('ese/go-ese/qmgr-build26100.db');
    const bytes = readFileSync(path);
    for (const at of [0, 16384]) {
      const view = new DataView(bytes.buffer, bytes.byteOffset + at, 16384);
      view.setUint32(52, 3, true);
      let sum = 0x89abcdef;
      for (let i = 4; i < 16384; i += 4) sum ^= view.getUint32(i, true);
      view.setUint32(0, sum, true);
    }
    writeFileSync(path, bytes);
    expect(failure(path).symbol).toBe('JET_errInvalidDatabaseVersion');
  });

  it('a temporary database, and what is no database', () => {
    expect(failure(copyOf('ese/ntds-temp/temp.edb')).symbol).toBe('JET_errFileInvalidType');
    const path = join(tempFolder(), 'db.edb');
    writeFileSync(path, 'nothing of the kind'.repeat(1000));
    expect(failure(path).symbol).toBe('JET_errFileInvalidType');
    expect(() => defragment(join(tempFolder(), 'absent.edb'))).toThrow(JetError);
    expect(() => defragment(tempFolder())).toThrow(JetError);
  });

  it('a database that someone else works on, saying who', () => {
    const path = copyOf(SMALL);
    const lock = LockFile.take(path, 'repair', '', nodeFileLayer, lockEnvironment());
    const error = failure(path);
    expect(error.symbol).toBe('JET_errDatabaseInUse');
    expect(error.message).toContain(`process ${process.pid} `);
    expect(error.message).toContain('repair');
    lock.release();
    expect(readdirSync(join(path, '..'))).toEqual(['db.edb']);
    expect(defragment(path).clean).toBe(true);
  });

  it('too little room, saying how much is missing', () => {
    const disk = new CrashDisk({ '/data/db.edb': readFileSync(corpus(SMALL)) });
    disk.free = 100_000;
    const run = (): unknown => defragment('/data/db.edb', {}, {}, { ...defragEnvironment(), layer: disk });
    expect(run).toThrow(/\d+ bytes are needed, 100000 are free .*: \d+ are missing/);
    expect(disk.names()).toEqual(['/data/db.edb']);
    disk.free = 2_000_000;
    run();
  });

  it('a folder that cannot be written to', () => {
    const disk = new CrashDisk({ '/data/db.edb': readFileSync(corpus(SMALL)) });
    disk.beforeOperation = (_number, name) => {
      throw new JetError('JET_errFileAccessDenied', `${name}: permission denied`);
    };
    expect(() => defragment('/data/db.edb', {}, {}, { ...defragEnvironment(), layer: disk })).toThrow(
      /permission denied/,
    );
    expect(disk.names()).toEqual(['/data/db.edb']);
  });

  it('a damaged page, naming it; --salvage keeps the rest', () => {
    const path = copyOf('engine-made/repair/p4-default-leafflip/before.edb');
    const findings: Finding[] = [];
    const error = failure(path, {}, findings);
    expect(error.symbol).toBe('JET_errReadVerifyFailure');
    expect(error.at.pgno).toBe(807);
    expect(findings.map((finding) => finding.at.pgno)).toEqual([807]);
    const before = checkRows(path);
    const result = defragment(path, { salvage: true }, { onFinding: (finding) => findings.push(finding) });
    expect(result.clean).toBe(false);
    expect(findings.some((finding) => finding.at.pgno === 807)).toBe(true);
    expect(result.rows).toBe(before);
    const db = new Database(new FileSource(path));
    expect(checkDatabase(db).ok).toBe(true);
    db.close();
  });

  it('a damaged long value: its column becomes NULL, the rest of the record stays', () => {
    const path = copyOf('engine-made/repair/p4-default-lvflip/before.edb');
    expect(failure(path).symbol).toBe('JET_errReadVerifyFailure');
    const findings: Finding[] = [];
    const result = defragment(path, { salvage: true }, { onFinding: (finding) => findings.push(finding) });
    expect(result.rows).toBe(792);
    expect(result.longValues).toBe(725);
    expect(findings.map((finding) => finding.rule)).toContain('lv.missing');
    const db = new Database(new FileSource(path));
    expect(checkDatabase(db).ok).toBe(true);
    db.close();
  });

  it('a damaged catalog stops it; --salvage takes the shadow', () => {
    const path = copyOf('engine-made/repair/p8-default-catflip/before.edb');
    expect(failure(path).symbol).toBe('JET_errCatalogCorrupted');
    defragment(path, { salvage: true });
    expect(databaseContent(path)['alltypes']).toEqual(
      databaseContent(corpus('engine-made/build/p8-default/test.edb'))['alltypes'],
    );
  });

  it('an index that names records that are gone: stops, or is rebuilt', () => {
    const path = copyOf('ese/plaso/Catalog1.edb');
    const error = failure(path);
    expect(error.symbol).toBe('JET_errSecondaryIndexCorrupted');
    const result = defragment(path, { salvage: true });
    expect(result.indexesRebuilt).toEqual(['backupset.timestampIndex']);
    const db = new Database(new FileSource(path));
    expect(checkDatabase(db).ok).toBe(true);
    db.close();
  });

  it('a root page that is gone stops it as well', () => {
    const path = copyOf(SMALL);
    const db = new Database(new FileSource(path));
    const { pgnoFDP } = db.tables.find(({ name }) => !name.startsWith('MSys'))!.tree;
    const { pageSize } = db.pages.format;
    db.close();
    damage(path, pgnoFDP, pageSize);
    expect(failure(path).at.pgno).toBe(pgnoFDP);
  });
});

function checkRows(path: string): number {
  const db = new Database(new FileSource(path));
  let rows = 0;
  checkDatabase(db);
  for (const table of db.tables) {
    if (table.name.startsWith('MSysObjects')) continue;
    for (const pgno of leafPages(db, table.tree.objid)) rows += pgno;
  }
  db.close();
  return rows;
}

/** Lines of the readable leaf pages of a table. */
function leafPages(db: Database, objid: number): number[] {
  const lines: number[] = [];
  for (let pgno = 1; pgno <= db.pages.pgnoLast; pgno++) {
    const page = db.pages.tryRead(pgno);
    if (page instanceof Error || page.objidFDP !== objid || !page.isLeaf || (page.fFlags & 0x28) !== 0) continue;
    let live = 0;
    for (let line = 0; line < page.lineCount; line++) if ((page.tagFlags(line + page.ctagReserved) & 2) === 0) live++;
    lines.push(live);
  }
  return lines;
}

describeCorpus('options of a defragmentation', () => {
  it('--preserve leaves the original and the new database', () => {
    const path = copyOf(SMALL);
    const before = readFileSync(path);
    const result = defragment(path, { preserve: true });
    expect(Buffer.compare(readFileSync(path), before)).toBe(0);
    expect(statSync(result.result).size).toBe(result.bytesAfter);
    expect(readdirSync(join(path, '..')).length).toBe(2);
    expect(databaseContent(result.result)).toEqual(databaseContent(path));
  });

  it('--backup copies the original first, and overwrites nothing', () => {
    const path = copyOf(SMALL);
    const before = readFileSync(path);
    const backup = join(tempFolder(), 'backup.edb');
    defragment(path, { backup });
    expect(Buffer.compare(readFileSync(backup), before)).toBe(0);
    expect(failure(path, { backup }).symbol).toBe('JET_errFileAlreadyExists');
  });

  it('--temp names a folder or a file elsewhere', () => {
    const path = copyOf(SMALL);
    const folder = tempFolder();
    const kept = defragment(path, { temp: folder, preserve: true }).result;
    expect(kept).toBe(join(folder, `TEMPDFRG${process.pid}.EDB`));
    defragment(path, { temp: join(folder, 'new.edb') });
    expect(readdirSync(folder)).toEqual([`TEMPDFRG${process.pid}.EDB`]);
    // A file that was there before is never overwritten, nor removed.
    expect(failure(path, { temp: kept }).symbol).toBe('JET_errFileAlreadyExists');
    expect(statSync(kept).size).toBeGreaterThan(0);
  });

  it('works across volumes', () => {
    const disk = new CrashDisk({ '/data/db.edb': readFileSync(corpus(SMALL)), '/other/file': new Uint8Array(1) });
    defragment('/data/db.edb', { temp: '/other' }, {}, { ...defragEnvironment(), layer: disk });
    expect(disk.names()).toEqual(['/data/db.edb', '/other/file']);
    expect(disk.files()['/data/db.edb']!.length).toBeLessThan(1048576);
  });

  it('takes the flush map away, and follows links', () => {
    const path = copyOf(SMALL);
    const map = join(path, '..', 'db.jfm');
    writeFileSync(map, 'map');
    mkdirSync(join(path, '..', 'sub'));
    const link = join(path, '..', 'sub', 'link.edb');
    symlinkSync(path, link);
    defragment(link);
    expect(readdirSync(join(path, '..')).sort()).toEqual(['db.edb', 'sub']);
    expect(statSync(path).size).toBeLessThan(1048576);
    expect(readdirSync(join(path, '..', 'sub'))).toEqual(['link.edb']);
  });

  it('can be stopped at any time', () => {
    const path = copyOf(SMALL);
    const before = readFileSync(path);
    let stopped = 0;
    for (let after = 0; ; after += 3) {
      let asked = 0;
      try {
        defragment(path, {}, { isStopped: () => asked++ >= after });
        break;
      } catch (error) {
        expect(error).toBeInstanceOf(Interrupted);
        stopped++;
      }
      expect(Buffer.compare(readFileSync(path), before)).toBe(0);
      expect(readdirSync(join(path, '..'))).toEqual(['db.edb']);
    }
    expect(stopped).toBeGreaterThan(5);
    expect(statSync(path).size).toBeLessThan(before.length);
  });

  it('shows progress that only grows and comes to its end', () => {
    const path = copyOf('engine-made/build/p8-default/test.edb');
    const seen: number[] = [];
    defragment(path, {}, { onProgress: (done, total) => seen.push(done / total) });
    expect(seen.length).toBeGreaterThan(100);
    for (let i = 1; i < seen.length; i++) expect(seen[i]).toBeGreaterThanOrEqual(seen[i - 1]!);
    expect(seen.at(-1)).toBeLessThanOrEqual(1);
    expect(seen.at(-1)).toBeGreaterThan(0.9);
  });
});
