// Runs programs in turns, so that whatever else the machine does hits all of them alike, and tells their medians.
import { spawnSync } from 'node:child_process';

/** Middle value. */
export function median(values) {
  const sorted = values.toSorted((a, b) => a - b);
  const half = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
}

/** Seconds of wall clock that `command` (program and arguments) takes. Its output is thrown away. */
function timeOnce(command) {
  const [program, ...args] = command;
  const start = process.hrtime.bigint();
  const { status, error } = spawnSync(program, args, { stdio: ['ignore', 'ignore', 'inherit'] });
  const seconds = Number(process.hrtime.bigint() - start) / 1e9;
  if (error !== undefined) throw error;
  if (status !== 0) throw new Error(`${command.join(' ').slice(0, 200)}: exit status ${status}`);
  return seconds;
}

/** `commands`: {name: [program, ...arguments]}. Returns {name: {runs, median, min, max}} of `runs` runs each, in seconds. */
export function sideBySide(commands, runs) {
  const names = Object.keys(commands);
  const seconds = Object.fromEntries(names.map((name) => [name, []]));
  // One run of each beforehand brings files into the cache and programs into memory.
  for (let run = -1; run < runs; run++) {
    for (const name of names) {
      const time = timeOnce(commands[name]);
      if (run >= 0) seconds[name].push(time);
    }
  }
  return Object.fromEntries(
    names.map((name) => {
      const times = seconds[name];
      return [name, { runs: times, median: median(times), min: Math.min(...times), max: Math.max(...times) }];
    }),
  );
}
