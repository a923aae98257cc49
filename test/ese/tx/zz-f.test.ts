import { it } from 'vitest';
import { corpus } from '../../corpus.ts';
import { allRecords, recordTexts } from './unit-replay.ts';
it('x', () => {
 for (const n of ['p4-k31', 'p4-k25']) {
  const r = allRecords(corpus(`engine-made/crash/${n}/before`));
  r.forEach((x, i) => { if (x.name === 'FreeFDP') console.log(n, r.slice(Math.max(0,i-3), i + 40).map((y) => y.where + ' p' + y.procid + ' ' + (recordTexts([y])[0] ?? y.name + JSON.stringify(y.fields, (_, v) => typeof v === 'bigint' ? Number(v) : v)).slice(0, 260)).join('\n')); });
 }
});
