// The machine as evidence sees it: folders of /proc and /etc, free space. Tests give one of their own.
import { statfsSync } from 'node:fs';

/** Where facts about the machine are read from. */
export interface HostView {
  /** Process folder, `/proc` on Linux; nothing is found where there is none. */
  readonly proc: string;
  /** Configuration files of ClamAV that may be there. */
  readonly clamavFiles: readonly string[];
  /** Free bytes of the volume a file lies on; undefined when that cannot be told. */
  freeBytes(path: string): number | undefined;
}

/** This machine. */
export const THIS_HOST: HostView = {
  proc: '/proc',
  clamavFiles: [
    '/etc/clamav/clamd.conf',
    '/etc/clamd.conf',
    '/etc/clamd.d/scan.conf',
    '/usr/local/etc/clamd.conf',
    '/usr/local/etc/clamav/clamd.conf',
  ],
  freeBytes(path) {
    try {
      const { bavail, bsize } = statfsSync(path);
      return bavail * bsize;
    } catch {
      return undefined;
    }
  },
};
