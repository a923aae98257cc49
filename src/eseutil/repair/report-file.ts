// The list of losses, `<database>.REPAIR.RAW` unless another name is asked for: one line each, written as the repair goes on.
import type { FileLayer } from '../../ese/io/file-layer.ts';
import { removeFile } from '../../ese/io/safe-replace.ts';

/** Characters gathered before they are written. */
const GATHERED_MOST = 1 << 16;

/** Path of the list of a database, or of another prefix for its name. */
export function reportPath(prefix: string): string {
  return `${prefix}.REPAIR.RAW`;
}

/** A list of losses under way. An older one is replaced. */
export class ReportFile {
  readonly path: string;
  readonly #layer: FileLayer;
  readonly #handle: number;
  #text = '';
  #position = 0;
  #open = true;

  constructor(path: string, layer: FileLayer) {
    this.path = path;
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

  /** Writes the rest, on the disk when it returns: where there is a new database there is its list. May be called again. */
  close(): void {
    if (!this.#open) return;
    this.#open = false;
    try {
      this.#flush();
      this.#layer.sync(this.#handle);
    } finally {
      this.#layer.close(this.#handle);
    }
  }
}
