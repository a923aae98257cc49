// `esekit dump header|page|tree|space|log|checkpoint FILE [WHICH...]`: what stands on disk, for people or as JSON. Works on dirty and
// damaged databases: what cannot be read is said, and the rest is shown.
import { JetError } from '../../errors/jet-error.ts';
import { Database } from '../../ese/database.ts';
import { FileSource } from '../../ese/io/file-source.ts';
import { describePage, type PageDescription } from '../../eseutil/describe-page.ts';
import { extentTextLines, treeExtents } from '../../eseutil/dump-extents.ts';
import { dumpPage } from '../../eseutil/dump-page.ts';
import { dumpTree, walkLevels } from '../../eseutil/dump-tree.ts';
import { headerDocument, headerText } from '../../eseutil/header-document.ts';
import { plainText } from '../../eseutil/plain-text.ts';
import { ROOT_TREE, tableTrees, treesOfTable, type ListedTree } from '../../eseutil/tree-listing.ts';
import type { CommandIo } from '../command-io.ts';
import { databaseHeader } from '../database-header.ts';
import { ExitStatus } from '../exit-status.ts';
import { FaultLog } from '../fault-log.ts';
import { findTrees, treeName } from '../tree-names.ts';
import { writeLines } from '../write-lines.ts';

/** Options of the verb. */
export interface DumpOptions {
  readonly json?: boolean;
  /** Pages: keys, data and values in full. */
  readonly full?: boolean;
  /** Logs: every record. */
  readonly records?: boolean;
}

interface Context {
  readonly file: string;
  /** Arguments after the file. */
  readonly rest: readonly string[];
  readonly options: DumpOptions;
  readonly io: CommandIo;
}

const USAGE = `Usage: esekit dump header FILE
       esekit dump page FILE PAGE...
       esekit dump tree FILE TABLE | TABLE/INDEX | TABLE/lv
       esekit dump space FILE [TABLE...]
       esekit dump log LOG|BASE|FOLDER... [--records]
       esekit dump checkpoint FILE
`;

function printJson(io: CommandIo, document: unknown): void {
  io.out(`${JSON.stringify(document, null, 2)}\n`);
}

function usage(io: CommandIo, message: string): number {
  io.err(`esekit dump: ${message}\n${USAGE}`);
  return ExitStatus.Usage;
}

/** Opens the database, runs `work`, closes it. Faults of the catalog make the status that of damage. */
async function withDatabase(
  context: Context,
  work: (db: Database, faults: FaultLog) => Promise<number>,
): Promise<number> {
  const source = new FileSource(context.file);
  try {
    databaseHeader(source);
    const faults = new FaultLog(context.io, context.file, 'esekit: ');
    const status = await work(new Database(source, { onFault: faults.onFault }), faults);
    faults.finish();
    return status === ExitStatus.Clean && faults.first !== undefined ? ExitStatus.Damage : status;
  } finally {
    source.close();
  }
}

async function runHeader({ file, rest, options, io }: Context): Promise<number> {
  if (rest.length > 0) return usage(io, `what is ${rest[0]}?`);
  const source = new FileSource(file);
  try {
    const found = databaseHeader(source);
    if (options.json === true) printJson(io, headerDocument(source, found));
    else await writeLines(io, headerText(source, found));
    return found.primary.state === 'good' && ['good', 'missing'].includes(found.shadow.state)
      ? ExitStatus.Clean
      : ExitStatus.Damage;
  } finally {
    source.close();
  }
}

/** Page numbers, decimal or 0x...; undefined when one is none. */
function pageNumbers(texts: readonly string[]): number[] | undefined {
  const valid = texts.length > 0 && texts.every((text) => /^(0x[0-9a-f]{1,8}|\d{1,10})$/i.test(text));
  return valid ? texts.map(Number) : undefined;
}

function isDamaged(page: PageDescription): boolean {
  const { verdict } = page.checksum;
  const summed = verdict === 'good' || verdict === 'none' || verdict === 'uninitialized';
  return !summed || page.problems.length > 0 || page.lines.some((line) => line.problem !== undefined);
}

function runPage(context: Context): Promise<number> {
  const { rest, options, io } = context;
  const numbers = pageNumbers(rest);
  if (numbers === undefined) return Promise.resolve(usage(io, 'a page number is needed, such as 4 or 0x1f'));
  if (numbers.some((pgno) => pgno === 0)) {
    return Promise.resolve(usage(io, 'pages count from 1; `dump header` shows the header'));
  }
  return withDatabase(context, async (db) => {
    const pages = numbers.map((pgno) => describePage(db, pgno));
    if (options.json === true) {
      printJson(io, pages.length === 1 ? pages[0] : pages);
    } else {
      for (const [i, page] of pages.entries()) {
        if (i > 0) io.out('\n');
        await writeLines(io, dumpPage(page, { full: options.full ?? false }));
      }
    }
    return pages.some(isDamaged) ? ExitStatus.Damage : ExitStatus.Clean;
  });
}

/** The one tree of that name. */
function oneTree(db: Database, file: string, name: string): ListedTree {
  const { trees, suggestions } = findTrees(db, name);
  if (trees.length === 1) return trees[0]!;
  const [what, list] =
    trees.length === 0
      ? ['there is no table or index', suggestions]
      : ['several trees go by the name', trees.map((tree) => treeName(tree))];
  const hint = list.length === 0 ? '' : `: ${trees.length === 0 ? 'perhaps ' : ''}${list.slice(0, 8).join(', ')}`;
  throw new JetError('JET_errObjectNotFound', `${file}: ${what} ${plainText(name)}${plainText(hint)}`, { file });
}

function runTree(context: Context): Promise<number> {
  const { file, rest, options, io } = context;
  const name = rest.join('/');
  if (rest.length === 0 || rest.length > 2) {
    return Promise.resolve(usage(io, 'a table or index is needed; `esekit tables FILE` lists them'));
  }
  return withDatabase(context, async (db, faults) => {
    const listed = oneTree(db, file, name);
    if (options.json === true) {
      const { pgnoFDP, objid } = listed.tree;
      const pages = [...walkLevels(db, listed.tree, faults.onFault)];
      printJson(io, { tree: treeName(listed), objid, pgnoFDP, pages });
      return ExitStatus.Clean;
    }
    io.out(`${plainText(treeName(listed))}: object ${listed.tree.objid}, root page ${listed.tree.pgnoFDP}\n\n`);
    await writeLines(io, dumpTree(db, listed.tree, faults.onFault));
    return ExitStatus.Clean;
  });
}

/** The trees asked for: all, or those of the tables named. */
function* treesWanted(db: Database, file: string, names: readonly string[]): Generator<ListedTree> {
  if (names.length === 0) {
    yield ROOT_TREE;
    yield* tableTrees(db);
    return;
  }
  for (const name of names) {
    const table = db.table(name);
    if (table === undefined) yield oneTree(db, file, name);
    else yield* treesOfTable(table);
  }
}

function runSpace(context: Context): Promise<number> {
  const { file, rest, options, io } = context;
  return withDatabase(context, async (db, faults) => {
    const trees = [...treesWanted(db, file, rest)];
    if (options.json === true) {
      printJson(
        io,
        trees.map((listed) => treeExtents(db, listed, faults.onFault)),
      );
      return ExitStatus.Clean;
    }
    for (const listed of trees) await writeLines(io, extentTextLines(treeExtents(db, listed, faults.onFault)));
    return ExitStatus.Clean;
  });
}

async function runLog({ file, rest, options, io }: Context): Promise<number> {
  return (await import('./dump-log.ts')).runDumpLog([file, ...rest], options, io);
}

async function runCheckpoint({ file, rest, options, io }: Context): Promise<number> {
  if (rest.length > 0) return usage(io, `what is ${rest[0]}?`);
  return (await import('./dump-log.ts')).runDumpCheckpoint(file, options, io);
}

const KINDS: Readonly<Record<string, (context: Context) => Promise<number>>> = {
  header: runHeader,
  page: runPage,
  tree: runTree,
  space: runSpace,
  log: runLog,
  checkpoint: runCheckpoint,
};

/**
 * Runs the verb: `args` are the kind of dump, the file, and what of it. Returns the exit status.
 * @throws JetError when the file cannot be read, is no database, or holds nothing of that name or number.
 */
export async function runDump(args: readonly string[], options: DumpOptions, io: CommandIo): Promise<number> {
  const [kind, file, ...rest] = args;
  const run = kind === undefined ? undefined : KINDS[kind];
  if (run === undefined) {
    return usage(io, kind === undefined ? 'say what to dump' : `there is no dump of ${plainText(kind)}`);
  }
  if (file === undefined) return usage(io, 'no file given');
  return run({ file, rest, options, io });
}
