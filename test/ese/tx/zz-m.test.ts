import { readdirSync } from 'node:fs';
import { it } from 'vitest';
import { corpus } from '../../corpus.ts';
import { compareCleaning } from './clean-replay.ts';
for (const dir of readdirSync(corpus('engine-made/crash'))) {
  it(dir, () => {
    let [n, eq, inter, merges, shown] = [0, 0, 0, 0, 0];
    const diffs: string[] = [];
    try {
    compareCleaning(corpus(`engine-made/crash/${dir}/before`), ({ where, theirs, ours, merges: m, interleaved }) => {
      n++; merges += m;
      if (theirs.join('\n') === ours.join('\n')) eq++;
      else { if (interleaved) inter++; diffs.push(where + (interleaved ? ' I' : ''));
        if (shown++ < 12) console.log(dir, where, interleaved, '\nTHEIRS\n' + theirs.map(t=>t.slice(0,330)).slice(0,8).join('\n'), theirs.length, '\nOURS\n' + ours.map(t=>t.slice(0,330)).slice(0,8).join('\n'), ours.length); }
    });
    } catch (e) { console.log(dir, 'THROWN', e); }
    console.log('SUMMARY', dir, { n, eq, inter, merges }, diffs.slice(0,60).join(' '));
  }, 600000);
}
