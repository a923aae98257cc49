// A record whose long values are not all there, written anew without them: the rest of its columns stays as it is.
import type { TableDef } from '../catalog/table-def.ts';
import type { PageFormat } from '../page/page-format.ts';
import type { RecordView } from '../record/record-view.ts';
import type { TaggedScan } from '../record/tagged-scan.ts';
import { lidOfReference } from './copy-long-values.ts';
import { RecordBuilder } from './record-builder.ts';
import { storedValues } from './stored-value.ts';

/** Names a long value that is not to be had: its column and id. */
export type LostValueHandler = (column: string, lid: number) => void;

/** Rewrites records of one table. */
export class RecordSalvage {
  readonly #table: TableDef;
  readonly #builder: RecordBuilder;
  readonly #isWhole: (lid: number) => boolean;

  constructor(table: TableDef, format: PageFormat, sortedTagged: boolean, isWhole: (lid: number) => boolean) {
    this.#table = table;
    this.#isWhole = isWhole;
    this.#builder = new RecordBuilder(table, format, sortedTagged, { writeDefaults: false, most: format.dataSize });
  }

  /** True when the record refers to a value that is not to be had. */
  hasLost(record: RecordView, tagged: TaggedScan): boolean {
    tagged.load(record);
    while (tagged.next()) {
      if (!tagged.separated || tagged.isNull) continue;
      const length = tagged.end - tagged.start;
      if (length !== 4 && length !== 8) return true;
      if (!this.#isWhole(lidOfReference(record.bytes, tagged.start, tagged.end))) return true;
    }
    return tagged.broken;
  }

  /** The record without its lost values: a single one becomes NULL, of several the others stay. Valid until the next. */
  rewrite(record: RecordView, tagged: TaggedScan, onLost: LostValueHandler): Uint8Array {
    const builder = this.#builder;
    builder.reset();
    for (const column of this.#table.columns) {
      tagged.load(record);
      const values = storedValues(record, tagged, column);
      if (values === undefined) continue;
      const kept = values?.filter(({ bytes, separated }) => {
        if (separated !== true) return true;
        const lid = bytes.length === 4 || bytes.length === 8 ? lidOfReference(bytes, 0, bytes.length) : -1;
        if (lid >= 0 && this.#isWhole(lid)) return true;
        onLost(column.name, lid);
        return false;
      });
      builder.set(column, kept === undefined || kept.length === 0 ? null : kept);
    }
    return builder.finish();
  }
}
