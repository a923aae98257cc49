// Output streams that remember what was written.
import type { CommandIo } from '../../src/cli/command-io.ts';

/** Both streams of a verb, as text. */
export class CollectedIo implements CommandIo {
  readonly isTerminal = false;
  stdout = '';
  stderr = '';

  out(text: string): void {
    this.stdout += text;
  }

  err(text: string): void {
    this.stderr += text;
  }
}
