// HTML bodies as text: enough of it to read what a bounce says; no layout. Every step is linear in the length.

const ENTITIES: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'", nbsp: ' ' };
const BLOCK_END = /<(?:br|\/p|\/div|\/tr|\/h[1-6]|\/li|\/pre|\/td|hr|p|div|tr|li)\b[^<>]{0,2000}>/gi;

/** The text of an HTML document: a line a block, tags and scripts gone, entities decoded. */
export function htmlText(html: string): string {
  const withoutCode = [
    ['<!--', '-->'],
    ['<script', '</script'],
    ['<style', '</style'],
    ['<head', '</head'],
  ].reduce((text, [open, close]) => withoutSpans(text, open!, close!), html);
  return withoutCode
    .replace(/\n[ \t]*/g, ' ')
    .replace(BLOCK_END, '\n')
    .replace(/<[a-z/!?][^<>]{0,4000}>/gi, '')
    .replace(/&(#x?[0-9a-f]{1,6}|[a-z]{2,6});/gi, decodeEntity)
    .replace(/[ \t\u00a0]+/g, ' ');
}

/** The text without what stands between `open` and `close`; an `open` that is never closed stays. */
function withoutSpans(text: string, open: string, close: string): string {
  const lower = text.toLowerCase();
  // Case folding can change the length of exotic text: then positions do not fit, and the spans stay.
  if (lower.length !== text.length) return text;
  let kept = '';
  let at = 0;
  for (;;) {
    const from = lower.indexOf(open, at);
    const to = from === -1 ? -1 : lower.indexOf(close, from + open.length);
    if (to === -1) return kept + text.slice(at);
    kept += text.slice(at, from);
    const end = close.endsWith('>') ? to + close.length - 1 : text.indexOf('>', to);
    if (end === -1) return kept;
    at = end + 1;
  }
}

function decodeEntity(whole: string, name: string): string {
  if (!name.startsWith('#')) return ENTITIES[name.toLowerCase()] ?? whole;
  const code = /^#x/i.test(name) ? Number.parseInt(name.slice(2), 16) : Number.parseInt(name.slice(1), 10);
  return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : whole;
}
