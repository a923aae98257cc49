// Values too large for a cell of the format: each becomes a file of its own beside the table's, its bytes as stored.
import { existsSync } from 'node:fs';
import { basename } from 'node:path';
import { JetError } from '../errors/jet-error.ts';
import { safeFileName } from './file-names.ts';
import { OutputFile } from './output-file.ts';

/** One table's files of large values: `TABLE.COLUMN.1.bin` and on. */
export class LargeValues {
  readonly #stem: string;
  readonly #force: boolean;
  readonly #files: OutputFile[];
  #count = 0;

  /** `stem`: path of the table's file without its ending; `files`: where new files are added, to be published with it. */
  constructor(stem: string, force: boolean, files: OutputFile[]) {
    this.#stem = stem;
    this.#force = force;
    this.#files = files;
  }

  /** A new file for a value of `column`. @throws JetError JET_errFileAlreadyExists, or what `OutputFile` throws */
  open(column: string): OutputFile {
    const path = `${this.#stem}.${safeFileName(column)}.${++this.#count}.bin`;
    if (!this.#force && existsSync(path))
      throw new JetError('JET_errFileAlreadyExists', `${path} exists already`, { file: path });
    const file = new OutputFile(path);
    this.#files.push(file);
    return file;
  }

  /** What to call a file in a message. */
  static nameOf(file: OutputFile): string {
    return basename(file.path);
  }
}
