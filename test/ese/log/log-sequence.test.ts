// One log after the other, whole and broken.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { BufferSource } from '../../../src/ese/io/buffer-source.ts';
import type { NewLogHeader } from '../../../src/ese/log/log-header-builder.ts';
import { LogRecordView } from '../../../src/ese/log/log-record-view.ts';
import { LogSequence, type LogSequenceOptions } from '../../../src/ese/log/log-sequence.ts';
import { archivedLogName, arrangeLogs } from '../../../src/ese/log/log-set.ts';
import { encodeRecord } from '../../../src/ese/log/record-encoder.ts';
import { corpus, describeCorpus } from '../../corpus.ts';
import { newLog, NOW, SIGNATURE } from './log-files.ts';

type Files = Map<string, Uint8Array>;

/** Four generations, the last the current one; `change` alters the header of generation 3. */
function series(change: Partial<NewLogHeader> = {}): Files {
  const files: Files = new Map();
  let checksum = 0n;
  for (let lGeneration = 1; lGeneration <= 4; lGeneration++) {
    const { log, writer } = newLog(6, {
      lGeneration,
      tmCreate: { ...NOW, second: lGeneration },
      tmPrevGen: { ...NOW, second: lGeneration - 1 },
      checksumPrevLogAllSegments: checksum,
      ...(lGeneration === 3 ? change : {}),
    });
    writer.append(encodeRecord('Begin0', { procid: lGeneration, trxBegin0: lGeneration * 7 }));
    writer.flush();
    checksum = writer.accumulatedChecksum;
    files.set(lGeneration === 4 ? 'edb.log' : archivedLogName('edb', lGeneration, 'log'), log.bytes);
  }
  return files;
}

function walk(
  files: Files,
  options: Partial<LogSequenceOptions> = {},
): { generations: number[]; sequence: LogSequence } {
  const open = (name: string): BufferSource => new BufferSource(files.get(name)!, name);
  const sequence = new LogSequence(arrangeLogs(files.keys(), 'edb'), { open, first: 1, ...options });
  const record = new LogRecordView();
  const generations: number[] = [];
  for (let reader = sequence.nextLog(); reader !== undefined; reader = sequence.nextLog()) {
    expect(reader.next(record)).toBe(true);
    expect(record.decode().fields).toMatchObject({ procid: reader.header.lGeneration });
    generations.push(reader.header.lGeneration);
  }
  return { generations, sequence };
}

describe('a series of logs', () => {
  it('is read in order, the current log last', () => {
    const { generations, sequence } = walk(series());
    expect(generations).toEqual([1, 2, 3, 4]);
    expect(sequence.fault).toBeUndefined();
    expect(sequence.isCurrent).toBe(true);
  });

  it('is read in part', () => {
    expect(walk(series(), { first: 2, last: 3 }).generations).toEqual([2, 3]);
    expect(walk(series(), { first: 4 }).generations).toEqual([4]);
  });

  it('ends without the current log while the next one is being made', () => {
    const files = series();
    files.delete('edb.log');
    expect(walk(files).sequence.fault).toMatchObject({ jet: 'JET_errMissingLogFile', generation: 4 });
    files.set('edbtmp.log', new Uint8Array(6 * 4096));
    expect(walk(files).sequence.fault).toBeUndefined();
  });

  it.each([
    ['another signature', { signLog: { ...SIGNATURE, random: 1 } }, 'JET_errBadLogSignature'],
    ['another time before', { tmPrevGen: NOW }, 'JET_errInvalidLogSequence'],
    ['another generation', { lGeneration: 9 }, 'JET_errInvalidLogSequence'],
    ['another sum of the log before', { checksumPrevLogAllSegments: 1n }, 'JET_errLogSequenceChecksumMismatch'],
  ] as const)('stops at %s', (_what, change, jet) => {
    const { generations, sequence } = walk(series(change));
    expect(generations).toEqual([1, 2]);
    expect(sequence.fault).toMatchObject({ generation: 3, jet, name: 'edb00003.log' });
    expect(sequence.nextLog()).toBeUndefined();
  });

  it('does not ask old logs for a sum', () => {
    const files = series({ checksumPrevLogAllSegments: 1n, ulUpdateMinor: 8 });
    expect(walk(files).generations).toEqual([1, 2, 3, 4]);
  });

  it('stops at a missing log', () => {
    const files = series();
    files.delete('edb00002.log');
    // As the engine, which takes the current log for it.
    expect(walk(files).sequence.fault).toMatchObject({
      generation: 2,
      name: 'edb.log',
      jet: 'JET_errInvalidLogSequence',
    });
    files.delete('edb.log');
    expect(walk(files).sequence.fault).toMatchObject({ generation: 2, jet: 'JET_errMissingLogFile' });
  });

  it('stops at a log of another length, a damaged header, a foreign signature', () => {
    const short = series();
    short.set('edb00002.log', short.get('edb00002.log')!.slice(0, 5 * 4096));
    expect(walk(short).sequence.fault).toMatchObject({ generation: 2, jet: 'JET_errLogFileSizeMismatch' });
    const damaged = series();
    damaged.get('edb00002.log')![100]! ^= 1;
    expect(walk(damaged).sequence.fault).toMatchObject({ generation: 2, jet: 'JET_errLogFileCorrupt' });
    expect(walk(series(), { signLog: { ...SIGNATURE, random: 1 } }).sequence.fault).toMatchObject({
      generation: 1,
      jet: 'JET_errBadLogSignature',
    });
  });
});

describeCorpus('the logs of a crashed server', () => {
  it.each([
    'crash/p4-k12-cache64/before',
    'crash/p4-circ-k28/before',
    'crash/p4-efv9180-k07/before',
    'build/p4-default/logs',
  ])('of %s follow each other', (folder) => {
    const path = corpus(`engine-made/${folder}`);
    const set = arrangeLogs(readdirSync(path), 'edb');
    const open = (name: string): BufferSource => new BufferSource(new Uint8Array(readFileSync(join(path, name))), name);
    const sequence = new LogSequence(set, { open, first: set.archived[0]!.generation });
    let logs = 0;
    while (sequence.nextLog() !== undefined) {
      expect(sequence.reader!.verify().jet).toBeUndefined();
      logs++;
    }
    expect(sequence.fault).toBeUndefined();
    expect(logs).toBe(set.archived.length + 1);
  });
});
