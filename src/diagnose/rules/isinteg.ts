// What the store's own checker mends, and what it says of itself.
import { store, words } from '../clue.ts';
import type { Clue, FixStep, Rule } from '../rule.ts';
import { DISMOUNT, ISINTEG, ISINTEG_55, MOUNT, REPAIR_REQUEST, STORE_LOGIC, todo } from '../steps.ts';

/** An isinteg run with only the tests that a certain event asks for (Exchange 5.5; KB 183400). */
function isintegTests(tests: string): readonly FixStep[] {
  return [
    {
      ...ISINTEG_55,
      text: 'Run the tests that mend this; repeat until 0 fixes. The Information Store service must be stopped.',
      command: `isinteg -pri -fix -test ${tests}`,
    },
    {
      ...ISINTEG,
      text: 'Run the tests that mend this; repeat until 0 fixes. The store must be dismounted.',
      command: `isinteg -s {server} -fix -test ${tests}`,
    },
    REPAIR_REQUEST,
    MOUNT,
  ];
}

/** A rule for a family of store events that isinteg mends. */
function isintegRule(id: string, title: string, clues: readonly Clue[], tests: string): Rule {
  return {
    id: `store.${id}`,
    level: 'store',
    title,
    cause: 'Tables of the store contradict each other: counters, links or lists were not written together.',
    severity: 'warning',
    damage: true,
    needs: [clues],
    confidence: 'certain',
    fixes: [DISMOUNT, ...isintegTests(tests)],
    verify: ['isinteg reports 0 errors and 0 fixes.', 'The event does not come again.'],
    references: ['KB 183400'],
  };
}

export const ISINTEG_RULES: readonly Rule[] = [
  {
    ...isintegRule(
      'search-folder-links',
      'Links of search folders are corrupt (event 1025, EcGetRestriction)',
      [store(1025, { words: /EcGetRestriction/ })],
      'search',
    ),
    references: ['KB 247616', 'KB 183400'],
  },
  isintegRule(
    'access-lists',
    'Access control lists of folders are inconsistent (event 1186)',
    [store(1186)],
    'acllist,acllistref,aclitemref',
  ),
  isintegRule(
    'folder-rows',
    'Rows of folders are inconsistent (events 1198, 8504, 8505, or EcFlushInTransitUserMail in 7200)',
    [store([1198, 8504, 8505]), store(7200, { words: /EcFlushInTransitUserMail/ })],
    'folder',
  ),
  isintegRule(
    'message-rows',
    'Rows of messages are inconsistent (events 8500 to 8503, 8506, 8507)',
    [store([8500, 8501, 8502, 8503, 8506, 8507])],
    'message,folder',
  ),
  isintegRule(
    'attachment-rows',
    'Rows of attachments are inconsistent (events 8508, 8509)',
    [store([8508, 8509])],
    'attach',
  ),
  isintegRule(
    'mailbox-rows',
    'Rows of mailboxes are inconsistent (FDsWaitTask in event 7200)',
    [store(7200, { words: /FDsWaitTask/ })],
    'mailbox',
  ),
  isintegRule(
    'row-counts',
    'Stored row counts are wrong (event 7201)',
    [store(7201, { words: /FDoPeriodic|FDoMaintenance/ })],
    'rowcounts,dumpsterref,folder',
  ),
  {
    id: 'store.background-cleanup',
    level: 'store',
    title: 'Background cleanup meets a message it cannot remove (event 1101)',
    cause: 'One message or folder is inconsistent; the rest of the store works.',
    severity: 'warning',
    damage: true,
    needs: [[store(1101)]],
    confidence: 'certain',
    fixes: [DISMOUNT, ...isintegTests('message,folder,attach')],
    verify: ['No further event 1101.'],
    references: ['KB 181824', 'KB 271984'],
  },
  {
    id: 'store.isinteg-leftover',
    level: 'store',
    title: 'An isinteg run ended before its time: Refer.mdb was left behind',
    cause: 'The reference database is removed at a normal end; a leftover can keep the store from starting.',
    severity: 'warning',
    needs: [[words(/\bRefer\.mdb\b/i)]],
    confidence: 'likely',
    fixes: [
      todo(
        'Delete Refer.mdb while no isinteg runs, free space of 110 % of the store, and run isinteg again (-t moves the file elsewhere).',
        { phase: 'recover' },
      ),
      DISMOUNT,
      ...STORE_LOGIC,
      MOUNT,
    ],
    verify: ['isinteg ends with its summary.'],
    references: ['KB 258302'],
  },
  {
    id: 'store.isinteg-mends',
    level: 'store',
    title: 'isinteg found errors in the logic of the store',
    cause: 'Its summary counts errors and fixes: one run is not enough, since a fix can uncover the next error.',
    severity: 'error',
    damage: true,
    needs: [
      [
        words(
          /Total number of (?:errors|fixes)\s*:\s*[1-9]|result:\s*[1-9]\d* error|result:[^\n]{0,60}[1-9]\d* fix|returned ecCorruptData/,
          ['text'],
        ),
      ],
    ],
    confidence: 'certain',
    fixes: [
      DISMOUNT,
      ...STORE_LOGIC,
      todo('If the same errors stay after three runs, move the mailboxes to another database.', { phase: 'after' }),
      MOUNT,
    ],
    verify: ['isinteg reports 0 errors and 0 fixes.'],
    references: ['KB 182081'],
  },
];
