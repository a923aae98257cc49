import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { readNdr, splitMbox } from '../../../src/diagnose/ndr/index.ts';
import type { NdrRecipient } from '../../../src/diagnose/ndr/index.ts';
import { corpus, describeCorpus } from '../../corpus.ts';

type Row = Readonly<Record<string, string>>;

function expectations(): Map<string, Row[]> {
  const [head, ...rows] = readFileSync(corpus('ndr/expected.tsv'), 'utf8').trimEnd().split('\n');
  const byFile = new Map<string, Row[]>();
  for (const line of rows) {
    const cells = line.split('\t');
    const row: Row = Object.fromEntries(head!.split('\t').map((name, i) => [name, cells[i] ?? '']));
    if (row['source'] !== 'none') byFile.set(row['file']!, [...(byFile.get(row['file']!) ?? []), row]);
  }
  return byFile;
}

const recipientsOf = (name: string): NdrRecipient[] =>
  [...splitMbox(new Uint8Array(readFileSync(corpus(`ndr/${name}`))))].flatMap((mail) => readNdr(mail).recipients);

/** Each expected row with ours: the same address, else the next that is left. */
function pairs(rows: readonly Row[], found: readonly NdrRecipient[]): (readonly [Row, NdrRecipient | undefined])[] {
  const left = [...found];
  return rows.map((row) => {
    const at = left.findIndex(({ recipient }) => recipient.toLowerCase() === row['recipient']!.toLowerCase());
    return [row, left.splice(Math.max(at, 0), 1)[0]] as const;
  });
}

describeCorpus('published bounces', () => {
  it('give the recipients, literal codes and reasons that are expected of them', () => {
    const all = [...expectations()].flatMap(([file, rows]) => pairs(rows, recipientsOf(`set-of-emails/${file}`)));
    const share = (right: (row: Row, one: NdrRecipient | undefined) => boolean, of: (row: Row) => boolean): number => {
      const scored = all.filter(([row]) => of(row));
      return scored.filter(([row, one]) => right(row, one)).length / scored.length;
    };
    const named = (row: Row): boolean => !row['recipient']!.endsWith('.invalid');
    expect(
      share((row, one) => one?.recipient.toLowerCase() === row['recipient']!.toLowerCase(), named),
    ).toBeGreaterThanOrEqual(0.985);
    expect(
      share(
        (row, one) => one?.status === row['dsn_status'],
        (row) => row['dsn_status'] !== '',
      ),
    ).toBeGreaterThanOrEqual(0.99);
    expect(
      share(
        (row, one) => one?.reason === row['reason'],
        (row) => row['reason'] !== '' && named(row),
      ),
    ).toBeGreaterThanOrEqual(0.95);
  });

  it('are told from what is no bounce', () => {
    for (const name of readdirSync(corpus('ndr/not-a-bounce'))) {
      const mail = new Uint8Array(readFileSync(corpus(`ndr/not-a-bounce/${name}`)));
      expect(readNdr(mail), name).toMatchObject({ bounce: false, recipients: [] });
    }
  });
});
