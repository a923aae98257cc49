// `npm run soak`: an instance under random load is killed (SIGKILL) at random times, again and again; each time recovery
// must bring back every transaction that was said to last, and at most what was under way besides; the check must find
// nothing. Some recoveries are killed too.
//
//   node scripts/soak.mjs [--rounds 200] [--seed N] [--sessions 16] [--folder DIR] [--disk-rounds 2000]
//
// --disk-rounds: crashes of the disk in memory besides, with writes in any order (test/ese/tx/crash-states.test.ts).
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { setTimeout } from 'node:timers';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { findingsOf, open, prepare, rowsBySession, seeded, transactions, work } from './soak-work.mjs';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '200' },
    seed: { type: 'string', default: `${Date.now() % 100000}` },
    sessions: { type: 'string', default: '16' },
    folder: { type: 'string' },
    'disk-rounds': { type: 'string', default: '2000' },
    child: { type: 'string' },
    options: { type: 'string', default: '{}' },
  },
});
const sessions = Number(values.sessions);

const stateOf = (rows) => JSON.stringify([...rows].sort(([a], [b]) => a - b));

/** Throws when a session's rows are in no state that they may be in. */
function verify(before, after, seed, acknowledged) {
  before.forEach((rows, session) => {
    const found = stateOf(after[session]);
    const last = acknowledged.get(session) ?? -1;
    let number = 0;
    let current = stateOf(rows);
    for (const { next, end } of transactions(seed, session, rows)) {
      if (number > last && found === current) return;
      if (end !== 'rollback') current = stateOf(next);
      // One durable commit may have been under way, and lazy ones before it.
      if (number > last && end === 'durable') break;
      number++;
    }
    if (found !== current)
      throw new Error(`session ${session}: the rows are in no state they may be in (seed ${seed})`);
  });
}

/** Starts a worker, kills it after `ms`; the number of the last durable commit of each session that it told of. */
function killedAfter(folder, seed, options, ms) {
  return new Promise((resolve, reject) => {
    const script = fileURLToPath(import.meta.url);
    const args = [script, '--child', folder, '--seed', `${seed}`, '--sessions', `${sessions}`];
    const child = spawn(process.execPath, [...args, '--options', JSON.stringify(options)], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const acknowledged = new Map();
    let rest = '';
    let errors = '';
    let commits = 0;
    child.stdout.setEncoding('utf8').on('data', (text) => {
      const lines = (rest + text).split('\n');
      rest = lines.pop();
      for (const line of lines) {
        if (line === 'ready') setTimeout(() => child.kill('SIGKILL'), ms);
        else {
          const [session, number] = line.split(' ').map(Number);
          acknowledged.set(session, number);
          commits++;
        }
      }
    });
    child.stderr.setEncoding('utf8').on('data', (text) => {
      errors += text;
    });
    child.on('close', (code) => {
      if (code !== null) reject(new Error(`the worker ended by itself (${code}): ${errors}`));
      else resolve({ acknowledged, commits });
    });
  });
}

/** Starts a recovery and kills it after `ms`, unless it is done by then. */
function killedRecovery(folder, options, ms) {
  return new Promise((resolve) => {
    const args = [fileURLToPath(import.meta.url), '--child', folder, '--seed=-1'];
    const child = spawn(process.execPath, [...args, '--options', JSON.stringify(options)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    child.stdout.on('data', () => setTimeout(() => child.kill('SIGKILL'), ms));
    child.on('close', resolve);
  });
}

/** Recovers, and shuts down. Milliseconds that took. */
async function recovered(folder, options) {
  for (let tries = 0; ; tries++) {
    try {
      const start = performance.now();
      const instance = open(folder, options);
      const time = performance.now() - start;
      instance.close();
      return time;
    } catch (error) {
      // A lock that was made but not written when its maker was killed holds for ten seconds.
      if (error.symbol !== 'JET_errDatabaseInUse' || tries === 12) throw error;
      await new Promise((resolve) => setTimeout(resolve, 1000));
    }
  }
}

async function child(folder) {
  const seed = Number(values.seed);
  const options = JSON.parse(values.options);
  writeSync(1, 'ready\n');
  if (seed < 0) open(folder, options).close();
  else {
    await work(folder, seed, sessions, options, (session, number) => {
      writeSync(1, `${session} ${number}\n`);
    });
  }
}

async function main() {
  const folder = values.folder ?? mkdtempSync(join(tmpdir(), 'esekit-soak-'));
  const rounds = Number(values.rounds);
  const first = Number(values.seed);
  const random = seeded(first);
  const times = [];
  let commits = 0;
  let killed = 0;
  for (let round = 0; round < rounds; round++) {
    if (round % 50 === 0) reset(folder);
    const options = {
      circular: Math.floor(round / 50) % 2 === 1,
      cacheSize: random() < 0.5 ? 1 << 20 : 32 << 20,
      checkpointDepth: 1 << (18 + Math.floor(random() * 5)),
      dbExtensionSize: random() < 0.5 ? 16 : 256,
    };
    const seed = first * 1000 + round;
    const before = rowsBySession(folder, sessions);
    const outcome = await killedAfter(folder, seed, options, 100 + random() * random() * 2500);
    if (random() < 0.25) {
      killed++;
      await killedRecovery(folder, options, random() * 60);
    }
    times.push(await recovered(folder, options));
    const after = rowsBySession(folder, sessions);
    verify(before, after, seed, outcome.acknowledged);
    const findings = findingsOf(folder);
    if (findings.length > 0) throw new Error(`round ${round} (seed ${seed}): ${findings.join('\n')}`);
    commits += outcome.commits;
    if (process.stdout.isTTY || round % 20 === 19) {
      console.log(`round ${round + 1}: ${commits} commits kept, longest recovery ${Math.max(...times).toFixed(0)} ms`);
    }
  }
  times.sort((a, b) => a - b);
  const [median, longest] = [times[times.length >> 1], times.at(-1)].map((ms) => ms?.toFixed(0));
  console.log(
    `${rounds} rounds, seed ${first}: ${commits} durable commits, none lost; ${killed} recoveries killed; ` +
      `recovery ${median} ms (median), ${longest} ms (longest)`,
  );
  if (values.folder === undefined) rmSync(folder, { recursive: true });
  diskRounds();
}

/** Begins anew: logs of one kind only. */
function reset(folder) {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  prepare(folder);
}

function diskRounds() {
  const rounds = Number(values['disk-rounds']);
  if (rounds === 0) return;
  const env = { ...process.env, CRASH_ROUNDS: `${rounds}`, CRASH_SEED: values.seed };
  const root = fileURLToPath(new URL('..', import.meta.url));
  const { status } = spawnSync('npx', ['vitest', 'run', 'test/ese/tx/crash-states.test.ts'], {
    cwd: root,
    env,
    stdio: 'inherit',
  });
  if (status !== 0) process.exitCode = 1;
}

if (values.child !== undefined) await child(values.child);
else await main();
