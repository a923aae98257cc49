// The verbs `defrag` and `copy`, their JSON, the words of the old utility, and Ctrl-C.
import { spawn } from 'node:child_process';
import { chmodSync, copyFileSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { runCopy, runEseutilCopy } from '../../../src/cli/commands/copy.ts';
import { runDefrag, runEseutilDefrag } from '../../../src/cli/commands/defrag.ts';
import { corpus, describeCorpus } from '../../corpus.ts';
import { tempFolder } from '../../temp-folder.ts';
import { CollectedIo } from '../collected-io.ts';

const SMALL = 'ese/dissect/index.edb';

function copyOf(name: string): string {
  const path = join(tempFolder(), 'db.edb');
  copyFileSync(corpus(name), path);
  chmodSync(path, 0o644);
  return path;
}

describeCorpus('defrag', () => {
  it('draws the bar and tells pages before and after', async () => {
    const path = copyOf(SMALL);
    const io = new CollectedIo();
    expect(await runDefrag(path, {}, io)).toBe(0);
    expect(io.stdout).toContain('Defragmentation Status (% complete)');
    expect(io.stdout).toMatch(/\n {10}\.{51}\n/);
    expect(io.stdout).toContain('254 pages before, 56 after: 1,048,576 bytes became 237,568 (77.3 % less)');
    expect(io.stderr).toBe('');
  });

  it('--json is one document', async () => {
    const path = copyOf(SMALL);
    const io = new CollectedIo();
    expect(await runDefrag(path, { json: true }, io)).toBe(0);
    expect(JSON.parse(io.stdout)).toEqual({
      ...{ ok: true, path, pagesBefore: 254, pagesAfter: 56, bytesBefore: 1048576, bytesAfter: 237568 },
      ...{ rows: 35, longValues: 2, indexEntries: 18, longValuesDropped: 0, referenceCountsCorrected: 0 },
      ...{ indexesRebuilt: [], indexesForEngine: [], indexesDropped: [], findings: [], more: 0 },
    });
  });

  it('refuses with status 4, finds damage with status 3', async () => {
    const dirty = new CollectedIo();
    expect(await runDefrag(copyOf('ese/ual/Current.mdb'), {}, dirty)).toBe(4);
    expect(dirty.stderr).toContain('recover first');
    const damaged = copyOf('engine-made/repair/p4-default-leafflip/before.edb');
    const io = new CollectedIo();
    expect(await runDefrag(damaged, { json: true }, io)).toBe(3);
    const document = JSON.parse(io.stdout) as { ok: boolean; error: { code: number }; findings: unknown[] };
    expect(document.ok).toBe(false);
    expect(document.error.code).toBe(-1018);
    expect(document.findings.length).toBe(1);
    const text = new CollectedIo();
    expect(await runDefrag(damaged, {}, text)).toBe(3);
    expect(text.stderr).toContain('--salvage keeps what can be read');
    expect(await runDefrag(damaged, { salvage: true }, text)).toBe(3);
    expect(text.stdout).toContain('rows');
    expect(await runDefrag(damaged, {}, new CollectedIo())).toBe(0);
    expect(await runDefrag(join(tempFolder(), 'absent'), {}, new CollectedIo())).toBe(1);
  });

  it('speaks as the old utility does', async () => {
    const io = new CollectedIo();
    expect(await runEseutilDefrag(copyOf(SMALL), {}, false, io)).toBe(0);
    const lines = io.stdout.split('\n');
    const engine = readFileSync(corpus('engine-made/compact/p4-default/d.txt'), 'latin1').split(/\r?\n/);
    const from = (all: string[]): string[] =>
      all.slice(all.indexOf('Initiating DEFRAGMENTATION mode...')).filter((line) => !/Database:|Operation/.test(line));
    expect(from(lines)).toEqual(from(engine));
    const failed = new CollectedIo();
    expect(await runEseutilDefrag(copyOf('ese/ual/Current.mdb'), {}, true, failed)).toBe(4);
    expect(failed.stdout).toMatch(/Operation terminated with error -550 \(JET_errDatabaseDirtyShutdown, /);
  });

  it('Ctrl-C takes away what was made and ends with 130', async () => {
    const entry = fileURLToPath(new URL('../../../dist/cli/commands/defrag.js', import.meta.url));
    if (!existsSync(entry)) return;
    const path = copyOf('ese/dsinternals/ntds.dit');
    const before = readFileSync(path);
    const script = join(tempFolder(), 'run.mjs');
    const io = '{ out() {}, err(text) { process.stderr.write(text); }, isTerminal: false }';
    writeFileSync(
      script,
      `import { runDefrag } from ${JSON.stringify(entry)};\nprocess.exitCode = await runDefrag(${JSON.stringify(path)}, {}, ${io});\n`,
    );
    const child = spawn(process.execPath, [script], { stdio: ['ignore', 'ignore', 'pipe'] });
    const folder = join(path, '..');
    const poll = setInterval(() => {
      if (readdirSync(folder).some((name) => name.startsWith('TEMPDFRG'))) {
        clearInterval(poll);
        child.kill('SIGINT');
      }
    }, 1);
    const status = await new Promise((resolve) => child.on('exit', resolve));
    clearInterval(poll);
    expect(status).toBe(130);
    expect(readdirSync(folder)).toEqual(['db.edb']);
    expect(readFileSync(path).equals(before)).toBe(true);
  });
});

describeCorpus('copy', () => {
  it('tells what it verified, in text and JSON', async () => {
    const folder = tempFolder();
    const io = new CollectedIo();
    expect(await runCopy(corpus(SMALL), join(folder, 'a.edb'), {}, io)).toBe(0);
    expect(io.stdout).toContain('1,048,576 bytes copied to');
    expect(io.stdout).toContain('254 pages verified, 0 bad');
    expect(await runCopy(corpus(SMALL), join(folder, 'a.edb'), {}, io)).toBe(4);
    expect(io.stderr).toContain('--force replaces it');
    const json = new CollectedIo();
    expect(await runCopy(corpus(SMALL), join(folder, 'a.edb'), { force: true, json: true }, json)).toBe(0);
    expect(JSON.parse(json.stdout)).toMatchObject({ ok: true, bytes: 1048576, pages: 254, bad: 0, findings: [] });
    expect(readdirSync(folder)).toEqual(['a.edb']);
  });

  it('names bad pages with status 3', async () => {
    const io = new CollectedIo();
    const from = corpus('engine-made/repair/p4-default-leafflip/before.edb');
    expect(await runCopy(from, join(tempFolder(), 'a.edb'), {}, io)).toBe(3);
    expect(io.stderr).toContain('page 807 of the source fails its checksum');
    const old = new CollectedIo();
    expect(await runEseutilCopy(from, join(tempFolder(), 'a.edb'), {}, true, old)).toBe(3);
    expect(old.stdout).toContain('Initiating COPY FILE mode...');
    expect(old.stdout).toContain('Operation completed successfully');
  });
});
