import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parquetReadObjects } from 'hyparquet';
import { expect, it } from 'vitest';
import { BufferSource } from '../../src/ese/io/buffer-source.ts';
import { exportDatabase } from '../../src/export/export-database.ts';
import { openDatabase } from '../../src/export/open-database.ts';
import { buildDatabase } from '../fixtures/built-database.ts';

const TOO_LARGE = 17 << 20;

function pattern(size: number, seed: number): Uint8Array {
  const bytes = new Uint8Array(size);
  for (let i = 0; i < size; i++) bytes[i] = (Math.imul(i, seed) >>> 11) & 0xff;
  return bytes;
}

it('gives values that no Parquet cell can hold as files beside, whole', async () => {
  const large = pattern(TOO_LARGE, 2654435761);
  const small = pattern(9000, 40503);
  const spec = {
    name: 'Files',
    columns: [
      { name: 'Id', type: 'Long' as const },
      { name: 'Data', type: 'LongBinary' as const },
    ],
    indexes: [{ name: 'pk', key: ['Id'], primary: true }],
  };
  const rows = [
    { Id: 1, Data: small },
    { Id: 2, Data: large },
    { Id: 3, Data: small },
  ];
  const out = mkdtempSync(join(tmpdir(), 'esekit-large-'));
  const { db, findings } = openDatabase(new BufferSource(buildDatabase([{ spec, rows }], { pageSize: 32768 })), {
    badPages: false,
  });
  try {
    const settings = { out, format: 'parquet', binary: 'hex', deleted: false, force: false } as const;
    await exportDatabase(db, [db.table('Files')!], settings, findings);
    expect(readdirSync(out).sort()).toEqual(['Files.Data.1.bin', 'Files.parquet']);
    expect(Buffer.compare(readFileSync(join(out, 'Files.Data.1.bin')), large)).toBe(0);
    const file = new Uint8Array(readFileSync(join(out, 'Files.parquet'))).slice().buffer;
    const cells = (await parquetReadObjects({ file, utf8: false })).map((row): unknown => row['Data']);
    expect(cells[1] ?? null).toBeNull();
    expect([cells[0], cells[2]]).toEqual([small, small]);
    expect(findings.errors).toBe(0);
    expect(findings.findings).toMatchObject([
      { rule: 'value.beside', severity: 'info', at: { table: 'Files', column: 'Data' } },
    ]);
    expect(findings.findings[0]!.message).toContain(
      '17825792 bytes are too many for a cell: they are in Files.Data.1.bin',
    );
    // What is there is not overwritten without `force`.
    rmSync(join(out, 'Files.parquet'));
    await expect(exportDatabase(db, [db.table('Files')!], settings, findings)).rejects.toMatchObject({
      symbol: 'JET_errFileAlreadyExists',
    });
    expect(readdirSync(out)).toEqual(['Files.Data.1.bin']);
  } finally {
    db.close();
    rmSync(out, { recursive: true });
  }
});
