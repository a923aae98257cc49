// Logs of the engine written again: the writer packs records into segments exactly as the engine does, and headers come
// out byte for byte.
import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { BufferSource } from '../../../src/ese/io/buffer-source.ts';
import { LogFileReader } from '../../../src/ese/log/log-file-reader.ts';
import { buildCheckpointFile, buildLogHeader } from '../../../src/ese/log/log-header-builder.ts';
import { LogRecordView } from '../../../src/ese/log/log-record-view.ts';
import { LogWriter } from '../../../src/ese/log/log-writer.ts';
import { readCheckpointFile } from '../../../src/ese/log/checkpoint-file.ts';
import { corpus, describeCorpus } from '../../corpus.ts';
import { MemoryLog, NOW } from './log-files.ts';

const FOLDERS = ['crash/p4-k12-cache64/before', 'crash/p8-k12-cache48/before', 'crash/p4-efv9180-k07/before'];

function logsIn(folder: string): string[] {
  const path = corpus(`engine-made/${folder}`);
  return readdirSync(path)
    .filter((name) => name.endsWith('.log'))
    .map((name) => `${path}/${name}`);
}

const bytesOf = (path: string): Uint8Array => new Uint8Array(readFileSync(path));

describeCorpus('logs of the engine', () => {
  it.each(FOLDERS)('in %s come out the same when written again', (folder) => {
    let same = 0;
    for (const path of logsIn(folder)) {
      const bytes = bytesOf(path);
      const reader = new LogFileReader(new BufferSource(bytes));
      const { lGeneration, csecLGFile } = reader.header;
      const { lgpos } = reader.verify();
      const log = new MemoryLog(bytes.length);
      const writer = new LogWriter(log, { lGeneration, csecLGFile, isec: 1, now: () => NOW });
      const record = new LogRecordView();
      while (reader.next(record)) {
        // The engine began a new segment here, after a segment it had to leave in part empty.
        if (record.isecLast > writer.position.isec && record.bytes === reader.buffer) writer.fillSegment();
        writer.append(record.copyBytes());
      }
      if (reader.end!.kind !== 'end') continue;
      writer.flush();
      for (let isec = 1; isec < lgpos.isec; isec++) {
        const payload = (file: Uint8Array): Buffer => Buffer.from(file.subarray(isec * 4096 + 40, (isec + 1) * 4096));
        if (!payload(log.bytes).equals(payload(bytes))) expect.fail(`${path}: segment ${isec}`);
        same++;
      }
    }
    expect(same).toBeGreaterThan(100);
  });

  it.each(FOLDERS)('in %s have headers that come out the same', (folder) => {
    for (const path of logsIn(folder)) {
      const { header, headerBytes, attachInfos } = new LogFileReader(new BufferSource(bytesOf(path)));
      expect(Buffer.from(buildLogHeader({ ...header, attachInfos }, headerBytes)).equals(headerBytes)).toBe(true);
    }
  });

  it.each(FOLDERS)('in %s have a checkpoint that comes out the same', (folder) => {
    for (const name of [folder, folder.replace('before', 'after')]) {
      const bytes = bytesOf(corpus(`engine-made/${name}/edb.chk`));
      const { checkpoint, attachInfos, bytes: copy } = readCheckpointFile(new BufferSource(bytes));
      const again = buildCheckpointFile({ ...checkpoint, ...(attachInfos === undefined ? {} : { attachInfos }) }, copy);
      if (attachInfos !== undefined) expect(Buffer.from(again).equals(bytes)).toBe(true);
      else
        expect(readCheckpointFile(new BufferSource(again))).toMatchObject({
          checkpoint: { lgposCheckpoint: checkpoint.lgposCheckpoint },
        });
    }
  });
});
