// The labels of events as people paste them: Event Viewer of Windows NT to 11, knowledge base articles, wevtutil, and
// PowerShell lists, in English and German.

/** Which field a label stands for. */
export type LabelField =
  | 'level' | 'source' | 'category' | 'id' | 'date' | 'time' | 'user' | 'computer' | 'log' | 'record' | 'strings' | 'data' | 'text' | 'other'; // prettier-ignore

/** Label (blanks stand for any white space), field, and whether it can begin an event by itself. */
const LABELS: readonly (readonly [string, LabelField, boolean?])[] = [
  ['Event Type', 'level', true], ['Event Source', 'source', true], ['Event Category', 'category', true],
  ['Event ID', 'id', true], ['EventID', 'id', true], ['Log Name', 'log', true],
  ['Task Category', 'category'], ['Ereignistyp', 'level', true], ['Ereignisquelle', 'source', true],
  ['Ereigniskategorie', 'category', true], ['Ereigniskennung', 'id', true], ['Ereignis-ID', 'id', true],
  ['Protokollname', 'log', true], ['Aufgabenkategorie', 'category'],
  ['LogName', 'log'], ['ProviderName', 'source'], ['LevelDisplayName', 'level'], ['TaskDisplayName', 'category'],
  ['TimeCreated', 'date', true], ['TimeGenerated', 'date'], ['TimeWritten', 'other'], ['MachineName', 'computer'],
  ['UserName', 'user'], ['User Name', 'other'], ['EntryType', 'level'], ['InstanceId', 'id'], ['Index', 'record', true],
  ['RecordId', 'record'], ['ReplacementStrings', 'strings'], ['CategoryNumber', 'other'],
  ['Source', 'source'], ['Category', 'category'], ['Type', 'level'], ['Level', 'level'], ['Date', 'date'], ['Time', 'time'],
  ['User', 'user'], ['Computer', 'computer'], ['Keywords', 'other'], ['Keyword', 'other'], ['OpCode', 'other'],
  ['Task', 'category'], ['Id', 'id'], ['Event Xml', 'other'], ['Quelle', 'source'], ['Datum', 'date'], ['Zeit', 'time'],
  ['Uhrzeit', 'time'], ['Benutzer', 'user'], ['Ebene', 'level'], ['Kategorie', 'category'], ['Typ', 'level'],
  ['Schlüsselwörter', 'other'], ['Beschreibung', 'text'], ['Daten', 'data'], ['Description', 'text'], ['Message', 'text'],
  ['Data', 'data'],
]; // prettier-ignore

const BY_NAME: ReadonlyMap<string, readonly [LabelField, boolean]> = new Map(
  LABELS.map(([label, field, begins]) => [label.toLowerCase().replaceAll(' ', ''), [field, begins === true]]),
);

const alternatives = LABELS.map(([label]) => label)
  .toSorted((a, b) => b.length - a.length)
  .map((label) => label.replaceAll(' ', '\\s+'))
  .join('|');

const PATTERN = `(?<![\\w-])(Event\\[\\d{1,9}\\]|${alternatives})[ \\t]{0,40}:(?!\\\\)`;

/** A label found in a text. */
export interface FoundLabel {
  readonly field: LabelField;
  /** It can begin an event even where a description goes on. */
  readonly begins: boolean;
  /** `Event[7]:` of wevtutil: what follows is an event, whatever came before. */
  readonly separator: boolean;
  readonly start: number;
  /** Behind the colon. */
  readonly end: number;
  /** True when nothing but white space stands before it in its line. */
  readonly startsLine: boolean;
}

/** The labels of a text in their order. */
export function* findLabels(text: string): Generator<FoundLabel> {
  for (const match of text.matchAll(new RegExp(PATTERN, 'gi'))) {
    const name = match[1]!.toLowerCase().replace(/\s+/g, '');
    const [field, begins] = BY_NAME.get(name) ?? ['other', true];
    const end = match.index + match[0].length;
    yield {
      field,
      begins,
      separator: name.startsWith('event['),
      start: match.index,
      end,
      startsLine: startsLine(text, match.index),
    };
  }
}

function startsLine(text: string, at: number): boolean {
  let i = at - 1;
  while (
    i >= 0 &&
    at - i < 80 &&
    (text[i] === ' ' || text[i] === '\t' || text[i] === '>' || text[i] === '*' || text[i] === '•')
  )
    i--;
  return i < 0 || text[i] === '\n' || text[i] === '\r';
}
