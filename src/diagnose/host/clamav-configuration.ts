// What ClamAV's clamd.conf says about on-access scanning: paths it watches, paths it leaves out.

/** The on-access part of a configuration. */
export interface OnAccessPaths {
  /** Folders that are watched with all below them. */
  readonly included: readonly string[];
  /** Folders left out. */
  readonly excluded: readonly string[];
  /** False when `ScanOnAccess no` (versions before 0.102) switches it off. */
  readonly on: boolean;
}

const LINES_MOST = 10_000;

const unquoted = (value: string): string => value.trim().replace(/^"(.*)"$/, '$1');

/** Reads the on-access options out of the text of a clamd.conf. */
export function onAccessPaths(text: string): OnAccessPaths {
  const included: string[] = [];
  const excluded: string[] = [];
  let on = true;
  for (const line of text.slice(0, 1 << 20).split('\n', LINES_MOST)) {
    const match =
      /^\s{0,20}(OnAccessIncludePath|OnAccessMountPath|OnAccessExcludePath|ScanOnAccess)\s+([^\r\n]{1,4096})/i.exec(
        line,
      );
    if (match === null) continue;
    const [, name = '', value = ''] = match;
    const path = unquoted(value);
    switch (name.toLowerCase()) {
      case 'onaccessexcludepath':
        excluded.push(path);
        break;
      case 'scanonaccess':
        on = !/^(?:no|false|0)$/i.test(path);
        break;
      default:
        included.push(path);
    }
  }
  return { included, excluded, on };
}

const below = (path: string, folder: string): boolean => {
  const base = folder.replace(/\/+$/, '');
  return path === base || path.startsWith(`${base}/`);
};

/** The watched folder that a file lies in, when on-access scanning sees it. */
export function watchedBy(path: string, { included, excluded, on }: OnAccessPaths): string | undefined {
  if (!on || excluded.some((folder) => below(path, folder))) return undefined;
  return included.find((folder) => below(path, folder));
}
