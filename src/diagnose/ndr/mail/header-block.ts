// Header fields (RFC 5322 2.2): a block of them, unfolded; also the form of the groups in message/delivery-status.

/** One field: its name in lower case, its value unfolded and trimmed. */
export interface HeaderField {
  readonly name: string;
  readonly value: string;
}

const MOST_FIELDS = 2000;
const MOST_VALUE = 32_768;

/** Fields of a block (only the wanted ones, if a set of lower-case names is given), in order; lines that are no field are skipped. Values longer than 32 KB are cut. */
export function parseHeaderFields(block: string, wanted?: ReadonlySet<string>): HeaderField[] {
  const fields: HeaderField[] = [];
  let at = 0;
  while (at < block.length && fields.length < MOST_FIELDS) {
    let end = lineEnd(block, at);
    const line = end;
    // Folded lines belong to the field above them.
    while (end + 1 < block.length && isBlank(block.charCodeAt(end + 1))) end = lineEnd(block, end + 1);
    const colon = block.indexOf(':', at);
    if (colon > at && colon < line && colon - at < 100) {
      const name = block.slice(at, colon).trimEnd().toLowerCase();
      if (wanted?.has(name) !== false && !/[^\x21-\x7e]/.test(name)) {
        const raw = block.slice(colon + 1, Math.min(end, colon + 1 + MOST_VALUE));
        fields.push({ name, value: line === end ? raw.trim() : unfold(raw) });
      }
    }
    at = end + 1;
  }
  return fields;
}

function lineEnd(text: string, at: number): number {
  const end = text.indexOf('\n', at);
  return end === -1 ? text.length : end;
}

function isBlank(code: number): boolean {
  return code === 32 || code === 9;
}

function unfold(raw: string): string {
  return raw
    .split('\n')
    .map((line) => line.trim())
    .join(' ')
    .trim();
}

/** The value of the first field of that name (lower case), or undefined. */
export function fieldValue(fields: readonly HeaderField[], name: string): string | undefined {
  for (const field of fields) if (field.name === name) return field.value;
  return undefined;
}

/** A field value of the form `value; name=value; ...` (RFC 2045 5.1). Names and the value are in lower case. */
export interface ParameterValue {
  readonly value: string;
  readonly parameters: ReadonlyMap<string, string>;
}

const PARAMETER = /;\s*([\w*'%-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^;\s]*))/g;

/** Takes a Content-Type or Content-Disposition value apart. Never throws. */
export function parseParameterValue(text: string): ParameterValue {
  const semicolon = text.indexOf(';');
  const value = (semicolon === -1 ? text : text.slice(0, semicolon)).trim().toLowerCase();
  const parameters = new Map<string, string>();
  if (semicolon !== -1) {
    for (const [, name, quoted, bare] of text.slice(semicolon, semicolon + 4096).matchAll(PARAMETER)) {
      const key = name!.toLowerCase();
      if (!parameters.has(key)) parameters.set(key, quoted === undefined ? bare! : quoted.replace(/\\(.)/g, '$1'));
    }
  }
  return { value: value.replace(/\([^)]*\)/g, '').trim(), parameters };
}
