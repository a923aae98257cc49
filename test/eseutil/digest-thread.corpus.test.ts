// The thread that reads a new file back, as it is built: it gives the fingerprints that the calling thread would make,
// says why it cannot, and lets go of the file when it is stopped.
import { spawnSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { Database } from '../../src/ese/database.ts';
import { FileSource } from '../../src/ese/io/file-source.ts';
import { digestTrees } from '../../src/eseutil/digest-trees.ts';
import { DigestThread } from '../../src/eseutil/digest-thread.ts';
import { corpus, describeCorpus } from '../corpus.ts';
import { tempFolder } from '../temp-folder.ts';

const BUILT = fileURLToPath(new URL('../../dist/eseutil/digest-thread.js', import.meta.url));
const FILE = 'engine-made/build/p4-default/test.edb';

/** Runs a script beside the built program; what it prints is JSON. */
function runBuilt(body: string): unknown {
  const script = join(tempFolder(), 'run.mjs');
  writeFileSync(script, `import { DigestThread } from ${JSON.stringify(BUILT)};\n${body}\n`);
  const { stdout, stderr, status } = spawnSync(process.execPath, [script], { encoding: 'utf8' });
  expect(status, stderr).toBe(0);
  return JSON.parse(stdout);
}

describeCorpus('the thread that reads a new file back', () => {
  it('is not started from sources: the caller does the work', () => {
    expect(DigestThread.start(corpus(FILE))).toBeUndefined();
  });

  it.skipIf(!existsSync(BUILT))('gives the fingerprints of all trees', () => {
    const own = [...digestTrees(new Database(new FileSource(corpus(FILE))), () => undefined)];
    expect(own.length).toBeGreaterThan(20);
    const told = runBuilt(
      `const found = DigestThread.start(${JSON.stringify(corpus(FILE))}).result();\n` +
        'console.log(JSON.stringify([...found].map(([objid, d]) => [objid, d.nodes, d.bytes, d.high, d.low])));',
    );
    expect(told).toEqual(own.map(([objid, { nodes, bytes, high, low }]) => [objid, nodes, bytes, high, low]));
  });

  it.skipIf(!existsSync(BUILT))('says why it cannot read the file, and can be stopped', () => {
    const told = runBuilt(
      "let said = '';\n" +
        "try { DigestThread.start('/no/such/file').result(); } catch (error) { said = error.symbol; }\n" +
        `const thread = DigestThread.start(${JSON.stringify(corpus(FILE))});\n` +
        'thread.stop();\nthread.stop();\nconsole.log(JSON.stringify(said));',
    );
    expect(told).toBe('JET_errReadVerifyFailure');
  });
});
