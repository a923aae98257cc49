// Where the real files are. `corpus('ese/dissect/large.edb')` is a path; `describeCorpus` skips loudly without them.
import { describe, type SuiteAPI } from 'vitest';

const root = process.env['ESEKIT_CORPUS'];

/** True when the corpus of real files is at hand. */
export const hasCorpus: boolean = root !== undefined;

/** The path of a file of the corpus. */
export function corpus(name: string): string {
  return `${root ?? '(no corpus)'}/${name}`;
}

/** A `describe` whose tests need the corpus; skipped (and counted as skipped) without it. */
export const describeCorpus: SuiteAPI | SuiteAPI['skip'] = hasCorpus ? describe : describe.skip;
