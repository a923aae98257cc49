// Problem in, answer out: every case of public knowledge.
import { describe, expect, it } from 'vitest';
import { ALL_CASES } from './cases/all-cases.ts';
import { headFinding } from '../../src/diagnose/head-finding.ts';
import { runCase } from './run-case.ts';

describe('diagnosis of cases', () => {
  it.each(ALL_CASES.map((one) => [`${one.name} (${one.from})`, one] as const))('%s', (_name, one) => {
    const diagnosis = runCase(one);
    const head = headFinding(diagnosis.findings);
    const ids = diagnosis.findings.map(({ id }) => id);
    expect(head?.id, ids.join(' ')).toBe(one.first);
    if (head !== undefined) expect(head.level).toBe(one.level);
    if (one.confidence !== undefined) expect(head?.confidence).toBe(one.confidence);
    expect(ids).toEqual(expect.arrayContaining([...(one.also ?? [])]));
    for (const id of one.not ?? []) expect(ids).not.toContain(id);
    // A step that loses data never comes first.
    for (const { fix } of diagnosis.findings) expect(fix[0]?.risk).not.toBe('data-loss');
  });

  it('has at least 60 cases, of every level', () => {
    expect(ALL_CASES.length).toBeGreaterThanOrEqual(60);
    expect(new Set(ALL_CASES.map(({ level }) => level))).toEqual(
      new Set(['page', 'database', 'store', 'transport', 'authentication', 'configuration', 'host']),
    );
    expect(new Set(ALL_CASES.map(({ name }) => name)).size).toBe(ALL_CASES.length);
  });
});
