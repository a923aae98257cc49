// The reasoning itself: correlation by time and keys, counts, safety of steps, what stays unexplained.
import { describe, expect, it } from 'vitest';
import { diagnose } from '../../src/diagnose/diagnose.ts';
import { EvidenceSet } from '../../src/diagnose/evidence-set.ts';
import { headFinding } from '../../src/diagnose/head-finding.ts';
import { eventEvidence } from '../../src/diagnose/make/event-evidence.ts';
import { differsInOneBit } from '../../src/diagnose/make/checksum-difference.ts';
import type { EventLike } from '../../src/diagnose/make/event-evidence.ts';
import { related } from '../../src/diagnose/relation.ts';
import { Damaged } from '../eseutil/damage.ts';
import { dsn, engine, viewer } from './case.ts';
import { runCase } from './run-case.ts';
import { damagedStore, soundStore } from './stores.ts';

const event = (source: string, id: number, message: string, more: Partial<EventLike> = {}): EventLike => ({
  record: 1,
  time: '2003-07-04T10:11:05',
  source,
  id,
  level: 'error',
  computer: 'MAIL1',
  message,
  ...more,
});
const evidence = (...args: Parameters<typeof event>): ReturnType<typeof eventEvidence> =>
  eventEvidence(event(...args), 'app.evt');

describe('relation', () => {
  it('parts evidence by time, database, store and server', () => {
    const one = evidence('ESE', 474, 'file D:\\a\\priv1.edb error -1018');
    expect(related(one, evidence('ESE', 474, 'file E:\\b\\priv1.edb error -1018'))).toBe(true);
    expect(related(one, evidence('ESE', 474, 'file D:\\a\\pub1.edb error -1018'))).toBe(false);
    expect(related(one, evidence('MSExchangeIS', 9519, 'no database named'))).toBe(true);
    expect(related(one, evidence('MSExchangeIS', 9519, 'x', { time: '2003-07-09T10:11:05' }))).toBe(false);
    expect(related(one, evidence('MSExchangeIS', 9519, 'x', { computer: 'MAIL2' }))).toBe(false);
    expect(related(one, evidence('MSExchangeIS', 9519, 'x', { computer: 'mail1.example.com' }))).toBe(true);
    expect(related(one, evidence('MSExchangeIS', 9519, 'x', { time: null }))).toBe(true);
  });
});

describe('event evidence', () => {
  it('takes codes from data bytes, least significant first', () => {
    const one = evidence('MSExchangeTransport', 1709, 'no code', { data: Uint8Array.of(5, 0, 7, 0x80) });
    expect(one.codes.map(({ names }) => names).flat()).toContain('ERROR_ACCESS_DENIED');
  });

  it('keys by source and id: 327 of the engine is not 327 of the transport', () => {
    expect(evidence('ESE', 327, 'The database engine detached a database.').source).toBe('ESE');
    expect(evidence('ESE98', 474, '').source).toBe('ESE');
    expect(evidence('MSExchangeIS Mailbox Store', 1112, '').source).toBe('MSExchangeIS');
    expect(evidence('ESENT', 454, '').provider).toBe('ESENT');
    expect(evidence('McLogEvent', 258, '').source).toBe('Scanner');
  });

  it('does not take the number of an event for a code', () => {
    expect(evidence('MSExchangeIS', 1022, 'Logon failure').codes).toEqual([]);
  });
});

describe('evidence set', () => {
  it('counts like events instead of keeping them', () => {
    const set = new EvidenceSet();
    for (let i = 0; i < 50_000; i++)
      set.add(
        evidence(
          'ESE',
          474,
          `The database page read from the file "D:\\priv1.edb" at offset ${i * 4096} failed with error -1018.`,
          { record: i, time: new Date(Date.UTC(2003, 6, 4) + i * 1000).toISOString() },
        ),
      );
    expect(set.all).toHaveLength(1);
    expect(set.all[0]!.count).toBe(50_000);
    expect(set.all[0]!.last! - set.all[0]!.first!).toBe(49_999_000);
    expect(diagnose(set).findings[0]!.evidence[0]!.count).toBe(50_000);
  });

  it('is bounded when everything differs', () => {
    const set = new EvidenceSet();
    for (let i = 0; i < 30_000; i++) set.add(evidence(`Source${i}`, i % 1000, 'x'));
    expect(set.all.length).toBe(20_000);
    expect(set.leftOut).toBe(10_000);
    const { missing, unexplained } = diagnose(set);
    expect(missing.join(' ')).toContain('10000 more pieces');
    expect(unexplained.length).toBeLessThanOrEqual(50);
  });
});

describe('findings', () => {
  it('are one a database', () => {
    const files = {
      'app.txt':
        engine(474, 'page read from "D:\\mdb\\priv1.edb" failed with error -1018') +
        engine(474, 'page read from "D:\\mdb\\pub1.edb" failed with error -1018'),
    };
    const titles = runCase({ files })
      .findings.filter(({ id }) => id === 'page.checksum')
      .map(({ title }) => title);
    expect(titles).toHaveLength(2);
    expect(titles.join(' ')).toMatch(/priv1\.edb.*pub1\.edb/);
  });

  it('fill in the path an event names when the file is not at hand', () => {
    const { findings } = runCase({
      files: {
        'app.txt': engine(
          474,
          'page read from "D:\\Program Files\\Exchsrvr\\mdbdata\\priv1.edb" failed with error -1018',
        ),
      },
    });
    expect(findings[0]!.fix.map(({ command }) => command)).toContain(
      'esekit check "D:\\Program Files\\Exchsrvr\\mdbdata\\priv1.edb"',
    );
  });

  it('a sound database speaks against damage that an event reports', () => {
    const files = {
      'app.txt': engine(448, 'Data inconsistency detected in table Msg of database D:\\mdb\\priv1.edb (0,1).'),
    };
    const alone = runCase({ files }).findings[0]!;
    expect(alone.contradicts).toEqual([]);
    const both = runCase({ files, databases: { 'priv1.edb': soundStore } }).findings.find(
      ({ id }) => id === 'database.long-values',
    )!;
    expect(both.contradicts[0]!.text).toMatch(/sound/);
  });

  it('offers no repair while the logs are there, and warns of it while they may be', () => {
    const dirty = (): Uint8Array =>
      new Damaged(soundStore()).setHeader(52, 2).setHeader(296, 7).setHeader(300, 9).bytes;
    const head = headFinding(runCase({ databases: { 'priv1.edb': dirty } }).findings)!;
    const loss = head.fix.findIndex(({ risk }) => risk === 'data-loss');
    expect(loss).toBeGreaterThan(head.fix.findIndex(({ command }) => command?.startsWith('esekit recover') === true));
    expect(head.fix[loss]!.text).toMatch(/neither a backup nor any hope of logs/);
    expect(head.title).toContain('7-9');
  });

  it('do not ask for a check that was made', () => {
    const { findings } = runCase({ databases: { 'priv1.edb': damagedStore } });
    expect(findings[0]!.fix.some(({ command }) => command?.startsWith('esekit check') === true)).toBe(false);
  });
});

describe('the scanner', () => {
  const locked = engine(
    490,
    'An attempt to open the file "D:\\mdb\\priv1.edb" for read / write access failed. Error -1032.',
  );

  it('is likely by locks and certain by its own log', () => {
    const confidence = (text: string): string | undefined =>
      runCase({ files: { 'app.txt': text } }).findings.find(({ id }) => id === 'host.scanner')?.confidence;
    expect(confidence(locked)).toBe('likely');
    expect(
      confidence(
        locked + viewer('Symantec AntiVirus', 5, 'Virus found in file D:\\mdb\\priv1.edb by Realtime Protection scan.'),
      ),
    ).toBe('certain');
    expect(
      confidence(
        locked + viewer('Symantec AntiVirus', 7, 'New virus definition file loaded.', { type: 'Information' }),
      ),
    ).toBe('likely');
  });

  it('is not accused without damage or locks', () => {
    expect(
      runCase({ files: { 'ndr.eml': dsn('a@example.com', '5.1.1', '550 5.1.1 User unknown') } }).findings.map(
        ({ id }) => id,
      ),
    ).not.toContain('host.scanner');
  });
});

describe('what no rule explains', () => {
  it('is listed with what the tables know', () => {
    const diagnosis = runCase({
      files: { 'app.txt': viewer('MSExchangeIS', 1234, 'Something failed with error -1026.') },
    });
    expect(diagnosis.findings).toEqual([]);
    expect(diagnosis.headline).toMatch(/No rule explains.*JET_errRecordTooBig/);
    expect(diagnosis.unexplained[0]!.meaning).toMatch(/-1026 JET_errRecordTooBig/);
    expect(diagnosis.missing.length).toBeGreaterThan(0);
  });

  it('nothing at hand is said to be nothing', () => {
    expect(runCase({}).headline).toBe('Nothing was found that could be judged.');
    expect(runCase({ files: { 'note.txt': 'All is well today.\n' } }).headline).toBe(
      'Nothing is wrong, as far as this evidence shows.',
    );
  });
});

describe('codes of events', () => {
  it('are told apart although the rest of the text is the same', () => {
    const symbols = (message: string): string[] =>
      evidence('MSExchangeIS', 9519, message).codes.map(({ symbol }) => symbol);
    for (const [code, symbol] of [
      ['0xfffff764', 'JET_errSLVStreamingFileMissing'],
      ['0xfffffa84', 'JET_errIndexNotFound'],
      ['0x8004010f', 'MAPI_E_NOT_FOUND'],
      ['-1018', 'JET_errReadVerifyFailure'],
      ['4294966746', 'JET_errDatabaseDirtyShutdown'],
    ] as const)
      expect(symbols(`Error ${code} starting database "SG\\Store".`), code).toContain(symbol);
    expect(symbols('Win32 error 5 while opening')).not.toEqual(symbols('Win32 error 32 while opening'));
  });
});

describe('differsInOneBit', () => {
  it('reads both wordings', () => {
    expect(
      differsInOneBit(
        'The expected checksum was 1537063750 (0x5b9dbb46) and the actual checksum was 1536998214 (0x5b9cbb46).',
      ),
    ).toBe(true);
    expect(differsInOneBit('The stored checksum was [0x5b9dbb46] and the computed checksum was [0x5b9cbb46].')).toBe(
      true,
    );
    expect(differsInOneBit('The expected checksum was 1 and the actual checksum was 2.')).toBe(false);
    expect(differsInOneBit('The expected checksum was 7 and the actual checksum was 7.')).toBe(false);
    expect(differsInOneBit('no checksum at all')).toBe(false);
  });
});

describe('many bounces in one folder', () => {
  it('do not exclude each other, and 550 is not -550', () => {
    const files = {
      '1.eml': dsn('a@example.com', '5.0.0', '554 Transaction failed'),
      '2.eml': dsn('b@example.com', '5.1.1', '550 5.1.1 User unknown').replace('<case@', '<other@'),
      '3.eml': dsn('c@example.com', '5.1.1', '550 5.1.1 RESOLVER.ADR.ExRecipNotFound; not found').replace(
        '<case@',
        '<third@',
      ),
    };
    const ids = runCase({ files }).findings.map(({ id }) => id);
    expect(ids).toEqual(
      expect.arrayContaining(['transport.unspecified', 'transport.recipient-unknown', 'transport.stale-address']),
    );
    expect(ids).not.toContain('database.dirty');
  });
});
