// Where the fields of a Split2 record stand: common to redo, which reads them, and the transactional writer.
import { offsetOf } from './record-table.ts';

const FIELDS = [
  'pgnoNew',
  'pgnoRight',
  'dbtimeRightBefore',
  'pgnoParent',
  'dbtimeParentBefore',
  'pgnoFDP',
  'objidFDP',
  'splittype',
  'splitoper',
  'ilineOper',
  'ilineSplit',
  'clines',
  'fNewPageFlags',
  'fSplitPageFlags',
  'cbUncFreeSrc',
  'cbUncFreeDest',
  'ilinePrefixSplit',
  'ilinePrefixNew',
  'cbPrefixSplitOld',
  'cbPrefixSplitNew',
  'cbKeyParent',
  'flags',
  'cbPageBeforeImage',
] as const;

type SplitField = (typeof FIELDS)[number];

/** Offsets of the fields of Split2. */
export const SPLIT: Readonly<Record<SplitField, number>> = Object.fromEntries(
  FIELDS.map((field) => [field, offsetOf('Split2', field)]),
) as Record<SplitField, number>;
