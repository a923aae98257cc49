// One maintenance run a database: `<database>.lck`, made with O_EXCL, says who works on it. A lock whose holder is gone
// is taken over.
import { readFileSync } from 'node:fs';
import { hostname, uptime } from 'node:os';
import { JetError } from '../../errors/jet-error.ts';
import type { FileLayer } from './file-layer.ts';

/** Who holds a lock. */
export interface LockHolder {
  readonly pid: number;
  readonly host: string;
  /** Changes with every start of the machine: a process of an earlier one is gone. */
  readonly bootId: string;
  /** What is being done, for people. */
  readonly doing: string;
  /** When it began, ISO 8601. */
  readonly since: string;
  /** File that the work makes: what is left of it when the holder is gone may be removed. */
  readonly temp: string;
}

/** What a lock needs to know of the machine. Tests give their own. */
export interface LockEnvironment {
  readonly pid: number;
  readonly host: string;
  readonly bootId: string;
  readonly isAlive: (pid: number) => boolean;
  readonly nowMs: () => number;
}

/** A lock file that says nothing was left by a crash between making and writing it, when it is older than this. */
const UNWRITTEN_MS = 10_000;
/** A race for a stale lock is lost to someone: after so many tries he has it. */
const TRIES = 5;

function machineBootId(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  } catch {
    // Elsewhere the time of the start tells, to ten minutes: clocks are set while a machine runs.
    return `boot-${Math.round((Date.now() / 1000 - uptime()) / 600)}`;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** This process on this machine. */
export function lockEnvironment(): LockEnvironment {
  return { pid: process.pid, host: hostname(), bootId: machineBootId(), isAlive, nowMs: () => Date.now() };
}

function parseHolder(text: string): LockHolder | undefined {
  try {
    const holder = JSON.parse(text) as Partial<LockHolder> | null;
    if (typeof holder?.pid !== 'number' || typeof holder.host !== 'string' || typeof holder.bootId !== 'string')
      return undefined;
    return {
      pid: holder.pid,
      host: holder.host,
      bootId: holder.bootId,
      doing: String(holder.doing),
      since: String(holder.since),
      temp: typeof holder.temp === 'string' ? holder.temp : '',
    };
  } catch {
    return undefined;
  }
}

/** Path of the lock of a database. */
export function lockPath(database: string): string {
  return `${database}.lck`;
}

/** A lock that is held. */
export class LockFile {
  readonly path: string;
  readonly #layer: FileLayer;
  readonly #text: string;
  /** What the holder before, who is gone, was making. Empty when there was none. */
  readonly leftBehind: string;
  #held = true;

  private constructor(path: string, layer: FileLayer, text: string, leftBehind: string) {
    this.path = path;
    this.#layer = layer;
    this.#text = text;
    this.leftBehind = leftBehind;
  }

  /**
   * Takes the lock of `database`, to make `temp`.
   * @throws JetError JET_errDatabaseInUse, saying by whom, when someone holds it.
   */
  static take(
    database: string,
    doing: string,
    temp: string,
    layer: FileLayer,
    environment: LockEnvironment = lockEnvironment(),
  ): LockFile {
    const { pid, host, bootId } = environment;
    const path = lockPath(database);
    const since = new Date(environment.nowMs()).toISOString();
    const text = `${JSON.stringify({ pid, host, bootId, doing, since, temp } satisfies LockHolder)}\n`;
    let leftBehind = '';
    for (let attempt = 0; attempt < TRIES; attempt++) {
      if (create(path, text, layer)) return new LockFile(path, layer, text, leftBehind);
      const found = layer.readText(path);
      if (found === undefined) continue; // just given back
      refuseIfHeld(database, path, found, layer, environment);
      leftBehind = parseHolder(found)?.temp ?? '';
      removeStale(path, found, layer, environment);
    }
    throw new JetError('JET_errDatabaseInUse', `${database}: others are taking ${path} at the same time`, {
      file: database,
    });
  }

  /** Gives the lock back. A lock that someone else has taken over in the meantime stays. */
  release(): void {
    if (!this.#held) return;
    this.#held = false;
    if (this.#layer.readText(this.path) === this.#text) this.#layer.unlink(this.path);
  }
}

/** False when there is a lock already. */
function create(path: string, text: string, layer: FileLayer): boolean {
  let handle: number;
  try {
    handle = layer.create(path);
  } catch (error) {
    if (error instanceof JetError && error.symbol === 'JET_errFileAlreadyExists') return false;
    throw error;
  }
  try {
    layer.write(handle, new TextEncoder().encode(text), 0);
    layer.close(handle);
    return true;
  } catch (error) {
    // A full volume, most likely: an empty lock left behind would only be in the way.
    try {
      layer.unlink(path);
    } catch {
      // The first error is the one to tell.
    }
    throw error;
  }
}

function refuseIfHeld(
  database: string,
  path: string,
  text: string,
  layer: FileLayer,
  { host, bootId, isAlive: alive, nowMs }: LockEnvironment,
): void {
  const holder = parseHolder(text);
  if (holder === undefined) {
    const age = nowMs() - (layer.facts(path)?.modifiedMs ?? 0);
    if (age >= UNWRITTEN_MS) return;
    throw inUse(database, `someone has just made ${path}`);
  }
  const who = `process ${holder.pid} on ${holder.host} (${holder.doing}, since ${holder.since})`;
  if (holder.host !== host)
    throw inUse(database, `${who} holds ${path}; if that machine is gone for good, remove the file`);
  if (holder.bootId === bootId && alive(holder.pid)) throw inUse(database, `${who} holds ${path}`);
}

function inUse(database: string, why: string): JetError {
  return new JetError('JET_errDatabaseInUse', `${database}: the database is in use: ${why}`, { file: database });
}

/**
 * Takes a stale lock away. Two may find it at once, and one of them may have a lock of his own there by now: so it is
 * moved aside first, and put back when it is not the one that was judged.
 */
function removeStale(path: string, judged: string, layer: FileLayer, { pid }: LockEnvironment): void {
  const aside = `${path}.${pid}`;
  try {
    layer.rename(path, aside);
  } catch (error) {
    if (error instanceof JetError && error.symbol === 'JET_errFileNotFound') return;
    throw error;
  }
  if (layer.readText(aside) !== judged && layer.facts(path) === undefined) layer.rename(aside, path);
  else layer.unlink(aside);
}
