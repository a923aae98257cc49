// The checksum scan and nothing else: `node bench/checksum-scan-entry.mjs FILE PAGESIZE [THREADS]`.
import { scanChecksums } from '../dist/eseutil/checksum-scan.js';

const [path, pageSize, threads] = process.argv.slice(2);
const result = await scanChecksums(path, {
  pageSize: Number(pageSize),
  ...(threads === undefined ? {} : { threads: Number(threads) }),
});
const megabytes = process.resourceUsage().maxRSS / 1024;
console.log(`${result.pagesSeen} pages, ${result.damaged.length} damaged, ${result.elapsedMs.toFixed(0)} ms`);
console.log(`${result.threads} threads, ${megabytes.toFixed(0)} MiB`);
process.exitCode = result.damaged.length > 0 ? 3 : 0;
