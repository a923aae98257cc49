// The public surface: what package.json exports, and the names behind each entry point. A change here is a change for
// everybody who uses esekit.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const root = new URL('../', import.meta.url);
const manifest = JSON.parse(readFileSync(new URL('package.json', root), 'utf8')) as {
  exports: Record<string, { types: string; default: string }>;
};

const names = async (entry: string): Promise<string[]> => {
  const path = manifest.exports[entry]!.default.replace('./dist/', '../src/').replace(/\.js$/, '.ts');
  return Object.keys((await import(/* @vite-ignore */ path)) as object).sort();
};

describe('public surface', () => {
  it('has these entry points', () => {
    expect(Object.keys(manifest.exports)).toEqual([
      '.',
      './ese',
      './eseutil',
      './export',
      './eventlog',
      './diagnose',
      './errors',
    ]);
  });

  it('esekit/ese', async () => {
    expect(await names('./ese')).toMatchSnapshot();
  });

  it('esekit', async () => {
    const all = await names('.');
    expect(all).toEqual(expect.arrayContaining(await names('./ese')));
    expect(
      all.filter(
        (name) =>
          !['FilePageSink', 'FileSource', 'JetError', 'SpillFolder', 'isJetError', 'openInstance'].includes(name),
      ),
    ).toEqual(await names('./ese'));
  });

  it('esekit/eseutil', async () => {
    expect(await names('./eseutil')).toMatchSnapshot();
  });

  it('esekit/export', async () => {
    expect(await names('./export')).toMatchSnapshot();
  });

  it('esekit/eventlog', async () => {
    expect(await names('./eventlog')).toMatchSnapshot();
  });

  it('esekit/diagnose', async () => {
    expect(await names('./diagnose')).toMatchSnapshot();
  });

  it('esekit/errors', async () => {
    expect(await names('./errors')).toMatchSnapshot();
  });

  it('the engine, the event log readers and the converter import no node: module, so that they run in a web page', () => {
    const seen = new Set<string>();
    const visit = (url: URL): void => {
      if (seen.has(url.pathname)) return;
      seen.add(url.pathname);
      const text = readFileSync(url, 'utf8');
      for (const [, from] of text.matchAll(/from '([^']+)'/g)) {
        expect(from, url.pathname).not.toMatch(/^node:/);
        if (from === 'saxes') continue;
        expect(from, url.pathname).toMatch(/^\./);
        visit(new URL(from!, url));
      }
    };
    for (const entry of ['ese', 'eventlog', 'errors']) visit(new URL(`src/${entry}/index.ts`, root));
    expect(seen.size).toBeGreaterThan(40);
  });
});
