// The progress bar of eseutil: a scale of 51 characters, one dot for each two percent (status.cxx, eseutil.cxx).

const INDENT = ' '.repeat(10);
const SCALE = '0    10   20   30   40   50   60   70   80   90  100';
const RULER = '|----|----|----|----|----|----|----|----|----|----|';
const PERCENT_A_DOT = 2;
const DOTS = 100 / PERCENT_A_DOT;

/** A progress bar as text: each method gives what is to be printed next. */
export class ProgressBar {
  readonly #title: string;
  #dots = 0;

  /** `operation` is the first word of the title: `Scanning`, `Checksum`. */
  constructor(operation: string) {
    this.#title = `${operation} Status (% complete)`;
  }

  /** Title, scale and ruler; the dots follow on the last line. */
  begin(): string {
    const centring = ' '.repeat(Math.max(0, Math.floor((RULER.length - this.#title.length) / 2)));
    return `${INDENT}${centring}${this.#title}\n\n${INDENT}${SCALE}\n${INDENT}${RULER}\n${INDENT}`;
  }

  /** The dots that are due. Counts that run backwards or past the end are harmless. */
  advance(done: number, total: number): string {
    const percent = total > 0 ? Math.floor((done * 100) / total) : 0;
    return this.#upTo(Math.floor(percent / PERCENT_A_DOT));
  }

  /** The rest of the dots, the last one of the scale, and the end of the line. */
  finish(): string {
    return `${this.#upTo(DOTS)}.\n`;
  }

  #upTo(dots: number): string {
    const due = Math.max(0, Math.min(DOTS, dots) - this.#dots);
    this.#dots += due;
    return '.'.repeat(due);
  }
}
