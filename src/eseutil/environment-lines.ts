// The settings of the engine that wrote a log or checkpoint, as dumps show them (logdump.cxx).
import type { DbmsParam } from '../ese/log/dbms-param.ts';

const TITLE = '      Env (CircLog,Session,Opentbl,VerPage,Cursors,LogBufs,LogFile,Buffers)';
const WIDTH = 7;

/** Two lines: names of the settings, then the settings. */
export function environmentLines(param: DbmsParam): string[] {
  const { sessionsMax, openTablesMax, verPagesMax, cursorsMax, logBuffers, csecLGFile, cacheSizeMax } = param;
  const numbers = [sessionsMax, openTablesMax, verPagesMax, cursorsMax, logBuffers, csecLGFile, cacheSizeMax];
  const settings = [param.circularLogging ? 'on' : 'off', ...numbers.map(String)].map((text) => text.padStart(WIDTH));
  return [TITLE, `          (${settings.join(',')})`];
}
