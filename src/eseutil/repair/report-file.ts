// The list of losses, `<database>.REPAIR.RAW`: one line each, written as the repair goes on.
import type { FileLayer } from '../../ese/io/file-layer.ts';
import { removeFile } from '../../ese/io/safe-replace.ts';

/** Characters gathered before they are written. */
const GATHERED_MOST = 1 << 16;

/** Path of the list of a database. */
export function reportPath(database: string): string {
  return `${database}.REPAIR.RAW`;
}

/** A list of losses under way. An older one is replaced. */
export class ReportFile {
  readonly path: string;
  readonly #layer: FileLayer;
  readonly #handle: number;
  #text = '';
  #position = 0;
  #open = true;

  constructor(database: string, layer: FileLayer) {
    this.path = reportPath(database);
    this.#layer = layer;
    removeFile(this.path, layer);
    this.#handle = layer.create(this.path);
  }

  readonly write = (line: string): void => {
    this.#text += `${line}\n`;
    if (this.#text.length >= GATHERED_MOST) this.#flush();
  };

  #flush(): void {
    const bytes = new TextEncoder().encode(this.#text);
    this.#layer.write(this.#handle, bytes, this.#position);
    this.#position += bytes.length;
    this.#text = '';
  }

  /** Writes the rest. May be called again. */
  close(): void {
    if (!this.#open) return;
    this.#open = false;
    this.#flush();
    this.#layer.close(this.#handle);
  }
}
