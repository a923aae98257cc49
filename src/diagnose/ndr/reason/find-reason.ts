// From codes and words to the reason. Exact vendor codes first, then phrases about the recipient, then phrases about
// the sender and the connection, then what the status code says, then everything else.
import { ADDRESS_SOURCE } from '../addresses.ts';
import type { NdrReason } from './reason-names.ts';
import { CORRECTABLE, statusReason } from './status-reasons.data.ts';
import * as rules from './text-rules.data.ts';
import type { TextRule } from './text-rules.data.ts';
import { ONLINE_RULES, PROVIDER_RULES, VENDORS } from './vendor-rules.data.ts';

/** What is known of one recipient's failure. */
export interface ReasonEvidence {
  /** The most telling enhanced status code, literal. */
  readonly status?: string | undefined;
  readonly replyCode?: number | undefined;
  readonly command?: string | undefined;
  readonly action?: string | undefined;
  /** Type of the diagnostic code: smtp, x-postfix, x-unix ... */
  readonly diagnosticType?: string | undefined;
  /** The recipient's domain and the remote server, for rules of one provider. */
  readonly host?: string | undefined;
  /** What the server said. */
  readonly text: string;
}

/** A reason and the rule it comes from; `sure` is false for what is only left over. */
export interface FoundReason {
  readonly reason: NdrReason;
  readonly rule: string;
  readonly sure: boolean;
}

const MOST_TEXT = 3000;
const ADDRESS = new RegExp(ADDRESS_SOURCE, 'gi');

/** A multi-line reply repeats its codes on each line. */
const CONTINUED = /(?<![\w.])[45]\d\d(?:-(?:[45]\.\d\.\d{1,3} ?)?| [45]\.\d\.\d{1,3} )/g;
/** What Amazon's service puts around the remote server's words. */
const WRAPPING = /5\.1\.0 - Unknown address error /;

/** The text as the rules expect it: lower case, one line, addresses as `@`, no fragments of web addresses. */
export function plainReasonText(text: string): string {
  return text
    .slice(0, MOST_TEXT)
    .replace(/https?:\/\/\S{1,500}/gi, (url) => url.replace(/[#].*$/, ''))
    .replace(ADDRESS, '@')
    .replace(/[\u2018\u2019`\u00b4]/g, "'")
    .replace(WRAPPING, '')
    .replace(/\s+/g, ' ')
    .replace(CONTINUED, (code, at: number) => (at === 0 ? code : ''))
    .trim()
    .toLowerCase();
}

/** Exchange's words for 5.0.0: the server says that it does not know. */
const NO_REASON_GIVEN = /did not report a specific reason/;

const EARLY: ReadonlySet<string> = new Set(['CONN', 'EHLO', 'STARTTLS', 'MAIL', 'RCPT']);

/** Finds the reason. `undefined` only when there is neither a code nor a word. */
export function findReason(evidence: ReasonEvidence): FoundReason {
  const text = plainReasonText(evidence.text);
  if (evidence.diagnosticType === 'x-unix') return ofProgram(text, evidence);
  return (
    (NO_REASON_GIVEN.test(text) ? { reason: 'undefined', rule: 'text.no-reason-given', sure: true } : undefined) ??
    byVendor(text, evidence) ??
    byRecipient(text, evidence) ??
    bySender(text, evidence) ??
    byStatus(evidence) ??
    byGeneralText(text, evidence) ??
    leftOver(text, evidence)
  );
}

/** What a delivery program said or returned: anything but a full disk is its own failure. */
function ofProgram(text: string, evidence: ReasonEvidence): FoundReason {
  if (rules.MAILBOX_FULL.when.test(text)) return found(rules.MAILBOX_FULL);
  const program = rules.GENERAL_RULES.find(({ reason }) => reason === 'mailererror');
  if (program?.when.test(text) === true) return found(program);
  return byStatus(evidence) ?? leftOver('', evidence);
}

function found({ reason, id }: TextRule): FoundReason {
  return { reason, rule: id, sure: true };
}

function firstOf(text: string, list: readonly TextRule[]): FoundReason | undefined {
  for (const rule of list) if (rule.when.test(text)) return found(rule);
  return undefined;
}

function byVendor(text: string, { status, action, host }: ReasonEvidence): FoundReason | undefined {
  if (status?.startsWith('2.') === true || action === 'delivered' || action === 'relayed' || action === 'expanded')
    return { reason: 'delivered', rule: 'status.delivered', sure: true };
  const withStatus = status === undefined ? text : `${text} ${status}`;
  const provider =
    host === undefined ? undefined : PROVIDER_RULES.find((rule) => rule.host.test(host) && rule.when.test(withStatus));
  if (provider !== undefined) return found(provider);
  for (const { marks, rules: own } of VENDORS) {
    const rule = marks.some((mark) => text.includes(mark)) ? firstOf(withStatus, own) : undefined;
    if (rule !== undefined) return rule;
  }
  return status === undefined ? undefined : firstOf(`${status} ${text.slice(0, 100)}`, ONLINE_RULES);
}

/** Words about the mailbox, then relaying and authentication, then unknown users. */
function byRecipient(text: string, evidence: ReasonEvidence): FoundReason | undefined {
  const ofStatus = statusReason(evidence.status);
  if (ofStatus === 'systemfull') return { reason: 'systemfull', rule: 'status.systemfull', sure: true };
  if (ofStatus === 'mailboxfull' || rules.MAILBOX_FULL.when.test(text)) return found(rules.MAILBOX_FULL);
  if (ofStatus === 'mesgtoobig') return found(rules.MESSAGE_TOO_BIG);
  if (ofStatus === 'exceedlimit' || rules.EXCEED_LIMIT.when.test(text)) return found(rules.EXCEED_LIMIT);
  if (rules.MESSAGE_TOO_BIG.when.test(text)) return found(rules.MESSAGE_TOO_BIG);
  if (evidence.replyCode === 525 || ofStatus === 'suspend' || rules.SUSPEND.when.test(text))
    return found(rules.SUSPEND);
  if (ofStatus === 'hasmoved' || rules.HAS_MOVED.when.test(text)) return found(rules.HAS_MOVED);
  if (evidence.command !== 'CONN' && rules.NO_RELAYING.when.test(text)) return found(rules.NO_RELAYING);
  if (ofStatus === 'authfailure' || rules.AUTH_FAILURE.when.test(text)) return found(rules.AUTH_FAILURE);
  return unknownUser(text, evidence, ofStatus);
}

/**
 * "No such user" is taken at its word when the server says it of the recipient (in reply to RCPT, with 5.1.1, or in its
 * own report). Said later, after it has seen the message, it is a filter's excuse.
 */
function unknownUser(text: string, evidence: ReasonEvidence, ofStatus: NdrReason | undefined): FoundReason | undefined {
  const said = rules.UNKNOWN_USER.test(text) && !rules.HOST_UNKNOWN.when.test(text) && !/\bspam\b/.test(text);
  const { command } = evidence;
  if (rules.LOCAL_DIRECTORY.when.test(text)) return found(rules.LOCAL_DIRECTORY);
  if (rules.RECIPIENT_PREFERENCE.when.test(text)) return found(rules.RECIPIENT_PREFERENCE);
  if (ofStatus === 'userunknown' && command === 'MAIL' && !said) return undefined;
  if (ofStatus === 'userunknown') {
    const other = [rules.BLOCKED, rules.REQUIRE_PTR].find(({ when }) => when.test(text) && !said);
    if (other === undefined && !(rules.REJECTED.when.test(text) && !said))
      return { reason: 'userunknown', rule: 'status.userunknown', sure: true };
    return undefined;
  }
  if (said && command === 'RCPT') return { reason: 'userunknown', rule: 'text.userunknown', sure: true };
  if (command !== undefined && EARLY.has(command)) return undefined;
  if (rules.FILTERED.when.test(text)) return found(rules.FILTERED);
  if (!said) return undefined;
  return ofStatus === undefined || ofStatus === 'filtered' || CORRECTABLE.has(ofStatus)
    ? { reason: 'filtered', rule: 'text.userunknown.after-data', sure: true }
    : undefined;
}

/** Words about the sender, its host, its mail. */
function bySender(text: string, evidence: ReasonEvidence): FoundReason | undefined {
  const ofStatus = statusReason(evidence.status);
  if (ofStatus === 'requireptr' || rules.REQUIRE_PTR.when.test(text)) return found(rules.REQUIRE_PTR);
  if (rules.NOT_COMPLIANT.when.test(text)) return found(rules.NOT_COMPLIANT);
  if (rules.BAD_REPUTATION.when.test(text)) return found(rules.BAD_REPUTATION);
  if (ofStatus === 'rejected' || refusesSender(text, evidence, ofStatus)) return found(rules.REJECTED);
  if (rules.HOST_UNKNOWN.when.test(text)) return found(rules.HOST_UNKNOWN);
  const late = evidence.command === undefined || !['CONN', 'EHLO', 'MAIL', 'RCPT'].includes(evidence.command);
  if (ofStatus === 'spamdetected' || (late && ofStatus !== 'filtered' && rules.SPAM.when.test(text)))
    return found(rules.SPAM);
  return firstOf(text, [rules.TOO_MANY_CONNECTIONS, rules.SPEEDING, rules.STARTTLS_FAILED, rules.BLOCKED]);
}

function refusesSender(text: string, { command }: ReasonEvidence, ofStatus: NdrReason | undefined): boolean {
  if (rules.NOT_REJECTED.test(text) || !rules.REJECTED.when.test(text)) return false;
  if (command === 'MAIL') return true;
  if (command === 'DATA') return ofStatus !== 'userunknown';
  return ofStatus === undefined || ofStatus === 'securityerror' || ofStatus === 'systemerror' || ofStatus === 'onhold';
}

function byStatus({ status }: ReasonEvidence): FoundReason | undefined {
  const reason = statusReason(status);
  return reason === undefined || CORRECTABLE.has(reason) ? undefined : { reason, rule: `status.${reason}`, sure: true };
}

function byGeneralText(text: string, { status }: ReasonEvidence): FoundReason | undefined {
  const general = firstOf(text, rules.GENERAL_RULES);
  if (general !== undefined) return general;
  if (rules.SPAM.when.test(text)) return found(rules.SPAM);
  const reason = statusReason(status);
  return reason === undefined ? undefined : { reason, rule: `status.${reason}`, sure: true };
}

function leftOver(text: string, { status, diagnosticType, replyCode, action, command }: ReasonEvidence): FoundReason {
  const rest = (reason: NdrReason, rule: string): FoundReason => ({ reason, rule, sure: false });
  if (status?.[2] === '6') return rest('contenterror', 'status.class');
  if (status?.[2] === '7') return rest('securityerror', 'status.class');
  if (diagnosticType?.startsWith('x-unix') === true) return rest('mailererror', 'diagnostic.x-unix');
  if (replyCode !== undefined && replyCode % 100 > 0 && replyCode % 100 < 8) return rest('syntaxerror', 'reply.syntax');
  if (action === 'delayed' || action === 'expired') return rest('expired', 'action.delayed');
  if (command === 'EHLO' || command === 'CONN') return rest('blocked', 'command.early');
  const silent =
    !/[\p{L}\d]/u.test(text) && (status === undefined || status.endsWith('.0.0')) && replyCode === undefined;
  return silent ? rest('undefined', 'nothing') : rest('onhold', 'no-rule');
}
