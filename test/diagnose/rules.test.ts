// The rules as data: ids, names of codes, placeholders, order of risk.
import { describe, expect, it } from 'vitest';
import { explainCode } from '../../src/errors/index.ts';
import { LEVELS, PHASES } from '../../src/diagnose/rule.ts';
import type { Clue, Rule } from '../../src/diagnose/rule.ts';
import { ALL_RULES } from '../../src/diagnose/rules/all-rules.ts';
import { RULES } from '../../src/eseutil/rule-meaning.ts';

const cluesOf = (rule: Rule): readonly Clue[] => [
  ...rule.needs.flat(),
  ...(rule.supports ?? []),
  ...(rule.against ?? []),
  ...(rule.unless ?? []),
  ...(rule.settledBy ?? []),
  ...(rule.explains ?? []),
];

/** Facts that readers of databases, logs and the host report besides the rules of a check. */
const FACTS = new Set([
  ...RULES,
  'clean', 'not-clean', 'dirty', 'broken-off', 'header-damaged', 'header-shadow-used', 'repaired', 'bits-corrected',
  'bad-checksums-seen', 'checked', 'not-checked', 'sound', 'damaged', 'unreadable', 'mail-store', 'opened', 'directory',
  'logs-missing', 'logs-present', 'no-logs-named', 'log', 'checkpoint',
  'open-by-scanner', 'open-by-other', 'scanner-runs', 'scanner-watches-data', 'space-short', 'space-enough',
]); // prettier-ignore

describe('rules', () => {
  it('are at least 109, each with an id of its own that begins with its level', () => {
    expect(ALL_RULES.length).toBeGreaterThanOrEqual(109);
    expect(new Set(ALL_RULES.map(({ id }) => id)).size).toBe(ALL_RULES.length);
    for (const { id, level } of ALL_RULES) {
      expect(id).toMatch(/^[a-z]+\.[a-z0-9-]+$/);
      expect(id.split('.')[0], id).toBe(level);
    }
    expect(new Set(ALL_RULES.map(({ level }) => level))).toEqual(new Set(LEVELS));
  });

  it('ask for codes that some table knows', () => {
    const unknown = ALL_RULES.flatMap((rule) =>
      cluesOf(rule)
        .flatMap(({ code }) => code ?? [])
        .filter(
          (name) =>
            !explainCode(name).some(({ matches }) =>
              matches.some((m) => m.symbol === name || m.aliases?.includes(name)),
            ),
        )
        .map((name) => `${rule.id}: ${name}`),
    );
    expect(unknown).toEqual([]);
  });

  it('ask for facts that somebody reports', () => {
    const unknown = ALL_RULES.flatMap((rule) =>
      cluesOf(rule)
        .flatMap(({ fact }) => fact ?? [])
        .filter((fact) => !FACTS.has(fact)),
    );
    expect(unknown).toEqual([]);
  });

  it('outrank rules that exist', () => {
    for (const { id, outranks = [] } of ALL_RULES)
      for (const pattern of outranks)
        expect(
          ALL_RULES.some((other) =>
            pattern.endsWith('*') ? other.id.startsWith(pattern.slice(0, -1)) : other.id === pattern,
          ),
          `${id}: ${pattern}`,
        ).toBe(true);
  });

  it('have a cause, references, and what to see afterwards when there is something to do', () => {
    for (const { id, title, cause, references, fixes, verify, severity } of ALL_RULES) {
      expect(title, id).not.toMatch(/\.$/);
      expect(cause.length, id).toBeGreaterThan(20);
      expect(references.length, id).toBeGreaterThan(0);
      if (severity === 'error') {
        expect(fixes.length, id).toBeGreaterThan(0);
        expect(verify.length, id).toBeGreaterThan(0);
      }
    }
  });

  it('say what would settle them when they are not certain by themselves', () => {
    const silent = ALL_RULES.filter(
      ({ severity, confidence, missing, supports, settledBy, id }) =>
        severity === 'error' &&
        confidence !== 'certain' &&
        missing === undefined &&
        supports === undefined &&
        settledBy === undefined &&
        !id.startsWith('transport.') &&
        !id.startsWith('authentication.'),
    );
    expect(silent.map(({ id }) => id)).toEqual([]);
  });

  it('never put a step that loses data before one that keeps it: phases tell the order', () => {
    const loss = new Set(
      ALL_RULES.flatMap(({ fixes }) => fixes)
        .filter(({ risk }) => risk === 'data-loss')
        .map(({ phase }) => phase),
    );
    expect([...loss]).toEqual(['repair']);
    for (const phase of ['copy', 'look', 'recover', 'restore', 'rebuild'] as const)
      expect(PHASES.indexOf(phase)).toBeLessThan(PHASES.indexOf('repair'));
    for (const { id, fixes } of ALL_RULES) {
      if (!fixes.some(({ risk }) => risk === 'data-loss')) continue;
      expect(
        fixes.some(({ phase }) => phase === 'copy' || phase === 'restore' || phase === 'recover'),
        id,
      ).toBe(true);
    }
  });

  it('use placeholders that are filled', () => {
    const known = [
      'database',
      'path',
      'copy',
      'out',
      'folder',
      'base',
      'log',
      'server',
      'recipient',
      'missing',
      'domain',
      'sizeNeeded',
      'codes',
    ];
    for (const { id, title, cause, fixes, verify } of ALL_RULES)
      for (const text of [
        title,
        cause,
        ...verify,
        ...fixes.flatMap(({ text: words, command }) => [words, command ?? '']),
      ])
        for (const [, name] of text.matchAll(/\{(\w+)\}/g)) expect(known, `${id}: ${text}`).toContain(name);
  });
});
