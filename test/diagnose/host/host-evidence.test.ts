import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { diagnose } from '../../../src/diagnose/diagnose.ts';
import { gatherEvidence } from '../../../src/diagnose/gather/gather.ts';
import { onAccessPaths, watchedBy } from '../../../src/diagnose/host/clamav-configuration.ts';
import type { HostView } from '../../../src/diagnose/host/host-view.ts';
import { runningScanners, whoHasOpen } from '../../../src/diagnose/host/processes.ts';
import { tempFolder } from '../../temp-folder.ts';
import { soundStore } from '../stores.ts';

/** A /proc with these processes: pid, name, open files. */
function fakeProc(processes: readonly (readonly [number, string, readonly string[]])[]): string {
  const root = tempFolder();
  for (const [pid, name, files] of processes) {
    const folder = join(root, String(pid));
    mkdirSync(join(folder, 'fd'), { recursive: true });
    writeFileSync(join(folder, 'comm'), `${name}\n`);
    files.forEach((file, i) => {
      symlinkSync(file, join(folder, 'fd', String(i)));
    });
  }
  mkdirSync(join(root, 'self-not-a-pid'));
  return root;
}

const view = (more: Partial<HostView>): HostView => ({
  proc: tempFolder(),
  clamavFiles: [],
  freeBytes: () => undefined,
  ...more,
});

function facts(host: (path: string) => HostView): { ids: string[]; texts: string; scanner: string | undefined } {
  const folder = tempFolder();
  const path = join(folder, 'priv1.edb');
  writeFileSync(path, soundStore());
  const { findings } = diagnose(gatherEvidence([folder], { host: host(path) }).set);
  return {
    ids: findings.map(({ id }) => id),
    texts: findings.flatMap(({ evidence }) => evidence.map(({ text }) => text)).join('\n'),
    scanner: findings.find(({ id }) => id === 'host.scanner')?.confidence,
  };
}

describe('processes', () => {
  it('tells scanners, and who has a file open', () => {
    const proc = fakeProc([
      [10, 'bash', ['/srv/other']],
      [20, 'clamd', ['/srv/priv1.edb', '/srv/priv1.edb']],
      [30, 'store', ['/srv/priv1.edb']],
    ]);
    expect(runningScanners(proc).map(({ name }) => name)).toEqual(['clamd']);
    expect(whoHasOpen(proc, ['/srv/priv1.edb'], 30)).toEqual(
      new Map([['/srv/priv1.edb', [{ pid: 20, name: 'clamd', scanner: true }]]]),
    );
    expect(whoHasOpen('/no/such/folder', ['/srv/priv1.edb'], 1).size).toBe(0);
  });
});

describe('ClamAV', () => {
  it('reads on-access paths', () => {
    const paths = onAccessPaths(
      '# OnAccessIncludePath /no\nOnAccessIncludePath /srv/mail\nOnAccessMountPath "/data two"\r\nOnAccessExcludePath /srv/mail/db/\nLogFile /x\n',
    );
    expect(paths).toEqual({ included: ['/srv/mail', '/data two'], excluded: ['/srv/mail/db/'], on: true });
    expect(watchedBy('/srv/mail/priv1.edb', paths)).toBe('/srv/mail');
    expect(watchedBy('/srv/mail/db/priv1.edb', paths)).toBeUndefined();
    expect(watchedBy('/srv/mailbox/priv1.edb', paths)).toBeUndefined();
    expect(
      watchedBy('/srv/mail/priv1.edb', onAccessPaths('OnAccessIncludePath /srv/mail\nScanOnAccess no\n')),
    ).toBeUndefined();
  });
});

describe('host evidence', () => {
  it('a scanner that has the database open is certain', () => {
    const found = facts((path) => view({ proc: fakeProc([[42, 'clamonacc', [path]]]) }));
    expect(found.scanner).toBe('certain');
    expect(found.texts).toMatch(/open in clamonacc \(process 42\)/);
  });

  it('a watched folder is certain, too, a running scanner only a note', () => {
    const conf = join(tempFolder(), 'clamd.conf');
    const watched = facts((path) => {
      writeFileSync(conf, `OnAccessIncludePath ${join(path, '..')}\n`);
      return view({ clamavFiles: [conf, '/no/such/file'] });
    });
    expect(watched.scanner).toBe('certain');
    const running = facts(() => view({ proc: fakeProc([[7, 'clamd', []]]) }));
    expect(running.scanner).toBeUndefined();
    expect(running.ids).toContain('host.scanner-runs');
  });

  it('another program that has it open, and too little room', () => {
    const found = facts((path) => view({ proc: fakeProc([[9, 'store.exe', [path]]]), freeBytes: () => 1000 }));
    expect(found.ids).toEqual(expect.arrayContaining(['host.file-open', 'host.space-for-rebuild']));
    expect(facts(() => view({ freeBytes: () => 1e12 })).ids).not.toContain('host.space-for-rebuild');
  });

  it('says nothing of the machine when there is no database', () => {
    const folder = tempFolder();
    writeFileSync(join(folder, 'a.txt'), 'Error -1018\n');
    const proc = fakeProc([[7, 'clamd', []]]);
    expect(gatherEvidence([folder], { host: view({ proc }) }).set.has('host')).toBe(false);
  });
});
