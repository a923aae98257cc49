// Damage of pages, trees and files.
import { Damaged } from '../../eseutil/damage.ts';
import { buildDatabase, messageTable } from '../../fixtures/built-database.ts';
import type { Case } from '../case.ts';
import { engine, viewer } from '../case.ts';
import { damagedStore, danglingIndex, soundStore } from '../stores.ts';

const DB = 'D:\\exchsrvr\\MDBDATA\\priv1.edb';

export const DAMAGE_CASES: readonly Case[] = [
  {
    name: 'a page fails its checksum when it is read',
    from: 'KB 314917',
    files: {
      'app.txt': engine(
        474,
        `The database page read from the file "${DB}" at offset 4194304 (0x0000000000400000) for 4096 (0x00001000) bytes failed verification due to a page checksum mismatch. The expected checksum was 305419896 (0x12345678) and the actual checksum was 2271560481 (0x87654321). The read operation will fail with error -1018 (0xfffffc06).`,
      ),
    },
    first: 'page.checksum',
    level: 'page',
    confidence: 'certain',
  },
  {
    name: 'the backup stops at -1018 and disk events stand beside it',
    from: 'KB 314917',
    files: {
      'app.txt':
        engine(
          474,
          `The database page read from the file "${DB}" at offset 8192 failed verification due to a page checksum mismatch. The read operation will fail with error -1018.`,
        ) +
        engine(217, `Error (-1018) during backup of a database (file ${DB}). The database will be unable to restore.`, {
          category: 'Logging/Recovery',
        }),
      'system.txt': viewer('Disk', 11, 'The driver detected a controller error on \\Device\\Harddisk1.', {
        category: 'None',
      }),
    },
    first: 'page.checksum',
    level: 'page',
    confidence: 'certain',
    also: ['host.disk-events', 'database.backup-stops'],
  },
  {
    name: 'a page is blank',
    from: 'KB 314917',
    files: {
      'app.txt': engine(
        476,
        `The database page read from the file "${DB}" at offset 4202496 for 4096 bytes failed verification because it contains no page data. The read operation will fail with error -1019 (0xfffffc05).`,
      ),
    },
    first: 'page.blank',
    level: 'page',
    confidence: 'certain',
  },
  {
    name: 'the page number does not match',
    from: 'KB 314917',
    files: {
      'app.txt': engine(
        475,
        `The database page read from the file "${DB}" at offset 4202496 for 4096 bytes failed verification due to a page number mismatch. The expected page number was 1025 and the actual page number was 77. The read operation will fail with error -1018.`,
      ),
    },
    first: 'page.blank',
    level: 'page',
    not: ['page.checksum'],
  },
  {
    name: 'reads fail with an error of the operating system',
    from: 'KB 314917',
    files: {
      'app.txt': engine(
        481,
        `An attempt to read from the file "${DB}" at offset 4202496 for 4096 bytes failed with system error 21 (0x00000015): "The device is not ready. ". The read operation will fail with error -1022 (0xfffffc02).`,
      ),
    },
    first: 'page.input-output',
    level: 'page',
    confidence: 'certain',
  },
  {
    name: 'the disk reports a checksum error of its own',
    from: 'jethdr.w: -1021',
    files: {
      'app.txt': engine(
        481,
        `An attempt to read from the file "${DB}" failed with system error 23: "Data error (cyclic redundancy check). ". The read operation will fail with error -1021 (0xfffffc03).`,
      ),
    },
    first: 'page.disk-crc',
    level: 'page',
  },
  {
    name: 'the storage lost a write',
    from: 'jetmsg.mc: 530',
    files: {
      'app.txt': engine(
        530,
        `The database page read from the file "${DB}" failed verification due to a lost flush detection timestamp mismatch. The read operation will fail with error -1119 (0xfffffba1).`,
      ),
    },
    first: 'page.lost-write',
    level: 'page',
  },
  {
    name: 'a single bit was corrected on reading',
    from: 'jetmsg.mc: 399',
    files: {
      'app.txt': engine(
        399,
        `The database page read from the file "${DB}" at offset 4202496 for 4096 bytes failed verification. Bit 13 was corrupted and has been corrected.`,
        { type: 'Warning' },
      ),
    },
    first: 'page.single-bit',
    level: 'page',
  },
  {
    name: 'a checksum that differs in one bit',
    from: 'KB 327334',
    files: {
      'app.txt': engine(
        474,
        `The database page read from the file "${DB}" at offset 4194304 for 4096 bytes failed verification due to a page checksum mismatch. The expected checksum was 1537063750 (0x5b9dbb46) and the actual checksum was 1536998214 (0x5b9cbb46). The read operation will fail with error -1018.`,
      ),
    },
    first: 'page.checksum',
    level: 'page',
    also: ['page.single-bit'],
  },
  {
    name: 'a database whose pages a scanner wrote into',
    from: 'KB 245822',
    databases: { 'priv1.edb': damagedStore },
    first: 'page.checksum',
    level: 'page',
    confidence: 'certain',
    also: ['host.scanner'],
  },
  {
    name: 'a database that was cut off while it was copied',
    from: 'KB 314917',
    databases: { 'priv1.edb': () => new Damaged(soundStore()).truncate(8192 * 20 + 100).bytes },
    first: 'page.truncated',
    level: 'page',
  },
  {
    name: 'pages overwritten with zeros',
    from: 'KB 314917',
    databases: {
      'priv1.edb': () => {
        const damaged = new Damaged(soundStore());
        for (const pgno of [60, 61, 62]) damaged.zero(pgno);
        return damaged.bytes;
      },
    },
    first: 'page.blank',
    level: 'page',
  },
  {
    name: 'the tree of a table is broken',
    from: 'KB 810190',
    files: {
      'app.txt': engine(
        447,
        `A bad page link (error -327) has been detected in a B-Tree (ObjectId: 14, PgnoRoot: 120) of database ${DB} (500 => 501, 502).`,
        { category: 'Database Corruption' },
      ),
    },
    first: 'database.tree-links',
    level: 'database',
    confidence: 'certain',
  },
  {
    name: 'the store does not start because of a bad parent link',
    from: 'KB 810190',
    files: {
      'app.txt': viewer(
        'MSExchangeIS',
        9519,
        'Error 0xfffffeae starting database "First Storage Group\\Mailbox Store (MAIL1)" on the Microsoft Exchange Information Store. Failed to attach to Jet DB. Jet error -338.',
        { category: 'General' },
      ),
    },
    first: 'database.tree-links',
    level: 'database',
    also: [],
  },
  {
    name: 'a secondary index is corrupt',
    from: 'KB 224977',
    files: {
      'app.txt': engine(467, `Index RecvFolderIndex of table Folders is corrupted (0). Database ${DB}. Error -1414.`, {
        category: 'Database Corruption',
      }),
    },
    first: 'database.index-corrupt',
    level: 'database',
  },
  {
    name: 'Windows was upgraded and indexes are rebuilt',
    from: 'jetmsg.mc: 609',
    files: {
      'app.txt': engine(
        609,
        `The database engine is initiating index cleanup of database '${DB}' as a result of a Windows version upgrade from 5.0.2195 SP4 to 5.2.3790. This message is informational.`,
        { type: 'Information' },
      ),
    },
    first: undefined,
    level: 'database',
    also: ['database.sort-order'],
  },
  {
    name: 'large values are inconsistent',
    from: 'jetmsg.mc: 448',
    files: {
      'app.txt': engine(448, `Data inconsistency detected in table Msg of database ${DB} (0,524957).`, {
        category: 'Database Corruption',
      }),
    },
    first: 'database.long-values',
    level: 'database',
  },
  {
    name: 'eseutil says that the database is corrupted',
    from: 'KB 259851',
    files: {
      'eseutil.txt':
        'Initiating INTEGRITY mode...\n        Database: priv1.edb\n\nOperation terminated with error -1206 (JET_errDatabaseCorrupted, Non database file or corrupted db) after 12.40 seconds.\n',
    },
    first: 'database.not-usable',
    level: 'database',
    confidence: 'likely',
  },
  {
    name: 'a file of letters under the name of a database',
    from: 'jethdr.w: -1206',
    databases: { 'priv1.edb': () => new TextEncoder().encode('this is no database '.repeat(2000)) },
    first: 'database.not-usable',
    level: 'database',
    confidence: 'certain',
  },
  {
    name: 'the space trees are corrupt',
    from: 'jethdr.w: -341, -343',
    files: {
      'app.txt': viewer(
        'MSExchangeIS',
        1025,
        'An error occurred on database "First Storage Group\\Mailbox Store (MAIL1)". Function name or description of problem: EcUpdateCounters Error: -343',
        { category: 'General' },
      ),
    },
    first: 'database.space-tree',
    level: 'database',
    confidence: 'likely',
  },
  {
    name: 'pages and logs are of different times',
    from: 'jetmsg.mc: 516',
    files: {
      'app.txt': engine(
        516,
        `Database ${DB}: Page 801 (0x00000321) failed verification due to a timestamp mismatch. Recovery/restore will fail with error -567.`,
        { category: 'Logging/Recovery' },
      ),
    },
    first: 'database.page-times',
    level: 'database',
  },
  {
    name: 'an index leads to records that are not there',
    from: 'KB 328671',
    databases: { 'priv1.edb': danglingIndex },
    first: 'database.index',
    level: 'database',
    confidence: 'certain',
  },
  {
    name: 'a sound database beside a single -1017 in a log',
    from: 'KB 183400',
    databases: { 'priv1.edb': soundStore },
    files: {
      'app.txt': viewer(
        'MSExchangeIS',
        1025,
        'An error occurred on database "First Storage Group\\Mailbox Store (MAIL1)". Function name or description of problem: EcDeleteRow Error: -1017',
        { category: 'General' },
      ),
    },
    first: 'store.logic-engine-sound',
    level: 'store',
  },
  {
    name: 'a sound database',
    from: 'esekit check',
    databases: { 'other.edb': () => buildDatabase([messageTable(50)]) },
    first: undefined,
    level: 'database',
    also: ['database.sound'],
  },
  {
    name: 'a database that was not shut down, without logs',
    from: 'eseutil /mh of a dirty database',
    databases: {
      'priv1.edb': () => new Damaged(soundStore()).setHeader(52, 2).setHeader(296, 7).setHeader(300, 9).bytes,
    },
    first: 'database.required-logs-missing',
    level: 'database',
    confidence: 'certain',
    also: ['database.dirty'],
  },
  {
    name: 'the header of eseutil /mh says Dirty Shutdown',
    from: 'eseutil /mh of a dirty database',
    files: {
      'mh.txt':
        '     Database: priv1.edb\n        State: Dirty Shutdown\n     Log Required: 17-19 (0x11-0x13)\n\nOperation terminated with error -550 (JET_errDatabaseDirtyShutdown) after 0.10 seconds.\n',
    },
    first: 'database.dirty',
    level: 'database',
    confidence: 'certain',
  },
];
