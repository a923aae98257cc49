// A database, log or checkpoint as evidence: what its header says, and what a check found.
import { numberRuns } from '../../binary/number-runs.ts';
import { Database } from '../../ese/database.ts';
import type { Finding, Severity } from '../../ese/finding.ts';
import { DbState, dbStateName } from '../../ese/header/db-state.ts';
import type { IdentifiedFile } from '../../ese/header/identify.ts';
import type { FoundHeader } from '../../ese/header/read-db-header.ts';
import type { FileSource } from '../../ese/io/file-source.ts';
import { checkDatabase } from '../../eseutil/check.ts';
import { requiredLogs } from '../../eseutil/required-logs.ts';
import { ruleMeaning } from '../../eseutil/rule-meaning.ts';
import type { DatabaseEvidence, LogEvidence, NamedCode } from '../evidence.ts';
import { databaseKey } from '../evidence-keys.ts';
import { namedCodes } from '../named-codes.ts';

/** Databases up to this size are checked; larger ones only when asked for. */
export const CHECKED_MOST: number = 1 << 30;

interface Facts {
  readonly facts: Set<string>;
  readonly details: Map<string, string>;
  readonly codes: Map<string, NamedCode>;
}

function headerFacts(found: FoundHeader, out: Facts): void {
  const { header } = found;
  const say = (fact: string, detail?: string): void => {
    out.facts.add(fact);
    if (detail !== undefined) out.details.set(fact, detail);
  };
  say(header.dbstate === DbState.CleanShutdown ? 'clean' : 'not-clean', dbStateName(header.dbstate));
  if (header.dbstate === DbState.DirtyShutdown || header.dbstate === DbState.DirtyAndPatchedShutdown)
    say('dirty', 'the last changes are only in its logs');
  if (header.dbstate === DbState.BeingConverted || header.dbstate === DbState.ForceDetach)
    say('broken-off', dbStateName(header.dbstate));
  if (found.used === 'none') say('header-damaged', 'neither copy of the header has its checksum');
  else if (found.primary.state !== 'good') say('header-shadow-used', 'the first copy of the header is damaged');
  const repairs = header.ulRepairCount + header.ulRepairCountOld;
  if (repairs > 0) say('repaired', `repaired (eseutil /p) ${repairs} times`);
  if (header.ulECCFixSuccess > 0) say('bits-corrected', `${header.ulECCFixSuccess} single-bit errors were corrected`);
  if (header.ulBadChecksum > 0) say('bad-checksums-seen', `the engine has met ${header.ulBadChecksum} bad checksums`);
}

/** Notes that are facts all the same. */
const NOTED: ReadonlySet<string> = new Set(['space.leaked', 'lv.orphan']);

interface Tally {
  readonly first: Finding;
  worst: Severity;
  count: number;
  readonly pages: Set<number>;
  readonly places: Set<string>;
}

const SEVERITIES: readonly Severity[] = ['info', 'warning', 'error'];
const PAGES_MOST = 1_000;

function tally(findings: Map<string, Tally>, finding: Finding): void {
  const known = findings.get(finding.rule);
  const one = known ?? { first: finding, worst: finding.severity, count: 0, pages: new Set(), places: new Set() };
  if (known === undefined) findings.set(finding.rule, one);
  one.count++;
  if (SEVERITIES.indexOf(finding.severity) > SEVERITIES.indexOf(one.worst)) one.worst = finding.severity;
  const { pgno, table, index } = finding.at;
  if (pgno !== undefined && one.pages.size < PAGES_MOST) one.pages.add(pgno);
  if (table !== undefined && one.places.size < 6) one.places.add(index === undefined ? table : `${table}.${index}`);
}

function detailOf(rule: string, { count, pages, places }: Tally): string {
  const runs = numberRuns([...pages].sort((a, b) => a - b));
  const where =
    runs.length === 0
      ? ''
      : `, page${pages.size === 1 ? '' : 's'} ${runs.slice(0, 8).join(', ')}${runs.length > 8 ? ' ...' : ''}`;
  const of = places.size === 0 ? '' : ` of ${[...places].join(', ')}`;
  return `${rule} x ${count}${where}${of}: ${ruleMeaning(rule)}`;
}

/**
 * What no replay of logs puts right. All else that a check finds in a database that waits for its logs is how a crash
 * leaves pages, some of them newer than others: no evidence of damage.
 */
const OUTLASTS_RECOVERY =
  /^(?:page\.(?:checksum|correctable|structure|unreadable)|header\.(?:primary|shadow|damaged)|file\.)/;

function checkFacts(db: Database, out: Facts): void {
  const findings = new Map<string, Tally>();
  const waitsForLogs = out.facts.has('logs-present') || out.facts.has('logs-missing');
  let passing = 0;
  const { ok, pages, counts } = checkDatabase(db, {
    onFinding: (finding) => {
      if (!waitsForLogs || OUTLASTS_RECOVERY.test(finding.rule)) tally(findings, finding);
      else if (finding.severity === 'error') passing++;
    },
  });
  out.facts.add('checked');
  if (passing > 0) out.details.set('dirty', `${passing} contradictions between pages, as a crash leaves them`);
  const errors = [...findings.values()].filter(({ first }) => first.severity === 'error');
  if (ok || (counts.error === 0 && counts.warning <= (out.facts.has('dirty') ? 1 : 0))) {
    out.facts.add('sound');
    out.details.set('sound', `all ${pages.checked} pages, records and indexes were checked: sound`);
  }
  if (errors.length > 0) out.facts.add('damaged');
  for (const [rule, one] of findings) {
    // A note (a damaged page that nobody uses, ...) is no damage; wasted space is always a note.
    if (one.worst === 'info' && !NOTED.has(rule)) continue;
    out.facts.add(rule);
    out.details.set(rule, detailOf(rule, one));
    if (one.worst !== 'error' || one.first.jet === undefined) continue;
    for (const code of namedCodes(one.first.jet.symbol)) out.codes.set(code.symbol, code);
  }
}

const MAIL_STORE = /^(?:Msg|Folders|Mailbox|PerUserRead|Message_\d+|MailboxIdentity|1-\d+)$/;

function tableFacts(db: Database, out: Facts): void {
  const names = db.tables.map(({ name }) => name);
  if (names.some((name) => MAIL_STORE.test(name))) out.facts.add('mail-store');
  if (names.includes('datatable') && names.includes('link_table')) out.facts.add('directory');
}

/** Options of reading a database as evidence. */
export interface DatabaseReadOptions {
  /** Check the whole database; else only its header is read. */
  readonly check: boolean;
}

/** A database as evidence. Damage is evidence, never an error. */
export function databaseEvidence(
  source: FileSource,
  file: IdentifiedFile & { readonly found: FoundHeader },
  options: DatabaseReadOptions,
): DatabaseEvidence {
  const { found } = file;
  const out: Facts = { facts: new Set([file.kind]), details: new Map(), codes: new Map() };
  headerFacts(found, out);
  const logs = out.facts.has('dirty') ? requiredLogs(source.name, found.header) : undefined;
  if (out.facts.has('dirty')) {
    out.facts.add(logs === undefined ? 'no-logs-named' : logs.missing.length > 0 ? 'logs-missing' : 'logs-present');
    if (logs !== undefined && logs.missing.length > 0)
      out.details.set(
        'logs-missing',
        `needs logs ${logs.first}-${logs.last}; missing: ${numberRuns(logs.missing).join(', ')}`,
      );
  }
  if (file.kind === 'database') readInside(source, out, options);
  const worth = ['damaged', 'dirty', 'header-damaged', 'sound', 'clean', 'not-clean'].find((fact) =>
    out.facts.has(fact),
  )!;
  return {
    kind: 'database',
    place: { file: source.name },
    count: 1,
    keys: { database: databaseKey(source.name), databasePath: source.name },
    codes: [...out.codes.values()],
    summary: `database ${source.name}: ${out.details.get('clean') ?? out.details.get('not-clean') ?? ''}${worth === 'damaged' ? ', damaged' : worth === 'sound' ? ', sound' : ''}`,
    path: source.name,
    size: source.size,
    facts: out.facts,
    details: out.details,
    revision: found.header.ulDaeUpdateMajor,
    ...(logs !== undefined && {
      logs: { first: logs.first, last: logs.last, missing: logs.missing },
      ...(logs.base !== undefined && { base: logs.base }),
    }),
  };
}

function readInside(source: FileSource, out: Facts, options: DatabaseReadOptions): void {
  try {
    const db = new Database(source);
    out.facts.add('opened');
    tableFacts(db, out);
    if (options.check) checkFacts(db, out);
    else out.facts.add('not-checked');
  } catch (error) {
    out.facts.add('unreadable').add('damaged');
    out.details.set('unreadable', error instanceof Error ? error.message : String(error));
  }
}

/** A log or checkpoint as evidence. */
export function logEvidence(
  source: FileSource,
  file: IdentifiedFile & { readonly kind: 'log' | 'checkpoint' },
): LogEvidence {
  const sound = file.kind === 'log' ? file.sound : file.used !== 'none';
  const generation = file.kind === 'log' ? file.header.lGeneration : file.checkpoint.lgposCheckpoint.lGeneration;
  return {
    kind: file.kind,
    place: { file: source.name },
    count: 1,
    keys: {},
    codes: [],
    summary: `${file.kind} ${source.name}: ${sound ? `generation ${generation}` : 'header damaged (checksum)'}`,
    path: source.name,
    generation,
    facts: new Set([file.kind, sound ? 'sound' : 'header-damaged']),
  };
}
