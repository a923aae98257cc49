// Records on their way into a new database: as they are, with the long values they refer to counted; where a database is
// salvaged, without what is lost.
import type { TableDef } from '../catalog/table-def.ts';
import type { NodeView } from '../page/node.ts';
import { PageFlag } from '../page/page-flags.ts';
import type { PageFormat } from '../page/page-format.ts';
import type { Page } from '../page/page.ts';
import { RecordView } from '../record/record-view.ts';
import { TaggedScan } from '../record/tagged-scan.ts';
import type { AppendNode } from './copy-long-values.ts';
import type { TakeNode } from './node-feed.ts';
import type { ReferenceCounts } from './reference-counts.ts';
import { RecordSalvage } from './salvage-record.ts';

export interface RecordCopyHandlers {
  /** Told of records that cannot be copied as they are; `line` is -1 when only the page is known. */
  readonly onProblem: (rule: string, message: string, page: Page, line: number) => void;
}

/** Copies records, one table after the other. */
export class RecordCopier {
  readonly #format: PageFormat;
  readonly #sortedTagged: boolean;
  readonly #record = new RecordView();
  readonly #tagged: TaggedScan;

  constructor(format: PageFormat, sortedTagged: boolean) {
    this.#format = format;
    this.#sortedTagged = sortedTagged;
    this.#tagged = new TaggedScan(format);
  }

  /**
   * What takes the nodes of `table`. `isWhole` is given for a salvage: records without what it denies, and no records
   * that cannot be read.
   */
  taker(
    table: TableDef,
    counts: ReferenceCounts,
    append: AppendNode,
    isWhole: ((lid: number) => boolean) | undefined,
    { onProblem }: RecordCopyHandlers,
  ): TakeNode {
    const [record, tagged] = [this.#record, this.#tagged];
    const salvage =
      isWhole === undefined ? undefined : new RecordSalvage(table, this.#format, this.#sortedTagged, isWhole);
    return (key, keyLength, node, page) => {
      const { bytes, dataStart, dataLength } = node;
      if (!this.#load(node, page)) {
        onProblem('record.structure', `a record of page ${page.pgno} cannot be read`, page, -1);
        return;
      }
      if (salvage?.hasLost(record, tagged) === true) {
        const rewritten = salvage.rewrite(record, tagged, (column) => {
          onProblem('lv.missing', `a value of column ${column} is lost: its long value is not whole`, page, -1);
        });
        record.load(rewritten, 0, rewritten.length, this.#sortedTagged);
        this.#count(counts);
        append(key, keyLength, rewritten, 0, rewritten.length);
        return;
      }
      this.#count(counts);
      append(key, keyLength, bytes, dataStart, dataLength);
    };
  }

  #load(node: NodeView, page: Page): boolean {
    const sortedTagged = (page.fFlags & PageFlag.NewRecordFormat) !== 0;
    const { bytes, dataStart, dataLength } = node;
    return (
      sortedTagged === this.#sortedTagged && this.#record.load(bytes, dataStart, dataStart + dataLength, sortedTagged)
    );
  }

  /** Books the long values the record refers to. */
  #count(counts: ReferenceCounts): void {
    const [record, tagged] = [this.#record, this.#tagged];
    tagged.load(record);
    while (tagged.next()) {
      if (!tagged.separated || tagged.isNull) continue;
      const length = tagged.end - tagged.start;
      if (length === 4 || length === 8) counts.add(record.bytes, tagged.start, tagged.end);
    }
  }
}
