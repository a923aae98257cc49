// `esekit error CODE...`: the Error Converter. Explains every code in its arguments, in any spelling.
import { explainCode } from '../../errors/index.ts';
import type { CodeExplanation, CodeMatch } from '../../errors/index.ts';
import type { CommandIo } from '../command-io.ts';

/** Options of the verb. */
export interface ErrorOptions {
  /** One JSON document instead of text. */
  readonly json?: boolean;
}

const WIDTH = 100;
const LABEL = 10;

/**
 * Runs the verb. Exit status: 0 when at least one code is known, 1 when none is, 2 without arguments.
 */
export function runError(args: readonly string[], options: ErrorOptions, io: CommandIo): Promise<number> {
  if (args.join('').trim() === '') {
    io.err('error: give at least one code, for example: esekit error -1018 0x8004010f "hr=0x80004005, ec=-528"\n');
    return Promise.resolve(2);
  }
  const explanations = explainArguments(args);
  const known = explanations.some(({ matches }) => matches.length > 0);
  if (options.json === true) io.out(`${JSON.stringify(explanations.flatMap(jsonEntries), null, 2)}\n`);
  else if (explanations.length === 0) io.err(`error: no code found in: ${args.join(' ')}\n`);
  else io.out(explanations.map((one) => humanText(one, io.isTerminal)).join('\n'));
  return Promise.resolve(known ? 0 : 1);
}

/** Each argument is a code or a text; words that are no code tell the family of the next one (`Jet error -1018`). */
function explainArguments(args: readonly string[]): CodeExplanation[] {
  const explanations: CodeExplanation[] = [];
  let context = '';
  for (let i = 0; i < args.length; i++) {
    // `- 1018`: the shell made two arguments of it.
    const signed = args[i] === '-' && /^\d{1,5}$/.test(args[i + 1] ?? '');
    const text = signed ? `-${args[++i]!}` : args[i]!;
    const found = explainCode(text, context);
    explanations.push(...found);
    context = found.length > 0 ? '' : `${context} ${text}`.slice(-80);
  }
  return explanations;
}

function jsonEntries({ input, code, hex, facility, matches }: CodeExplanation): object[] {
  if (matches.length > 0) return matches.map((match) => ({ input, ...match }));
  return [
    {
      input,
      family: 'unknown',
      symbol: '',
      code: code ?? null,
      hex: hex ?? '',
      meaning: 'Not in any table.',
      ...(facility !== undefined && { facility }),
      rank: 1,
      confidence: 'possible',
    },
  ];
}

function humanText(explanation: CodeExplanation, color: boolean): string {
  const [best, ...others] = explanation.matches;
  const bold = (text: string): string => (color ? `\u001b[1m${text}\u001b[22m` : text);
  if (best === undefined) {
    return `${bold(explanation.input)}  not in any table\n${line('number', unknownForms(explanation))}`;
  }
  const guess = best.confidence === 'certain' ? best.family : `${best.family}, ${best.confidence}`;
  const text = [
    `${bold(best.symbol === explanation.input ? best.symbol : `${explanation.input}  ${best.symbol}`)}  (${guess})\n`,
    line('number', best.family === 'SMTP' ? undefined : forms(best)),
    line('taken as', best.note),
    line('meaning', best.derived === true ? `in words: ${best.meaning}` : best.meaning),
    line('do', best.advice),
    line('note', toComeNote(best.advice)),
    line('aliases', best.aliases?.join(', ')),
    ...others.map((match, i) => line(i === 0 ? 'also' : '', other(match))),
  ];
  return text.join('');
}

/** Verbs that advice names but this version does not have yet, with what does their work on Windows meanwhile. */
const TO_COME: Readonly<Record<string, string>> = {
  isinteg: 'isinteg (Exchange 2007 and earlier) or New-MailboxRepairRequest',
};

/** Advice must not send anybody to a verb that is not there: says which are to come, and what to use till then. */
function toComeNote(advice: string | undefined): string | undefined {
  const named = Object.keys(TO_COME).filter((verb) => advice?.includes(`esekit ${verb}`) === true);
  if (named.length === 0) return undefined;
  const tools = named.map((verb) => TO_COME[verb]!).filter((tool) => tool !== '');
  const meanwhile = tools.length === 0 ? '' : `; till then use ${tools.join(', ')} on Windows`;
  return `${named.map((verb) => `esekit ${verb}`).join(', ')}: not in this version yet${meanwhile}.`;
}

/** The number in every form it is met in. */
function forms({ family, code, hex }: CodeMatch): string {
  if (typeof code === 'string' || hex === '') return String(code);
  if (family !== 'JET') return code >= 0x80000000 ? `${hex}, ${code | 0}, ${code}` : `${code}, ${hex}`;
  if (code >= 0) return `${code}, ${hex}`;
  const wrapped = [0xc8000000 - code, 0x8e5e0000 - code].map((value) => `0x${value.toString(16)}`);
  return `${code}, ${hex}, ${code >>> 0}; as HRESULT ${wrapped.join(' or ')}`;
}

function unknownForms({ code, unsigned, hex, facility }: CodeExplanation): string | undefined {
  if (hex === undefined) return code === undefined ? undefined : String(code);
  const numbers = code === unsigned ? `${String(code)}, ${hex}` : `${String(code)}, ${hex}, ${String(unsigned)}`;
  return facility === undefined ? numbers : `${numbers}; facility ${facility}`;
}

function other(match: CodeMatch): string {
  const number = typeof match.code === 'number' && match.code >= 0x10000 ? match.hex : String(match.code);
  const meaning = match.derived === true ? '' : `: ${match.meaning}`;
  const note = match.note === undefined ? '' : ` (${match.note})`;
  return `${match.family} ${number} ${match.symbol}${note}${meaning}`;
}

/** A labelled line, wrapped; nothing without a text. */
function line(label: string, text: string | undefined): string {
  if (text === undefined) return '';
  const rows = [''];
  for (const word of text.split(' ')) {
    const row = rows[rows.length - 1]!;
    if (row !== '' && LABEL + 2 + row.length + 1 + word.length > WIDTH) rows.push(word);
    else rows[rows.length - 1] = row === '' ? word : `${row} ${word}`;
  }
  return rows.map((row, i) => `  ${(i === 0 ? label : '').padEnd(LABEL)}${row}\n`).join('');
}
