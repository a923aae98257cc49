// The file's size on disk, as a space report begins with it. The original also tells volume, cluster and extents, which
// only Windows knows (eseutil.cxx, ErrFileSystemDump).

/** Sizes of a file, in bytes. */
export interface FileSizes {
  readonly logical: number;
  /** Bytes the file takes on disk, where that is known: less than `logical` for sparse and compressed files. */
  readonly onDisk?: number;
}

function size(bytes: number): string {
  return `0x${bytes.toString(16).padStart(8, '0')} bytes (${Math.floor(bytes / 1024)} kB)`;
}

/** The lines on a file. */
export function fileInformationLines(name: string, sizes: FileSizes): string[] {
  const { logical } = sizes;
  const lines = ['File Information:', `  File Name: ${name}`, `  Logical Size: ${size(logical)}`];
  if (sizes.onDisk === undefined) return lines;
  const onDisk = Math.min(logical, sizes.onDisk);
  const saved = logical - onDisk;
  const percent = logical === 0 ? 0 : Math.floor((saved * 100) / logical);
  return [
    ...lines,
    `  On-disk Size: ${size(onDisk)}`,
    `   Space Saved: ${size(saved)} (${String(percent).padStart(2)} %)`,
  ];
}
