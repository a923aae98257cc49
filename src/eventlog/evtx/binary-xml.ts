// Binary XML of .evtx records: fragments and templates into patterns, that is trees with places for values in them.
// After [MS-EVEN6] 2.2.12. Offsets of names and templates are relative to the chunk.
import { u16, u32 } from '../../binary/little-endian.ts';
import { utf16Text } from '../utf16-text.ts';
import { trimmedUtf16, valueText } from './value-text.ts';

/** A place where the value of a template's instance goes. */
export interface Slot {
  readonly slot: number;
  readonly optional: boolean;
}

/** A template's instance among the children of a pattern: the pattern and where its values are described. */
export interface Instance {
  readonly pattern: Pattern;
  /** Offset of the value descriptors in the chunk. */
  readonly descriptors: number;
  readonly count: number;
  /** Offset behind the last value. */
  readonly end: number;
}

/** What an element, an attribute or a fragment consists of. */
export type Part = string | Slot | ElementPattern | Instance;

/** An element before its values are put in. */
export interface ElementPattern {
  readonly name: string;
  readonly attributes: { readonly name: string; readonly parts: Part[] }[];
  readonly parts: Part[];
}

/** A fragment: usually one element. */
export type Pattern = readonly Part[];

/** Bytes that are no binary XML, or more of it than any event has. */
export class BinaryXmlDamage extends Error {}

const Token = {
  End: 0x00, OpenElement: 0x01, CloseStart: 0x02, CloseEmpty: 0x03, EndElement: 0x04, Value: 0x05, Attribute: 0x06,
  CData: 0x07, CharRef: 0x08, EntityRef: 0x09, PITarget: 0x0a, PIData: 0x0b, Template: 0x0c, Slot: 0x0d,
  OptionalSlot: 0x0e, Fragment: 0x0f,
} as const; // prettier-ignore

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };
/** Deeper than any event goes: elements within elements, and templates within those. */
const MOST_DEPTH = 32;
/** Descriptors are four bytes each; a chunk has 64 KB. */
const MOST_VALUES = 0x4000;
const TEMPLATE_HEADER = 24;

/** Reads patterns out of one chunk; names and templates that were read once are kept. */
export class PatternReader {
  readonly #bytes: Uint8Array;
  readonly #names = new Map<number, string>();
  readonly #templates = new Map<number, Pattern>();
  #at = 0;
  #end = 0;
  #depth = 0;
  /** Elements of a template carry a dependency id, those written out in full do not. */
  #inTemplate = false;

  /** `bytes`: a whole chunk. */
  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /**
   * The fragment in bytes [at, end) of the chunk.
   * @throws BinaryXmlDamage
   */
  read(at: number, end: number): Pattern {
    this.#at = at;
    this.#end = Math.min(end, this.#bytes.length);
    this.#depth = 0;
    this.#inTemplate = false;
    return this.#parts(true);
  }

  #need(count: number): number {
    const at = this.#at;
    if (at + count > this.#end) throw new BinaryXmlDamage(`binary XML ends too early, at ${at}`);
    this.#at = at + count;
    return at;
  }

  #u8(): number {
    return this.#bytes[this.#need(1)]!;
  }

  #u16(): number {
    return u16(this.#bytes, this.#need(2));
  }

  #u32(): number {
    return u32(this.#bytes, this.#need(4));
  }

  #text(): string {
    const length = this.#u16() * 2;
    const at = this.#need(length);
    return utf16Text(this.#bytes, at, at + length);
  }

  /** A name by its offset; when that is where we are, the name stands here and is stepped over. */
  #name(): string {
    const offset = this.#u32();
    if (offset === this.#at) {
      const at = this.#need(8);
      this.#need(2 * u16(this.#bytes, at + 6) + 2);
    }
    let name = this.#names.get(offset);
    if (name !== undefined) return name;
    const length = offset + 8 <= this.#bytes.length ? 2 * u16(this.#bytes, offset + 6) : Infinity;
    if (offset + 8 + length > this.#bytes.length) throw new BinaryXmlDamage(`a name lies outside the chunk: ${offset}`);
    name = trimmedUtf16(this.#bytes, offset + 8, offset + 8 + length);
    this.#names.set(offset, name);
    return name;
  }

  /** Everything up to the end of the fragment, of the element, or (attribute values) the next token that is no value. */
  #parts(fragment: boolean): Part[] {
    if (++this.#depth > MOST_DEPTH) throw new BinaryXmlDamage('elements are nested too deeply');
    const parts: Part[] = [];
    while (this.#at < this.#end) {
      const token = this.#u8();
      const kind = token & 0x3f;
      if (kind === Token.End || kind === Token.EndElement) break;
      if (kind === Token.Fragment) this.#need(3);
      else if (kind === Token.OpenElement) parts.push(this.#element((token & 0x40) !== 0));
      else if (kind === Token.Template) parts.push(this.#instance());
      else this.#content(kind, parts);
      // A record's template instance is all there is to it: what follows is padding.
      if (fragment && kind === Token.Template) break;
    }
    this.#depth--;
    return parts;
  }

  /** A token of text. */
  #content(kind: number, parts: Part[]): void {
    if (kind === Token.Value) parts.push(this.#value());
    else if (kind === Token.Slot || kind === Token.OptionalSlot) {
      const slot = this.#u16();
      this.#need(1);
      parts.push({ slot, optional: kind === Token.OptionalSlot });
    } else if (kind === Token.CData) parts.push(this.#text());
    else if (kind === Token.CharRef) parts.push(String.fromCharCode(this.#u16()));
    else if (kind === Token.EntityRef) {
      const name = this.#name();
      parts.push(ENTITIES[name] ?? `&${name};`);
    } else if (kind === Token.PITarget) this.#name();
    else if (kind === Token.PIData) this.#text();
    else throw new BinaryXmlDamage(`unknown token 0x${kind.toString(16).padStart(2, '0')} at ${this.#at - 1}`);
  }

  #value(): string {
    const type = this.#u8();
    if (type === 1) return this.#text();
    const length =
      type === 2 || type === 14
        ? this.#u16()
        : [0, 0, 0, 1, 1, 2, 2, 4, 4, 8, 8, 4, 8, 4, 0, 16, 8, 8, 16, 0, 4, 8][type];
    if (length === undefined || length === 0) throw new BinaryXmlDamage(`unknown type of value 0x${type.toString(16)}`);
    const at = this.#need(length);
    return valueText(type, this.#bytes, at, at + length);
  }

  #element(hasAttributes: boolean): ElementPattern {
    if (this.#hasDependency()) this.#need(2);
    this.#need(4);
    const name = this.#name();
    const attributes: ElementPattern['attributes'] = [];
    if (hasAttributes) {
      this.#need(4);
      while (this.#at < this.#end && (this.#bytes[this.#at]! & 0x3f) === Token.Attribute) {
        this.#need(1);
        attributes.push({ name: this.#name(), parts: this.#attributeParts() });
      }
    }
    const close = this.#u8();
    if (close === Token.CloseEmpty) return { name, attributes, parts: [] };
    if (close !== Token.CloseStart) throw new BinaryXmlDamage(`an element's start does not end, at ${this.#at - 1}`);
    return { name, attributes, parts: this.#parts(false) };
  }

  /** Two bytes more or fewer before the size: settled by which reading gives a name within the chunk. */
  #hasDependency(): boolean {
    const at = this.#at;
    if (at + 10 > this.#end) return this.#inTemplate;
    const fits = (size: number, name: number): boolean =>
      size <= this.#end - at && name >= 512 && (name === at + (this.#inTemplate ? 10 : 8) || name < at);
    const other = this.#inTemplate ? 4 : 6;
    const usual = this.#inTemplate ? 6 : 4;
    if (fits(u32(this.#bytes, at + usual - 4), u32(this.#bytes, at + usual))) return this.#inTemplate;
    const name = u32(this.#bytes, at + other);
    return name === at + other + 4 ? !this.#inTemplate : this.#inTemplate;
  }

  #attributeParts(): Part[] {
    const parts: Part[] = [];
    while (this.#at < this.#end) {
      const kind = this.#bytes[this.#at]! & 0x3f;
      if (kind === Token.Attribute || kind <= Token.EndElement) break;
      this.#at++;
      this.#content(kind, parts);
    }
    return parts;
  }

  #instance(): Instance {
    this.#need(1);
    const id = this.#u32();
    const offset = this.#u32();
    const here = offset === this.#at;
    if (here) {
      const at = this.#need(TEMPLATE_HEADER);
      this.#need(u32(this.#bytes, at + 20));
    }
    const pattern = this.#template(offset, id);
    const count = this.#u32();
    if (count > MOST_VALUES) throw new BinaryXmlDamage(`an instance of ${count} values`);
    const descriptors = this.#need(count * 4);
    let size = 0;
    for (let i = 0; i < count; i++) size += u16(this.#bytes, descriptors + 4 * i);
    this.#need(size);
    return { pattern, descriptors, count, end: this.#at };
  }

  /** The template at `offset` of the chunk, read once. It contains no instance of itself: those would nest too deeply. */
  #template(offset: number, id: number): Pattern {
    const known = this.#templates.get(offset);
    if (known !== undefined && u32(this.#bytes, offset + 4) === id) return known;
    const bytes = this.#bytes;
    const start = offset + TEMPLATE_HEADER;
    if (start > bytes.length || u32(bytes, offset + 4) !== id)
      throw new BinaryXmlDamage(`the template at ${offset} is not there (any more)`);
    const size = u32(bytes, offset + 20);
    if (start + size > bytes.length) throw new BinaryXmlDamage(`the template at ${offset} leaves the chunk`);
    const [at, end, inTemplate] = [this.#at, this.#end, this.#inTemplate];
    this.#at = start;
    this.#end = start + size;
    this.#inTemplate = true;
    const pattern = this.#parts(false);
    this.#at = at;
    this.#end = end;
    this.#inTemplate = inTemplate;
    this.#templates.set(offset, pattern);
    return pattern;
  }
}
