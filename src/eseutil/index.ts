// Entry point `esekit/eseutil`: what the verbs do, for programs.
export { checkDatabase, type CheckOptions, type CheckResult } from './check.ts';
export { scanChecksums, type ChecksumScanOptions, type ChecksumScanResult } from './checksum-scan.ts';
export { copyFile, type CopyFileResult } from './copy-file.ts';
export { defragment, type DefragOptions, type DefragResult } from './defrag.ts';
export { Interrupted } from './interruption.ts';
export { nextStep, type NextStep } from './next-step.ts';
export { recover, type RecoverOptions, type RecoverResult } from './recover.ts';
export { requiredLogs, type FoundLog, type RequiredLogs } from './required-logs.ts';
export { ruleMeaning, RULES } from './rule-meaning.ts';
