// Real logs: what is in them, and what is wrong with them.
import { expect, it } from 'vitest';
import { FileSource } from '../../src/ese/io/file-source.ts';
import { eventToJson, readEvents } from '../../src/eventlog/index.ts';
import type { LogEvent, LogFinding } from '../../src/eventlog/index.ts';
import { corpus, describeCorpus } from '../corpus.ts';

function read(name: string): { events: LogEvent[]; findings: string[] } {
  const findings: string[] = [];
  const source = new FileSource(corpus(name));
  try {
    const report = (finding: LogFinding): void => void findings.push(finding.rule);
    return { events: [...readEvents(source, { report })], findings };
  } finally {
    source.close();
  }
}

describeCorpus('real event logs', () => {
  it.each([
    ['evt/SysEvent.Evt', 6063, ['evt.dirty']],
    ['evtx/Application_no_crc32.evtx', 17, ['evtx.file-checksum']],
    ['evtx/MSExchange_Management_wec.evtx', 1, []],
    ['evtx/belkasoft-Application.evtx', 816, ['evtx.dirty']],
    ['evtx/plaso-System.evtx', 5009, []],
    ['evtx/plaso-System2.evtx', 283, ['evtx.dirty', 'evtx.records-checksum', 'evtx.record-header']],
    ['evtx/sample-with-zero-data-size-event.evtx', 449, ['evtx.dirty', 'evtx.records-checksum', 'evtx.record-header']],
  ])('%s: %i events, findings %j', (name, count, rules) => {
    const { events, findings } = read(name);
    expect(events).toHaveLength(count);
    expect(findings).toEqual(rules);
  });

  it('names what ESENT says', () => {
    const { events } = read('evtx/esent-325-327.evtx');
    expect(
      events.map(({ id, name, parameters }) => [id, name, parameters['database'] ?? parameters['newPath']]),
    ).toEqual([
      [216, 'ese.database-moved', '\\\\?\\GLOBALROOT\\Device\\HarddiskVolumeShadowCopy5\\Windows\\NTDS\\ntds.dit'],
      [325, 'ese.database-created', 'c:\\hacker\\Active Directory\\ntds.dit'],
      [327, 'ese.database-detached', 'c:\\hacker\\Active Directory\\ntds.dit'],
      [327, 'ese.database-detached', 'C:\\$SNAP_202106051936_VOLUMEC$\\Windows\\NTDS\\ntds.dit'],
    ]);
    expect(eventToJson(events[0]!)).toMatchObject({
      time: '2021-06-05T19:36:36.537143900Z',
      category: 'Logging/Recovery',
    });
  });
});
