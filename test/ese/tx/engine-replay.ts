// The engine's own logs replayed from their first record onto a file without pages, so that a test sees every page as
// it was just before the engine changed it.
import { readdirSync, readFileSync } from 'node:fs';
import { MemoryPageStore } from '../../../src/ese/cache/memory-page-store.ts';
import type { PageCache } from '../../../src/ese/cache/page-cache.ts';
import { readDbHeader } from '../../../src/ese/header/read-db-header.ts';
import { BufferSource } from '../../../src/ese/io/buffer-source.ts';
import { LogFileReader } from '../../../src/ese/log/log-file-reader.ts';
import { LogRecordView } from '../../../src/ese/log/log-record-view.ts';
import { arrangeLogs } from '../../../src/ese/log/log-set.ts';
import { RedoEngine } from '../../../src/ese/recovery/redo-engine.ts';

/** Called before each record is replayed; `cache` is undefined until a database is attached. */
export type RecordObserver = (record: LogRecordView, cache: PageCache | undefined) => void;

const file = (path: string): Uint8Array => new Uint8Array(readFileSync(path));

/** Replays all logs of `folder`, which must hold the first one. */
export function replayFromStart(folder: string, observe: RecordObserver): void {
  const logs = arrangeLogs(readdirSync(folder), 'edb');
  const names = [...logs.archived.map(({ name }) => name), logs.current!];
  const database = file(`${folder}/test.edb`);
  const header = readDbHeader(new BufferSource(database));
  // The headers only: every page is made by the logs.
  const empty = database.slice();
  empty.fill(0, 2 * header.format.pageSize);
  const store = new MemoryPageStore(header.format, empty);
  const first = new LogFileReader(new BufferSource(file(`${folder}/${names[0]!}`)));
  const engine = new RedoEngine({
    host: { find: () => ({ kind: 'found', name: 'test.edb', headerBytes: header.bytes, open: () => store }) },
    now: () => new Date(0),
    random: () => 1,
    signLog: first.header.signLog,
    signLogBytes: first.headerBytes.slice(44, 72),
  });
  const record = new LogRecordView();
  for (const name of names) {
    const reader = new LogFileReader(new BufferSource(file(`${folder}/${name}`)));
    engine.enterGeneration(reader.header.lGeneration);
    while (reader.next(record)) {
      observe(record, engine.attachments.databases()[0]?.cache);
      engine.apply(record);
    }
  }
}
