// Marks an index of Unicode text as one that only the engine can complete (cat.cxx, ErrIndexUnicodeState): a sort
// version of 0 is that of no system. On attach the engine deletes such an index, or says that it must go.
import { systemColumn } from '../catalog/system-schema.ts';
import { RecordView } from '../record/record-view.ts';

const SORT_COLUMNS = [systemColumn('Version'), systemColumn('SortID')];

/** Clears sort version and sort id in the catalog record of an index, in place. */
export function markForEngine(record: Uint8Array, sortedTagged: boolean): void {
  const view = new RecordView();
  if (!view.load(record, 0, record.length, sortedTagged)) return;
  for (const { fid } of SORT_COLUMNS) if (view.findVariable(fid) === 'value') record.fill(0, view.start, view.end);
}
