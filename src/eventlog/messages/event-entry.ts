// One line of the catalogue of events.

/** Id, name (without its family), the names of the inserts, and the text with `{name}` for an insert. */
export type EventEntry = readonly [id: number, name: string, inserts: string, text: string];

/** Events of some sources. */
export interface EventFamily {
  /** Goes before the names of its events: `ese.page-checksum`. */
  readonly prefix: string;
  /** The sources that write them, in lower case. */
  readonly sources: readonly string[];
  /** Names of the inserts that all events of the family begin with. */
  readonly common: readonly string[];
  readonly events: readonly EventEntry[];
  /** Names of the categories by number. */
  readonly categories?: Readonly<Record<number, string>>;
}
