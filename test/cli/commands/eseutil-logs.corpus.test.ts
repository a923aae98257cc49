// Every report of the original on logs and checkpoints that the corpus holds against ours, line by line.
import {
  closeSync,
  copyFileSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { runEseutil } from '../../../src/cli/eseutil-argv.ts';
import { corpus, describeCorpus } from '../../corpus.ts';
import { comparableLogReport, engineLogReports } from '../../eseutil/engine-log-reports.ts';
import { CollectedIo } from '../collected-io.ts';

/** A row of the table of page references: database, then eight numbers. */
const COST_ROW = /^ *(?:\d+|Total)(?: +\d+){8}$/;
/** Pages that redo would read may be counted too many by this. */
const PAGES_MORE = 8;

/**
 * The pages to read in a row, and the row without them. The engine sorts all references with a sort that leaves equal
 * ones in any order, and asks only the first one of each page whether redo reads it; so its own numbers are an accident
 * where the first reference creates the page. Ours counts a page as read when any record needs its old content.
 */
function withoutReads(row: string): { pages: number; rest: string } {
  const [title, references, cached, operations, io, reads, pages, writes, written] = row.trim().split(/ +/);
  expect(Number(operations)).toBe(Number(reads) + Number(writes));
  expect(Number(io)).toBe(Number(pages) + Number(written));
  return { pages: Number(pages), rest: [title, references, cached, reads, writes, written].join(' ') };
}

/** Ours with the original's numbers of pages to read, where they are as near as they must be. */
function withTheirReads(ours: readonly string[], theirs: readonly string[]): string[] {
  return ours.map((line, i) => {
    const other = theirs[i] ?? '';
    if (line === other || !COST_ROW.test(line) || !COST_ROW.test(other)) return line;
    const [mine, wanted] = [withoutReads(line), withoutReads(other)];
    expect(mine.rest).toBe(wanted.rest);
    expect(mine.pages - wanted.pages).toBeGreaterThan(0);
    expect(mine.pages - wanted.pages).toBeLessThanOrEqual(PAGES_MORE);
    return other;
  });
}

/** The exit status that goes with the last line of a report. */
function expectedStatus(lines: readonly string[]): number {
  return lines.findLast((line) => line.startsWith('Operation '))!.includes('successfully') ? 0 : 3;
}

async function eseutil(args: readonly string[]): Promise<{ lines: string[]; status: number }> {
  const io = new CollectedIo();
  const status = await runEseutil(args, io);
  return { lines: comparableLogReport(io.stdout), status };
}

describeCorpus('eseutil /ml and /mk against the original', () => {
  for (const { title, args, report } of engineLogReports()) {
    it(title, async () => {
      const theirs = comparableLogReport(readFileSync(report, 'utf8'));
      const { lines, status } = await eseutil(args);
      expect(withTheirReads(lines, theirs)).toEqual(theirs);
      expect(status).toBe(expectedStatus(theirs));
    });
  }

  it('has all the reports', () => {
    const count = (text: RegExp): number => engineLogReports().filter(({ title }) => text.test(title)).length;
    expect(count(/\/ml$/)).toBeGreaterThanOrEqual(24);
    expect(count(/\/mk$/)).toBeGreaterThanOrEqual(25);
    expect(count(/\/v$|log(\.txt)?$/)).toBeGreaterThanOrEqual(62);
  });
});

const FLIPPED = Uint8Array.of(0xde, 0xad, 0xbe, 0xef, 0x01);

function overwrite(file: string, offset: number, bytes: Uint8Array): void {
  const handle = openSync(file, 'r+');
  writeSync(handle, bytes, 0, bytes.length, offset);
  closeSync(handle);
}

/** What was done to the logs before the original looked at them; the other cases damaged other files. */
const DAMAGES: Readonly<Record<string, (folder: string) => void>> = {
  cutlast: (folder) => {
    truncateSync(join(folder, 'edb.log'), 40960);
  },
  fliplast: (folder) => {
    overwrite(join(folder, 'edb.log'), 13000, FLIPPED);
  },
  'fliplog-hdr': (folder) => {
    overwrite(join(folder, 'edb00016.log'), 300, FLIPPED);
  },
  flipmiddle: (folder) => {
    overwrite(join(folder, 'edb00016.log'), 50000, FLIPPED);
  },
  nochk: (folder) => {
    rmSync(join(folder, 'edb.chk'));
  },
  noedblog: (folder) => {
    rmSync(join(folder, 'edb.log'));
  },
  nomiddle: (folder) => {
    rmSync(join(folder, 'edb00016.log'));
  },
  zerotail: (folder) => {
    overwrite(join(folder, 'edb.log'), 5 * 4096, new Uint8Array(27 * 4096));
  },
};

describeCorpus('eseutil /ml on damaged logs against the original', () => {
  const source = corpus('engine-made/crash/p4-k12-cache64/before');
  const root = mkdtempSync(join(tmpdir(), 'esekit-logs-'));
  afterAll(() => {
    rmSync(root, { recursive: true });
  });

  for (const [name, damage] of Object.entries(DAMAGES)) {
    it(name, async () => {
      const folder = mkdtempSync(join(root, 'case-'));
      for (const file of readdirSync(source)) {
        if (/\.(log|chk)$/.test(file)) copyFileSync(join(source, file), join(folder, file));
      }
      damage(folder);
      const report = corpus(`engine-made/damaged-logs/p4-k12-cache64--${name}/ml.txt`);
      const theirs = comparableLogReport(readFileSync(report, 'utf8'));
      const { lines, status } = await eseutil(['/ml', join(folder, 'edb')]);
      expect(lines).toEqual(theirs);
      expect(status).toBe(expectedStatus(theirs));
    });
  }
});
