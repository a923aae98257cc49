// A pattern and its values make the event's XML. What comes out is bounded: a few bytes of nested templates could
// otherwise stand for gigabytes.
import { u16 } from '../../binary/little-endian.ts';
import { ownText } from '../xml/xml-element.ts';
import type { XmlElement } from '../xml/xml-element.ts';
import { BinaryXmlDamage } from './binary-xml.ts';
import type { ElementPattern, Instance, Part, Pattern, PatternReader, Slot } from './binary-xml.ts';
import { ValueType, arrayTexts, valueText } from './value-text.ts';

/** Elements and texts of one event; the largest seen have some hundreds. */
const MOST_NODES = 0x10000;
/** Characters of one event: a record has at most 64 KB, so only repetition gets there. */
const MOST_CHARACTERS = 1 << 20;
/** Binary XML within values within values. */
const MOST_NESTING = 8;

/** The values of a template's instance: where each begins in the chunk. */
interface Values {
  readonly descriptors: number;
  readonly starts: readonly number[];
}

const NO_VALUES: Values = { descriptors: 0, starts: [] };

const isSlot = (part: Part): part is Slot => typeof part !== 'string' && 'slot' in part;
const isInstance = (part: Part): part is Instance => typeof part !== 'string' && 'pattern' in part;

/** Makes XML of the fragments of one chunk. */
export class Instantiator {
  readonly #bytes: Uint8Array;
  readonly #reader: PatternReader;
  #nodes = 0;
  #characters = 0;
  #nesting = 0;

  constructor(bytes: Uint8Array, reader: PatternReader) {
    this.#bytes = bytes;
    this.#reader = reader;
  }

  /**
   * The root element of the fragment in bytes [at, end) of the chunk.
   * @throws BinaryXmlDamage
   */
  event(at: number, end: number): XmlElement {
    this.#nodes = this.#characters = this.#nesting = 0;
    const children: (XmlElement | string)[] = [];
    this.#fragment(this.#reader.read(at, end), NO_VALUES, children);
    for (const one of children) if (typeof one !== 'string') return one;
    throw new BinaryXmlDamage('a record without an element');
  }

  #fragment(pattern: Pattern, values: Values, into: (XmlElement | string)[]): void {
    for (const part of pattern) this.#part(part, values, into);
  }

  #count(characters: number): void {
    if (++this.#nodes > MOST_NODES || (this.#characters += characters) > MOST_CHARACTERS)
      throw new BinaryXmlDamage('one record unfolds into more than an event can be');
  }

  #part(part: Part, values: Values, into: (XmlElement | string)[]): void {
    if (typeof part === 'string') {
      this.#count(part.length);
      into.push(part);
    } else if (isSlot(part)) this.#slot(part, values, into);
    else if (isInstance(part)) {
      this.#count(part.count);
      if (++this.#nesting > MOST_NESTING) throw new BinaryXmlDamage('templates are nested too deeply');
      this.#fragment(part.pattern, this.#valuesOf(part), into);
      this.#nesting--;
    } else this.#element(part, values, into);
  }

  #valuesOf({ descriptors, count }: Instance): Values {
    const starts = new Array<number>(count);
    let at = descriptors + 4 * count;
    for (let i = 0; i < count; i++) {
      starts[i] = at;
      at += u16(this.#bytes, descriptors + 4 * i);
    }
    return { descriptors, starts };
  }

  #type(slot: number, values: Values): number {
    return slot < values.starts.length ? this.#bytes[values.descriptors + 4 * slot + 2]! : ValueType.Null;
  }

  #slot({ slot }: Slot, values: Values, into: (XmlElement | string)[]): void {
    const type = this.#type(slot, values);
    if (type === ValueType.Null) return;
    const at = values.starts[slot]!;
    const end = at + u16(this.#bytes, values.descriptors + 4 * slot);
    if (type === ValueType.BinXml) {
      if (end === at) return;
      this.#count(end - at);
      if (++this.#nesting > MOST_NESTING) throw new BinaryXmlDamage('binary XML is nested too deeply');
      this.#fragment(this.#reader.read(at, end), NO_VALUES, into);
      this.#nesting--;
      return;
    }
    const text =
      type & ValueType.Array
        ? arrayTexts(type & 0x7f, this.#bytes, at, end).join(', ')
        : valueText(type, this.#bytes, at, end);
    this.#count(text.length);
    if (text !== '') into.push(text);
  }

  #element(pattern: ElementPattern, values: Values, into: (XmlElement | string)[]): void {
    this.#count(0);
    const attributes: string[] = [];
    for (const { name, parts } of pattern.attributes) {
      const content: (XmlElement | string)[] = [];
      for (const part of parts) this.#part(part, values, content);
      // An attribute without a value is left out, as Windows does.
      if (content.length > 0) attributes.push(name, ownText({ name, attributes: [], children: content }));
    }
    const [only] = pattern.parts;
    if (pattern.parts.length === 1 && only !== undefined && isSlot(only)) {
      // Nor is an element there whose only content is an optional value that is not.
      if (only.optional && this.#type(only.slot, values) === ValueType.Null) return;
      const items = this.#items(only.slot, values);
      if (items !== undefined) {
        for (const item of items) {
          this.#count(item.length);
          into.push({ name: pattern.name, attributes, children: item === '' ? [] : [item] });
        }
        return;
      }
    }
    const children: (XmlElement | string)[] = [];
    for (const part of pattern.parts) this.#part(part, values, children);
    into.push({ name: pattern.name, attributes, children });
  }

  /** An array as the only content repeats the element for each of its items. */
  #items(slot: number, values: Values): string[] | undefined {
    const type = this.#type(slot, values);
    if ((type & ValueType.Array) === 0) return undefined;
    const at = values.starts[slot]!;
    return arrayTexts(type & 0x7f, this.#bytes, at, at + u16(this.#bytes, values.descriptors + 4 * slot));
  }
}
