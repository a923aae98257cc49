// The first byte of each segment of a normalised key: whether there is a value, and so where NULLs sort.
// Source: format section 7.1; fldnorm.cxx.

/** First bytes of ascending segments; a descending segment has every byte inverted, this one too. */
export const SegmentPrefix = {
  /** NULL, sorting before all values. */
  Null: 0x00,
  /** Text or binary value of no bytes. */
  ZeroLength: 0x40,
  /** A value follows. */
  Data: 0x7f,
  /** NULL in an index that sorts NULLs after all values. */
  NullHigh: 0xc0,
} as const;
