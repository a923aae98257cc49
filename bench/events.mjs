// Reads event logs with esekit and with libevt's and libevtx's export tools, all in one run, and prints events a second.
//
//   node bench/events.mjs [--runs N] [--copies N] LOG...          (.evt and .evtx)
//
// Real logs are small, and the start of a program would be all that is measured: the records of each log are put into one
// of N times its size first (chunks of .evtx repeated as they are, records of .evt with new numbers). Whole processes are
// measured, from start to exit, in turns; what they print is thrown away. Every program must have printed the same number
// of events before. Peers: evtexport (libevt-utils), evtxexport (libevtx-utils). Needs `npm run build`.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { crc32 } from '../dist/eventlog/evtx/crc32.js';
import { memoryInput, readEvents } from '../dist/eventlog/index.js';
import { sideBySide } from './side-by-side.mjs';

const CLI = fileURLToPath(new URL('../dist/bin/esekit.js', import.meta.url));
const CHUNK = 65536;

const { runs, copies, logs } = parseArguments(process.argv.slice(2));
if (logs.length === 0) {
  console.error('usage: node bench/events.mjs [--runs N] [--copies N] LOG...');
  process.exit(2);
}

function parseArguments(args) {
  const options = { runs: 5, copies: 30, logs: [] };
  while (args.length > 0) {
    const arg = args.shift();
    if (arg === '--runs') options.runs = Number(args.shift());
    else if (arg === '--copies') options.copies = Number(args.shift());
    else options.logs.push(arg);
  }
  return options;
}

/** The chunks of an .evtx file, N times. */
function manyChunks(bytes) {
  const chunks = [];
  for (let at = 4096; at + CHUNK <= bytes.length; at += CHUNK)
    if (bytes.toString('latin1', at, at + 8) === 'ElfChnk\0') chunks.push(bytes.subarray(at, at + CHUNK));
  const all = Array.from({ length: copies }, () => chunks).flat();
  const header = Buffer.from(bytes.subarray(0, 4096));
  header.writeUInt16LE(all.length, 42);
  header.writeUInt32LE(crc32(header, 0, 120), 124);
  return Buffer.concat([header, ...all]);
}

/** The live records of an .evt file, N times, in a log that has not wrapped and was closed properly. */
function manyRecords(bytes) {
  const parts = [];
  let number = 0;
  const records = [...readEvents(memoryInput(bytes))].map(({ offset }) => offset);
  const whole = records.filter((at) => at + bytes.readUInt32LE(at) <= bytes.length);
  for (let i = 0; i < copies; i++)
    for (const at of whole) {
      const record = Buffer.from(bytes.subarray(at, at + bytes.readUInt32LE(at)));
      record.writeUInt32LE(++number, 8);
      parts.push(record);
    }
  const eof = parts.reduce((sum, part) => sum + part.length, 48);
  const longs = (values) => Buffer.from(Uint32Array.from(values).buffer);
  const header = longs([48, 0x654c664c, 1, 1, 48, eof, number + 1, 1, eof + 40, 0, 0, 48]);
  const end = longs([40, 0x11111111, 0x22222222, 0x33333333, 0x44444444, 48, eof, number + 1, 1, 40]);
  return Buffer.concat([header, ...parts, end]);
}

function count(command, pattern) {
  const { stdout, error } = spawnSync(command[0], command.slice(1), { encoding: 'latin1', maxBuffer: 2 ** 30 });
  return error === undefined ? (stdout.match(pattern)?.length ?? 0) : undefined;
}

const folder = mkdtempSync(join(tmpdir(), 'esekit-bench-'));
try {
  for (const log of logs) measure(log);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function measure(log) {
  const bytes = readFileSync(log);
  const evtx = bytes.toString('latin1', 0, 8) === 'ElfFile\0';
  const path = join(folder, basename(log));
  const made = evtx ? manyChunks(bytes) : manyRecords(bytes);
  writeFileSync(path, made);
  const commands = {
    'esekit events --json': [process.execPath, CLI, 'events', '--json', path],
    'esekit events': [process.execPath, CLI, 'events', path],
    ...(evtx ? { 'evtxexport -f xml': ['evtxexport', '-f', 'xml', path] } : { evtexport: ['evtexport', path] }),
  };
  const ours = count(commands['esekit events --json'], /\n/g);
  const [peer] = Object.keys(commands).slice(-1);
  const theirs = count(commands[peer], evtx ? /<Event /g : /^Event number/gm);
  console.log(`${basename(log)} x ${copies}: ${(made.length / 1e6).toFixed(1)} MB, ${ours} events`);
  if (theirs === undefined) {
    console.log(`  ${peer} is not installed`);
    Reflect.deleteProperty(commands, peer);
  } else if (theirs !== ours) console.log(`  ${peer} reads ${theirs} events: figures are not comparable`);
  const results = sideBySide(commands, runs);
  for (const [name, { median, min, max }] of Object.entries(results)) {
    const ratio =
      results[peer] === undefined || name === peer ? '' : `  ${(results[peer].median / median).toFixed(2)} x ${peer}`;
    const spread = `${min.toFixed(2)}-${max.toFixed(2)} s`;
    console.log(
      `  ${name.padEnd(22)} ${median.toFixed(2).padStart(6)} s (${spread}) ${Math.round(ours / median)} events/s${ratio}`,
    );
  }
}
