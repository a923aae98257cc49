// `esekit ndr FILE...`: bounces read, one record a mail: what came back, for whom, why, and who said so.
import { NDR_REASONS, readNdr } from '../../diagnose/ndr/index.ts';
import type { ExchangeDetails, NdrRecipient, NdrReport } from '../../diagnose/ndr/index.ts';
import { explainCode } from '../../errors/index.ts';
import { plainText } from '../../eseutil/plain-text.ts';
import type { CommandIo } from '../command-io.ts';
import { ExitStatus } from '../exit-status.ts';
import { mailsOf } from '../mail-source.ts';
import type { SourceMail } from '../mail-source.ts';
import { writeLines } from '../write-lines.ts';

/** Options of the verb. */
export interface NdrOptions {
  /** One JSON line a mail. */
  readonly json?: boolean;
  /** Leave out mails that are no bounces. */
  readonly bouncesOnly?: boolean;
}

/** Runs the verb. Exit status: 0 when every path could be read, 1 when one could not. */
export async function runNdr(paths: readonly string[], options: NdrOptions, io: CommandIo): Promise<number> {
  const problems: SourceMail[] = [];
  const onProblem = (mail: SourceMail): void => {
    const { file, problem } = mail;
    problems.push(mail);
    io.err(`ndr: ${plainText(file)}: ${plainText(problem ?? 'cannot be read')}\n`);
  };
  await writeLines(io, linesOf(paths, options, onProblem));
  return problems.length > 0 ? ExitStatus.Failed : ExitStatus.Clean;
}

function* linesOf(
  paths: readonly string[],
  options: NdrOptions,
  onProblem: (mail: SourceMail) => void,
): Generator<string> {
  for (const path of paths) {
    for (const mail of mailsOf(path)) {
      if (mail.content === undefined) {
        onProblem(mail);
        continue;
      }
      const report = readNdr(mail.content);
      if (options.bouncesOnly === true && !report.bounce) continue;
      if (options.json === true) yield JSON.stringify(jsonLine(mail, report));
      else yield* textLines(mail, report);
    }
  }
}

function jsonLine({ file, number }: SourceMail, report: NdrReport): object {
  return { file, ...(number > 0 && { mail: number }), ...report };
}

const KINDS: Readonly<Record<NdrReport['kind'], string>> = {
  failure: 'not delivered',
  delay: 'delayed, delivery is still tried',
  success: 'delivered',
  feedback: 'a complaint (feedback report)',
  receipt: 'a read receipt',
  'auto-reply': 'an automatic reply',
  other: 'no bounce',
};

function* textLines({ file, number }: SourceMail, report: NdrReport): Generator<string> {
  const name = number > 0 ? `${file}, mail ${number}` : file;
  const form =
    report.form === null
      ? ''
      : ` (${report.form}${report.generator === undefined || report.generator === report.form ? '' : `, ${report.generator}`})`;
  yield plainText(`${name}: ${KINDS[report.kind]}${form}`);
  yield* labelled(2, 'subject', report.subject);
  yield* labelled(2, 'date', report.date);
  yield* labelled(2, 'reported by', report.reportedBy);
  yield* labelled(2, 'original', report.original?.messageId);
  yield* labelled(2, 'complaint', report.feedback?.feedbackType);
  yield* labelled(2, 'disposition', report.disposition?.disposition);
  for (const recipient of report.recipients) yield* recipientLines(recipient);
  for (const note of report.notes) yield* labelled(2, 'note', note);
}

function* recipientLines(one: NdrRecipient): Generator<string> {
  const lasting = one.permanent === null ? '' : one.permanent ? ' (permanent)' : ' (temporary)';
  yield `  ${one.recipient === '' ? '(recipient not named)' : plainText(one.recipient)}`;
  yield* labelled(4, 'reason', `${one.reason}: ${NDR_REASONS[one.reason].meaning}${lasting}`);
  yield* labelled(4, 'codes', codesOf(one));
  yield* labelled(4, 'said', one.diagnostic);
  yield* labelled(4, 'by', one.remoteServer ?? one.reportedBy);
  if (one.exchange !== undefined) yield* exchangeLines(one.exchange);
}

function codesOf({ status, replyStatus, replyCode, action, command }: NdrRecipient): string {
  const codes = [
    status === null ? 'no status code' : `status ${status}`,
    replyStatus === undefined ? '' : `remote ${replyStatus}`,
    replyCode === null ? '' : `reply ${replyCode}`,
    command === undefined ? '' : `to ${command}`,
    action === null ? '' : `action ${action}`,
  ];
  return codes.filter((code) => code !== '').join(', ');
}

function* exchangeLines(exchange: ExchangeDetails): Generator<string> {
  const { hresult, mtsDiagnostic, mtsMeaning } = exchange;
  yield* labelled(4, 'tokens', exchange.tokens?.join(', '));
  yield* labelled(
    4,
    'X.400',
    mtsDiagnostic === undefined ? undefined : `${mtsDiagnostic}${mtsMeaning === undefined ? '' : `: ${mtsMeaning}`}`,
  );
  yield* labelled(4, 'HRESULT', hresult === undefined ? undefined : `${hresult}${meaningOf(hresult)}`);
  yield* labelled(4, 'store', exchange.storeErrors?.join(', '));
}

function meaningOf(code: string): string {
  const best = explainCode(code)[0]?.matches[0];
  return best === undefined ? '' : ` ${best.symbol}: ${best.meaning}`;
}

const LABEL = 12;
const MOST_SHOWN = 300;

function* labelled(indent: number, label: string, text: string | undefined): Generator<string> {
  if (text === undefined || text === '') return;
  const cut = text.length > MOST_SHOWN ? `${text.slice(0, MOST_SHOWN)} ...` : text;
  yield `${' '.repeat(indent)}${label.padEnd(LABEL)} ${plainText(cut)}`;
}
