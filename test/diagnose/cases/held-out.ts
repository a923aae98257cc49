// Cases written from articles that were looked for only after the rules stood; docs/diagnosis.md tells how many were right
// at once.
import type { Case } from '../case.ts';
import { dsn, viewer } from '../case.ts';

const LOGGING = { category: 'Logging/Recovery' } as const;
const mapi = (text: string, id: string): string =>
  viewer(
    'MSExchangeSA',
    9175,
    `The MAPI call 'OpenMsgStore' failed with the following error: ${text} The MAPI provider failed. Microsoft Exchange Server Information Store ID no: ${id}`,
    { category: '(14)' },
  );

export const HELD_OUT_CASES: readonly Case[] = [
  {
    name: 'mounting fails, the current log is not there: 9175, 486, 455, 9518 and c1041724',
    from: 'KB 896143',
    files: {
      'app.txt':
        mapi('The Microsoft Exchange Server computer is not available.', '8004011d-0526-00000000') +
        viewer(
          'ESE',
          486,
          'Information Store (3932) First Storage Group: An attempt to move the file "E:\\Program Files\\Exchsrvr\\mdbdata\\E00.log" to "E:\\Program Files\\Exchsrvr\\mdbdata\\E000080A.log" failed with system error 2 (0x00000002): "The system cannot find the file specified." The move file operation will fail with error -1811 (0xfffff8ed).',
          { category: 'General' },
        ) +
        viewer(
          'ESE',
          455,
          'eseutil (4724) Error -1811 (0xfffff8ed) occurred while opening logfile E:\\Program Files\\Exchsrvr\\MDBDATA\\E00.log.',
          LOGGING,
        ) +
        viewer(
          'MSExchangeIS',
          9518,
          'Error Current log file missing starting Storage Group /DC=com/DC=example on the Microsoft Exchange Information Store.',
          { category: 'General' },
        ),
      'esm.txt':
        'An internal processing error has occurred. Try restarting the Exchange System Manager or the Microsoft Exchange Information Store service, or both.\nID no: c1041724\nExchange System Manager\n',
    },
    first: 'database.current-log-missing',
    level: 'database',
  },
  {
    name: 'recovery finds only the last of the logs it needs: 452, 454 with -543, 9518 (short form)',
    from: 'KB 975978',
    files: {
      'app.txt': [
        'Event ID : 452\nSource : ESE\nType : Error\nGenerated : 8/14/2009 10:23:09 AM\nMachine : EX-MB03\nMessage : MSExchangeIS (6640) SG07: Database S:\\SG07DB\\MB03DBSG07.edb requires logfiles 27974-27995 in order to recover successfully. Recovery could only locate logfiles starting at 27994.\n\n',
        'Event ID : 454\nSource : ESE\nType : Error\nGenerated : 8/14/2009 10:23:09 AM\nMachine : EX-MB03\nMessage : MSExchangeIS (6640) SG07: Database recovery/restore failed with unexpected error -543.\n\n',
        'Event ID : 9518\nSource : MSExchangeIS\nType : Error\nGenerated : 8/14/2009 10:23:09 AM\nMachine : EX-MB03\nMessage : Error 0xfffffde1 starting Storage Group /DC=edu/CN=SG07 on the Microsoft Exchange Information Store. Storage Group - Initialization of Jet failed.\n',
      ].join(''),
    },
    first: 'database.required-logs-missing',
    level: 'database',
  },
  {
    name: 'the streaming file was deleted: 9519, 9518, 454 of ESE98 with -2204 and c1041724',
    from: 'KB 307790',
    files: {
      'app.txt':
        viewer(
          'MSExchangeIS',
          9519,
          'Error 0xfffff764 starting database "First Storage Group\\Mailbox Store" on the Microsoft Exchange Information Store.',
          { category: 'General' },
        ) +
        viewer(
          'MSExchangeIS',
          9518,
          'Error 0xfffff764 starting Storage Group /DC=com on the Microsoft Exchange Information Store.',
          { category: 'General' },
        ) +
        viewer(
          'ESE98',
          454,
          'Information Store (976) Database recovery/restore failed with unexpected error -2204',
          LOGGING,
        ),
      'esm.txt': 'ID no: c1041724 Exchange System Manager\n',
    },
    first: 'database.streaming-file',
    level: 'database',
  },
  {
    name: 'the checkpoint cannot be written on Exchange 2000: 439 of ESE98 with -1032',
    from: 'KB 253111',
    files: {
      'app.txt': viewer(
        'ESE98',
        439,
        'Information Store (2700) Unable to write a shadowed header for file E:\\Exchsrvr\\mdbdata\\E00.chk. Error -1032.',
        LOGGING,
      ),
    },
    first: 'host.file-locked',
    level: 'host',
  },
  {
    name: 'files cannot be opened on Exchange 5.5: 145 and 158 of ESE97, without a code',
    from: 'KB 253111',
    files: {
      'app.txt':
        viewer(
          'ESE97',
          145,
          '(1996) The database engine could not access the file called E:\\exchsrvr\\mdbdata\\tmp.edb.',
          { category: 'General' },
        ) +
        viewer(
          'ESE97',
          158,
          'MSExchangeIS (1628) Unable to write a shadowed header for file D:\\exchsrvr\\MDBDATA\\edb.chk.',
          LOGGING,
        ),
    },
    first: 'host.file-locked',
    level: 'host',
  },
  {
    name: 'recovery runs over a locked database on Exchange 5.5: 132 and 145 of ESE97',
    from: 'KB 242063',
    files: {
      'app.txt':
        viewer('ESE97', 145, 'The database engine could not access the file called C:\\exchsrvr\\MDBDATA\\PRIV.EDB.', {
          category: 'General',
        }) +
        viewer(
          'ESE97',
          132,
          'Unable to read header of database C:\\exchsrvr\\MDBDATA\\PRIV.EDB. Error -1032. Database may have been moved. Recovery continues with the database in the new location.',
          { type: 'Warning' },
        ),
    },
    first: 'host.file-locked',
    level: 'host',
  },
  {
    name: 'Windows Update does not start: 412 of ESENT with -546',
    from: 'KB 982018',
    files: {
      'app.txt':
        'Log Name:      Application\nSource:        ESENT\nDate:          7/4/2012 10:11:05 AM\nEvent ID:      412\nTask Category: Logging/Recovery\nLevel:         Error\nKeywords:      Classic\nUser:          N/A\nComputer:      PC1\nDescription:\nwuaueng.dll (936) SUS20ClientDataStore: Unable to read the header of logfile C:\\Windows\\SoftwareDistribution\\DataStore\\Logs\\edb.log. Error -546.\n',
    },
    first: 'configuration.sector-size',
    level: 'configuration',
  },
  {
    name: 'a domain controller does not find ntds.dit: NTDS General 1168 and 1003',
    from: 'JSI tip 3179',
    files: {
      'ds.txt':
        viewer('NTDS General', 1168, 'Error -1811(fffff8ed) has occurred (Internal ID 404ab).', {
          category: 'Internal Processing',
        }) +
        viewer(
          'NTDS General',
          1003,
          'The Windows Directory Services database cannot be initialized and returned error -1811. Unrecoverable error, the directory cannot continue.',
          { category: 'Internal Processing' },
        ),
    },
    first: 'host.file-missing',
    level: 'host',
  },
  {
    name: 'the tile database of a user cannot be written: 439 of ESENT, instance stopped with -1032',
    from: 'ESENT 439, TileDataLayer',
    files: {
      'app.txt':
        viewer(
          'ESENT',
          439,
          'svchost (888) TILEREPOSITORYS: Unable to write a shadowed header for file C:\\Users\\user1\\AppData\\Local\\TileDataLayer\\Database\\EDB.chk. Error -1032.',
          LOGGING,
        ) +
        viewer(
          'ESENT',
          104,
          'svchost (888) TILEREPOSITORYS: The database engine stopped the instance (0) with error (-1032).',
          { category: 'General' },
        ),
    },
    first: 'host.file-locked',
    level: 'host',
  },
  {
    name: 'the system attendant may not log on to the store: 9175 with 8004011d-0519',
    from: 'KB 321102',
    files: { 'app.txt': mapi('You do not have permission to log on.', '8004011d-0519-0000000') },
    first: 'authentication.store-permission',
    level: 'authentication',
  },
  {
    name: 'recovery ends with -1018',
    from: 'ESE 454',
    files: {
      'app.txt': viewer(
        'ESE',
        454,
        'Information Store (100) Database recovery/restore failed with unexpected error -1018.',
        LOGGING,
      ),
    },
    first: 'page.checksum',
    level: 'page',
  },
  {
    name: 'the sender was not authenticated',
    from: 'Exchange 2007 NDR 5.7.1',
    files: { 'ndr.eml': dsn('user1@example.com', '5.7.1', '530 5.7.1 Client was not authenticated') },
    first: 'authentication.sender-not-allowed',
    level: 'authentication',
  },
  {
    name: 'the service ends with specific error 4294966746 after one of two databases was repaired',
    from: 'KB 185577',
    files: {
      'app.txt':
        viewer(
          'MSExchangeIS',
          1120,
          'Error 0xfffffdda initializing the Microsoft Exchange Information Store database.',
          { category: 'General' },
        ) +
        viewer(
          'MSExchangeIS',
          5000,
          'Unable to initialize the Microsoft Exchange Information Store service. Error 0xfffffdda.',
          { category: 'General' },
        ),
      'net.txt': 'The Microsoft Exchange Information Store service returned service specific error 4294966746.\n',
    },
    first: 'database.dirty',
    level: 'database',
  },
  {
    name: 'engine settings contradict each other after Performance Optimizer: 0xfffffad0 and 188 of ESE97',
    from: 'KB 295649',
    files: {
      'app.txt':
        viewer('MSExchangeIS', 1120, 'Error 0xfffffad0 initializing the MS Exchange information store database.', {
          category: 'General',
        }) +
        viewer(
          'Ese97',
          188,
          'MSExchangeIS (359) System parameter stop clean flush threshold (5700) is less than start clean flush threshold (9500).',
          { type: 'Warning', category: 'System Parameter Settings' },
        ),
    },
    first: 'configuration.engine-settings',
    level: 'configuration',
  },
  {
    name: 'the log cannot be created and the store stops: 125 and 193 of ESE97, 1111',
    from: 'KB 275602',
    files: {
      'app.txt':
        viewer(
          'ese97',
          125,
          'MSExchangeIS (521) Unable to create the log. The drive may be read-only, out of disk space, misconfigured, or corrupted. Error -1811.',
          LOGGING,
        ) +
        viewer(
          'MSExchangeIS',
          1111,
          'An error occurred while writing to the database log file. Attempting to stop the Microsoft Exchange Information Store.',
          { category: 'General' },
        ) +
        viewer(
          'ese97',
          193,
          'MSExchangeIS (521) The database engine failed with error -510 while trying to log the commit of a transaction.',
          LOGGING,
        ),
    },
    first: 'host.log-write',
    level: 'host',
  },
  {
    name: 'queues between servers: cannot achieve Exchange Server authentication',
    from: 'KB 979175',
    files: {
      'queue.txt':
        'Last Error: 451 4.4.0 Primary target IP address responded with: "451 5.7.3 Cannot achieve Exchange Server authentication." Attempted failover to alternate host, but that did not succeed.\n',
    },
    first: 'authentication.exchange-authentication',
    level: 'authentication',
  },
  {
    name: 'the store service cannot search the directory: 5000 with MSEXCHUCE',
    from: 'KB 923171',
    files: {
      'app.txt': viewer(
        'MSExchangeIS',
        5000,
        'Unable to initialize the Microsoft Exchange Information Store service. Failed to search for MSEXCHUCE in DS. Error 0x80004005',
        { category: 'General' },
      ),
    },
    first: 'configuration.directory-search',
    level: 'configuration',
  },
  {
    name: 'the queue says that a DNS query failed',
    from: 'Exchange queue: 451 4.4.0 DNS query failed',
    files: {
      'queue.txt': 'Last Error: 451 4.4.0 DNS query failed. The error was: DNS query failed with error ErrorRetry\n',
    },
    first: 'transport.name-resolution',
    level: 'transport',
  },
  {
    name: 'mail is delayed',
    from: 'Exchange 2010: 400 4.4.7 message delayed',
    files: { 'ndr.eml': dsn('user1@example.com', '4.4.7', '400 4.4.7 Message delayed', 'delayed') },
    first: 'transport.expired',
    level: 'transport',
  },
];
