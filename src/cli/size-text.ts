// Sizes of files as people read them.

/** `1234567` as `1,234,567`. */
export function groupedDigits(number: number): string {
  return String(number).replace(/\B(?=(\d{3})+$)/g, ',');
}

/** How the size of a file changed: `6,029,312 bytes became 5,816,320 (3.5 % less)`. */
export function sizeChange(before: number, after: number): string {
  const share = before === 0 ? 0 : (100 * (before - after)) / before;
  const change = Math.abs(share) < 0.05 ? 'as many' : `${Math.abs(share).toFixed(1)} % ${share > 0 ? 'less' : 'more'}`;
  return `${groupedDigits(before)} bytes became ${groupedDigits(after)} (${change})`;
}
