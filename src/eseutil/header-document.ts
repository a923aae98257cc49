// `esekit dump header`: every field of the header and the state of both copies, as JSON and as text.
import { dbStateName } from '../ese/header/db-state.ts';
import { fileTypeName } from '../ese/header/file-kind.ts';
import { formatLgpos, type Lgpos } from '../ese/header/lgpos.ts';
import { formatLogtime, logtimeToIso, type Logtime } from '../ese/header/logtime.ts';
import type { FoundHeader, HeaderCopy } from '../ese/header/read-db-header.ts';
import type { BackupInfo, Signature } from '../ese/header/signature.ts';
import type { ByteSource } from '../ese/io/byte-source.ts';
import { HEADER_PAGES } from '../ese/page/page-reader.ts';
import { plainText } from './plain-text.ts';
import { plainInteger } from './record-columns.ts';

type FieldValue = number | bigint | Lgpos | Logtime | Signature | BackupInfo;

const hex = (value: number): string => `0x${value.toString(16).padStart(8, '0')}`;

/** A field as JSON carries it: times as ISO 8601 (null when never set), positions as their parts. */
function plainField(value: FieldValue): unknown {
  if (typeof value === 'number') return value;
  if (typeof value === 'bigint') return plainInteger(value);
  if ('isZero' in value) return logtimeToIso(value) ?? null;
  if ('random' in value) return { ...value, create: logtimeToIso(value.create) ?? null };
  return 'lgposMark' in value ? { ...value, logtimeMark: logtimeToIso(value.logtimeMark) ?? null } : value;
}

function fieldText(value: FieldValue): string {
  if (typeof value === 'number') return value > 9 || value < 0 ? `${value} (${hex(value >>> 0)})` : String(value);
  if (typeof value === 'bigint') return `${value} (0x${BigInt.asUintN(64, value).toString(16)})`;
  if ('isZero' in value) return value.isZero ? 'never' : formatLogtime(value);
  if ('random' in value) {
    if (value.random === 0 && value.create.isZero) return 'none';
    const computer = value.computer === '' ? '' : ` on ${plainText(value.computer)}`;
    return `${value.random}, created ${formatLogtime(value.create, false)}${computer}`;
  }
  if (!('lgposMark' in value)) return formatLgpos(value);
  if (value.genLow === 0 && value.genHigh === 0 && value.logtimeMark.isZero) return 'none';
  return `logs ${value.genLow}-${value.genHigh}, ${formatLgpos(value.lgposMark)}, ${formatLogtime(value.logtimeMark)}`;
}

function copyDocument(copy: HeaderCopy): unknown {
  return { state: copy.state, expectedChecksum: hex(copy.expectedChecksum), actualChecksum: hex(copy.actualChecksum) };
}

/** The document that `--json` prints. */
export function headerDocument(source: ByteSource, found: FoundHeader): unknown {
  const { header, format } = found;
  const fields = Object.entries(header).map(([name, value]) => [name, plainField(value)] as const);
  return {
    kind: 'header',
    path: source.name,
    size: source.size,
    pageSize: format.pageSize,
    pages: Math.max(0, Math.floor(source.size / format.pageSize) - HEADER_PAGES),
    state: dbStateName(header.dbstate),
    fileType: fileTypeName(header.filetype),
    used: found.used,
    primary: copyDocument(found.primary),
    shadow: copyDocument(found.shadow),
    fields: Object.fromEntries(fields),
  };
}

const STATES: Readonly<Record<HeaderCopy['state'], string>> = {
  good: 'sound',
  'bad-checksum': 'DAMAGED',
  differs: 'sound, but not what the primary says',
  missing: 'missing: the file ends before it',
};

function copyText(copy: HeaderCopy): string {
  if (copy.state === 'missing') return STATES.missing;
  const { expectedChecksum, actualChecksum } = copy;
  const sums = expectedChecksum === actualChecksum ? '' : `, computed ${hex(actualChecksum)}`;
  return `${STATES[copy.state]}; checksum ${hex(expectedChecksum)}${sums}`;
}

const USED: Readonly<Record<FoundHeader['used'], string>> = {
  primary: 'the primary copy',
  shadow: 'the shadow copy, since the primary is damaged',
  none: 'a DAMAGED copy: its fields may be wrong',
};

/** The header as lines of text. */
export function* headerText(source: ByteSource, found: FoundHeader): Generator<string> {
  const { header } = found;
  yield `Header of ${plainText(source.name)}`;
  yield `  primary copy   ${copyText(found.primary)}`;
  yield `  shadow copy    ${copyText(found.shadow)}`;
  yield `  shown is       ${USED[found.used]}`;
  yield `  file type      ${fileTypeName(header.filetype)}`;
  yield `  state          ${dbStateName(header.dbstate)}`;
  yield `  page size      ${found.format.pageSize}`;
  yield '';
  const entries = Object.entries(header);
  const width = Math.max(...entries.map(([name]) => name.length));
  for (const [name, value] of entries) yield `  ${name.padEnd(width)}  ${fieldText(value)}`;
}
