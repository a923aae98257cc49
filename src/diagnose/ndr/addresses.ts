// Mail addresses in fields and text.

/** An address in running text; a quoted local part is allowed. */
export const ADDRESS_SOURCE: string = String.raw`(?:"[^"\s@]{1,64}"|[^\s<>()[\]\\,;:"'@|]{1,128})@(?:[a-z0-9_](?:[a-z0-9_-]{0,62})(?:\.[a-z0-9_-]{1,63}){0,12})`;
const ADDRESS = new RegExp(ADDRESS_SOURCE, 'gi');

/** All addresses of a text, in order, as written; a dot or colon after them is not theirs. */
export function addressesIn(text: string): string[] {
  return Array.from(text.matchAll(ADDRESS), ([address]) =>
    address.replace(/^[=*_.-]+(?=[^@])/, (lead) => (lead.startsWith('=') ? lead : '')),
  );
}

/** The address of a header field such as From; undefined when there is none. */
export function fieldAddress(value: string | undefined): string | undefined {
  if (value === undefined) return undefined;
  const bracketed = /<\s*([^<>\s]{1,320})\s*>/.exec(value.slice(-2000))?.[1];
  return bracketed?.includes('@') === true ? bracketed : addressesIn(value.slice(0, 4000))[0];
}

/** Addresses without regard to case. */
export function sameAddress(a: string, b: string): boolean {
  return a.length === b.length && a.toLowerCase() === b.toLowerCase();
}

/**
 * The address of a `type; address` field (RFC 3464 2.3): no type, no brackets, no source route. A value that is no
 * address (a pipe, a file, an X.400 name without one inside) is undefined.
 */
export function reportedAddress(value: string | undefined): string | undefined {
  if (value === undefined) return undefined;
  let text = value.slice(0, 1000).trim();
  const type = /^\s*([\w-]{1,20})\s*;\s*/.exec(text);
  if (type !== null) text = text.slice(type[0].length);
  const inX400 = /dda:smtp=([^;\s]+@[^;\s]+)/i.exec(value);
  if (inX400 !== null) return inX400[1];
  text = text
    .replace(/^<+|>+$/g, '')
    .replace(/^@[^:\s]+:/, '')
    .trim();
  if (/^[^\s<>]+@[^\s<>@]+$/.test(text) && !/^[|/"]/.test(text)) return text;
  const bracketed = /<([^\s<>]+@[^\s<>]+)>/.exec(text)?.[1];
  if (bracketed !== undefined) return bracketed;
  return /^[|/"]/.test(text) ? undefined : addressesIn(text)[0];
}
