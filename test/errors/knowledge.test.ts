import { describe, expect, it } from 'vitest';
import { NUMBER_FAMILIES, codeTable, replyNameOf, statusNamesOf } from '../../src/errors/families.ts';
import type { Family } from '../../src/errors/families.ts';
import { describedCodes, knowledgeOf, wordsOfSymbol } from '../../src/errors/knowledge.ts';

const FAMILIES: readonly Family[] = [...NUMBER_FAMILIES, 'SMTP'];
const VERBS =
  'info tables export check defrag repair copy recover dump error ndr events diagnose eseutil isinteg heal mount dismount';

/** The code a key stands for exists in the family's table. */
function exists(family: Family, key: string): boolean {
  if (family === 'SMTP') return statusNamesOf(key).length > 0 || replyNameOf(Number(key)) !== undefined;
  if (family === 'Exchange') return codeTable(family).has(Number.parseInt(key, 16));
  return [...codeTable(family).values()].flat().includes(key);
}

describe('knowledge', () => {
  it('describes at least 350 codes, 120 of the engine with advice', () => {
    const all = FAMILIES.flatMap((family) => describedCodes(family));
    expect(all.length).toBeGreaterThanOrEqual(350);
    const advised = describedCodes('JET').filter((key) => knowledgeOf('JET', key)?.advice !== undefined);
    expect(advised.length).toBeGreaterThanOrEqual(120);
  });

  it.each(FAMILIES)('%s: every entry is of a known code, once, with a sentence', (family) => {
    const keys = describedCodes(family);
    expect(keys.filter((key) => !exists(family, key))).toEqual([]);
    expect(keys.filter((key, i) => keys.indexOf(key) !== i)).toEqual([]);
    for (const key of keys) {
      const { meaning, advice } = knowledgeOf(family, key)!;
      expect(meaning).toMatch(/^[A-Z"].*\.$/);
      expect(meaning).not.toMatch(/[>\n]/);
      if (advice !== undefined) expect(advice).toMatch(/^["A-Z0-9].*[.?]$/);
      expect(advice ?? '').not.toMatch(/\n/);
    }
  });

  it('names only verbs that exist', () => {
    for (const family of FAMILIES) {
      for (const key of describedCodes(family)) {
        const advice = knowledgeOf(family, key)?.advice ?? '';
        for (const [, verb] of advice.matchAll(/esekit (\w+)/g)) {
          if (verb !== 'reads' && verb !== 'do') expect(VERBS.split(' ')).toContain(verb);
        }
      }
    }
  });

  it('never advises repair first', () => {
    for (const family of FAMILIES) {
      for (const key of describedCodes(family)) {
        const advice = knowledgeOf(family, key)?.advice ?? '';
        const repair = advice.search(/esekit repair|eseutil \/p/);
        const safer = advice.search(/esekit (?:info|check|recover|export)|[Rr]estore|quarantine/);
        if (repair >= 0) expect(safer, key).toBeGreaterThanOrEqual(0);
        if (repair >= 0) expect(safer, key).toBeLessThan(repair);
      }
    }
  });

  it('answers nothing for codes it has nothing on', () => {
    expect(knowledgeOf('JET', 'JET_errNoSuchThing')).toBeUndefined();
    expect(knowledgeOf('RAS', 'ERROR_PORT_ALREADY_OPEN')).toBeUndefined();
    expect(knowledgeOf('JET', 'Success: nothing went wrong.')).toBeUndefined();
  });

  it('reads the words of a symbol', () => {
    expect(wordsOfSymbol('JET_errIndexHasPrimary')).toBe('index has primary');
    expect(wordsOfSymbol('ERROR_DISK_FULL')).toBe('disk full');
    expect(wordsOfSymbol('SEC_E_NO_PA_DATA')).toBe('no pa data');
    expect(wordsOfSymbol('NERR_UserNotFound')).toBe('user not found');
    expect(wordsOfSymbol('ecNoFreeJses')).toBe('no free jses');
    expect(wordsOfSymbol('JET_errRBSFileCorrupt')).toBe('RBS file corrupt');
  });
});
