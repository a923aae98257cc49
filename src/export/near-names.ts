// Which of the known names somebody may have meant who wrote another: by edits needed (Levenshtein's distance).

/** Single-character edits from `a` to `b`, in any case. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      next.push(Math.min(row[j - 1]! + same, row[j]! + 1, next[j - 1]! + 1));
    }
    row = next;
  }
  return row[b.length]!;
}

/** Up to three of `names` that are near `wanted` or contain it, nearest first. */
export function nearNames(wanted: string, names: readonly string[]): string[] {
  const key = wanted.toLowerCase();
  const most = Math.max(1, Math.floor(key.length / 3));
  const rated = names.map((name) => {
    const other = name.toLowerCase();
    const contains = key.length > 2 && (other.includes(key) || key.includes(other));
    return { name, far: contains ? 0 : distance(key, other) };
  });
  return rated
    .filter((one) => one.far <= most)
    .sort((a, b) => a.far - b.far)
    .slice(0, 3)
    .map((one) => one.name);
}
