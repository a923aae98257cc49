// Cursors over tables and indexes: forward, back, seek; held against the engine's own order of entries.
import { beforeAll, expect, it } from 'vitest';
import { fromHex, toHex } from '../../src/binary/hex.ts';
import { hasUnicodeSegment } from '../../src/ese/catalog/index-def.ts';
import { Database } from '../../src/ese/database.ts';
import { FileSource } from '../../src/ese/io/file-source.ts';
import { decodeKey } from '../../src/ese/norm/decode-key.ts';
import { corpus, describeCorpus } from '../corpus.ts';
import { readDump, type DumpTable } from './engine-dump.ts';

const open = (name: string): Database => new Database(new FileSource(corpus(`engine-made/build/${name}/test.edb`)));

describeCorpus('TableCursor', () => {
  let db: Database;
  let dump: DumpTable;
  beforeAll(() => {
    db = open('p4-efv9600');
    dump = readDump(corpus('engine-made/build/p4-efv9600/dump.jsonl')).get('alltypes')!;
  });

  it('walks every index forward and back in the order of the engine', () => {
    for (const [name, { entries }] of dump.indexes) {
      const cursor = db.cursor('alltypes', { index: name });
      const forward: string[] = [];
      for (let more = cursor.first(); more; more = cursor.next()) forward.push(toHex(cursor.bookmark()));
      const back: string[] = [];
      for (let more = cursor.last(); more; more = cursor.previous()) back.push(toHex(cursor.bookmark()));
      expect(forward, name).toEqual(entries.map((entry) => entry[1]));
      expect(back.reverse(), name).toEqual(forward);
    }
  });

  it('finds every entry of every index by its key, and the first at or after a key between two', () => {
    for (const [name, { entries }] of dump.indexes) {
      const cursor = db.cursor('alltypes', { index: name });
      for (const [key] of entries) {
        expect(cursor.seekKey(fromHex(key)), `${name} ${key}`).toBe(true);
        const found = toHex(cursor.entry.key());
        if (!hasUnicodeSegment(cursor.index!)) expect(found).toBe(key);
      }
      if (hasUnicodeSegment(cursor.index!)) continue;
      const keys = [...new Set(entries.map((entry) => entry[0]))];
      for (const [i, key] of keys.entries()) {
        // The key with a zero byte after it lies behind the key and before every longer or later one.
        const following = cursor.seekKey(fromHex(`${key}00`)) ? toHex(cursor.entry.key()) : undefined;
        expect(following, `${name} after ${key}`).toBe(keys.slice(i + 1).find((later) => later >= `${key}00`));
      }
    }
  });

  it('seeks by typed values on every type but Unicode text', () => {
    let sought = 0;
    for (const [name, { entries }] of dump.indexes) {
      const cursor = db.cursor('alltypes', { index: name });
      if (hasUnicodeSegment(cursor.index!)) continue;
      for (const [key] of entries) {
        const parts = decodeKey(cursor.index!.definition, fromHex(key));
        if (!parts.every((part) => part.kind === 'value' && part.complete)) continue;
        const values = parts.map((part) => (part.kind === 'value' ? part.value : null));
        expect(cursor.seek(...values), `${name} ${key}`).toBe(true);
        expect(toHex(cursor.entry.key()), name).toBe(key);
        sought++;
      }
    }
    expect(sought).toBeGreaterThan(2000);
  });

  it('reads the record behind a secondary entry', () => {
    const cursor = db.cursor('alltypes', { index: 'ixLLuniq' });
    for (let more = cursor.first(); more; more = cursor.next()) {
      const row = dump.rows.get(toHex(cursor.bookmark()))!;
      expect(toHex(cursor.record().values(cursor.table.columns.find((c) => c.name === 'id')!)[0]!)).toBe(row['id']![0]);
      expect(typeof cursor.get('id')).toBe('number');
    }
  });

  it('says clearly what cannot be done', () => {
    expect(() => db.cursor('nosuch')).toThrow(expect.objectContaining({ symbol: 'JET_errObjectNotFound' }));
    expect(() => db.cursor('alltypes', { index: 'nosuch' })).toThrow(
      expect.objectContaining({ symbol: 'JET_errIndexNotFound' }),
    );
    const cursor = db.cursor('alltypes', { index: 'ixTextW' });
    expect(() => cursor.seek('\u4e2d')).toThrow(
      expect.objectContaining({ symbol: 'JET_errUnicodeNormalizationNotSupported' }),
    );
    expect(() => cursor.get('id')).toThrow(expect.objectContaining({ symbol: 'JET_errNoCurrentRecord' }));
    expect(cursor.first()).toBe(true);
    expect(() => cursor.get('nosuch')).toThrow(expect.objectContaining({ symbol: 'JET_errColumnNotFound' }));
  });
});
