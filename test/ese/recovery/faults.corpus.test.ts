// Logs cut, flipped, lost and mixed, checkpoints that lie: never a wrong row, always an explained end. A recovery that
// succeeds must give the state after a prefix of the log's transactions; one that fails must name a JET error.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { isJetError } from '../../../src/errors/jet-error.ts';
import { Database } from '../../../src/ese/database.ts';
import { DB_HEADER, parseDbHeader } from '../../../src/ese/header/db-header.ts';
import { BufferSource } from '../../../src/ese/io/buffer-source.ts';
import { buildCheckpointFile } from '../../../src/ese/log/log-header-builder.ts';
import { LogFileReader } from '../../../src/ese/log/log-file-reader.ts';
import { sealHeader } from '../../../src/ese/page/checksum-xor.ts';
import { corpus, describeCorpus } from '../../corpus.ts';
import { findings, rowsOf } from './dump-comparison.ts';
import { readFolder, recoverFiles, type Files } from './memory-recovery.ts';
import { differingPages } from './page-comparison.ts';

const FOLDER = 'engine-made/crash/p4-k12-cache64';
/** The same workload, killed one step of it earlier or later each time. */
const whole = (): Files => readFolder(corpus(`${FOLDER}/before`));
const engines = (): Uint8Array => new Uint8Array(readFileSync(corpus(`${FOLDER}/after/test.edb`)));
const SEGMENT = 4096;
const REQUIRED_LAST = 0x19;

/** Errors that say what is wrong with logs or database. */
const EXPLAINED = new Set([
  'JET_errLogFileCorrupt',
  'JET_errLogFileSizeMismatch',
  'JET_errMissingLogFile',
  'JET_errInvalidLogSequence',
  'JET_errLogSequenceChecksumMismatch',
  'JET_errBadLogSignature',
  'JET_errRequiredLogFilesMissing',
  'JET_errAttachedDatabaseMismatch',
  'JET_errPageNotInitialized',
  'JET_errFileIOBeyondEOF',
  'JET_errDbTimeTooOld',
  'JET_errDbTimeTooNew',
  'JET_errReadVerifyFailure',
  'JET_errBadLogVersion',
  'JET_errFileInvalidType',
  'JET_errPageSizeMismatch',
]);

type Outcome = { readonly error: string } | { readonly rows: string; readonly findings: readonly string[] };

/** Every row of every table, as one fingerprint. */
function fingerprint(file: Uint8Array): string {
  const db = new Database(new BufferSource(file));
  const hash = createHash('sha256');
  for (const table of db.tables) hash.update(JSON.stringify([table.name, ...rowsOf(db, table)]));
  return hash.digest('hex');
}

function outcome(files: Files, options: Parameters<typeof recoverFiles>[2] = {}): Outcome {
  const before = files.get('test.edb');
  try {
    recoverFiles(files, 'edb', options);
  } catch (error) {
    if (!isJetError(error)) throw error;
    expect(EXPLAINED, `${error.symbol}: ${error.message}`).toContain(error.symbol);
    expect(error.message.length).toBeGreaterThan(20);
    expect(files.get('test.edb')).toBe(before);
    return { error: error.symbol };
  }
  const file = files.get('test.edb')!;
  return { rows: fingerprint(file), findings: findings(file) };
}

/** Numbers that are the same in every run. */
function* numbers(seed: number): Generator<number, never> {
  for (let state = seed; ;) {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    yield state / 2 ** 32;
  }
}

/** States of the last log after each of its committed transactions: what a recovery of a cut log may come to. */
function possibleRows(): Set<string> {
  const states = new Set<string>();
  const files = whole();
  const last = files.get('edb.log')!;
  const reader = new LogFileReader(new BufferSource(last, 'edb.log'));
  const { lgpos } = reader.verify();
  // Every cut of the file at a segment boundary is a stream the engine could have left behind.
  for (let isec = 1; isec <= lgpos.isec; isec++) {
    const cut = whole();
    cut.get('edb.log')!.fill(0, isec * SEGMENT);
    const result = outcome(cut);
    if ('rows' in result) states.add(result.rows);
  }
  return states;
}

describeCorpus('faults', () => {
  it('a last log that ends at any segment gives a sound database; at a random byte, the same or an explanation', () => {
    const states = possibleRows();
    expect(states.size).toBeGreaterThan(1);
    const next = numbers(7);
    let succeeded = 0;
    for (let i = 0; i < 40; i++) {
      const files = whole();
      const log = files.get('edb.log')!;
      const at = 4096 + Math.floor(next.next().value * 6 * SEGMENT);
      // The engine writes a segment again as it fills, and before that a copy of it after it: the shadow.
      const segment = Math.floor(at / SEGMENT) * SEGMENT;
      const shadow = i % 2 === 0 ? log.slice(segment, segment + SEGMENT) : new Uint8Array(SEGMENT);
      log.fill(0, at);
      log.set(shadow, segment + SEGMENT);
      const result = outcome(files);
      if ('error' in result) {
        expect(i % 2, `cut at ${at}`).toBe(1);
        continue;
      }
      succeeded++;
      // Space that was taken for a change which the log does not hold any more stays taken, as with the engine.
      const others = result.findings.filter((finding) => !finding.startsWith('space.leaked'));
      expect(others, `cut at ${at}`).toEqual([]);
      expect(states, `cut at ${at}`).toContain(result.rows);
    }
    expect(succeeded).toBeGreaterThan(0);
  });

  it('a flipped bit anywhere in the logs is mended, without effect, or an error', () => {
    const truth = engines();
    const next = numbers(11);
    let mended = 0;
    for (let i = 0; i < 40; i++) {
      const files = whole();
      const names = [...files.keys()].filter((name) => /^edb000(1[3-9])?.*log$|^edb\.log$/.test(name));
      const name = names[Math.floor(next.next().value * names.length)]!;
      const log = files.get(name)!;
      const bit = Math.floor(next.next().value * log.length * 8);
      log[bit >> 3]! ^= 1 << (bit & 7);
      try {
        recoverFiles(files, 'edb');
      } catch (error) {
        if (!isJetError(error)) throw error;
        expect(EXPLAINED, `${name} bit ${bit}: ${error.symbol} ${error.message}`).toContain(error.symbol);
        continue;
      }
      mended++;
      expect(differingPages(files.get('test.edb')!, truth), `${name} bit ${bit}`).toEqual([]);
    }
    expect(mended).toBeGreaterThan(0);
  });

  it('bytes overwritten in required logs are an error, always', () => {
    const next = numbers(13);
    for (let i = 0; i < 20; i++) {
      const files = whole();
      const generation = 0x13 + Math.floor(next.next().value * (REQUIRED_LAST - 0x13));
      const log = files.get(`edb000${generation.toString(16).toUpperCase()}.log`)!;
      const at = Math.floor(next.next().value * 100_000);
      for (let k = 0; k < 64; k++) log[at + k] = Math.floor(next.next().value * 256);
      expect(outcome(files)).toHaveProperty('error');
    }
  });

  it('a lost log is an error where it is required, and nothing where it is not', () => {
    const truth = engines();
    for (let generation = 1; generation < REQUIRED_LAST; generation++) {
      const files = whole();
      files.delete(`edb${generation.toString(16).toUpperCase().padStart(5, '0')}.log`);
      const result = outcome(files);
      if (generation >= 0x13) expect(result, `generation ${generation}`).toHaveProperty('error');
      else expect(differingPages(files.get('test.edb')!, truth)).toEqual([]);
    }
  });

  it('a checkpoint behind the truth costs time only; one ahead of it is an error, or does no harm', () => {
    const truth = engines();
    const { header } = new LogFileReader(new BufferSource(whole().get('edb.log')!));
    const at = (lGeneration: number, isec = 1): Files => {
      const files = whole();
      const old = files.get('edb.chk')!.subarray(0, SEGMENT);
      const fields = { lgposCheckpoint: { lGeneration, isec, ib: 0 }, signLog: header.signLog };
      const infos = new LogFileReader(new BufferSource(files.get('edb00013.log')!)).attachInfos;
      files.set('edb.chk', buildCheckpointFile({ ...fields, attachInfos: infos }, old));
      return files;
    };
    for (const generation of [2, 9, 0x12]) {
      const files = at(generation);
      expect(outcome(files)).toHaveProperty('rows');
      expect(differingPages(files.get('test.edb')!, truth)).toEqual([]);
    }
    for (const generation of [0x14, 0x16, REQUIRED_LAST])
      expect(outcome(at(generation))).toEqual({ error: 'JET_errRequiredLogFilesMissing' });
    expect(outcome(at(0x30))).toEqual({ error: 'JET_errMissingLogFile' });
  });

  it('a database that is older, newer, or another one is told apart', () => {
    const later = whole();
    later.set('test.edb', new Uint8Array(readFileSync(corpus('engine-made/crash/p4-k14-cache64/before/test.edb'))));
    expect(outcome(later)).toHaveProperty('error');
    const other = whole();
    other.set('test.edb', new Uint8Array(readFileSync(corpus('engine-made/build/p4-default/test.edb'))));
    expect(outcome(other)).toEqual({ error: 'JET_errAttachedDatabaseMismatch' });
    const large = whole();
    large.set('test.edb', new Uint8Array(readFileSync(corpus('engine-made/build/p8-default/test.edb'))));
    expect(outcome(large)).toEqual({ error: 'JET_errPageSizeMismatch' });
    const recovered = whole();
    recovered.set('test.edb', engines());
    // Consistent as of a place the logs never reach: they are not all there.
    expect(outcome(recovered)).toEqual({ error: 'JET_errAttachedDatabaseMismatch' });
  });

  it('logs that no database requires may be lost, when that is allowed', () => {
    /** The database of a first day with the logs of a second: it requires none of them. */
    const committed = (): Files => {
      const files = readFolder(corpus('recovery/srum-server2022/day2'));
      files.set('SRU00002.log', files.get('SRUtmp.log')!);
      for (const name of ['SRU.chk', 'SRUtmp.log']) files.delete(name);
      const file = new Uint8Array(readFileSync(corpus('recovery/srum-server2022/day1/SRUDB.dat')));
      for (const at of [0, SEGMENT]) {
        new DataView(file.buffer, file.byteOffset + at).setInt32(DB_HEADER.lGenMaxCommitted[1], 5, true);
        sealHeader(file.subarray(at, at + SEGMENT));
      }
      files.set('SRUDB.dat', file);
      return files;
    };
    for (const [lose, symbol] of [
      [(files: Files) => files.delete('SRU00004.log'), 'JET_errCommittedLogFilesMissing'],
      [(files: Files) => files.get('SRU00004.log')!.fill(7, 20000, 20100), 'JET_errCommittedLogFileCorrupt'],
      [(files: Files) => files.delete('SRU.log'), 'JET_errMissingLogFile'],
    ] as const) {
      const files = committed();
      lose(files);
      let error = 'none';
      try {
        recoverFiles(files, 'SRU');
      } catch (thrown) {
        error = isJetError(thrown) ? thrown.symbol : String(thrown);
      }
      expect(error).toBe(symbol);
      const result = recoverFiles(files, 'SRU', { ignoreLostLogs: true, makeTail: true });
      const last = symbol === 'JET_errMissingLogFile' ? 4 : 3;
      expect(result.last).toBe(last);
      expect(result.notes.length).toBeGreaterThan(0);
      const found = findings(files.get('SRUDB.dat')!);
      expect(found.filter((finding) => !finding.startsWith('space.leaked'))).toEqual([]);
      // Where later logs lie there the stream cannot go on.
      expect(result.tail?.files.map(({ lGeneration }) => lGeneration)[0]).toBe(last === 4 ? 4 : undefined);
      const { signLog } = parseDbHeader(files.get('SRUDB.dat')!);
      expect(signLog.random === 0).toBe(last !== 4);
    }
  });

  it('pages overwritten in the database are an error, or were to be written anew anyway', () => {
    const truth = engines();
    const next = numbers(17);
    let errors = 0;
    for (let i = 0; i < 30; i++) {
      const files = whole();
      const file = files.get('test.edb')!;
      const pgno = 1 + Math.floor((next.next().value * (file.length - 3 * SEGMENT)) / SEGMENT);
      const from = (pgno + 1) * SEGMENT;
      const zero = i % 2 === 0;
      for (let k = 0; k < (zero ? SEGMENT : 40); k++) file[from + k + (zero ? 0 : 200)] = zero ? 0 : 0x5a;
      try {
        recoverFiles(files, 'edb');
      } catch (error) {
        if (!isJetError(error)) throw error;
        expect(EXPLAINED, error.message).toContain(error.symbol);
        errors++;
        continue;
      }
      const differing = differingPages(files.get('test.edb')!, truth);
      // A page the replay does not touch stays as it was found.
      expect(differing.filter((each) => each !== pgno)).toEqual([]);
    }
    expect(errors).toBeGreaterThan(0);
  });
});
