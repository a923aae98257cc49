// The words of `eseutil /d` and `/y`: the frame around a defragmentation and a copy, as the original prints them
// (eseutil.cxx).
import { bannerLines } from './banner.ts';
import { plainText } from './plain-text.ts';
import { ProgressBar } from './progress-bar.ts';

/** Everything up to the bar of a defragmentation. `temp`: what the caller named, if anything. */
export function defragOpening(name: string, temp: string | undefined, logo: boolean): string[] {
  return [
    ...bannerLines(logo),
    'Initiating DEFRAGMENTATION mode...',
    `            Database: ${plainText(name)}`,
    ...(temp === undefined ? [] : [`      Temp. Database: ${plainText(temp)}`]),
    '',
  ];
}

/** The bar of a defragmentation. */
export function defragBar(): ProgressBar {
  return new ProgressBar('Defragmentation');
}

/** What is said after the bar. `kept`: where the new database was left instead of taking the original's place. */
export function defragClosing(kept: string | undefined): string[] {
  if (kept !== undefined) return ['', '', `The defragmented database was left in ${plainText(kept)}.`, ''];
  return [
    '',
    '',
    'Note:',
    '  It is recommended that you immediately perform a full backup',
    '  of this database. If you restore a backup made before the',
    '  defragmentation, the database will be rolled back to the state',
    '  it was in at the time of that backup.',
    '',
  ];
}

/** Everything up to the bar of a copy. */
export function copyOpening(from: string, to: string, logo: boolean): string[] {
  return [
    ...bannerLines(logo),
    'Initiating COPY FILE mode...',
    `     Source File: ${plainText(from)}`,
    `Destination File: ${plainText(to)}`,
    '',
  ];
}

/** The bar of a copy. */
export function copyBar(): ProgressBar {
  return new ProgressBar('Copy');
}
