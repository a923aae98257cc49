// Bits of tagged columns, common to the reader (tagged-scan.ts) and the writer (build/tagged-builder.ts): format 6.2, 6.3;
// tagfld.hxx.

/** Bits of a TAGFLD offset word. On large pages only `Derived` remains; the rest are offset bits. */
export const TagfldBit = { Derived: 0x8000, ExtendedInfo: 0x4000, Null: 0x2000 } as const;

/** Bits of the header byte of a tagged value. */
export const HeaderBit = {
  LongValue: 0x01,
  Compressed: 0x02,
  Separated: 0x04,
  MultiValues: 0x08,
  TwoValues: 0x10,
  Null: 0x20,
  Encrypted: 0x40,
} as const;

/** Bits of the second word of a tagged column before revision 9. */
export const OldBit = { Length: 0x0fff, Derived: 0x2000, Null: 0x4000, LongValue: 0x8000 } as const;

/** Bit of an instance's offset in MultiValues: the value stands in the long-value tree. */
export const SEPARATED_INSTANCE = 0x8000;
