// Logs, checkpoints, files that are missing, locked or full volumes.
import type { Case } from '../case.ts';
import { engine, viewer } from '../case.ts';

const DB = 'D:\\exchsrvr\\MDBDATA\\priv1.edb';
const LOGGING = { category: 'Logging/Recovery' } as const;
const mountFailed = (error: string): string =>
  viewer(
    'MSExchangeIS',
    9518,
    `Error ${error} starting Storage Group /DC=com/DC=example/CN=First Storage Group on the Microsoft Exchange Information Store. Storage Group - Initialization of Jet failed.`,
    { category: 'General', time: '10:11:06 AM' },
  );

export const RECOVERY_CASES: readonly Case[] = [
  {
    name: 'the current log was quarantined',
    from: 'KB 896143',
    files: {
      'app.txt':
        engine(
          455,
          'Error -1811 (0xfffff8ed) occurred while opening logfile C:\\Program Files\\Exchsrvr\\mdbdata\\E00.log.',
          LOGGING,
        ) +
        mountFailed('Current log file missing') +
        viewer(
          'McLogEvent',
          258,
          'The file C:\\Program Files\\Exchsrvr\\mdbdata\\E00.log was infected with a virus and has been moved to quarantine.',
          { type: 'Warning', time: '10:10:30 AM' },
        ),
    },
    first: 'database.current-log-missing',
    level: 'database',
    also: ['host.scanner', 'host.file-missing'],
  },
  {
    name: 'mounting fails with ec=-528',
    from: 'KB 896143',
    files: { 'note.txt': 'The operation failed with hr=0x80004005, ec=-528 when the store was to be mounted.\n' },
    first: 'database.current-log-missing',
    level: 'database',
  },
  {
    name: 'a log is damaged',
    from: 'KB 906148',
    files: {
      'app.txt':
        engine(
          465,
          'Corruption was detected during soft recovery in logfile E:\\logs\\E000012A.log. The failing checksum record is located at position 4096. Error -501.',
          LOGGING,
        ) +
        engine(454, 'Database recovery/restore failed with unexpected error -501.', {
          ...LOGGING,
          time: '10:11:06 AM',
        }),
    },
    first: 'database.log-damaged',
    level: 'database',
    confidence: 'certain',
  },
  {
    name: 'c1041739 after a log checksum mismatch',
    from: 'KB 906148',
    files: {
      'app.txt': engine(
        477,
        'The log range read from the file "E:\\logs\\E00.log" at offset 4096 failed verification due to a range checksum mismatch. The read operation will fail with error -501.',
        LOGGING,
      ),
      'note.txt': 'An internal processing error has occurred. ID no: c1041739\n',
    },
    first: 'database.log-damaged',
    level: 'database',
  },
  {
    name: 'the sequence of logs has a gap',
    from: 'Events and errors: ESE 454, -515',
    files: { 'app.txt': engine(454, 'Database recovery/restore failed with unexpected error -515.', LOGGING) },
    first: 'database.log-sequence',
    level: 'database',
    not: ['database.recovery-incomplete'],
  },
  {
    name: 'logs that are needed are missing',
    from: 'jethdr.w: -543',
    files: { 'app.txt': engine(454, 'Database recovery/restore failed with unexpected error -543.', LOGGING) },
    first: 'database.required-logs-missing',
    level: 'database',
    confidence: 'likely',
  },
  {
    name: 'a file of an online backup is opened as it is',
    from: 'jethdr.w: -544',
    files: {
      'app.txt': engine(454, `Database recovery/restore failed with unexpected error -544. Database ${DB}.`, LOGGING),
    },
    first: 'database.soft-recovery-of-backup',
    level: 'database',
  },
  {
    name: 'signatures of logs and database differ',
    from: 'jethdr.w: -530, -551',
    files: { 'app.txt': engine(454, 'Database recovery/restore failed with unexpected error -530.', LOGGING) },
    first: 'database.mixed-set',
    level: 'database',
  },
  {
    name: 'the checkpoint is of another set',
    from: 'jethdr.w: -532',
    files: {
      'out.txt':
        'Initiating RECOVERY mode...\nOperation terminated with error -532 (JET_errBadCheckpointSignature) after 0.5 seconds.\n',
    },
    first: 'database.checkpoint',
    level: 'database',
  },
  {
    name: 'logs of an older version after an upgrade',
    from: 'jethdr.w: -514',
    files: { 'app.txt': engine(454, 'Database recovery/restore failed with unexpected error -514.', LOGGING) },
    first: 'configuration.log-version',
    level: 'configuration',
  },
  {
    name: 'log numbers are used up',
    from: 'jethdr.w: -519',
    files: { 'app.txt': mountFailed('0xfffffdf9') },
    first: 'database.log-generations-end',
    level: 'database',
  },
  {
    name: 'another database of the group is missing',
    from: 'jetmsg.mc: 494',
    files: {
      'app.txt':
        engine(
          494,
          `Database recovery failed with error -1216 because it encountered references to a database, 'D:\\old\\priv2.edb', which is no longer present.`,
          LOGGING,
        ) + mountFailed('0xfffffb40'),
    },
    first: 'database.attached-missing',
    level: 'database',
    not: ['store.mount-generic'],
  },
  {
    name: 'the log volume is full',
    from: 'jethdr.w: -529',
    files: {
      'app.txt':
        engine(
          413,
          'Unable to create a new logfile because the database cannot write to the log drive. The drive may be read-only, out of disk space, misconfigured, or corrupted. Error -529.',
          LOGGING,
        ) + mountFailed('0xfffffdef'),
    },
    first: 'host.volume-full',
    level: 'host',
  },
  {
    name: 'the database volume is full',
    from: 'KB 179258',
    files: {
      'app.txt': engine(
        482,
        `An attempt to write to the file "${DB}" at offset 99999744 failed with system error 112 (0x00000070): "There is not enough space on the disk. ". The write operation will fail with error -1808 (0xfffff8f0).`,
      ),
    },
    first: 'host.volume-full',
    level: 'host',
  },
  {
    name: 'the engine cannot write its log',
    from: 'jethdr.w: -510',
    files: {
      'app.txt': engine(
        413,
        'Unable to create a new logfile because the database cannot write to the log drive. Error -510.',
        LOGGING,
      ),
    },
    first: 'host.log-write',
    level: 'host',
  },
  {
    name: 'the database is locked',
    from: 'KB 259851',
    files: {
      'app.txt': engine(
        490,
        `An attempt to open the file "${DB}" for read / write access failed with system error 32 (0x00000020): "The process cannot access the file because it is being used by another process. ". The open file operation will fail with error -1032 (0xfffffbf8).`,
        { category: 'General' },
      ),
    },
    first: 'host.file-locked',
    level: 'host',
    also: ['host.scanner'],
  },
  {
    name: 'the database is locked and the scanner says that it cleaned it',
    from: 'KB 245822',
    files: {
      'app.txt':
        engine(
          490,
          `An attempt to open the file "${DB}" for read / write access failed with system error 32. The open file operation will fail with error -1032.`,
          { category: 'General' },
        ) +
        viewer('Norton AntiVirus', 5, `Virus found: scanning file ${DB} by Auto-Protect scan. Action: Clean failed.`, {
          time: '10:10:58 AM',
        }),
    },
    first: 'host.file-locked',
    level: 'host',
    also: ['host.scanner'],
  },
  {
    name: 'the database is gone from its path',
    from: 'KB 327334',
    files: {
      'app.txt': engine(
        486,
        `An attempt to move the file "${DB}" failed with system error 2 (0x00000002): "The system cannot find the file specified. ". The move file operation will fail with error -1811 (0xfffff8ed).`,
        { category: 'General' },
      ),
    },
    first: 'host.file-missing',
    level: 'host',
  },
  {
    name: 'a database is attached in part',
    from: 'KB 300608',
    files: {
      'app.txt': engine(470, `Database ${DB} is partially attached. Attachment stage: 3. Error: -1811.`, LOGGING),
      'note.txt': 'The store could not be mounted. ID no: c1041737\n',
    },
    first: 'host.file-missing',
    level: 'host',
    also: ['host.partly-attached'],
  },
  {
    name: 'the streaming file is missing',
    from: 'KB 307790',
    files: {
      'app.txt': viewer(
        'MSExchangeIS',
        9519,
        'Error 0xfffff764 starting database "First Storage Group\\Mailbox Store (MAIL1)" on the Microsoft Exchange Information Store. Failed to attach to Jet DB.',
        { category: 'General' },
      ),
    },
    first: 'database.streaming-file',
    level: 'database',
  },
  {
    name: 'an index is gone after a repair',
    from: 'KB 924627',
    files: {
      'app.txt': viewer(
        'MSExchangeIS',
        9519,
        'Error 0xfffffa84 starting database "First Storage Group\\Mailbox Store (MAIL1)" on the Microsoft Exchange Information Store. Failed to attach to Jet DB.',
        { category: 'General' },
      ),
    },
    first: 'database.index-lost-in-repair',
    level: 'database',
  },
  {
    name: 'the restored set lacks its patch pages',
    from: 'jethdr.w: -534',
    files: { 'app.txt': engine(454, 'Database recovery/restore failed with unexpected error -534.', LOGGING) },
    first: 'database.backup-set-incomplete',
    level: 'database',
  },
  {
    name: 'an unknown error ends recovery',
    from: 'jetmsg.mc: 454',
    files: { 'app.txt': engine(454, 'Database recovery/restore failed with unexpected error -1003.', LOGGING) },
    first: 'database.recovery-incomplete',
    level: 'database',
  },
  {
    name: 'the eseutil of another generation',
    from: 'jethdr.w: -1213',
    files: { 'out.txt': 'Operation terminated with error -1213 (JET_errPageSizeMismatch) after 0.2 seconds.\n' },
    first: 'configuration.wrong-eseutil',
    level: 'configuration',
  },
  {
    name: 'the disk has another sector size',
    from: 'jethdr.w: -583',
    files: { 'setup.log': 'WindowsUpdate failure code 0xC8000247 for the update store.\n' },
    first: 'configuration.sector-size',
    level: 'configuration',
  },
  {
    name: 'the store has reached 16 GB',
    from: 'KB 828070',
    files: {
      'app.txt':
        engine(
          445,
          `The database ${DB} has reached its maximum size of 16383 MB. If the database cannot be restarted, an offline defragmentation may be performed to reduce its size.`,
          { category: 'Space Management' },
        ) +
        viewer(
          'MSExchangeIS Mailbox Store',
          1112,
          'The database "First Storage Group\\Mailbox Store (MAIL1)" has reached the maximum allowed size. Attempting to close the database.',
          { category: 'General' },
        ),
    },
    first: 'configuration.store-size-16',
    level: 'configuration',
  },
  {
    name: 'the store comes near its configured size',
    from: 'KB 912375',
    files: {
      'app.txt': viewer(
        'MSExchangeIS Mailbox Store',
        9688,
        'Exchange store "First Storage Group\\Mailbox Store (MAIL1)": The logical size of this database is 18 GB. This database size has exceeded the size limit of 18 GB.',
        { category: 'General', type: 'Warning' },
      ),
    },
    first: 'configuration.store-size-limit',
    level: 'configuration',
  },
  {
    name: 'the backup reads past the end',
    from: 'KB 889528',
    files: {
      'app.txt': engine(
        217,
        `Error (-4001) during backup of a database (file ${DB}). The database will be unable to restore.`,
        LOGGING,
      ),
    },
    first: 'configuration.backup-past-end',
    level: 'configuration',
    not: ['database.backup-stops'],
  },
  {
    name: 'the version store is full',
    from: 'KB 893599',
    files: {
      'app.txt':
        engine(
          623,
          'The version store for this instance (0) has reached its maximum size of 155Mb. It is likely that a long-running transaction is preventing cleanup of the version store. Possible long-running transaction: SessionId: 0x1234.',
          { category: 'Transaction Manager' },
        ) +
        viewer(
          'MSExchangeIS',
          1022,
          'Logon Failure on database "First Storage Group\\Mailbox Store (MAIL1)" - Windows 2000 account EXAMPLE\\user1. Error: -1069',
          { category: 'Logons' },
        ),
    },
    first: 'host.version-store',
    level: 'host',
  },
  {
    name: 'the store has no memory',
    from: 'MSExchangeIS 9582',
    files: {
      'app.txt': viewer(
        'MSExchangeIS',
        9582,
        'The virtual memory necessary to run your Exchange server is fragmented in such a way that performance may be affected. Largest free block 8 MB.',
        { category: 'Performance' },
      ),
    },
    first: 'host.memory',
    level: 'host',
    confidence: 'certain',
  },
  {
    name: 'the disk answers too slowly',
    from: 'jetmsg.mc: 508',
    files: {
      'app.txt': engine(
        508,
        `A request to write to the file "${DB}" at offset 4202496 for 4096 bytes succeeded, but took an abnormally long time (62 seconds) to be serviced by the OS. This problem is likely due to faulty hardware.`,
        { type: 'Warning', category: 'Performance' },
      ),
    },
    first: 'host.slow-disk',
    level: 'host',
  },
  {
    name: 'the file system is damaged',
    from: 'Ntfs 55',
    files: {
      'system.txt': viewer(
        'Ntfs',
        55,
        'The file system structure on the disk is corrupt and unusable. Please run the chkdsk utility on the volume D:.',
        { category: 'Disk' },
      ),
    },
    first: 'host.file-system',
    level: 'host',
  },
];
