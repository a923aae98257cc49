// Any folder, any file: kinds are told apart, limits hold, nothing throws.
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { diagnose } from '../../../src/diagnose/diagnose.ts';
import { gatherEvidence } from '../../../src/diagnose/gather/gather.ts';
import { sniffFile } from '../../../src/diagnose/gather/sniff-file.ts';
import { walkFolders } from '../../../src/diagnose/gather/walk-folder.ts';
import { BufferSource } from '../../../src/ese/io/buffer-source.ts';
import { tempFolder } from '../../temp-folder.ts';
import { dsn, viewer } from '../case.ts';
import { soundStore } from '../stores.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const kinds = (folder: string): Record<string, string> =>
  Object.fromEntries(gatherEvidence([folder]).read.map(({ path, kind }) => [path.slice(folder.length + 1), kind]));

describe('sniffFile', () => {
  it.each([
    ['priv1.edb', soundStore(), 'ese'],
    ['whatever.bin', soundStore(), 'ese'],
    ['x.evtx', bytes('ElfFile\0'.padEnd(100)), 'event-log'],
    ['AppEvent.Evt', Uint8Array.of(48, 0, 0, 0, 0x4c, 0x66, 0x4c, 0x65, ...new Uint8Array(100)), 'event-log'],
    ['bounce.eml', bytes(dsn('a@example.com', '5.1.1', '550 no')), 'mail'],
    ['all', bytes(`From a@example.com Fri Jul  4 10:11:05 2003\n${dsn('a@example.com', '5.1.1', '')}`), 'mbox'],
    ['E00.log', bytes('a text log\n'), 'text'],
    ['E00.log', new Uint8Array(8192), 'ese'],
    ['app.txt', bytes(viewer('ESE', 474, 'text')), 'text'],
    ['note.msg', Uint8Array.of(0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1, 0, 0), 'message-file'],
    ['wide.txt', Uint8Array.of(0xff, 0xfe, 0x41, 0, 0x42, 0, 0x43, 0, 0x44, 0), 'text'],
    ['a.bin', Uint8Array.from({ length: 500 }, (_, i) => (i * 7) & 31), 'unknown'],
    ['empty', new Uint8Array(0), 'empty'],
  ] as const)('%s', (name, content, form) => {
    expect(sniffFile(new BufferSource(content), name)).toBe(form);
  });
});

describe('walkFolders', () => {
  it('is ordered, goes down, follows no links, and says what it cannot read', () => {
    const folder = tempFolder();
    mkdirSync(join(folder, 'b/c'), { recursive: true });
    for (const name of ['z', 'a', 'b/2', 'b/c/1']) writeFileSync(join(folder, name), '');
    symlinkSync(folder, join(folder, 'b/loop'));
    const { files, failed, more } = walkFolders([folder, join(folder, 'nowhere')]);
    expect(files.map((path) => path.slice(folder.length + 1))).toEqual(['a', 'b/2', 'b/c/1', 'z']);
    expect(failed.map(({ reason }) => reason)).toEqual(['ENOENT']);
    expect(more).toBe(false);
  });

  it('comes to an end in a deep folder', () => {
    const folder = tempFolder();
    mkdirSync(join(folder, ...Array.from({ length: 60 }, () => 'd')), { recursive: true });
    expect(walkFolders([folder])).toEqual({ files: [], failed: [], more: true });
  });
});

describe('gatherEvidence', () => {
  it('tells what it read', () => {
    const folder = tempFolder();
    const files: Record<string, string | Uint8Array> = {
      'priv1.edb': soundStore(),
      'bounce.eml': dsn('a@example.com', '5.1.1', '550 5.1.1 User unknown'),
      'letter.eml':
        'From: a@example.com\nTo: b@example.com\nSubject: Lunch\nMessage-ID: <1@example.com>\n\nAt one? -1018\n',
      'app.txt': viewer('ESE', 474, 'failed with error -1018'),
      'note.txt': 'Error -1018\n',
      'empty.txt': '',
    };
    for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
    expect(kinds(folder)).toEqual({
      'priv1.edb': 'database',
      'bounce.eml': 'bounce',
      'letter.eml': 'mail, no bounce',
      'app.txt': 'text with events',
      'note.txt': 'text',
      'empty.txt': 'empty',
    });
  });

  it('finds a bounce and events in one text, as articles quote them', () => {
    const folder = tempFolder();
    const text = [
      'Senders receive this report:',
      'Your message did not reach some or all of the intended recipients.',
      'Subject: Test',
      'Sent: 7/4/2003 10:11 AM',
      'The following recipient(s) could not be reached:',
      'user1@example.com on 7/4/2003 10:11 AM',
      'The e-mail system was unable to deliver the message, but did not report a specific reason.',
      '<mail1.example.com #5.0.0>',
      '',
      viewer(
        'MSExchangeTransport',
        327,
        'The following call : EcSaveChangesMessage to the store failed. Error code : -1017. MDB : .',
      ),
    ].join('\n');
    writeFileSync(join(folder, 'article.txt'), text);
    const { findings } = diagnose(gatherEvidence([folder]).set);
    expect(findings.map(({ id }) => id)).toEqual(
      expect.arrayContaining(['store.damaged-delivery', 'transport.unspecified']),
    );
  });

  it('reads UTF-16 text', () => {
    const folder = tempFolder();
    writeFileSync(join(folder, 'wide.txt'), Buffer.from(`\ufeffThe operation failed with error -1811.\r\n`, 'utf16le'));
    expect(diagnose(gatherEvidence([folder]).set).findings[0]!.id).toBe('host.file-missing');
  });

  it('stands hostile files', () => {
    const folder = tempFolder();
    const pattern = Uint8Array.from({ length: 100_000 }, (_, i) => (i * 2654435761) >>> 24);
    const hostile: Record<string, string | Uint8Array> = {
      'line.txt': `${'Error -1018 0x8004010f 5.1.1 JET_err '.repeat(60_000)}\n`,
      'lines.txt': 'Error -1018 in file "C:\\x.edb"\n'.repeat(50_000),
      'labels.txt': 'Event ID: 1 Event Source: ESE Event Type: Error Description: '.repeat(20_000),
      'noise.evtx': pattern,
      'noise.edb': pattern,
      'E0000001.log': pattern,
      'E00.chk': pattern,
      'noise.msg': Uint8Array.of(0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1, ...pattern),
      'json.txt': '{"a":'.repeat(50_000),
      'xml.txt': '<Event>'.repeat(50_000),
      'mail.eml': `Content-Type: multipart/report; boundary=a\nSubject: Undeliverable\n\n${'--a\nContent-Type: multipart/mixed; boundary=a\n\n'.repeat(20_000)}`,
      'paths.txt': `${'C:\\'.repeat(50_000)} -1811\n`,
      'zero.edb': new Uint8Array(65_536),
      'half.edb': soundStore().subarray(0, 5000),
      'ends.edb': soundStore().fill(0xff, 700),
    };
    for (const [name, content] of Object.entries(hostile)) writeFileSync(join(folder, name), content);
    const gathered = gatherEvidence([folder]);
    expect(gathered.read).toHaveLength(Object.keys(hostile).length);
    expect(gathered.set.all.length).toBeLessThan(20_000);
    const diagnosis = diagnose(gathered.set);
    expect(diagnosis.findings.map(({ id }) => id)).toContain('database.not-usable');
    expect(JSON.stringify(diagnosis).length).toBeLessThan(2_000_000);
  });
});
