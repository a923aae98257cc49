// Processes of Linux: who has a file open, and which virus scanners run (/proc/PID/comm, /proc/PID/fd).
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';

/** A process that matters. */
export interface Process {
  readonly pid: number;
  readonly name: string;
  readonly scanner: boolean;
}

/** Processes and open files looked at. */
const PROCESSES_MOST = 20_000;
const FILES_MOST = 65_536;

/** Names of virus scanners' processes, as the kernel shows them (15 characters). */
const SCANNER_NAME =
  /^(?:clamd|clamscan|clamonacc|freshclam|savd|savscand|sav-protect|sophos\w*|sweep|wdavdaemon|mdatp\w*|ds_a(?:gent|m)|falcon-sensor\w*|kesl\w*|klnagent|drweb\w*|esets?(?:_daemon|d)?|eea\w*|oaeventd|fsavd|fsoasd|isecav|isectpd|nails|mfetp\w*|mfeespd|cma|rtvscand|symcfgd|bdsecd|bdscand|avgd|avast\w*|sentinelone\w*|s1-agent\w*|cbagentd|cbdaemon|xagt|cylancesvc|cyserver|f-prot\w*|rkhunter)$/i;

const pidsOf = (proc: string): number[] => {
  try {
    return readdirSync(proc)
      .filter((name) => /^\d{1,10}$/.test(name))
      .map(Number)
      .sort((a, b) => a - b)
      .slice(0, PROCESSES_MOST);
  } catch {
    return []; // no Linux
  }
};

function nameOf(proc: string, pid: number): string | undefined {
  try {
    return readFileSync(join(proc, String(pid), 'comm'), 'utf8')
      .trim()
      .slice(0, 64);
  } catch {
    return undefined; // it has ended meanwhile
  }
}

function opens(proc: string, pid: number, paths: ReadonlySet<string>): string[] {
  const folder = join(proc, String(pid), 'fd');
  let names: string[];
  try {
    names = readdirSync(folder).slice(0, FILES_MOST);
  } catch {
    return []; // another user's process
  }
  const found = names.map((name) => {
    try {
      return readlinkSync(join(folder, name));
    } catch {
      return '';
    }
  });
  return [...new Set(found)].filter((path) => paths.has(path));
}

/** The running virus scanners. */
export function runningScanners(proc: string): Process[] {
  return pidsOf(proc).flatMap((pid) => {
    const name = nameOf(proc, pid);
    return name !== undefined && SCANNER_NAME.test(name) ? [{ pid, name, scanner: true }] : [];
  });
}

/** Who has these files (by absolute path) open; `own` is a process to leave out. */
export function whoHasOpen(proc: string, paths: readonly string[], own: number): Map<string, Process[]> {
  const wanted = new Set(paths);
  const holders = new Map<string, Process[]>();
  for (const pid of wanted.size === 0 ? [] : pidsOf(proc)) {
    if (pid === own) continue;
    for (const path of opens(proc, pid, wanted)) {
      const name = nameOf(proc, pid) ?? '?';
      holders.set(path, [...(holders.get(path) ?? []), { pid, name, scanner: SCANNER_NAME.test(name) }]);
    }
  }
  return holders;
}
