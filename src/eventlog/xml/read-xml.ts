// Events as XML text: the Event Viewer's export (`<Events>` around all), `wevtutil qe /f:xml` (one after the other), and
// what this program or others make of .evtx files.
import { SaxesParser } from 'saxes';
import type { RawEvent } from '../log-event.ts';
import type { LogInput } from '../log-input.ts';
import type { ReportFinding } from '../log-finding.ts';
import { textPieces } from '../text/decode-text.ts';
import { eventFromXml } from './event-from-xml.ts';
import type { XmlElement } from './xml-element.ts';

const MOST_DEPTH = 64;
/** Elements and texts of one event. */
const MOST_NODES = 0x10000;
/** Characters in which nothing begins or ends: no event has that much in one piece. */
const MOST_SILENT = 1 << 23;
const PIECE = 1 << 16;

/** Gathers elements named `Event`, wherever they are. */
class EventCollector {
  readonly events: { element: XmlElement; position: number }[] = [];
  readonly #tooLarge: (position: number) => void;
  #open: XmlElement[] = [];
  #nodes = 0;
  #start = 0;
  /** Depth within an event that is not kept. */
  #skipped = 0;

  constructor(tooLarge: (position: number) => void) {
    this.#tooLarge = tooLarge;
  }

  open(name: string, attributes: Readonly<Record<string, string>>, position: number): void {
    if (this.#skipped > 0) {
      this.#skipped++;
      return;
    }
    const local = name.slice(name.indexOf(':') + 1);
    const parent = this.#open[this.#open.length - 1];
    if (parent === undefined && local !== 'Event') return;
    if (parent === undefined) {
      this.#nodes = 0;
      this.#start = position;
    }
    if (this.#open.length >= MOST_DEPTH || ++this.#nodes > MOST_NODES) {
      this.#tooLarge(this.#start);
      this.#skipped = this.#open.length + 1;
      this.#open = [];
      return;
    }
    const element: XmlElement = { name: local, attributes: Object.entries(attributes).flat(), children: [] };
    parent?.children.push(element);
    this.#open.push(element);
  }

  text(text: string): void {
    const parent = this.#open[this.#open.length - 1];
    if (parent === undefined || ++this.#nodes > MOST_NODES) return;
    if (text.trim() !== '' || parent.children.length === 0) parent.children.push(text);
  }

  close(): void {
    if (this.#skipped > 0) {
      this.#skipped--;
      return;
    }
    const element = this.#open.pop();
    if (element === undefined) return;
    // White space between elements is layout.
    if (element.children.some((one) => typeof one !== 'string')) dropBlanks(element.children);
    if (this.#open.length === 0) this.events.push({ element, position: this.#start });
  }
}

function dropBlanks(children: (XmlElement | string)[]): void {
  for (let i = children.length - 1; i >= 0; i--) {
    const one = children[i]!;
    if (typeof one === 'string' && one.trim() === '') children.splice(i, 1);
  }
}

/** The events of an XML text. What is not well formed is reported, and reading goes on. */
export function* readXml(input: LogInput, report: ReportFinding): Generator<RawEvent> {
  const parser = new SaxesParser({ fragment: true, position: true });
  const finding = (rule: string, message: string, offset: number): void => {
    report({ rule, severity: 'error', at: { offset }, message });
  };
  const collector = new EventCollector((position) => {
    finding('xml.too-large', 'An element is nested more deeply, or has more parts, than an event can.', position);
  });
  let heard = 0;
  parser.on('opentag', ({ name, attributes }) => {
    heard = parser.position;
    collector.open(name, attributes as Record<string, string>, parser.position);
  });
  parser.on('closetag', () => {
    heard = parser.position;
    collector.close();
  });
  for (const what of ['text', 'cdata'] as const)
    parser.on(what, (text) => {
      collector.text(text);
    });
  parser.on('error', ({ message }) => {
    finding('xml.malformed', `The XML is not well formed: ${message.slice(0, 200)}`, parser.position);
  });
  for (const piece of xmlPieces(input)) {
    parser.write(piece);
    yield* drain(collector, finding);
    if (parser.position - heard < MOST_SILENT) continue;
    finding('xml.too-large', 'There is too much text without any element; reading ends here.', heard);
    return;
  }
  parser.close();
  yield* drain(collector, finding);
}

/** Declarations may stand only at the beginning; files put together from several have them everywhere. */
function* xmlPieces(input: LogInput): Generator<string> {
  let rest = '';
  for (const text of textPieces(input))
    for (let i = 0; i < text.length; i += PIECE) {
      const joined = (rest + text.slice(i, i + PIECE)).replace(/<\?xml[^>]{0,200}\?>|\0/g, '');
      const cut = joined.lastIndexOf('<');
      // What may be the beginning of a declaration waits for the rest of it.
      const hold = cut >= 0 && joined.length - cut < 256 && !joined.includes('>', cut) ? cut : joined.length;
      rest = joined.slice(hold);
      yield joined.slice(0, hold);
    }
  yield rest;
}

function* drain(
  collector: EventCollector,
  finding: (rule: string, message: string, offset: number) => void,
): Generator<RawEvent> {
  for (const { element, position } of collector.events.splice(0)) {
    const event = eventFromXml(element, { form: 'xml', offset: position });
    if (event === undefined) finding('xml.no-system', 'An Event element has no System part.', position);
    else yield event;
  }
}
