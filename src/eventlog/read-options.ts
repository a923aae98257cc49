// What a caller may ask of the readers.

/** Options of reading an event log. */
export interface ReadLogOptions {
  /** Records outside the live ones too, as far as they can be read. */
  readonly recovered?: boolean;
}
