// `eseutil /p`: a repair in the words of the old utility, and with its questions.
import { JetError } from '../../errors/jet-error.ts';
import { Interrupted } from '../../eseutil/interruption.ts';
import { maintainInThread } from '../../eseutil/maintenance-thread.ts';
import { failureLines, successLines, warningLines } from '../../eseutil/operation-end.ts';
import type { RepairOptions } from '../../eseutil/repair/repair-database.ts';
import type { RepairResult } from '../../eseutil/repair/repair-result.ts';
import { RepairBars, repairClosing, repairedWarning, repairOpening } from '../../eseutil/report-repair.ts';
import type { CommandIo } from '../command-io.ts';
import { terminalAsk, type Ask } from '../confirmation.ts';
import { ExitStatus } from '../exit-status.ts';
import { logsWarning } from '../logs-warning.ts';
import { maintenanceStatus } from '../maintenance-status.ts';
import { repairText } from '../repair-text.ts';
import { writeLines } from '../write-lines.ts';

/** What the mode is asked for. */
export interface EseutilRepairOptions extends Pick<RepairOptions, 'temp' | 'reportPrefix'> {
  /** `/g`: check first, tell what would be lost, and ask then. */
  readonly checkFirst?: boolean;
  /** False with `/o`: no banner, and no question before the work. */
  readonly logo?: boolean;
  /** How to ask; undefined where nobody can be asked. Default: the terminal. */
  readonly ask?: Ask | undefined;
}

const WARNING =
  'Repair is for damaged databases only. It does not replay transaction logs, and what cannot be read is lost.';

class EseutilRepair {
  readonly #path: string;
  readonly #options: EseutilRepairOptions;
  readonly #io: CommandIo;
  readonly #ask: Ask | undefined;
  readonly #bars = new RepairBars();

  constructor(path: string, options: EseutilRepairOptions, io: CommandIo) {
    this.#path = path;
    this.#options = options;
    this.#io = io;
    this.#ask = 'ask' in options ? options.ask : terminalAsk(io);
  }

  /** The exit status. @throws JetError; Interrupted. */
  async run(started: number): Promise<number> {
    const { temp, logo, checkFirst } = this.#options;
    await writeLines(this.#io, repairOpening(this.#path, temp, logo !== false));
    const warning = logsWarning(this.#path);
    if (warning !== undefined) this.#io.err(`${warning}\n`);
    if (checkFirst === true) {
      const plan = await this.#work({ dryRun: true });
      if (plan.outcome === 'not-needed') return this.#end(plan, started);
      this.#io.out(this.#bars.finish());
      this.#io.err(repairText(plan));
      if (!(await this.#isAllowed('Something is wrong with the database. Repair it?'))) {
        this.#io.out('\n\nIntegrity check completed.  Database is CORRUPTED!\n');
        const message = `${this.#path}: the database is damaged, and was not repaired`;
        throw new JetError('JET_errDatabaseCorrupted', message, { file: this.#path });
      }
    } else if (logo !== false && !(await this.#isAllowed(`${WARNING} Go on?`))) {
      const { status, lines } = refused(started);
      await writeLines(this.#io, lines);
      return status;
    }
    return this.#end(await this.#work({}), started);
  }

  async #isAllowed(question: string): Promise<boolean> {
    if (this.#ask !== undefined && (await this.#ask(question))) return true;
    if (this.#ask === undefined)
      this.#io.err(`${WARNING} Nobody can be asked here: nothing was done. /o repairs without a question.\n`);
    return false;
  }

  #work(options: RepairOptions): Promise<RepairResult> {
    const { temp, reportPrefix } = this.#options;
    const order = {
      path: this.#path,
      options: {
        ...options,
        ...(temp === undefined ? {} : { temp }),
        ...(reportPrefix === undefined ? {} : { reportPrefix }),
      },
    };
    return maintainInThread('repair', order, {
      onPhase: (phase) => {
        this.#io.out(this.#bars.enter(phase));
      },
      onProgress: (done) => {
        this.#io.out(this.#bars.advance(done));
      },
    });
  }

  async #end(result: RepairResult, started: number): Promise<number> {
    const repaired = result.outcome === 'repaired';
    this.#io.out(this.#bars.finish());
    await writeLines(this.#io, repairClosing(repaired));
    if (repaired) {
      this.#io.err(repairText(result));
      if (result.report !== undefined) this.#io.err(`The list of losses: ${result.report}\n`);
    }
    const elapsed = performance.now() - started;
    await writeLines(this.#io, repaired ? warningLines(repairedWarning(), elapsed) : successLines(elapsed));
    return result.lossless ? ExitStatus.Clean : ExitStatus.Damage;
  }

  /** The end of a repair that an error ended. */
  failed(error: JetError | Interrupted, started: number): string[] {
    this.#io.out(this.#bars.stop());
    return error instanceof JetError
      ? ['', ...failureLines(error, performance.now() - started)]
      : ['', 'Operation was interrupted; the original is untouched.', ''];
  }
}

function refused(started: number): { readonly status: number; readonly lines: readonly string[] } {
  const error = new JetError('JET_errInvalidParameter', 'the repair was not wanted; nothing was done');
  return { status: ExitStatus.Refused, lines: ['', ...failureLines(error, performance.now() - started)] };
}

/** Runs the mode; returns the exit status. */
export async function runEseutilRepair(path: string, options: EseutilRepairOptions, io: CommandIo): Promise<number> {
  const started = performance.now();
  const repair = new EseutilRepair(path, options, io);
  try {
    return await repair.run(started);
  } catch (error) {
    if (!(error instanceof JetError || error instanceof Interrupted)) throw error;
    await writeLines(io, repair.failed(error, started));
    return error instanceof JetError ? maintenanceStatus(error) : ExitStatus.Interrupted;
  }
}
