// Parameters out of an event's rendered text: what exports and pasted events have in the place of inserts. The rules look
// for the few words of the English text that stand around a value, in the wordings of Exchange 5.5 to today.

/** A parameter and what finds it: the first group that took part is the value. */
type TextRule = readonly [name: string, pattern: RegExp];

const NUMBER = '(-?\\d+|0x[0-9a-f]+)';
const PATH = '((?:[a-z]:\\\\|\\\\\\\\)[^"\'<>|\\n]{1,400}?';

/** Rules that hold for any source. */
const ANY: readonly TextRule[] = [
  [
    'error',
    /\b(?:error(?: code)?|jet error|ec)\s*[:=#]?\s*[([]?\s*(-\s?\d{1,10}|0x[0-9a-f]{1,8}|8[0-9a-f]{7}|c[0-9a-f]{7})\b/i,
  ],
  ['hresult', /\b(?:id no|hr|hresult)\s*[:=]\s*((?:0x)?[0-9a-f]{8}(?:-[0-9a-f]{4}-[0-9a-f]{8})?)\b/i],
  ['systemError', new RegExp(`\\bsystem error\\s+${NUMBER}`, 'i')],
  ['systemErrorText', /\bsystem error\s+\d+(?:\s*\(0x[0-9a-f]+\))?:\s*"([^"]{1,300})"/i],
];

/** Rules for the engine's events. */
const ENGINE: readonly TextRule[] = [
  ['process', /^\s*([^()\n]{1,60}?) \(\d+/],
  ['pid', /^[^()\n]{1,60} \((\d+)/],
  ['instance', /^[^()\n]{1,60} \(\d[^()]{0,40}\) ([^:"()]{1,80}): /],
  [
    'file',
    new RegExp(`\\b(?:file|page read from|read from|device|log ?file)s?\\s+(?:called\\s+)?["']${PATH})["']`, 'i'),
  ],
  ['log', new RegExp(`\\blog ?file\\s+["']?${PATH}\\.(?:log|jrs|jtx|reslog))\\b`, 'i')],
  [
    'database',
    new RegExp(`\\bdatabase\\s+["'([]{0,2}(?:\\d+, )?${PATH}\\.(?:edb|dat|mdb|dit|jfm|sdb|db|chk))\\b`, 'i'),
  ],
  ['database', new RegExp(`\\b(?:to|of|in|on) (?:a |the )?database[, ]+["']?${PATH})["']?[,:;]`, 'i')],
  ['newPath', new RegExp(`"\\s+to\\s+"${PATH})"`, 'i')],
  ['offset', /\bat offset (\d+)/i],
  ['size', /\bfor (\d+)(?: \(0x[0-9a-f]+\))? bytes/i],
  ['page', /\b(?:database page|at page|page number|page) (\d+)(?: \(0x[0-9a-f]+\))?/i],
  ['expected', /\b(?:expected|stored) checksum was\s+(\[?[0-9a-fx:]+\]?)/i],
  ['actual', /\b(?:actual|computed) checksum was\s+(\[?[0-9a-fx:]+\]?)/i],
  ['expected', /\bexpected page number was (\d+)/i],
  ['actual', /\b(?:actual|stored) page number was (\d+)/i],
  ['objid', /\bobject ?id:? ?(\d+)/i],
  ['rootPage', /\bpgnoroot:? ?(\d+)/i],
  ['table', /\btable '?"?([\w. :-]{1,120}?)'?"?(?: of| in| is|,|\.|$)/i],
  ['index', /\bindex '?"?([\w. :+-]{1,120}?)'?"?(?: of| in| is|,|\.|$)/i],
  ['seconds', /\(?(\d+(?:\.\d+)?) seconds?\b/i],
];

/** Rules for Exchange's events. */
const EXCHANGE: readonly TextRule[] = [
  ['call', /\bcall\s*:?\s*["']?\s*((?:Ec|Hr|Open|Set|Get)\w{1,60})/],
  ['call', /\b(Ec[A-Z]\w{2,60})\b/],
  ['mdb', /\bMDB\s*:\s*([0-9a-f{}-]{8,40})/i],
  ['fid', /\bFID\s*:\s*([0-9a-f-]{1,40})/i],
  ['mid', /\bMID\s*:\s*([0-9a-f-]{1,40})/i],
  ['file', /\bFile\s*:\s*((?:[a-z]:|\\\\)\\?[^\n]{1,300}?)\s*\.?\s*$/i],
  ['database', /\bstarting (?:up )?database\s+"?\s*([^"\n]{1,200}?)\s*"?\s+on the\b/i],
  ['database', /\bdatabase\s+"([^"\n]{1,200})"/i],
  ['storageGroup', /\bstarting storage group\s+(\S[^\n]{0,400}?)\s+on the\b/i],
  ['where', /\bInformation Store\.\s*([^\n]{1,200}?)\s*\.?\s*$/i],
  ['host', /\b(?:security with|protection with|host|server|peer|connection to)\s+["']([^"'\s]{1,255})["']/i],
  ['function', /\bcalled ["']?(\w{3,60})["']?/i],
  ['response', /\bresponded to the SMTP command[^\n]{0,200}?\bwith\s+["']([^"'\n]{1,400})["']/i],
  ['command', /\bSMTP command\s+["'](\S{1,40})["']/i],
  ['recipient', /\b([\w.+=-]{1,64}@[\w-][\w.-]{0,200}\.[a-z]{2,24})\b/i],
  ['error', /\bError\s+(0x[0-9a-f]{1,8}|-\d{1,10}|[A-Z][a-z][\w ]{2,80}?)\s+starting\b/i],
];

/** Only so much of a text is looked at. */
const MOST_TEXT = 16_384;

/** The kind of rules: the engine's events, or Exchange's. */
export type TextKind = 'engine' | 'exchange';

/** The parameters that `text` shows. The first rule that finds one wins. */
export function textParameters(text: string, kind: TextKind): Record<string, string> {
  const found: Record<string, string> = {};
  // Articles and lists break lines anywhere.
  const looked = text.slice(0, MOST_TEXT).replace(/\s+/g, ' ');
  for (const rules of [kind === 'engine' ? ENGINE : EXCHANGE, ANY])
    for (const [name, pattern] of rules) {
      if (found[name] !== undefined) continue;
      const value = pattern.exec(looked)?.[1];
      if (value !== undefined) found[name] = value.replace(/^(-)\s+/, '$1').trim();
    }
  return found;
}
