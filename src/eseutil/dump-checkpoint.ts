// The report of `eseutil /mk`: a checkpoint (logdump.cxx, ErrLGDumpCheckpoint).
import { JetError } from '../errors/jet-error.ts';
import { formatLgpos } from '../ese/header/lgpos.ts';
import { formatLogtime } from '../ese/header/logtime.ts';
import type { CheckpointFile } from '../ese/log/checkpoint-file.ts';
import { attachmentLines } from './dump-log-header.ts';
import { environmentLines } from './environment-lines.ts';
import { formatSignature } from './header-field-lines.ts';
import { plainText } from './plain-text.ts';

function attachments(file: CheckpointFile): string[] {
  return (file.attachInfos ?? []).flatMap((info) => [
    // What follows the path is not in the file: it is what an engine that read it would begin with.
    `${String(info.dbid).padStart(7)} ${plainText(info.path)} LogOff VerOn RW`,
    ...attachmentLines(info, ' '.repeat(8)),
  ]);
}

/** What a checkpoint says, and which of its two copies are not what they should be. */
export function checkpointLines(file: CheckpointFile): string[] {
  const { checkpoint, dbmsParam } = file;
  return [
    `      LastFullBackupCheckpoint: ${formatLgpos(checkpoint.lgposLastFullBackupCheckpoint)}`,
    `      Checkpoint: ${formatLgpos(checkpoint.lgposCheckpoint)}`,
    `      DbConsistency: ${formatLgpos(checkpoint.lgposDbConsistency)}`,
    `      FullBackup: ${formatLgpos(checkpoint.lgposFullBackup)}`,
    `      FullBackup time: ${formatLogtime(checkpoint.logtimeFullBackup)}`,
    `      IncBackup: ${formatLgpos(checkpoint.lgposIncBackup)}`,
    `      IncBackup time: ${formatLogtime(checkpoint.logtimeIncBackup)}`,
    `      Signature: ${formatSignature(checkpoint.signLog)}`,
    ...environmentLines(dbmsParam),
    ...attachments(file),
    ...warnings(file),
  ];
}

const FAULTS: Readonly<Record<string, string>> = {
  'bad-checksum': 'has a wrong checksum',
  differs: 'says something else than the first',
  missing: 'is missing: the file ends before it',
};

function warnings(file: CheckpointFile): string[] {
  return (['primary', 'shadow'] as const).flatMap((which) => {
    const fault = FAULTS[file[which].state];
    return fault === undefined ? [] : [`      WARNING: the ${which} copy ${fault}.`];
  });
}

/** Why the engine would not use the file. */
export function checkpointError(file: CheckpointFile, name: string): JetError | undefined {
  if (file.jet === undefined) return undefined;
  const why =
    file.jet === 'JET_errCheckpointCorrupt' ? 'both copies of the checkpoint are damaged' : 'this is no checkpoint';
  return new JetError(file.jet, `${name}: ${why}`, { file: name });
}
