// The words of `eseutil /p`: the frame around a repair, as the original prints it (eseutil.cxx, repair.cxx). Each part of
// the work has a heading and a bar of its own.
import { JetError } from '../errors/jet-error.ts';
import { bannerLines } from './banner.ts';
import { plainText } from './plain-text.ts';
import { ProgressBar } from './progress-bar.ts';
import { REPAIR_SHARES, type RepairPhase } from './repair/repair-phases.ts';

/** Everything up to the first heading. `temp`: what the caller named, if anything. */
export function repairOpening(name: string, temp: string | undefined, logo: boolean): string[] {
  return [
    ...bannerLines(logo),
    'Initiating REPAIR mode...',
    `        Database: ${plainText(name)}`,
    `  Temp. Database: ${temp === undefined ? `TEMPREPAIR${process.pid}.EDB` : plainText(temp)}`,
  ];
}

/** Headings of the parts, by the phase each begins with. */
const HEADINGS: Readonly<Partial<Record<RepairPhase, string>>> = {
  scan: 'Checking database integrity.',
  rebuild: 'Repairing damaged tables.',
  verify: 'Verifying the repaired database.',
};

/** From where to where in the progress of the whole each part goes. */
function spans(): Map<string, readonly [from: number, to: number]> {
  const found = new Map<string, readonly [number, number]>();
  let at = 0;
  let heading = '';
  for (const [phase, share] of REPAIR_SHARES) {
    if (HEADINGS[phase] !== undefined) heading = phase;
    found.set(heading, [found.get(heading)?.[0] ?? at, at + share]);
    at += share;
  }
  return found;
}

/** The bars of a repair as text: each method gives what is to be printed next. */
export class RepairBars {
  readonly #spans = spans();
  #bar: ProgressBar | undefined;
  #span: readonly [from: number, to: number] = [0, 1];

  /** A phase begins; those that share a heading share a bar. */
  enter(phase: string): string {
    const heading = HEADINGS[phase as RepairPhase];
    if (heading === undefined) return '';
    const end = this.finish();
    this.#span = this.#spans.get(phase) ?? [0, 1];
    this.#bar = new ProgressBar('Scanning');
    return `${end}${end === '' ? '' : '\n'}\n${heading}\n\n${this.#bar.begin()}`;
  }

  /** `done`: progress of the whole, in hundredths. */
  advance(done: number): string {
    const [from, to] = this.#span;
    return this.#bar?.advance(done - from, to - from) ?? '';
  }

  /** The rest of the bar under way. */
  finish(): string {
    const end = this.#bar?.finish() ?? '';
    this.#bar = undefined;
    return end;
  }

  /** The end of the line of a bar that stays as it is. */
  stop(): string {
    const end = this.#bar === undefined ? '' : '\n';
    this.#bar = undefined;
    return end;
  }
}

/** What is said after the bars of a repair that came to its end; `repaired` false: there was nothing to do. */
export function repairClosing(repaired: boolean): string[] {
  return [
    '',
    '',
    repaired ? 'Repair completed. Database corruption has been repaired!' : 'Integrity check successful.',
    '',
    'Note:',
    '  It is recommended that you immediately perform a full backup',
    '  of this database. If you restore a backup made before the',
    '  repair, the database will be rolled back to the state',
    '  it was in at the time of that backup.',
    '',
    ...(repaired ? ['', ''] : []),
  ];
}

/** What the last line tells of a repair that changed the database. */
export function repairedWarning(): JetError {
  return new JetError('JET_wrnDatabaseRepaired', 'Database corruption has been repaired');
}
