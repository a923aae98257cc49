// Ascending numbers as people write them: `7, 9-12`.

/** Runs of consecutive numbers: `['7', '9-12']`. `numbers` ascend. */
export function numberRuns(numbers: readonly number[]): string[] {
  const runs: string[] = [];
  for (let i = 0; i < numbers.length;) {
    let end = i;
    while (numbers[end + 1] === numbers[end]! + 1) end++;
    runs.push(end === i ? `${numbers[i]!}` : `${numbers[i]!}-${numbers[end]!}`);
    i = end + 1;
  }
  return runs;
}
