// `esekit repair FILE`: a database built anew from what can be read of a damaged one.
import { isJetError } from '../../errors/jet-error.ts';
import { Interrupted } from '../../eseutil/interruption.ts';
import { maintainInThread } from '../../eseutil/maintenance-thread.ts';
import type { RepairOptions } from '../../eseutil/repair/repair-database.ts';
import type { RepairResult } from '../../eseutil/repair/repair-result.ts';
import type { CommandIo } from '../command-io.ts';
import { terminalAsk, type Ask } from '../confirmation.ts';
import { ExitStatus, exitStatusOf } from '../exit-status.ts';
import { logsWarning } from '../logs-warning.ts';
import { Progress } from '../progress.ts';
import { afterRepairText, repairText } from '../repair-text.ts';

/** Options of the verb. */
export interface RepairVerbOptions extends RepairOptions {
  readonly json?: boolean;
  /** Lose data without asking. */
  readonly yes?: boolean;
  /** Asks a question whose answer is yes or no; undefined where nobody can be asked. Default: the terminal. */
  readonly ask?: Ask | undefined;
}

function asker(options: RepairVerbOptions, io: CommandIo): Ask | undefined {
  if ('ask' in options) return options.ask;
  return options.json === true ? undefined : terminalAsk(io);
}

async function work(path: string, options: RepairOptions, title: string): Promise<RepairResult> {
  const progress = new Progress(`${title} ${path}:`);
  try {
    const onProgress = (done: number, total: number): void => {
      progress.update(done, total);
    };
    return await maintainInThread('repair', { path, options }, { onProgress });
  } finally {
    progress.finish();
  }
}

class RepairVerb {
  readonly #path: string;
  readonly #options: RepairVerbOptions;
  readonly #io: CommandIo;

  constructor(path: string, options: RepairVerbOptions, io: CommandIo) {
    this.#path = path;
    this.#options = options;
    this.#io = io;
  }

  async run(): Promise<number> {
    const { dryRun, yes } = this.#options;
    if (dryRun === true) return this.#tell(await this.#plan());
    if (yes !== true) {
      const plan = await this.#plan();
      if (plan.outcome === 'not-needed') return this.#tell(plan);
      const warning = logsWarning(this.#path);
      if ((!plan.lossless || warning !== undefined) && !(await this.#isAllowed(plan, warning)))
        return ExitStatus.Refused;
    }
    const { keep, force, unverified } = this.#options;
    const warning = yes === true ? logsWarning(this.#path) : undefined;
    if (warning !== undefined) this.#io.err(`${warning}\n`);
    const options = {
      ...(keep === undefined ? {} : { keep }),
      ...(force === undefined ? {} : { force }),
      ...(unverified === undefined ? {} : { unverified }),
    };
    return this.#tell(await work(this.#path, options, 'Repairing'));
  }

  #plan(): Promise<RepairResult> {
    const { force } = this.#options;
    return work(this.#path, { dryRun: true, ...(force === undefined ? {} : { force }) }, 'Looking through');
  }

  /** Says what would be lost, and asks. */
  async #isAllowed(plan: RepairResult, warning: string | undefined): Promise<boolean> {
    const ask = asker(this.#options, this.#io);
    if (this.#options.json === true) this.#io.out(document(plan));
    else this.#io.out(`${this.#path}:\n${repairText(plan)}`);
    if (warning !== undefined) this.#io.err(`${warning}\n`);
    if (ask === undefined) {
      this.#io.err(
        'Nothing was done: repair would lose data. --yes repairs all the same; --keep keeps the damaged original.\n',
      );
      return false;
    }
    if (await ask('Repair, and lose this?')) return true;
    this.#io.err('Nothing was done.\n');
    return false;
  }

  #tell(result: RepairResult): number {
    const status = result.lossless ? ExitStatus.Clean : ExitStatus.Damage;
    if (this.#options.json === true) this.#io.out(document(result));
    else if (result.outcome === 'not-needed')
      this.#io.out(`${this.#path}: nothing is wrong, nothing needs repair. --force builds it anew all the same.\n`);
    else {
      this.#io.out(`${this.#path}:\n${repairText(result)}`);
      if (result.outcome === 'repaired') this.#io.out(afterRepairText(this.#path, result));
      else this.#io.out('This was a dry run: nothing was written.\n');
    }
    return status;
  }
}

function document(result: RepairResult): string {
  return JSON.stringify({ ok: result.lossless, ...result }, null, 2) + '\n';
}

/** Runs the verb; returns the exit status. @throws JetError when the file cannot be read. */
export async function runRepair(path: string, options: RepairVerbOptions, io: CommandIo): Promise<number> {
  try {
    return await new RepairVerb(path, options, io).run();
  } catch (error) {
    if (error instanceof Interrupted) {
      io.err(`${path}: interrupted; the original is untouched\n`);
      return ExitStatus.Interrupted;
    }
    if (!isJetError(error)) throw error;
    if (options.json === true) {
      const { symbol, code, message } = error;
      io.out(JSON.stringify({ ok: false, path, error: { symbol, code, message } }, null, 2) + '\n');
    } else io.err(`esekit: ${error.message} (${error.code} ${error.symbol})\n`);
    return isJetError(error, 'JET_errInvalidDatabaseVersion') ? ExitStatus.Refused : exitStatusOf(error);
  }
}
