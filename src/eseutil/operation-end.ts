// How a report in the style of eseutil ends: one line that scripts look for (eseutil.cxx, wszOper*).
import type { JetError } from '../errors/jet-error.ts';

/** Seconds with three decimals. */
function seconds(elapsedMs: number): string {
  return (Math.max(0, elapsedMs) / 1000).toFixed(3);
}

/** The last lines of a report that came to its end. */
export function successLines(elapsedMs: number): string[] {
  return [`Operation completed successfully in ${seconds(elapsedMs)} seconds.`, ''];
}

/** The last lines of a report that came to its end with something to say: number, symbol and sentence. */
export function warningLines(warning: Pick<JetError, 'code' | 'symbol' | 'message'>, elapsedMs: number): string[] {
  const what = `${warning.code} (${warning.symbol}, ${warning.message})`;
  return [`Operation completed successfully with ${what} after ${seconds(elapsedMs)} seconds.`, ''];
}

/** The last lines of a report that an error ended: number, symbol and sentence. */
export function failureLines(error: Pick<JetError, 'code' | 'symbol' | 'message'>, elapsedMs: number): string[] {
  const what = `${error.code} (${error.symbol}, ${error.message})`;
  return [`Operation terminated with error ${what} after ${seconds(elapsedMs)} seconds.`, '', '', ''];
}
