// Milestones of a healthy engine: they are no trouble, and speak against some.
import { ese, event, store } from '../clue.ts';
import type { Rule } from '../rule.ts';

export const HEALTHY_RULES: readonly Rule[] = [
  {
    id: 'store.milestones',
    level: 'store',
    title: 'The engine starts, stops, recovers and backs up as it should',
    cause: 'Normal events of its life: useful as a time line.',
    severity: 'info',
    needs: [
      [
        ese([
          100, 101, 102, 103, 105, 200, 201, 202, 204, 205, 210, 213, 220, 221, 223, 225, 300, 301, 302, 325, 326, 327,
          700, 701, 702, 703, 704,
        ]),
        store([1000, 1001, 1002, 1003, 1004, 1133, 9523]),
        event('MSExchangeIS', [9523, 9539]),
      ],
    ],
    confidence: 'certain',
    fixes: [],
    verify: [],
    references: ['jetmsg.mc'],
  },
];
