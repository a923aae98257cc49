// Defragments a file as the command line does, and prints seconds and peak memory. Started by defrag.mjs.
import { runDefrag } from '../dist/cli/commands/defrag.js';

const io = { out: () => undefined, err: (text) => process.stderr.write(text), isTerminal: false };
const start = process.hrtime.bigint();
process.exitCode = await runDefrag(process.argv[2], {}, io);
const seconds = Number(process.hrtime.bigint() - start) / 1e9;
console.log(JSON.stringify({ seconds, memory: process.resourceUsage().maxRSS * 1024 }));
