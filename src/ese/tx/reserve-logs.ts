// Reserve logs: files of the size of a log, made while there is room, so that an instance whose disk is full can still
// roll back and shut down (format 9.1; ErrLGInitCreateReserveLogFiles).
import { parseLogName } from '../log/log-set.ts';
import type { LogDirectory, LogFile } from './log-directory.ts';

/** How many there are. */
const RESERVES = 2;
const DIGITS = 5;

/** The reserve logs of a stream. */
export class ReserveLogs {
  readonly #directory: LogDirectory;
  readonly #base: string;
  readonly #size: number;
  readonly #names: string[] = [];

  /** `size`: bytes of a log. */
  constructor(directory: LogDirectory, base: string, size: number) {
    this.#directory = directory;
    this.#base = base;
    this.#size = size;
  }

  /** Makes those that are missing, and those of another size anew. @throws JetError JET_errLogDiskFull. */
  replenish(): void {
    const there = new Set(this.#directory.list());
    for (let i = 1; i <= RESERVES; i++) {
      const name = `${this.#base}res${i.toString(16).padStart(DIGITS, '0')}.jrs`;
      if (parseLogName(name, this.#base)?.kind !== 'reserve' || this.#names.includes(name)) continue;
      if (!there.has(name) || this.#sizeOf(name) !== this.#size) this.#make(name);
      this.#names.push(name);
    }
  }

  /** Turns one into the file `name`; undefined: none is left. */
  take(name: string): LogFile | undefined {
    const reserve = this.#names.pop();
    if (reserve === undefined) return undefined;
    this.#directory.rename(reserve, name);
    return this.#directory.open(name);
  }

  #make(name: string): void {
    const file = this.#directory.create(name, this.#size);
    try {
      file.sync();
    } finally {
      file.close();
    }
  }

  #sizeOf(name: string): number {
    const source = this.#directory.source(name);
    source.close();
    return source.size;
  }
}
