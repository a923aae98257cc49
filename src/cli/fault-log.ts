// Pages that a dump could not use, told on standard error: each once, and not without end.
import { JetError } from '../errors/jet-error.ts';
import type { TreeFaultHandler } from '../ese/btree/cursor.ts';
import { faultText } from '../ese/table-scan.ts';
import { plainText } from '../eseutil/plain-text.ts';
import type { CommandIo } from './command-io.ts';

const TOLD_MOST = 20;
/** Faults that are remembered so as not to be told twice. */
const KNOWN_MOST = 10_000;

/** Tells faults as they come. */
export class FaultLog {
  /** The first fault, as an error; undefined when there was none. */
  first: JetError | undefined;
  readonly #io: CommandIo;
  readonly #file: string;
  readonly #prefix: string;
  readonly #known = new Set<string>();
  #more = 0;

  /** `prefix` begins each line: `ERROR: `. */
  constructor(io: CommandIo, file: string, prefix: string) {
    this.#io = io;
    this.#file = file;
    this.#prefix = prefix;
  }

  /** To be given to whatever reads trees. */
  readonly onFault: TreeFaultHandler = (pgno, _parent, reason) => {
    const text = faultText(pgno, reason);
    const damage = (): JetError => new JetError('JET_errDatabaseCorrupted', `${this.#file}: ${text}`, { pgno });
    this.first ??= reason instanceof JetError ? reason : damage();
    if (this.#known.has(text)) return;
    if (this.#known.size < KNOWN_MOST) this.#known.add(text);
    if (this.#known.size <= TOLD_MOST) this.#io.err(`${this.#prefix}${plainText(text)}\n`);
    else this.#more++;
  };

  /** Tells how many faults were not told. */
  finish(): void {
    if (this.#more > 0) this.#io.err(`${this.#prefix}... and ${this.#more} more such faults\n`);
    this.#more = 0;
  }
}
