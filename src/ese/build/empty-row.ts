// What catalog rows of all kinds have in common (format 5.2).
import { JetError } from '../../errors/jet-error.ts';
import type { CatalogRow } from '../catalog/catalog-row.ts';

/** What every row says for itself. */
type EachRowHas = 'type' | 'objidTable' | 'id' | 'name' | 'coltypOrPgnoFDP';

/** What a row has that has nothing. */
export const EMPTY_ROW: Omit<CatalogRow, EachRowHas> = {
  spaceUsage: 0,
  flags: 0,
  pagesOrLocale: 0,
  recordOffset: 0,
  lcMapFlags: 0,
  keyMost: undefined,
  lvChunkMax: undefined,
  templateOrCallback: '',
  defaultValue: undefined,
  keyFldIDs: undefined,
  varSegMac: 0,
  conditionalColumns: undefined,
  tupleLimits: undefined,
  sortVersion: undefined,
  localeName: '',
  pgnoFDPLastSetTime: undefined,
};

const NAME_MOST = 64;
/** Signs that stand for something in keys and paths of the engine's programs. */
const NOT_IN_NAMES = '!.[]';
const SPACE = 0x20;
const ANSI_MOST = 0xff;

/** Refuses names of tables, columns and indexes that the engine does not take. @throws JetError JET_errInvalidName. */
export function checkName(name: string): void {
  const trimmed = name.replace(/ +$/, '');
  let sound = trimmed.length > 0 && trimmed.length <= NAME_MOST && !trimmed.startsWith(' ');
  for (let i = 0; i < trimmed.length; i++) {
    const code = trimmed.charCodeAt(i);
    if (code < SPACE || code > ANSI_MOST || NOT_IN_NAMES.includes(trimmed[i]!)) sound = false;
  }
  if (!sound) throw new JetError('JET_errInvalidName', `${JSON.stringify(name)} cannot be a name`);
}
