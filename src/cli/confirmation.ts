// Questions whose answer is yes or no, asked before data is lost.
import { createInterface } from 'node:readline/promises';
import type { CommandIo } from './command-io.ts';

/** Asks one question; true means yes. */
export type Ask = (question: string) => Promise<boolean>;

async function askOnTerminal(question: string): Promise<boolean> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const answer = await terminal.question(`${question} [y/N] `);
    return /^y(es)?$/i.test(answer.trim());
  } finally {
    terminal.close();
  }
}

/** How the user can be asked; undefined where nobody sits at a terminal. */
export function terminalAsk(io: CommandIo): Ask | undefined {
  return io.isTerminal && process.stdin.isTTY ? askOnTerminal : undefined;
}
