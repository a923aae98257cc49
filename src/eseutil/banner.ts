// The first lines of a report in the style of eseutil: an empty line, who speaks, an empty line (eseutil.cxx prints its
// logo there, and `/o` leaves it out).

/** The line that names this program. */
export const BANNER = 'esekit: utilities for Extensible Storage Engine (ESE, Jet Blue) databases';

/** Opening lines of a report; `logo` false (option `/o`) leaves out all but the empty line. */
export function bannerLines(logo = true): string[] {
  return logo ? ['', BANNER, ''] : [''];
}
