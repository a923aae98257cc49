// An event's tree as XML text, laid out like other readers of .evtx files do, so that exports can be compared.
import type { XmlElement } from './xml-element.ts';

const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

const escapeText = (text: string): string => text.replace(/[&<>]/g, (c) => ESCAPES[c]!);
const escapeAttribute = (text: string): string => text.replace(/[&<>"]/g, (c) => ESCAPES[c]!);

/** The element as XML, two blanks a level, ending with a newline. */
export function writeXml(element: XmlElement, indent = ''): string {
  let open = `${indent}<${element.name}`;
  for (let i = 0; i < element.attributes.length; i += 2)
    open += ` ${element.attributes[i]!}="${escapeAttribute(element.attributes[i + 1]!)}"`;
  const { children } = element;
  if (children.length === 0) return `${open}/>\n`;
  if (children.every((one) => typeof one === 'string'))
    return `${open}>${children.map(escapeText).join('')}</${element.name}>\n`;
  const inner = children.map((one) =>
    typeof one === 'string' ? `${indent}  ${escapeText(one)}\n` : writeXml(one, `${indent}  `),
  );
  return `${open}>\n${inner.join('')}${indent}</${element.name}>\n`;
}
