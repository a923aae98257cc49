// Arguments in the manner of the old utility: options begin with - or /, values follow their letter or come next.

/** The arguments cannot be what was meant; the message says why. */
export class UsageError extends Error {}

/** Reads the arguments after the mode. */
export class ArgumentReader {
  readonly #args: readonly string[];
  readonly #exists: (path: string) => boolean;
  #at = 1;

  constructor(args: readonly string[], exists: (path: string) => boolean) {
    this.#args = args;
    this.#exists = exists;
  }

  next(): string | undefined {
    return this.#args[this.#at++];
  }

  /**
   * True for options. Paths may begin with / too, so an argument that names a file, or has a second / where no option
   * of the utility has one, is a path.
   */
  isOption(arg: string): boolean {
    if (arg.startsWith('-')) return arg.length > 1;
    if (!arg.startsWith('/') || arg.length === 1) return false;
    return !this.#exists(arg) && (!arg.includes('/', 1) || /^\/[tfcdbsl][:/.\\]/i.test(arg));
  }

  /** The value of an option: what follows its letter, or else the next argument. */
  value(inline: string): string {
    const rest = inline.replace(/^:+/, '');
    if (rest !== '') return rest;
    const next = this.#args[this.#at];
    if (next === undefined || this.isOption(next)) return '';
    this.#at++;
    return next;
  }
}
