// The XML of an event as a tree: what binary XML decodes to and what XML exports are parsed into.

/** An element: attributes in their order, children and text in theirs. */
export interface XmlElement {
  readonly name: string;
  /** Name, value, name, value ... */
  readonly attributes: string[];
  readonly children: (XmlElement | string)[];
}

/** The value of an attribute. */
export function attribute(element: XmlElement, name: string): string | undefined {
  const { attributes } = element;
  for (let i = 0; i < attributes.length; i += 2) if (attributes[i] === name) return attributes[i + 1];
  return undefined;
}

/** The first child element of that name. */
export function child(element: XmlElement, name: string): XmlElement | undefined {
  for (const one of element.children) if (typeof one !== 'string' && one.name === name) return one;
  return undefined;
}

/** The text directly in the element. */
export function ownText(element: XmlElement | undefined): string {
  if (element === undefined) return '';
  const { children } = element;
  if (children.length === 1 && typeof children[0] === 'string') return children[0];
  let text = '';
  for (const one of children) if (typeof one === 'string') text += one;
  return text;
}

/** All text in the element and below it, in order. Trees are bounded in depth by whoever builds them. */
export function allText(element: XmlElement): string {
  return element.children.map((one) => (typeof one === 'string' ? one : allText(one))).join('');
}
