// The model scenario (KB 328671): mail bounces with 5.0.0, two kinds of events, a damaged store. Whole and in parts.
import { describe, expect, it } from 'vitest';
import { headFinding } from '../../src/diagnose/head-finding.ts';
import type { Diagnosis, DiagnosisFinding } from '../../src/diagnose/diagnosis.ts';
import { diagnosisText } from '../../src/diagnose/report-text.ts';
import { logonDenied, plainBounce, storeCall } from './cases/store.ts';
import { runCase } from './run-case.ts';
import { damagedStore, danglingIndex } from './stores.ts';

const EVENTS = logonDenied + storeCall('EcSaveChangesMessage', -1017) + storeCall('EcDeleteMessages', -1310);
const finding = (diagnosis: Diagnosis, id: string): DiagnosisFinding => {
  const found = diagnosis.findings.find((one) => one.id === id);
  expect(found, diagnosis.findings.map((one) => one.id).join(' ')).toBeDefined();
  return found!;
};
/** Where the first step stands whose text or command matches; the article's steps must come in its order. */
const steps = ({ fix }: DiagnosisFinding, patterns: readonly RegExp[]): number[] =>
  patterns.map((pattern) => fix.findIndex(({ text, command = '' }) => pattern.test(text) || pattern.test(command)));
const RESOLUTION = [
  /^Exclude .*scanners/,
  /^Dismount/,
  /^esekit defrag /,
  /^isinteg -s MAIL1 -fix -test alltests$/,
  /^Mount /,
];

describe('KB 328671 whole', () => {
  const diagnosis = runCase({
    files: { 'ndr.txt': plainBounce, 'app.txt': EVENTS },
    databases: { 'priv1.edb': damagedStore },
  });

  it('names the damaged database as the cause, and the store and the bounce as what follows', () => {
    const head = headFinding(diagnosis.findings)!;
    expect(head.id).toBe('page.checksum');
    expect(head.confidence).toBe('certain');
    expect(diagnosis.headline).toMatch(/priv1\.edb/);
    expect(diagnosis.headline).toMatch(/It shows as: The information store is damaged/);
    expect(finding(diagnosis, 'store.damaged-delivery').consequenceOf).toBe('page.checksum');
    expect(finding(diagnosis, 'store.damaged-delivery').confidence).toBe('certain');
    expect(finding(diagnosis, 'transport.unspecified').consequenceOf).toBeDefined();
  });

  it('names the codes', () => {
    const codes = new Set(diagnosis.findings.flatMap(({ evidence }) => evidence.flatMap((one) => one.codes)));
    expect([...codes]).toEqual(
      expect.arrayContaining([
        '-1017 JET_errRecordDeleted',
        '-1310 JET_errInvalidTableId',
        '0x8009030c SEC_E_LOGON_DENIED',
        '5.0.0',
      ]),
    );
  });

  it('calls event 1706 by-catch', () => {
    const one = finding(diagnosis, 'authentication.exps-by-catch');
    expect(one.byCatch).toBe(true);
    expect(one.evidence[0]!.text).toContain('1706');
  });

  it('holds the scanner for likely, not for certain', () => {
    const scanner = finding(diagnosis, 'host.scanner');
    expect(scanner.confidence).toBe('likely');
    expect(scanner.settle.length).toBeGreaterThan(0);
  });

  it('gives the resolution in the order of the article, with real commands and real paths', () => {
    for (const id of ['page.checksum', 'store.damaged-delivery']) {
      const order = steps(finding(diagnosis, id), RESOLUTION);
      expect(order, id).toEqual([...order].sort((a, b) => a - b));
      expect(order, id).not.toContain(-1);
    }
    const commands = finding(diagnosis, 'store.damaged-delivery').fix.flatMap(({ command }) => command ?? []);
    expect(commands.some((command) => /^esekit defrag \S+priv1\.edb$/.test(command))).toBe(true);
    expect(diagnosis.next).toMatch(/^esekit copy \S+priv1\.edb \S+priv1\.copy\.edb/);
  });

  it('loses data only as the last resort, after all that does not', () => {
    const { fix } = finding(diagnosis, 'page.checksum');
    const loss = fix.findIndex(({ risk }) => risk === 'data-loss');
    expect(loss).toBeGreaterThan(fix.findIndex(({ command }) => command?.startsWith('esekit defrag') === true));
    expect(fix[loss]!.command).toMatch(/^esekit repair .*--keep$/);
    expect(fix.filter(({ risk }) => risk === 'data-loss')).toHaveLength(1);
  });

  it('knows the version, and gives no step of another', () => {
    expect(diagnosis.versions).toBe('Exchange 2000 to 2003');
    const text = diagnosisText(diagnosis);
    expect(text).not.toContain('New-MailboxRepairRequest');
    expect(text.split('\n')[0]).toBe(diagnosis.headline);
    expect(text.split('\n')[1]).toBe(`Next: ${diagnosis.next}`);
  });

  it('leaves nothing unexplained', () => {
    expect(diagnosis.unexplained).toEqual([]);
  });

  it('says the same again', () => {
    const again = runCase({
      files: { 'ndr.txt': plainBounce, 'app.txt': EVENTS },
      databases: { 'priv1.edb': damagedStore },
    });
    const plain = (one: Diagnosis): string => JSON.stringify(one).replace(/[^"\s]*esekit-case-[A-Za-z0-9]+/g, 'FOLDER');
    expect(plain(again)).toBe(plain(diagnosis));
  });
});

describe('KB 328671 in parts', () => {
  it('index damage instead of page damage: the database level is named', () => {
    const diagnosis = runCase({
      files: { 'ndr.txt': plainBounce, 'app.txt': EVENTS },
      databases: { 'priv1.edb': danglingIndex },
    });
    expect(headFinding(diagnosis.findings)!.id).toBe('database.index');
    expect(steps(finding(diagnosis, 'database.index'), RESOLUTION)).not.toContain(-1);
  });

  it('bounce and events: likely, and the database is asked for', () => {
    const diagnosis = runCase({ files: { 'ndr.txt': plainBounce, 'app.txt': EVENTS } });
    expect(diagnosis.headline).toMatch(/^Likely: the information store is damaged/);
    expect(diagnosis.missing.join(' ')).toMatch(/esekit check/);
    expect(diagnosis.next).toMatch(/^Exclude the folders/);
  });

  it('one event: possible', () => {
    expect(runCase({ files: { 'app.txt': storeCall('EcSaveChangesMessage', -1017) } }).headline).toMatch(
      /^Possibly: the information store is damaged/,
    );
  });

  it('the bounce: what it does not say is not made up', () => {
    const diagnosis = runCase({ files: { 'ndr.txt': plainBounce } });
    expect(diagnosis.headline).toBe('Mail to user1@example.com came back with 5.0.0, which names no cause.');
    expect(diagnosis.missing.join(' ')).toMatch(/Application log/);
    expect(
      diagnosis.findings.filter(({ confidence, id }) => confidence !== 'possible' && id !== 'transport.unspecified'),
    ).toEqual([]);
  });

  it('the database: damaged, nothing said of mail', () => {
    const diagnosis = runCase({ databases: { 'priv1.edb': damagedStore } });
    expect(headFinding(diagnosis.findings)!.id).toBe('page.checksum');
    expect(finding(diagnosis, 'host.scanner').confidence).toBe('possible');
  });

  it('events a month apart belong to different troubles', () => {
    const old = storeCall('EcSaveChangesMessage', -1017).replace('7/4/2003', '6/1/2003');
    const diagnosis = runCase({
      files: {
        'ndr.txt': plainBounce.replace('Your message', 'Date: Fri, 4 Jul 2003 10:11:10 +0000\n\nYour message'),
        'app.txt': old + storeCall('EcDeleteMessages', -1310),
      },
    });
    const events = finding(diagnosis, 'store.damaged-delivery').evidence.filter(({ kind }) => kind === 'event');
    expect(events.length).toBeGreaterThan(0);
  });
});
