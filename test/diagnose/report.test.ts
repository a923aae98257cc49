// The three forms of the answer.
import { describe, expect, it } from 'vitest';
import { diagnosisHtml } from '../../src/diagnose/report-html.ts';
import { diagnosisText } from '../../src/diagnose/report-text.ts';
import { viewer } from './case.ts';
import { runCase } from './run-case.ts';

const EVIL = viewer(
  'MSExchangeIS',
  9519,
  'Error -1018 in <script>alert(1)</script> & \u001b[31m"x"\u202e database D:\\mdb\\<b>priv1.edb',
);

describe('text', () => {
  it('has the cause first and the next step second, and nothing that steers a terminal', () => {
    const diagnosis = runCase({ files: { 'app.txt': EVIL } });
    const text = diagnosisText(diagnosis);
    const [first, second] = text.split('\n');
    expect(first).toBe(diagnosis.headline);
    expect(second).toBe(`Next: ${diagnosis.next}`);
    // eslint-disable-next-line no-control-regex -- looking for them is the point
    expect(text).not.toMatch(/[\0-\x09\x0b-\x1f\u202e]/);
    expect(text).toContain('\\x1b');
  });
});

describe('HTML', () => {
  it('needs nothing else and quotes what comes from files', () => {
    const html = diagnosisHtml(runCase({ files: { 'app.txt': EVIL } }), [
      { path: '<x>.txt', kind: 'text', pieces: 1, note: 'a "note"' },
    ]);
    expect(html).toMatch(/^<!doctype html>/);
    expect(html).not.toContain('<script');
    expect(html).toContain('&lt;script&gt;');
    expect(html).toContain('&lt;x&gt;.txt');
    expect(html).not.toMatch(/(?:src|href)=/);
    expect(html).toContain('page.checksum');
    // eslint-disable-next-line no-control-regex -- looking for them is the point
    expect(html).not.toMatch(/[\0-\x09\x0b-\x1f]/);
  });
});

describe('times', () => {
  it('say that they are UTC only where that is known', () => {
    const pasted = runCase({ files: { 'app.txt': EVIL } });
    expect(pasted.findings[0]!.evidence[0]!.time).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/);
    const listed = runCase({
      files: {
        'app.json': JSON.stringify([
          {
            TimeCreated: '2003-05-14T10:05:11Z',
            ProviderName: 'ESE',
            Id: 474,
            LevelDisplayName: 'Error',
            MachineName: 'MAIL1',
            Message: 'The database page read from the file failed verification with error -1018.',
          },
        ]),
      },
    });
    expect(listed.findings[0]!.evidence[0]!.time).toBe('2003-05-14T10:05:11Z');
  });
});

describe('JSON', () => {
  it('keeps its shape', () => {
    const diagnosis = runCase({ files: { 'app.txt': EVIL } });
    expect(Object.keys(diagnosis).sort()).toEqual(['findings', 'headline', 'missing', 'next', 'unexplained']);
    const [finding] = diagnosis.findings;
    expect(Object.keys(finding!)).toEqual(
      expect.arrayContaining([
        'id',
        'title',
        'confidence',
        'level',
        'evidence',
        'contradicts',
        'fix',
        'verify',
        'references',
        'cause',
        'severity',
        'settle',
      ]),
    );
    expect(Object.keys(finding!.evidence[0]!)).toEqual(
      expect.arrayContaining(['kind', 'file', 'text', 'codes', 'count']),
    );
    expect(Object.keys(finding!.fix[0]!)).toEqual(expect.arrayContaining(['text', 'risk']));
  });
});
