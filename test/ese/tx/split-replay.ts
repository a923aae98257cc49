// Every split in the engine's logs, given to our planner with the pages as they were: what it plans is compared with
// what the engine logged.
import { toHex } from '../../../src/binary/hex.ts';
import type { PageCache } from '../../../src/ese/cache/page-cache.ts';
import type { LogRecordView } from '../../../src/ese/log/log-record-view.ts';
import { decodeRecord, Lr, type DecodedRecord } from '../../../src/ese/log/record-table.ts';
import { restoreImage } from '../../../src/ese/operations/before-image.ts';
import { SplitOper } from '../../../src/ese/operations/split-plan.ts';
import { EditablePage } from '../../../src/ese/page/editable-page.ts';
import { PageFlag } from '../../../src/ese/page/page-flags.ts';
import { NodeView } from '../../../src/ese/page/node.ts';
import { planSplit, type LevelPlan, type PathStep, type TreeSplit } from '../../../src/ese/tx/split-plan-tree.ts';
import type { SplitOperation } from '../../../src/ese/tx/split-lines.ts';
import { replayFromStart } from './engine-replay.ts';

const node = new NodeView();
const num = (record: DecodedRecord, field: string): number => Number(record.fields[field]);

/** The operation that a node record of a split states; `iline` as the leaf's split record has it. */
export function operationOf(record: DecodedRecord, iline: number): SplitOperation {
  const { tails } = record;
  const none = new Uint8Array(0);
  if (record.name === 'Insert') {
    const key = Buffer.concat([tails['prefix']!, tails['suffix']!]);
    return { splitoper: SplitOper.insert, iline, key: new Uint8Array(key), data: tails['data']! };
  }
  if (record.name === 'Replace') return { splitoper: SplitOper.replace, iline, key: none, data: tails['data']! };
  return { splitoper: SplitOper.flagInsertAndReplace, iline, key: tails['key']!, data: tails['data']! };
}

/** The line an insert goes before. */
function insertLine(page: EditablePage, operation: SplitOperation, unique: boolean): number {
  for (let iline = 0; iline < page.lineCount; iline++) {
    node.load(page, iline);
    const order = node.compareKey(operation.key);
    if (order > 0) return iline;
    if (order === 0 && (unique || Buffer.compare(node.data(), operation.data) >= 0)) return iline;
  }
  return page.lineCount;
}

/** One split of the engine's and what we make of the same pages. */
export interface ComparedSplit {
  readonly where: string;
  /** Split2 records from the top down. */
  readonly records: readonly DecodedRecord[];
  readonly ours: TreeSplit;
  /** Page images of the records: [engine's, page as it was]. */
  readonly images: readonly [Uint8Array, Uint8Array][];
}

/** Set when a page is written, of which the logs tell nothing. */
const UNLOGGED_FLAGS = PageFlag.FlushType | PageFlag.NewChecksumFormat;
const COMPARED = ['splittype', 'splitoper', 'ilineOper', 'ilineSplit', 'clines', 'fNewPageFlags', 'fSplitPageFlags'];
const PREFIXES = ['ilinePrefixSplit', 'ilinePrefixNew'];

/** What differs in one level, as text. */
export function differences(record: DecodedRecord, plan: LevelPlan): string[] {
  const found: string[] = [];
  for (const field of [...COMPARED, ...PREFIXES]) {
    const mask = field.endsWith('Flags') ? ~UNLOGGED_FLAGS : -1;
    const [theirs, ours] = [num(record, field) & mask, plan[field as 'clines'] & mask];
    if (theirs !== ours) found.push(`${field} ${theirs} ours ${ours}`);
  }
  for (const tail of ['keyParent', 'prefixSplitOld', 'prefixSplitNew'] as const) {
    const [theirs, ours] = [toHex(record.tails[tail]!), toHex(plan[tail])];
    if (theirs !== ours) found.push(`${tail} ${theirs} ours ${ours}`);
  }
  return found;
}

interface Pending {
  readonly where: string;
  readonly records: DecodedRecord[];
  readonly path: PathStep[];
  readonly images: [Uint8Array, Uint8Array][];
}

/** Replays `folder` and gives every split to `compared`. */
export function compareSplits(folder: string, compared: (split: ComparedSplit) => void): void {
  const macros = new Map<string, Uint8Array[]>();
  /** Splits without their operation, which follows as a record of its own; by tree. */
  const waiting = new Map<number, Pending>();
  const finish = (pending: Pending, operation: SplitOperation): void => {
    compared({ ...pending, ours: planSplit(pending.path, operation) });
  };
  const commit = (parts: readonly Uint8Array[], where: string, cache: PageCache): void => {
    const decoded = parts.map((bytes) => decodeRecord(bytes, 0, bytes.length));
    const records = decoded.filter(({ type }) => type === Lr.Split2);
    if (records.length === 0) return;
    const pages = records.map((record) => cache.get(num(record, 'pgno')));
    const copies = pages.map(({ bytes, pgno }) => new EditablePage(new Uint8Array(bytes), cache.format, pgno, false));
    const path = copies.map((page) => ({ page, iline: 0 }));
    const images = records.flatMap((record, i): [Uint8Array, Uint8Array][] => {
      const image = record.tails['beforeImage']!;
      return image.length === 0 ? [] : [[restoreImage(image, num(record, 'flags'), cache.format), copies[i]!.bytes]];
    });
    const pending = { where, records, path, images };
    const own = decoded.find(({ type }) => type !== Lr.Split2);
    const leaf = records.at(-1)!;
    if (own === undefined) waiting.set(num(leaf, 'objidFDP'), pending);
    else finish(pending, operationOf(own, num(leaf, 'ilineOper')));
  };
  replayFromStart(folder, (record: LogRecordView, cache) => {
    const key = `${record.procid} ${record.lrtyp === Lr.MacroBegin || record.lrtyp === Lr.MacroCommit ? record.dbtimeAt(3) : record.dbtimeNumber}`;
    if (record.lrtyp === Lr.MacroBegin) macros.set(key, []);
    else if (record.lrtyp === Lr.MacroCommit) {
      const parts = macros.get(key);
      macros.delete(key);
      if (parts !== undefined && cache !== undefined) {
        commit(
          parts,
          `${record.lGeneration.toString(16)},${record.isec.toString(16)},${record.ib.toString(16)}`,
          cache,
        );
      }
    } else if (record.length >= 24) {
      const isNode =
        record.lrtyp === Lr.Insert || record.lrtyp === Lr.Replace || record.lrtyp === Lr.FlagInsertAndReplaceData;
      const pending = isNode ? waiting.get(record.objidFDP) : undefined;
      if (pending !== undefined && (record.flags & 8) === 0) {
        waiting.delete(record.objidFDP);
        const decoded = decodeRecord(record.copyBytes(), 0, record.length);
        const page = pending.path.at(-1)!.page;
        const operation = operationOf(decoded, 0);
        const iline =
          operation.splitoper === SplitOper.insert ? insertLine(page, operation, (record.flags & 4) !== 0) : -1;
        if (iline >= 0) finish(pending, { ...operation, iline });
      }
      macros.get(key)?.push(record.copyBytes());
    }
  });
}
