import { describe, expect, it } from 'vitest';
import { detectLogForm, eventToJson, memoryInput, readEvents } from '../../src/eventlog/index.ts';
import type { LogFinding } from '../../src/eventlog/index.ts';

const input = (text: string): ReturnType<typeof memoryInput> => memoryInput(new TextEncoder().encode(text));

function read(text: string): Record<string, unknown>[] {
  return [...readEvents(input(text))].map(eventToJson);
}

describe('pasted events', () => {
  it('form 1: Windows 2000 and 2003, with data bytes', () => {
    const events = read(`Event Type:\tWarning
Event Source:\tMSExchangeTransport
Event Category:\tExchange Store Driver
Event ID:\t327
Date:\t\t5/14/2003
Time:\t\t10:11:12 PM
User:\t\tN/A
Computer:\tEXCH1
Description:
The following call : EcSaveChangesMessage to the store failed. Error code : -1017. MDB : 1b2c3d4e-0000-4444-9999-0123456789ab. FID : 1-2345. MID : 1-ABCD. File : .

For more information, click http://www.example.com/.

Event Type:\tWarning
Event Source:\tMSExchangeTransport
Event Category:\tSMTP Protocol
Event ID:\t1706
Date:\t\t5/14/2003
Time:\t\t10:11:13 PM
User:\t\tN/A
Computer:\tEXCH1
Description:
EXPS cannot provide protection with "mail.example.com".  "CSessionContext::OnEXPSInNegotiate" called "HrServerNegotiateAuth" which failed with error code 0x8009030c ( x.cpp@1799 ).
Data:
0000: 0c 03 09 80               ...?
`);
    expect(events).toHaveLength(2);
    expect(events[0]).toMatchObject({
      source: 'MSExchangeTransport', id: 327, level: 'warning', category: 'Exchange Store Driver', computer: 'EXCH1',
      time: '2003-05-14T22:11:12', name: 'transport.store-call-failed',
    }); // prettier-ignore
    expect(events[0]!['parameters']).toEqual({
      call: 'EcSaveChangesMessage', error: '-1017', mdb: '1b2c3d4e-0000-4444-9999-0123456789ab', fid: '1-2345', mid: '1-ABCD',
    }); // prettier-ignore
    expect(events[0]!['message']).toMatch(/^The following call.*File : \.$/);
    expect(events[1]).toMatchObject({
      id: 1706, data: '0c030980', name: 'transport.negotiate-failed',
      parameters: { host: 'mail.example.com', function: 'HrServerNegotiateAuth', error: '0x8009030c', dataCode: '0x8009030c' },
    }); // prettier-ignore
  });

  it('form 2: re-flowed, labels broken across lines, one event after the other', () => {
    const events = read(`you may find these: Event Type: Error
Event Source: ESE Event
Category: Logging/Recovery
Event ID:
455
Description: eseutil (4724) Error -1811 (0xfffff8ed) occurred while
opening logfile
D:\\Program
Files\\Exchsrvr\\MDBDATA\\E00.log.Event Type: Error Event Source: MSExchangeIS
Event
Category: General Event ID: 9518 Description: Error Current log file missing starting Storage Group /DC=COM/CN=x on the Microsoft Exchange Information Store. Storage Group - Initialization of Jet failed.`);
    expect(events.map(({ source, id, category }) => [source, id, category])).toEqual([
      ['ESE', 455, 'Logging/Recovery'],
      ['MSExchangeIS', 9518, 'General'],
    ]);
    expect(events[0]!['parameters']).toMatchObject({
      error: '-1811',
      log: 'D:\\Program Files\\Exchsrvr\\MDBDATA\\E00.log',
    });
    expect(events[1]!['parameters']).toMatchObject({ error: 'Current log file missing', storageGroup: '/DC=COM/CN=x' });
  });

  it('form 3: two columns', () => {
    const events = read(`Date: 14.05.2003     Source: ESE
Time: 10:11          Category: (12)
Type: Error          Event ID: 447
User: N/A
Computer: EXCH1
Description:
Information Store (1234) A bad page link (error -327) has been detected in a B-Tree (ObjectId: 12, PgnoRoot: 345) of database C:\\mdbdata\\priv1.edb (67 => 68, 69).

Date: 03.05.2003     Source: ESE
Time: 10:12          Category: (12)
Type: Error          Event ID: 448
User: N/A
Computer: EXCH1
Description:
Information Store (1234) Data inconsistency detected in table Msg of database C:\\mdbdata\\priv1.edb (0,524957).`);
    expect(events.map(({ id, time, level, category }) => [id, time, level, category])).toEqual([
      [447, '2003-05-14T10:11:00', 'error', 'Database Corruption'],
      [448, '2003-05-03T10:12:00', 'error', 'Database Corruption'],
    ]);
    expect(events[1]).toMatchObject({ timeOrder: 'dmy', timeText: '03.05.2003 10:12' });
    expect(events[0]!['parameters']).toEqual({
      process: 'Information Store', pid: '1234', error: '-327', objid: '12', rootPage: '345', database: 'C:\\mdbdata\\priv1.edb',
    }); // prettier-ignore
    expect(events[1]!['parameters']).toMatchObject({ table: 'Msg', database: 'C:\\mdbdata\\priv1.edb' });
  });

  it('form 4: the short form, also with blanks before colons', () => {
    const events = read(`Event ID: 474
Source: ESE98
Type: Error
Category: Database Page Cache
Description:
Information Store (2860) First Storage Group: The database page read from the file "D:\\mdbdata\\priv1.edb" at offset 4050944 (0x00000000003dd000) for 4096 (0x00001000) bytes failed verification due to a page checksum mismatch.  The expected checksum was 1537063750 (0x5b9dbb46) and the actual checksum was 1536998214 (0x5b9cbb46).  The read operation will fail with error -1018 (0xfffffc06).

Event ID : 2114
Source : MSExchangeDSAccess
Category : Topology
Description :
Process MAD.EXE (PID=1). Topology Discovery failed, error 0x80040a02.`);
    expect(events.map(({ source, id }) => [source, id])).toEqual([['ESE98', 474], ['MSExchangeDSAccess', 2114]]); // prettier-ignore
    expect(events[0]!['parameters']).toEqual({
      process: 'Information Store', pid: '2860', instance: 'First Storage Group', file: 'D:\\mdbdata\\priv1.edb',
      offset: '4050944', size: '4096', expected: '1537063750', actual: '1536998214', error: '-1018',
    }); // prettier-ignore
    expect(events[1]!['parameters']).toEqual({ error: '0x80040a02' });
  });

  it('form 5: Windows 2008 and later, with the event as XML behind it', () => {
    const events = read(`Log Name:      Application
Source:        ESENT
Date:          8/1/2020 9:48:08 PM
Event ID:      326
Task Category: General
Level:         Information
Keywords:      Classic
User:          N/A
Computer:      WIN1
Description:
svchost (1234,D,50) SRUJet: The database engine attached a database (1, C:\\Windows\\system32\\SRU\\SRUDB.dat). (Time=0 seconds)

Saved Cache: 1 0
Event Xml:
<Event xmlns="x"><System/></Event>
Log Name:      Application
Source:        ESENT
Event ID:      327
Computer:      WIN1
Description:
done`);
    expect(events).toHaveLength(2);
    expect(events[0]).toMatchObject({
      log: 'Application', time: '2020-08-01T21:48:08', timeOrder: 'mdy', level: 'information', name: 'ese.database-attached',
      parameters: { process: 'svchost', pid: '1234', instance: 'SRUJet', database: 'C:\\Windows\\system32\\SRU\\SRUDB.dat' },
    }); // prettier-ignore
    expect(events[0]!['message']).toMatch(/Saved Cache: 1 0$/);
    expect(events[1]).toMatchObject({ id: 327, message: 'done', name: 'ese.database-detached' });
  });

  it('form 6: wevtutil /f:text', () => {
    const events = read(`Event[0]:
  Log Name: Application
  Source: ESENT
  Date: 2020-08-01T21:48:08.165
  Event ID: 102
  Task: General
  Level: Warning
  Opcode: N/A
  Keyword: Classic
  User: N/A
  User Name: N/A
  Computer: WIN1
  Description: 
svchost (1,P,98) X: started

Event[1]:
  Log Name: Application
  Source: ESENT
  Date: 2020-08-01T21:48:09.165
  Event ID: 103
  Description: 
N/A
`);
    expect(events.map(({ id, time, level, messageFrom }) => [id, time, level, messageFrom])).toEqual([
      [102, '2020-08-01T21:48:08.165', 'warning', 'log'],
      [103, '2020-08-01T21:48:09.165', 'information', 'catalogue'],
    ]);
  });

  it("form 7: PowerShell's lists", () => {
    const events = read(`Index              : 1234
EntryType          : Error
InstanceId         : 474
Message            : Information Store (1) x: The database page
                     read from the file "d:\\a.edb" at offset 4096
Category           : Database Page Cache
CategoryNumber     : 2
ReplacementStrings : {Information Store, 1, x: , d:\\a.edb}
Source             : ESE
TimeGenerated      : 5/14/2003 10:11:12 AM
UserName           : 

Index              : 1235
EntryType          : Information
InstanceId         : 1073742150
Message            : y
Source             : ESE`);
    expect(events).toHaveLength(2);
    expect(events[0]).toMatchObject({
      record: 1234, id: 474, level: 'error', source: 'ESE', time: '2003-05-14T10:11:12', category: 'Database Page Cache',
      parameters: { process: 'Information Store', instance: 'x', file: 'd:\\a.edb', offset: '4096' },
    }); // prettier-ignore
    expect(events[1]).toMatchObject({ record: 1235, id: 326, qualifiers: 0x4000 });
  });

  it('takes German labels', () => {
    const [event] = read(`Ereignistyp: Fehler
Ereignisquelle: ESE
Ereigniskategorie: Protokollierung
Ereigniskennung: 454
Datum: 14.05.2003
Zeit: 10:11:12
Computer: EXCH1
Beschreibung:
Information Store (976) Fehler -501`);
    expect(event).toMatchObject({
      source: 'ESE',
      id: 454,
      level: 'error',
      time: '2003-05-14T10:11:12',
      computer: 'EXCH1',
    });
  });

  it('makes no event of prose', () => {
    expect(read('The Source: unknown. Type: something. Event ID: none of them.\nDate: yesterday')).toEqual([]);
    expect(read('')).toEqual([]);
  });

  it('reads a long text piece by piece', () => {
    const one = (i: number): string =>
      `Event Type: Error\nEvent Source: ESE\nEvent ID: 454\nComputer: S${i}\nDescription:\nx (1) Database recovery failed with error -${i}.\n\n`;
    const text = Array.from({ length: 8000 }, (_, i) => one(500 + i)).join('');
    const events = read(text);
    expect(events).toHaveLength(8000);
    expect(events[7999]).toMatchObject({ computer: 'S8499', parameters: { error: '-8499' } });
  });

  it('is done quickly with a line without end', () => {
    expect(read(`Event Type: Error\nEvent ID: 1\nDescription: ${'x: '.repeat(3_000_000)}`)).toHaveLength(1);
    expect(read('a'.repeat(10_000_000))).toEqual([]);
  });
});

describe('tables, XML and JSON', () => {
  it('reads the CSV of the Event Viewer, with titles', () => {
    const text = `Level,Date and Time,Source,Event ID,Task Category
Error,5/14/2013 10:11:12 AM,ESE,474,Database Page Cache,"Information Store (1) x: bad
page ""q"", more"
Information,5/14/2013 10:11:12 AM,ESE,327,General,det, ached`;
    expect(detectLogForm(input(text))).toBe('csv');
    expect(read(text).map(({ id, level, message }) => [id, level, message])).toEqual([
      [474, 'error', 'Information Store (1) x: bad\npage "q", more'],
      [327, 'information', 'det, ached'],
    ]);
  });

  it('reads tables without titles, with tabs, semicolons, and in UTF-16', () => {
    const row = [
      '5/14/2003',
      '10:11:12 AM',
      'ESE98',
      'Error',
      'Logging/Recovery',
      '454',
      'N/A',
      'SRV',
      'store (976) failed with error -2204',
    ];
    expect(read(row.join(','))[0]).toMatchObject({
      source: 'ESE98',
      id: 454,
      computer: 'SRV',
      parameters: { error: '-2204' },
    });
    expect(read(row.join('\t'))[0]).toMatchObject({ source: 'ESE98', id: 454 });
    const german = `"EntryType";"TimeGenerated";"Source";"EventID";"Message"\r\n"Error";"14.05.2003 10:11:12";"ESE";"454";"a;b"\r\n`;
    const bytes = new Uint8Array(Buffer.from(`\ufeff${german}`, 'utf16le'));
    expect([...readEvents(memoryInput(bytes))][0]).toMatchObject({
      source: 'ESE',
      id: 454,
      text: 'a;b',
      level: 'error',
    });
  });

  it('reads Get-WinEvent as JSON, and its own JSON lines', () => {
    const text = `[{"ProviderName":"ESE","Id":474,"LevelDisplayName":"Error","TimeCreated":"\\/Date(1368526272000)\\/","Message":"m {",
"Properties":[{"Value":"Information Store"},{"Value":1},{"Value":"x: "},{"Value":"d:\\\\a.edb"}]},{"a":1},{"ProviderName":"ESE","Id":`;
    const findings: LogFinding[] = [];
    const events = [...readEvents(input(text), { report: (one) => findings.push(one) })];
    expect(events).toHaveLength(1);
    expect(events[0]).toMatchObject({
      id: 474, level: 'error', time: '2013-05-14T10:11:12.000Z', message: 'm {', parameters: { pid: '1', file: 'd:\\a.edb' },
    }); // prettier-ignore
    expect(findings.map((one) => one.rule)).toEqual(['json.no-event', 'json.object']);
    const lines = events.map((event) => `${JSON.stringify(eventToJson(event))}\n`).join('');
    expect(read(lines)).toEqual(events.map(eventToJson));
  });

  it('reads XML exports, one after the other or in one', () => {
    const event = `<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System><Provider Name='ESE'/><EventID Qualifiers='0'>474</EventID><Level>2</Level><Task>2</Task><Keywords>0x80000000000000</Keywords><TimeCreated SystemTime='2013-05-14T10:11:12.000Z'/><EventRecordID>5</EventRecordID><Channel>Application</Channel><Computer>S</Computer></System><EventData><Data>Information Store</Data><Data></Data><Data>x &amp; y</Data><Data>d:\\a.edb</Data><Binary>0C030980</Binary></EventData></Event>`;
    for (const text of [
      `<?xml version="1.0"?>\n<Events>${event}\n${event}</Events>`,
      `${event}\r\n<?xml version="1.0"?>${event}`,
    ]) {
      expect(detectLogForm(input(text))).toBe('xml');
      const events = read(text);
      expect(events).toHaveLength(2);
      expect(events[1]).toMatchObject({
        record: 5, id: 474, level: 'error', category: 'Database Page Cache', computer: 'S', log: 'Application',
        strings: ['Information Store', '', 'x & y', 'd:\\a.edb'], data: '0c030980',
      }); // prettier-ignore
    }
  });

  it('goes on in XML that is not well formed, and gives up where nothing ends', () => {
    const findings: LogFinding[] = [];
    const deep = '<a>'.repeat(100);
    const text = `<Events><Event>${deep}</Event><Event><System><EventID>5</EventID><Provider Name="x"/></System></Event>`;
    expect([...readEvents(input(text), { report: (one) => findings.push(one) })].length).toBeLessThan(2);
    expect(findings.map((one) => one.rule)).toContain('xml.too-large');
    const endless = `<Events><Event a="${'x'.repeat(20_000_000)}`;
    findings.length = 0;
    expect([...readEvents(input(endless), { report: (one) => findings.push(one) })]).toEqual([]);
    expect(findings.map((one) => one.rule)).toContain('xml.too-large');
  });

  it('knows what is no event log', () => {
    const findings: LogFinding[] = [];
    const bytes = Uint8Array.from({ length: 5000 }, (_, i) => (i * 7919) & 0xff);
    expect([...readEvents(memoryInput(bytes), { report: (one) => findings.push(one) })]).toEqual([]);
    expect(findings.map((one) => one.rule)).toEqual(['log.unknown']);
  });
});
