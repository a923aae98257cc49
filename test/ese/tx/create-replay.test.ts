// Databases that are created through the log: the logs alone make them again.
import { readdirSync, readFileSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Database } from '../../../src/ese/database.ts';
import { parseDbHeader } from '../../../src/ese/header/db-header.ts';
import { DbState } from '../../../src/ese/header/db-state.ts';
import { BufferSource } from '../../../src/ese/io/buffer-source.ts';
import { createDatabase } from '../../../src/ese/tx/create-database.ts';
import { JetError } from '../../../src/errors/jet-error.ts';
import { tempFolder } from '../../temp-folder.ts';
import { findings } from '../recovery/dump-comparison.ts';
import { fileOf, openInstance } from './instance-files.ts';

const NEW = 'new.edb';

function tableNames(file: Uint8Array): string[] {
  return new Database(new BufferSource(file)).tables.map(({ name }) => name).sort();
}

describe('databases created through the log', () => {
  it('are made again from logs alone, into an empty folder', () => {
    const folder = tempFolder();
    const instance = openInstance(folder, { csecLGFile: 32 });
    createDatabase(instance, NEW, { dbExtensionSize: 16 });
    instance.close();
    const made = fileOf(folder, NEW);
    expect(findings(made)).toEqual([]);
    expect(parseDbHeader(made).dbstate).toBe(DbState.CleanShutdown);
    for (const name of [NEW, 'edb.chk']) unlinkSync(join(folder, name));
    const again = openInstance(folder);
    expect(again.recovery?.databases.length).toBe(1);
    again.close();
    const remade = fileOf(folder, NEW);
    expect(tableNames(remade)).toEqual(tableNames(made));
    expect(findings(remade)).toEqual([]);
    expect(parseDbHeader(remade).signDb).toEqual(parseDbHeader(made).signDb);
    // Page by page the same.
    const pages = Math.min(made.length, remade.length) / 4096;
    for (let page = 2; page < pages; page++) {
      const at = page * 4096;
      expect(Buffer.compare(made.subarray(at + 8, at + 4096), remade.subarray(at + 8, at + 4096)), `page ${page}`).toBe(
        0,
      );
    }
  });

  it('that could not be finished leave nothing behind', () => {
    const folder = tempFolder();
    const instance = openInstance(folder);
    expect(() =>
      instance.create(NEW, () => {
        throw new JetError('JET_errDiskFull', 'no room');
      }),
    ).toThrow('no room');
    expect(readdirSync(folder)).not.toContain(NEW);
    createDatabase(instance, NEW);
    expect(() => createDatabase(instance, NEW)).toThrow(JetError);
    instance.close();
    expect(findings(new Uint8Array(readFileSync(join(folder, NEW))))).toEqual([]);
  });
});
