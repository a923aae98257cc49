// A repair in words: what was (or would be) lost, table by table, and what to do next.
import { numberRuns } from '../binary/number-runs.ts';
import { quotePath } from '../eseutil/next-step.ts';
import { unverifiedName } from '../eseutil/repair/unverified-rows.ts';
import type { RepairResult, TableOutcome } from '../eseutil/repair/repair-result.ts';

/** Tables told one by one, page runs of each, and general losses. */
const TABLES_MOST = 30;
const RUNS_MOST = 10;
const GENERAL_MOST = 10;

const counted = (count: number, word: string): string => `${count} ${word}${count === 1 ? '' : 's'}`;

function pages(pgnos: readonly number[]): string {
  const runs = numberRuns([...new Set(pgnos)].sort((a, b) => a - b));
  const more = runs.length > RUNS_MOST ? ` and ${runs.length - RUNS_MOST} more runs` : '';
  return `${pgnos.length === 1 ? 'page' : 'pages'} ${runs.slice(0, RUNS_MOST).join(', ')}${more}`;
}

/** What a table loses; empty when nothing. */
function tableLosses(table: TableOutcome): string[] {
  const { pagesLost, recordsDropped, recordsLostEstimate, recordsMissed, valuesLost, longValues } = table;
  const incomplete = table.indexesIncomplete.map(({ index, missing }) => `${index} (${counted(missing, 'record')})`);
  return [
    pagesLost.length === 0 ? '' : `about ${counted(recordsLostEstimate, 'record')} with ${pages(pagesLost)}`,
    pagesLost.length > 0 || recordsMissed === 0
      ? ''
      : `${counted(recordsMissed, 'record')} that an index names and that no page holds any more`,
    recordsDropped === 0 ? '' : counted(recordsDropped, 'damaged record'),
    valuesLost === 0 ? '' : `${counted(valuesLost, 'value')} (set NULL: the long values are lost)`,
    longValues.pagesLost.length === 0 ? '' : `long values with ${pages(longValues.pagesLost)}`,
    incomplete.length === 0
      ? ''
      : `entries of ${incomplete.join(', ')}: sort keys that only Windows can make; the engine deletes the index (marked for it), and it must be created again`,
    table.indexesDropped.length === 0 ? '' : `indexes ${table.indexesDropped.join(', ')}`,
  ].filter((text) => text !== '');
}

/** Where header and catalog are from, and what was put right on the way. */
function found(result: RepairResult): string[] {
  const { header, catalog } = result;
  const { bad, corrected, misplaced, partial } = result.pages;
  return [
    header === 'shadow' ? 'The header is lost; its shadow is good.' : '',
    header === 'rebuilt' ? 'Both headers are lost; the header is built anew from what the pages tell.' : '',
    catalog === 'shadow' ? 'The catalog is damaged; its shadow is used.' : '',
    catalog === 'merged' ? 'Catalog and shadow are both damaged; they are put together.' : '',
    catalog === 'reconstructed' ? 'Catalog and shadow are both lost: records are kept as raw rows.' : '',
    bad.length === 0 ? '' : `${counted(bad.length, 'page')} cannot be used: ${pages(bad)}.`,
    corrected.length === 0 ? '' : `Single-bit errors are corrected in ${pages(corrected)}.`,
    misplaced.length === 0 ? '' : `${counted(misplaced.length, 'page')} found at the place of others.`,
    partial === 0 ? '' : `The file ends inside a page: ${partial} bytes of it are there.`,
  ].filter((text) => text !== '');
}

/** What a repair found and lost, or in a dry run what it would lose. */
export function repairText(result: RepairResult): string {
  const lines = found(result);
  const losing = result.tables
    .map((table) => ({ table, losses: tableLosses(table) }))
    .filter(({ losses }) => losses.length > 0);
  const kept = result.tables.reduce((sum, table) => sum + table.recordsKept, 0);
  const dry = result.outcome === 'planned';
  if (losing.length === 0 && result.general.length === 0)
    lines.push(`${dry ? 'Nothing would be lost' : 'Nothing was lost'}: ${counted(kept, 'record')} kept.`);
  else {
    lines.push(`${dry ? 'It would keep' : 'Kept'} ${counted(kept, 'record')}. ${dry ? 'It would lose' : 'Lost'}:`);
    for (const { table, losses } of losing.slice(0, TABLES_MOST))
      lines.push(...losses.map((loss) => `  ${table.table}: ${loss}`));
    if (losing.length > TABLES_MOST) lines.push(`  ... and in ${losing.length - TABLES_MOST} more tables`);
    for (const { table, recordsUnverified } of result.tables)
      if (recordsUnverified > 0)
        lines.push(
          `  ${counted(recordsUnverified, 'record')} of bad pages of ${table} ${dry ? 'would be' : 'are'} kept apart, unverified, in ${unverifiedName(table)}.`,
        );
    for (const loss of result.general.slice(0, GENERAL_MOST)) lines.push(`  ${loss.what}`);
  }
  return lines.map((line) => `${line}\n`).join('');
}

/** What to do after a repair. */
export function afterRepairText(path: string, result: RepairResult): string {
  const lines = [
    result.report === undefined ? '' : `What was lost and what was put right is listed in ${result.report}`,
    result.kept === undefined ? '' : `The damaged original: ${result.kept}`,
    'Next: make a full backup now. Logs and backups from before the repair do not fit this database any more.',
    result.lossless ? '' : 'Programs that keep their own order in it (Exchange: isinteg) must check that order next.',
    `      esekit check ${quotePath(path)}`,
  ];
  return lines
    .filter((line) => line !== '')
    .map((line) => `${line}\n`)
    .join('');
}
