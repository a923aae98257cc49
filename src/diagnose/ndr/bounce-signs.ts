// Signs in headers and text that a mail without a machine-readable part is a bounce, a delay, an automatic reply.
import type { HeaderField } from './mail/header-block.ts';
import { fieldValue } from './mail/header-block.ts';

/** Senders: mail systems write under these names. */
const SENDER =
  /(?:mailer|mail|delivery|mmsc)[-_ .]?(?:daemon|delivery|deliver system|subsystem|system|ndr)|post[-_]?master|system administrator|delivery (?:sub)?system|internet mail delivery|interscan|(?:^|<)(?:daemon|mailer|bounces?|ndr|no-?reply-bounce)@/i;

/** Subjects of bounces and delay notices, in the languages servers write them in. */
const SUBJECT = new RegExp(
  [
    String.raw`undeliver(?:able|ed)|non ?delivery|not delivered|nondeliverable`,
    String.raw`return(?:ed|ing) (?:mail|message|to sender|e-?mail)|(?:mail|message|e-?mail) return(?:ed|ing)`,
    String.raw`(?:delivery|mail|message|e-?mail|sending|transmission|dispatch).{0,30}(?:fail|error|delay|problem|blocked|could not|not be|rejected)`,
    String.raw`(?:fail(?:ed|ure)|error|problem|delay|unable|cannot|can't|could not).{0,30}(?:deliver|notice|send|mail|message)`,
    String.raw`delivery (?:status|notification|report)|status notification|mail status|failure notice|rejected mail`,
    String.raw`mail system error|warning: (?:could not|message)|message you sent (?:was )?blocked|loop alert|considered (?:unsolicited|spam)|(?:virus|banned|spam).{0,30}(?:from you|in mail|found)`,
    String.raw`unzustellbar|nicht zugestellt|zustellung|fehlgeschlagen|non remis|non[- ]distribu|échec|non recapit|mancata|no se puede entregar|no entregado|devuelt|não entregue|falha|onbestelbaar|niet bezorgd|olevererbart|niet afgeleverd`,
    String.raw`не доставлен|недоставлен|配信|送信(?:エラー|できませ)|メールエラー|エラー通知|配送|退信|无法投递|传送失败|無法傳遞|전송`,
  ].join('|'),
  'i',
);

/** Sentences of a bounce that nobody else writes. */
const SENTENCE = new RegExp(
  [
    String.raw`(?:could|can|was|were|is|has|have|been)(?: not|n't|not)(?: yet)? (?:be |been )?(?:deliver|reach|sent)`,
    String.raw`(?:un|not |wasn't )able to (?:be )?(?:deliver|send|reach)|did not reach|delivery (?:has |to the following .{0,40})?fail|delevery to`,
    String.raw`following (?:recipient|address|destination).{0,60}(?:fail|error|problem|reach|reject|delay|undeliver)`,
    String.raw`addresses had (?:permanent|transient|delivery)|had delivery (?:errors|problems)|transcript of session|fatal errors`,
    String.raw`returned? (?:to sender|message|permanent errors)|undeliverable|failed (?:addresses|recipients?)|failure reasons|error (?:message|occurred).{0,40}(?:below|deliver|sending|while)`,
    String.raw`rejected by a remote mail server|will be retried|account is disabled|final delivery userid|unknown user:|permanent error|trouble delivering|error delivering`,
    String.raw`duplicated message-id in|message to \S{1,80} (?:was|has been) (?:reject|block|bounce)`,
    String.raw`generating server:|msexch:|mailer-daemon|送信できませんでした|配信できませんでした|送信に失敗|não foi entregue|no se (?:ha )?pud|n'a pas pu|konnte nicht|не может быть доставлено`,
  ].join('|'),
  'i',
);

/** A sentence that itself leads to the recipient: enough even when nothing else speaks for a bounce. */
const DECISIVE =
  /(?:could not be delivered to|unable to deliver (?:message|mail|the message) to|did not reach the following recipient\(?s?\)?|delivery (?:to the following recipients?(?: has)? failed|has failed to these recipients)|could not be reached|returned permanent errors|following address(?:\(es\)|es)? failed)[^@]{0,240}@/i;

const DELAY_SUBJECT =
  /delayed|delay\)|\(delay|warning:|still being retried|not yet|verzögert|retard|retraso|delivery delay/i;
const DELAY_TEXT =
  /this is a warning message only|has (?:not yet been|been) delay|not yet been delivered|you do not need to resend|will (?:be retried|keep trying|continue to try)|delivery attempts will continue|no action is required on your part|transient non-fatal errors/i;

/** What speaks for a bounce. */
export interface BounceSigns {
  readonly bounce: boolean;
  readonly delay: boolean;
  /** From a mail system, but nothing that is said is known. */
  readonly unclear: boolean;
}

/** Judges a mail by its headers and the reporter's text (at most its first 20,000 characters count). */
export function bounceSigns(fields: readonly HeaderField[], subject: string, text: string): BounceSigns {
  const head = text.slice(0, 20_000);
  const from = fieldValue(fields, 'from') ?? '';
  const sender = SENDER.test(from) || fieldValue(fields, 'x-mailer')?.includes('Internet Mail Service') === true;
  const nullPath = /^<\s*>$/.test(fieldValue(fields, 'return-path') ?? '') || /^(?:<>|.*<>)$/.test(from);
  const named = SUBJECT.test(subject);
  const said = SENTENCE.test(head);
  const bounce =
    fieldValue(fields, 'x-failed-recipients') !== undefined ||
    fieldValue(fields, 'x-ms-exchange-message-is-ndr') !== undefined ||
    (named && (sender || said || nullPath)) ||
    (sender && said) ||
    DECISIVE.test(head);
  const failedSubject = /fail|undeliver|returned mail/i.test(subject);
  return {
    bounce,
    delay: bounce && !failedSubject && (DELAY_SUBJECT.test(subject) || DELAY_TEXT.test(head)),
    unclear: !bounce && sender && nullPath,
  };
}

const AUTO_SUBJECT =
  /\b(?:out of (?:the )?office|auto(?:matic)?[- ]?(?:reply|response|respon)|autoreply|vacation|away (?:from|until)|abwesen|absence|respuesta autom|réponse automatique|automatische antwort|risposta automatica|automatyczna odpowied|自動(?:返信|応答))/i;

/** True for automatic replies (RFC 3834 and what came before it). */
export function isAutoReply(fields: readonly HeaderField[], subject: string): boolean {
  const submitted = fieldValue(fields, 'auto-submitted')?.toLowerCase();
  if (submitted?.startsWith('auto-replied') === true) return true;
  if (/^(?:auto_reply|vacation)/i.test(fieldValue(fields, 'precedence') ?? '')) return true;
  if (fieldValue(fields, 'x-autoreply') !== undefined || fieldValue(fields, 'x-autorespond') !== undefined) return true;
  return AUTO_SUBJECT.test(subject) && submitted !== 'no';
}
