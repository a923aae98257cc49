#!/usr/bin/env node
// The command line. Verbs are loaded when they are called: a look-up must not pay for the exporter.
import { existsSync, realpathSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Command, CommanderError, InvalidArgumentError } from 'commander';
import { JetError } from '../errors/jet-error.ts';
import { plainText } from '../eseutil/plain-text.ts';
import type { CommandIo } from './command-io.ts';
import type { EventsOptions } from './commands/events.ts';
import type { RecoverVerbOptions } from './commands/recover.ts';
import { EXIT_STATUS_HELP, ExitStatus, exitStatusOf } from './exit-status.ts';

const VERSION = '0.1.0';

interface JsonOption {
  readonly json?: boolean;
}

/** Collects the values of an option that may be given several times. */
const collect = (value: string, before: readonly string[] = []): string[] => [...before, value];

function positiveInteger(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 1) throw new InvalidArgumentError('It takes a whole number from 1 on.');
  return value;
}

/** The verbs. Each action leaves its exit status in `done`. */
function buildProgram(io: CommandIo, done: (status: number) => void): Command {
  const program = new Command('esekit');
  program
    .description(
      'Reads, checks and judges ESE ("Jet Blue") databases: Exchange stores, ntds.dit, SRUDB.dat, Windows.edb ...\n\nesekit FILE gives a verdict: what the file is, how it is, and what to do next.',
    )
    .version(VERSION)
    .addHelpText('after', EXIT_STATUS_HELP)
    .enablePositionalOptions()
    .exitOverride()
    .configureOutput({
      writeOut: (text) => {
        io.out(text);
      },
      writeErr: (text) => {
        io.err(text);
      },
    })
    .showHelpAfterError('(esekit --help tells the verbs, esekit VERB --help their options)');

  const verb = (usage: string, description: string): Command =>
    program.command(usage).description(description).addHelpText('after', EXIT_STATUS_HELP);

  verb('verdict <file>', 'what the file is, whether it is sound (everything is checked), and what to do next').action(
    async (file: string) => {
      done((await import('./commands/verdict.ts')).runVerdict(file, io));
    },
  );
  verb(
    'info <file>',
    'the header in plain words: kind of file, state, revision, page size, logs required, what to do next',
  )
    .option('--json', 'one JSON document')
    .action(async (file: string, options: JsonOption) => {
      done((await import('./commands/info.ts')).runInfo(file, options, io));
    });
  verb('tables <file> [table]', "tables with rows and pages; or one table's columns and indexes")
    .option('--json', 'one JSON document')
    .action(async (file: string, table: string | undefined, options: JsonOption) => {
      done((await import('./commands/tables.ts')).runTables(file, table, options, io));
    });
  verb('check <file>', 'checksums, structure, space, records, long values, indexes: findings')
    .option('--json', 'one JSON document')
    .option('--checksums-only', 'verify page checksums alone, on all processors')
    .option('--most <n>', 'list at most so many findings (default 1000)', positiveInteger)
    .action(async (file: string, options: JsonOption & { checksumsOnly?: boolean; most?: number }) => {
      done(await (await import('./commands/check.ts')).runCheck(file, options, io));
    });
  addExport(verb, io, done);
  addMaintenance(verb, io, done);
  addRecover(verb, io, done);
  addDump(verb, io, done);
  addEvents(verb, io, done);
  addNdr(verb, io, done);
  addDiagnose(verb, io, done);
  verb('error [codes...]', 'the Error Converter: any spelling of any code')
    .option('--json', 'one JSON document')
    .allowUnknownOption()
    .action(async (codes: string[], options: JsonOption) => {
      done(await (await import('./commands/error.ts')).runError(codes, options, io));
    });
  verb('eseutil [arguments...]', 'the old name, switches and output: /mh /mm /ms /mn /ml /mk /k /g /d /p /r /y')
    .allowUnknownOption()
    .passThroughOptions()
    .helpOption(false)
    .action(async (args: string[]) => {
      done(await (await import('./eseutil-argv.ts')).runEseutil(args, io));
    });
  return program;
}

type VerbMaker = (usage: string, description: string) => Command;

function addExport(verb: VerbMaker, io: CommandIo, done: (status: number) => void): void {
  verb('export <file>', 'every row, long values resolved and unpacked')
    .requiredOption('--out <folder>', 'where the files go, one a table')
    .option('--table <name>', 'this table only (may be repeated)', collect)
    .option('--format <format>', 'csv, jsonl or parquet', 'jsonl')
    .option('--binary <form>', 'binary values as hex or base64', 'hex')
    .option('--no-system', "leave out the engine's own tables")
    .option('--deleted', 'deleted rows too, marked as such')
    .option('--include-bad-pages', 'rows from pages whose checksum fails too')
    .option('--force', 'overwrite files that exist')
    .option('--json', 'one JSON document about what was written')
    .action(async (file: string, options: Record<string, unknown>) => {
      done(await (await import('./commands/export.ts')).runExport([file], options, io));
    });
}

/** The verbs that write: each works on a copy and puts it in the place of the original when it is proved. */
function addMaintenance(verb: VerbMaker, io: CommandIo, done: (status: number) => void): void {
  verb('defrag <file>', 'a compact copy in the place of the database (eseutil /d); it must be shut down cleanly')
    .option('--temp <file>', 'where to build the new database (default: beside the old one)')
    .option('--preserve', 'keep the new database beside the original instead of putting it in its place')
    .option('--backup <file>', 'copy the database there first')
    .option('--salvage', 'go on past damage and say what is lost')
    .option('--json', 'one JSON document')
    .action(async (file: string, options: JsonOption) => {
      done(await (await import('./commands/defrag.ts')).runDefrag(file, options, io));
    });
  verb('repair <file>', 'the database built anew from what can be read of it (eseutil /p); asks before it loses data')
    .option('--yes', 'lose data without asking')
    .option('--dry-run', 'say what would be kept and lost; write nothing')
    .option('--keep', 'keep the damaged original as FILE.damaged')
    .option('--force', 'build it anew even when nothing is wrong')
    .option('--no-unverified', 'leave out rows of pages whose checksum fails, instead of keeping them apart')
    .option('--json', 'one JSON document')
    .action(async (file: string, given: JsonOption & { unverified?: boolean }) => {
      const { unverified, ...options } = given;
      const kept = unverified === false ? { ...options, unverified } : options;
      done(await (await import('./commands/repair.ts')).runRepair(file, kept, io));
    });
  verb('copy <from> <to>', 'a copy, read back, with the checksums of all pages verified (eseutil /y)')
    .option('--force', 'overwrite the target')
    .option('--json', 'one JSON document')
    .action(async (from: string, to: string, options: JsonOption) => {
      done(await (await import('./commands/copy.ts')).runCopy(from, to, options, io));
    });
  verb(
    'demo',
    'build a sample store, damage it, judge it, repair it, defragment it; leaves the files to look at',
  ).action(async () => {
    done(await (await import('./commands/demo.ts')).runDemo(io));
  });
}

function addRecover(verb: VerbMaker, io: CommandIo, done: (status: number) => void): void {
  verb('recover <folder>', 'logs replayed, open transactions undone: dirty databases shut down cleanly (eseutil /r)')
    .option('--base <name>', 'base name of the logs: E00, edb, SRU (default: the one whose logs are there)')
    .option('--system <folder>', 'where the checkpoint is (default: with the logs)')
    .option('--database <path>', 'folder or file of the database (default: with the logs)')
    .option('--db-path <old=new>', 'a database of another path or name than in the logs (may be repeated)', collect)
    .option('--to <position>', 'stop there: GEN or GEN:SEC:OFF; the databases then leave the log stream')
    .option('--dry-run', 'say what would be done; write nothing')
    .option('--in-place', 'change the databases where they lie, without a copy')
    .option('--ignore-missing-db', 'databases that are not there do not matter (/i)')
    .option('--ignore-lost-logs', 'go on without committed logs that no database requires (/a)')
    .option('--no-checkpoint', 'begin with the first log')
    .option('--no-logs', 'leave logs and checkpoint as they are')
    .option('--cache <megabytes>', 'page cache of each database (default 64)', positiveInteger)
    .option('--json', 'one JSON document')
    .action(async (folder: string, options: RecoverVerbOptions) => {
      done(await (await import('./commands/recover.ts')).runRecover(folder, options, io));
    });
}

function addDump(verb: VerbMaker, io: CommandIo, done: (status: number) => void): void {
  verb(
    'dump <what> <file> [which...]',
    'header | page | tree | space | log | checkpoint: what stands on disk (which: page numbers, or a table and an index)',
  )
    .option('--json', 'one JSON document')
    .option('--full', 'all bytes of keys and data, not only the beginning')
    .option('--records', 'of a log: every record (with --json one line each)')
    .action(
      async (
        _what: string,
        _file: string,
        _which: string[],
        options: JsonOption & { full?: boolean; records?: boolean },
        command: Command,
      ) => {
        done(await (await import('./commands/dump.ts')).runDump(command.args, options, io));
      },
    );
}

function addEvents(verb: VerbMaker, io: CommandIo, done: (status: number) => void): void {
  verb('events <files...>', 'event logs decoded: .evt, .evtx, pasted text, CSV, XML, JSON (- reads standard input)')
    .option('--json', 'JSON lines, one an event')
    .option('--source <name>', 'only these sources (may be repeated, or separated by commas)', collect)
    .option('--id <n>', 'only these event ids: 474, 481-490', collect)
    .option('--level <level>', 'only critical, error, warning, information, verbose, audit-...', collect)
    .option('--since <time>', 'not before: 2003-05-14 or 2003-05-14T10:11')
    .option('--until <time>', 'not after')
    .option('--recovered', 'records outside the live ones too, where the log has such')
    .action(async (files: string[], options: EventsOptions) => {
      done(await (await import('./commands/events.ts')).runEvents(files, options, io));
    });
}

function addNdr(verb: VerbMaker, io: CommandIo, done: (status: number) => void): void {
  verb('ndr <files...>', 'bounces read: mails, mailboxes, Maildir folders, .msg, pasted text (- reads standard input)')
    .option('--json', 'JSON lines, one a mail')
    .option('--bounces-only', 'leave out mails that are no bounces')
    .action(async (files: string[], options: JsonOption & { bouncesOnly?: boolean }) => {
      done(await (await import('./commands/ndr.ts')).runNdr(files, options, io));
    });
}

function addDiagnose(verb: VerbMaker, io: CommandIo, done: (status: number) => void): void {
  verb(
    'diagnose <paths...>',
    'bounces, event logs, codes, databases and logs read together: what is wrong, why, and what to do',
  )
    .option('--json', 'one JSON document')
    .option('--html <file>', 'write a report that needs nothing else, too')
    .option('--full', 'check databases of any size (default: up to 1 GB; larger ones by their header)')
    .option('--no-host', 'leave this machine out: open files, virus scanners, free space')
    .action(async (paths: string[], options: JsonOption & { html?: string; full?: boolean; host?: boolean }) => {
      done((await import('./commands/diagnose.ts')).runDiagnose(paths, options, io));
    });
}

/** `esekit FILE` is `esekit verdict FILE`. */
function withDefaultVerb(args: readonly string[], program: Command): readonly string[] {
  const first = args[0];
  if (first === undefined || first.startsWith('-') || program.commands.some((command) => command.name() === first))
    return args;
  return first === 'help' ? args : existsSync(first) || /[\\/.]/.test(first) ? ['verdict', ...args] : args;
}

/** Runs one command line; returns the exit status. Never throws for bad input. */
export async function main(args: readonly string[], io: CommandIo): Promise<number> {
  let status: number = ExitStatus.Clean;
  const program = buildProgram(io, (code) => {
    status = code;
  });
  if (args.length === 0) {
    io.out(program.helpInformation());
    return ExitStatus.Usage;
  }
  try {
    await program.parseAsync(withDefaultVerb(args, program), { from: 'user' });
    return status;
  } catch (error) {
    return failure(error, io);
  }
}

function failure(error: unknown, io: CommandIo): number {
  // Commander has written its message already; help and version end with code 0.
  if (error instanceof CommanderError) return error.exitCode === 0 ? ExitStatus.Clean : ExitStatus.Usage;
  if (error instanceof JetError) {
    io.err(`esekit: ${plainText(error.message)} (${error.code} ${error.symbol})\n`);
    return exitStatusOf(error);
  }
  // A fault of ours: say so, with what a report needs.
  io.err(`esekit: internal error: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  return ExitStatus.Failed;
}

function isMain(): boolean {
  const script = process.argv[1];
  return script !== undefined && existsSync(script) && realpathSync(script) === fileURLToPath(import.meta.url);
}

if (isMain()) {
  // A reader that stops early (`| head`) is no failure.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0);
    throw error;
  });
  const io: CommandIo = {
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(text),
    isTerminal: process.stdout.isTTY,
  };
  process.exitCode = await main(process.argv.slice(2), io);
}
