// The user's own names in the texts of rules: {path} and the like are filled from the evidence of a match.
import { numberRuns } from '../binary/number-runs.ts';
import { quotePath } from '../eseutil/next-step.ts';
import type { RuleMatch } from './apply-rules.ts';
import type { DatabaseEvidence, Evidence, LogEvidence } from './evidence.ts';

const UNKNOWN: Readonly<Record<string, string>> = {
  database: 'the database',
  path: 'DATABASE',
  copy: 'COPY',
  out: 'DIR',
  folder: 'FOLDER',
  base: 'E00',
  log: 'LOG',
  server: 'SERVER',
  recipient: 'the recipient',
  missing: 'those that its header names',
  domain: 'the domain',
  sizeNeeded: '110 % of its size',
  codes: 'see the evidence',
};

/** Codes named in a title; the evidence has them all. */
const CODES_MOST = 4;

const bare = (path: string): string => path.split(/[\\/]/).at(-1)!;

/** `store.edb` becomes `store.copy.edb`. */
function withMark(path: string, mark: string): string {
  const dot = path.lastIndexOf('.');
  return dot <= Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\'))
    ? `${path}${mark}`
    : `${path.slice(0, dot)}${mark}${path.slice(dot)}`;
}

function databaseNames(file: DatabaseEvidence | undefined, named: string | undefined): Record<string, string> {
  const path = file?.path ?? named;
  if (path === undefined) return {};
  const folder = path.slice(0, Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')));
  return {
    database: bare(path),
    path: quotePath(path),
    copy: quotePath(withMark(path, '.copy')),
    out: quotePath(`${path}.export`),
    ...(folder !== '' && { folder: quotePath(folder) }),
    ...(file !== undefined && { sizeNeeded: `${Math.ceil((file.size * 1.1) / 1e6)} MB` }),
    ...(file?.base !== undefined && { base: file.base }),
    ...(file?.logs !== undefined &&
      file.logs.missing.length > 0 && { missing: numberRuns(file.logs.missing).slice(0, 12).join(', ') }),
  };
}

/** The JET errors that the evidence of a match names, first met first. */
function jetCodes(own: readonly Evidence[]): string | undefined {
  const named = own.flatMap(({ codes }) => codes.filter(({ family }) => family === 'JET'));
  const texts = [...new Set(named.map(({ symbol, code }) => `${symbol} ${code}`))];
  return texts.length === 0 ? undefined : texts.slice(0, CODES_MOST).join(', ');
}

/** What the placeholders stand for in a match; `all` is all evidence, for a database that a match does not name itself. */
export function namesOf(match: RuleMatch, all: readonly Evidence[]): Readonly<Record<string, string>> {
  const own = match.evidence;
  const key = match.database ?? own.find(({ keys }) => keys.database !== undefined)?.keys.database;
  const files = all.filter((one) => one.kind === 'database');
  const file =
    files.find(({ keys }) => keys.database === key) ?? (key === undefined && files.length === 1 ? files[0] : undefined);
  const named = own.find(({ keys }) => keys.databasePath !== undefined)?.keys.databasePath;
  const recipient = own.find((one) => one.kind === 'bounce' && one.recipient !== undefined)?.keys.recipient;
  const server = [...own, ...all].find(({ kind, keys }) => kind === 'event' && keys.server !== undefined)?.keys.server;
  const log = own.find((one): one is LogEvidence => one.kind === 'log' || one.kind === 'checkpoint');
  const codes = jetCodes(own);
  const damagedLog = log === undefined ? undefined : quotePath(log.path);
  return {
    ...UNKNOWN,
    ...databaseNames(file, named),
    ...(recipient !== undefined && { recipient, domain: recipient.slice(recipient.lastIndexOf('@') + 1) }),
    ...(server !== undefined && /^[\w.-]+$/.test(server) && { server: server.toUpperCase() }),
    ...(codes !== undefined && { codes }),
    ...(damagedLog !== undefined && { log: damagedLog }),
  };
}

/** Puts names in the place of placeholders; unknown ones stay as they are. */
export function fillIn(text: string, names: Readonly<Record<string, string>>): string {
  return text.replace(/\{([A-Za-z]+)\}/g, (whole, name: string) => names[name] ?? whole);
}

/** The same for commands: what is not known stands in capitals. */
export function commandNames(names: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const capitals = (name: string): string => (names[name] === UNKNOWN[name] ? name.toUpperCase() : names[name]!);
  return { ...names, domain: capitals('domain'), recipient: capitals('recipient'), database: capitals('database') };
}
