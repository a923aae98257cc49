// What a verb may touch of the outside: its two text streams. Tests pass an object that collects.

/** The output streams of a verb. */
export interface CommandIo {
  /** Writes text (no newline is added) to standard output. */
  out(text: string): void;
  /** Writes text (no newline is added) to standard error. */
  err(text: string): void;
  /** True when standard output is a terminal. */
  readonly isTerminal: boolean;
}
