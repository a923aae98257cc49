// Damage of single pages: what lies below the engine changed, lost or cannot read them.
import { database, ese, event, host, jet, store } from '../clue.ts';
import type { Rule } from '../rule.ts';
import {
  CHECK,
  COPY_AWAY,
  EXCLUDE_FROM_SCANNERS,
  LOOK_FOR_HARDWARE,
  MEND_DATABASE,
  MOVE_MAILBOXES,
  todo,
} from '../steps.ts';

/** A page does not have its checksum; the second is that of streaming files, up to Exchange 2003. */
const BAD_CHECKSUM = ['JET_errReadVerifyFailure', 'JET_errSLVReadVerifyFailure'];
const DISK_EVENTS = event('Disk', []);
const CLEAN_CHECK = 'esekit check {path}: no finding that begins with page.';
const NO_MORE_474 = 'No further event 474, 475, 476 or 481 of the engine, and the next full backup runs to its end.';

export const PAGE_RULES: readonly Rule[] = [
  {
    id: 'page.checksum',
    level: 'page',
    title:
      'Pages of {database} are damaged: they do not carry the checksum they were written with (JET_errReadVerifyFailure, -1018)',
    cause:
      'Something other than the database engine changed them: disk, controller, firmware, memory, a driver, or a program (often a file-level virus scanner) that wrote into the file.',
    severity: 'error',
    damage: true,
    perDatabase: true,
    needs: [
      [
        ese([474, 478]),
        ese([217, 221, 222, 454, 477], { code: BAD_CHECKSUM }),
        { code: BAD_CHECKSUM, kinds: ['code', 'bounce'] },
        store([], { code: BAD_CHECKSUM }),
        event('NTBackup', [], { code: BAD_CHECKSUM }),
        database('page.checksum'),
      ],
    ],
    confidence: 'likely',
    settledBy: [ese([474, 478]), database('page.checksum')],
    supports: [DISK_EVENTS],
    against: [database('sound')],
    explains: [ese([217, 221, 222, 223, 399]), event('Disk', [])],
    fixes: [EXCLUDE_FROM_SCANNERS, LOOK_FOR_HARDWARE, MOVE_MAILBOXES, ...MEND_DATABASE],
    verify: [CLEAN_CHECK, NO_MORE_474],
    missing: [
      'The database file for `esekit check`, or event 474 with its offset and page.',
      'Disk and controller events of the System log.',
    ],
    references: ['KB 314917', 'KB 327334', 'KB 259851'],
  },
  {
    id: 'page.single-bit',
    level: 'page',
    title: 'One bit of a page of {database} has flipped',
    cause:
      'Expected and actual checksum differ in a single bit: memory or controller. Newer formats (with ECC, from Exchange 2003 SP1) correct that themselves (event 399).',
    severity: 'warning',
    perDatabase: true,
    needs: [
      [ese(399), ese(474, { words: /differ in a single bit\]/ }), database('page.correctable', 'bits-corrected')],
    ],
    confidence: 'certain',
    fixes: [
      todo('Test the memory of the server before the disks.', { phase: 'cause' }),
      LOOK_FOR_HARDWARE,
      todo(
        'Nothing is lost: defragmentation or repair writes the corrected page. Test the memory of the server first.',
        { phase: 'rebuild', command: 'esekit defrag {path}', risk: 'offline', needsDismount: true, takes: 'hours' },
      ),
    ],
    verify: ['esekit check {path}: no page.correctable.', 'No further event 399.'],
    references: ['KB 327334', 'jetmsg.mc event 399'],
  },
  {
    id: 'page.blank',
    level: 'page',
    title: 'Pages of {database} are blank or are other pages than they should be (JET_errPageNotInitialized, -1019)',
    cause:
      'A write was lost, went to the wrong place, or a range of the file was overwritten with zeros; copies of half-written files look the same.',
    severity: 'error',
    damage: true,
    perDatabase: true,
    needs: [[ese([475, 476]), jet('PageNotInitialized', 'ReadPgnoVerifyFailure'), database('page.uninitialized')]],
    confidence: 'likely',
    settledBy: [ese([475, 476]), database('page.uninitialized')],
    supports: [DISK_EVENTS],
    against: [database('sound')],
    fixes: [LOOK_FOR_HARDWARE, ...MEND_DATABASE],
    verify: [CLEAN_CHECK, NO_MORE_474],
    missing: ['The database file for `esekit check`.'],
    references: ['KB 314917'],
  },
  {
    id: 'page.input-output',
    level: 'page',
    title: 'The operating system cannot read or write parts of {database} (JET_errDiskIO, -1022)',
    cause:
      'The engine found nothing wrong itself: the disk is gone or times out, the path is broken, or the file is shorter than its header says.',
    severity: 'error',
    damage: true,
    perDatabase: true,
    needs: [[ese([481, 482], { code: ['JET_errDiskIO'] }), jet('DiskIO'), database('page.unreadable')]],
    confidence: 'likely',
    settledBy: [ese([481, 482]), database('page.unreadable'), DISK_EVENTS],
    explains: [DISK_EVENTS],
    fixes: [
      todo(
        'Read the system error that stands in the event, and the disk events of the System log: cables, controller, network share, free space.',
        { phase: 'cause' },
      ),
      {
        ...COPY_AWAY,
        text: 'Copy what is readable to a sound disk before chkdsk or anything else writes to this one.',
      },
      CHECK,
      LOOK_FOR_HARDWARE,
      ...MEND_DATABASE,
    ],
    verify: ['No further event 481 or 482.', 'esekit copy runs through without a read error.'],
    missing: ['The system error in event 481 or 482, and the System log of the same minutes.'],
    references: ['KB 314917'],
  },
  {
    id: 'page.disk-crc',
    level: 'page',
    title: 'The disk itself reports a checksum error below {database} (JET_errDiskReadVerificationFailure, -1021)',
    cause: 'The medium is failing: the drive cannot read the sector back.',
    severity: 'error',
    damage: true,
    perDatabase: true,
    needs: [[jet('DiskReadVerificationFailure')]],
    confidence: 'certain',
    fixes: [todo('Replace the disk; until then write nothing to it.', { phase: 'cause' }), ...MEND_DATABASE],
    verify: ['esekit check on the copy: no damage.', 'No disk events after the exchange.'],
    references: ['jethdr.w'],
  },
  {
    id: 'page.lost-write',
    level: 'page',
    title:
      'The storage lost writes to {database}: it acknowledged them and did not make them (JET_errReadLostFlushVerifyFailure, -1119)',
    cause:
      'A valid but old page was read back: write caches without battery, firmware, snapshot or replication layers.',
    severity: 'error',
    damage: true,
    perDatabase: true,
    needs: [[ese([530, 544]), jet('ReadLostFlushVerifyFailure')]],
    confidence: 'certain',
    fixes: [
      LOOK_FOR_HARDWARE,
      todo('Restore, or seed the copy anew from a good one: no repair brings lost writes back.', {
        phase: 'restore',
        risk: 'offline',
        takes: 'hours',
      }),
      COPY_AWAY,
      CHECK,
    ],
    verify: ['No further event 530 or 544.'],
    references: ['jetmsg.mc event 530'],
  },
  {
    id: 'page.structure',
    level: 'page',
    title: 'Pages of {database} are not put together as the engine does it, though their checksums may be right',
    cause:
      'The engine, its memory or another program with checksums of its own wrote nonsense: memory faults and foreign tools do that, disks do not.',
    severity: 'error',
    damage: true,
    perDatabase: true,
    needs: [[database('page.structure')]],
    confidence: 'certain',
    fixes: [LOOK_FOR_HARDWARE, ...MEND_DATABASE],
    verify: [CLEAN_CHECK],
    references: ['esekit check: page.structure'],
  },
  {
    id: 'page.truncated',
    level: 'page',
    title: 'The end of {database} is missing',
    cause:
      'The file is shorter than its own tables say: a copy that was cut off, a full disk, or a file system repair.',
    severity: 'error',
    damage: true,
    perDatabase: true,
    needs: [[database('file.truncated', 'file.partial-page', 'page.missing', 'file.no-pages')]],
    confidence: 'certain',
    fixes: [
      todo('Copy the file again from where it came from, and compare sizes.', { phase: 'recover' }),
      ...MEND_DATABASE,
    ],
    verify: ['esekit check {path}: no file.truncated and no page.missing.'],
    references: ['esekit check: file.truncated'],
  },
  {
    id: 'page.header',
    level: 'page',
    title: 'The header of {database} is damaged',
    cause:
      'A copy of the header does not carry its checksum. When the second copy is sound the engine uses that and no data is lost; when neither is, what the header says cannot be trusted.',
    severity: 'warning',
    perDatabase: true,
    needs: [[database('header-damaged', 'header-shadow-used', 'header.primary', 'header.shadow'), ese([456, 472], {})]],
    confidence: 'certain',
    explains: [host('open-by-other')],
    fixes: [EXCLUDE_FROM_SCANNERS, LOOK_FOR_HARDWARE, COPY_AWAY, CHECK],
    verify: ['esekit info {path}: both copies of the header sound.'],
    references: ['jetmsg.mc events 456 and 472'],
  },
  {
    id: 'page.repaired-before',
    level: 'page',
    title: 'The engine has met bad checksums in {database} before',
    cause: 'The header counts them: whatever changed the pages may still be there.',
    severity: 'info',
    perDatabase: true,
    needs: [[database('bad-checksums-seen')]],
    confidence: 'certain',
    fixes: [LOOK_FOR_HARDWARE, CHECK],
    verify: ['The count in `esekit info {path}` does not grow.'],
    references: ['DBFILEHDR: ulBadChecksum'],
  },
];
