// Logs, checkpoints and recovery: the database may be whole, but it cannot be brought to a clean state as things lie.
import { code, database, ese, jet, log, store, words } from '../clue.ts';
import type { Rule } from '../rule.ts';
import {
  BRING_LOGS,
  COPY_AWAY,
  EXCLUDE_FROM_SCANNERS,
  LOOK_AT_HEADER,
  LOOK_AT_LOGS,
  MOUNT,
  REPAIR,
  REPAIR_LOOK,
  REPLAY,
  RESTORE,
  SAVE_WHAT_IS_THERE,
  STORE_LOGIC,
  todo,
} from '../steps.ts';

const CLEAN = 'esekit info {path}: Clean Shutdown.';
/** When logs are gone for good. */
const WITHOUT_LOGS = [RESTORE, SAVE_WHAT_IS_THERE, REPAIR_LOOK, REPAIR, ...STORE_LOGIC] as const;
const REMOVE_CHECKPOINT = todo(
  'Move the checkpoint (.chk) away: recovery then begins at the oldest log and makes a new one. Move no log.',
  { phase: 'recover' },
);

export const RECOVERY_RULES: readonly Rule[] = [
  {
    id: 'database.dirty',
    level: 'database',
    title: '{database} was not shut down cleanly (JET_errDatabaseDirtyShutdown, -550)',
    cause: 'A state, not damage: the program did not close it, and some changes are only in its logs.',
    severity: 'error',
    perDatabase: true,
    needs: [[jet('DatabaseDirtyShutdown', 'DatabaseInconsistent'), database('dirty')]],
    confidence: 'likely',
    settledBy: [
      database('dirty'),
      ese([], { code: ['JET_errDatabaseDirtyShutdown'] }),
      words(/State:\s*Dirty Shutdown|State:\s*Inconsistent/i),
    ],
    outranks: ['store.cannot-start'],
    fixes: [COPY_AWAY, LOOK_AT_HEADER, BRING_LOGS, REPLAY, MOUNT, ...WITHOUT_LOGS],
    verify: [CLEAN, 'esekit check {path}: sound.'],
    missing: ['The database file: `esekit info DATABASE` names its state and the logs it needs.'],
    references: ['jethdr.w'],
  },
  {
    id: 'database.required-logs-missing',
    level: 'database',
    title: 'Logs that {database} needs are missing ({missing}): JET_errRequiredLogFilesMissing, -543',
    cause:
      'It was not shut down cleanly, and recovery cannot begin without all logs its header names: deleted, moved, quarantined, or on another volume.',
    severity: 'error',
    perDatabase: true,
    needs: [
      [
        jet('RequiredLogFilesMissing', 'MissingRestoreLogFiles'),
        ese([450, 452, 453, 518, 519]),
        database('logs-missing'),
      ],
    ],
    confidence: 'likely',
    settledBy: [database('logs-missing'), ese([450, 452, 453])],
    explains: [ese(454)],
    outranks: ['database.dirty', 'store.*'],
    fixes: [EXCLUDE_FROM_SCANNERS, COPY_AWAY, LOOK_AT_HEADER, BRING_LOGS, REPLAY, MOUNT, ...WITHOUT_LOGS],
    verify: [CLEAN],
    missing: ['`esekit info DATABASE` with the logs in the same folder.'],
    references: ['KB 896143', 'jethdr.w'],
  },
  {
    id: 'database.current-log-missing',
    level: 'database',
    title: 'The current log is missing (JET_errMissingLogFile, -528)',
    cause:
      'The log being written ({base}.log) was deleted, renamed or quarantined, often by a virus scanner that took mail in it for a virus.',
    severity: 'error',
    needs: [[jet('MissingLogFile'), store(9518, { words: /log file missing|-528/i })]],
    confidence: 'certain',
    explains: [store(9518), ese([454, 455]), code('E_FAIL', 'MAPI_E_CALL_FAILED')],
    outranks: ['database.dirty', 'store.*'],
    fixes: [
      EXCLUDE_FROM_SCANNERS,
      todo("Look into the scanner's log and quarantine, and put {base}.log back.", { phase: 'recover' }),
      LOOK_AT_HEADER,
      todo(
        'Only if the log with the highest number is proved to be the last one (its generation is the last that the header needs): rename a copy of it to {base}.log.',
        { phase: 'recover', risk: 'offline' },
      ),
      COPY_AWAY,
      REPLAY,
      RESTORE,
      MOUNT,
    ],
    verify: ['The store mounts; event 301 counts the replayed logs.'],
    references: ['KB 896143'],
  },
  {
    id: 'database.log-damaged',
    level: 'database',
    title: 'A transaction log is damaged (JET_errLogFileCorrupt, -501)',
    cause: 'The same causes as for damaged pages: disk, controller, a scanner. A log cannot be repaired.',
    severity: 'error',
    needs: [
      [
        jet(
          'LogFileCorrupt',
          'LogReadVerifyFailure',
          'LogCorruptDuringHardRestore',
          'LogCorruptDuringHardRecovery',
          'LogTornWriteDuringHardRestore',
          'LogTornWriteDuringHardRecovery',
          'LogCorrupted',
        ),
        ese([465, 477, 463, 464, 460, 461, 462, 529]),
        words(/c1041739/i),
        log('header-damaged'),
      ],
    ],
    confidence: 'likely',
    settledBy: [ese([465, 477, 464, 529]), log('header-damaged'), jet('LogFileCorrupt')],
    explains: [ese(454), store([9518, 9519])],
    outranks: ['store.*', 'database.dirty'],
    fixes: [
      EXCLUDE_FROM_SCANNERS,
      COPY_AWAY,
      LOOK_AT_LOGS,
      LOOK_AT_HEADER,
      todo(
        'If the database is in Clean Shutdown, its logs are not needed: move all logs and the checkpoint away and mount.',
        { phase: 'recover' },
      ),
      todo('If the damaged log lies within the logs required: look for another copy of it.', { phase: 'recover' }),
      ...WITHOUT_LOGS,
      MOUNT,
    ],
    verify: ['esekit info LOG: header sound, for every log of the stream.', CLEAN],
    missing: ['The log files themselves, and the database they belong to.'],
    references: ['KB 906148'],
  },
  {
    id: 'database.log-sequence',
    level: 'database',
    title: 'The sequence of logs has a gap or a foreign log in it (JET_errInvalidLogSequence, -515)',
    cause:
      'A log of the chain is gone, or one of another stream (an old backup, another storage group) lies among them.',
    severity: 'error',
    needs: [
      [
        jet('InvalidLogSequence', 'MissingPreviousLogFile', 'GivenLogFileIsNotContiguous'),
        ese([454], { code: ['JET_errInvalidLogSequence'] }),
      ],
    ],
    confidence: 'certain',
    explains: [ese([454, 455]), store([9518, 9519])],
    outranks: ['store.*', 'database.dirty'],
    fixes: [
      COPY_AWAY,
      LOOK_AT_LOGS,
      todo(
        'Move logs of another signature away; bring the missing generation back. Do not restore before that: it may be all that is needed.',
        { phase: 'recover' },
      ),
      REPLAY,
      RESTORE,
      MOUNT,
    ],
    verify: ['Recovery runs to its end: events 301 and 302.'],
    references: ['Events and errors: ESE 454', 'jethdr.w'],
  },
  {
    id: 'database.mixed-set',
    level: 'database',
    title: 'Database, logs and checkpoint do not belong together (signatures or times differ)',
    cause:
      'Files of different backups, servers or times were put into one folder; after a repair old logs fit no more.',
    severity: 'error',
    needs: [
      [
        jet(
          'ConsistentTimeMismatch',
          'LogFileSizeMismatch',
          'DatabaseLogSetMismatch',
          'BadLogSignature',
          'BadDbSignature',
          'GivenLogFileHasBadSignature',
        ),
        ese([517, 457]),
      ],
    ],
    confidence: 'certain',
    explains: [ese([454, 455]), store([9518, 9519])],
    outranks: ['store.*', 'database.dirty'],
    fixes: [
      COPY_AWAY,
      LOOK_AT_HEADER,
      LOOK_AT_LOGS,
      todo('Put together what shows the same log signature and the generations required; move all else away.', {
        phase: 'recover',
      }),
      REPLAY,
      RESTORE,
      MOUNT,
    ],
    verify: ['esekit info of database and logs: the same log signature.', CLEAN],
    references: ['jethdr.w'],
  },
  {
    id: 'database.checkpoint',
    level: 'database',
    title: 'The checkpoint file is damaged or of another set ({codes})',
    cause: 'Recovery does without it: it merely says where to begin.',
    severity: 'warning',
    needs: [
      [
        jet('BadCheckpointSignature', 'CheckpointCorrupt', 'CheckpointFileNotFound'),
        { fact: ['header-damaged'], kinds: ['checkpoint'] },
      ],
    ],
    confidence: 'certain',
    explains: [ese(454)],
    fixes: [COPY_AWAY, REMOVE_CHECKPOINT, REPLAY, MOUNT],
    verify: ['The store mounts and a new checkpoint is there.'],
    references: ['jethdr.w'],
  },
];
