export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1
    ? (sorted[middle] as number)
    : ((sorted[middle - 1] as number) + (sorted[middle] as number)) / 2;
}

/** Prints one figure with its limit; false when it is beyond. */
export function judge(what: string, value: number, limit: { atLeast?: number; atMost?: number }, unit = ''): boolean {
  const holds =
    value >= (limit.atLeast ?? Number.NEGATIVE_INFINITY) && value <= (limit.atMost ?? Number.POSITIVE_INFINITY);
  const bound = limit.atLeast !== undefined ? `at least ${limit.atLeast}` : `at most ${limit.atMost}`;
  console.log(`${holds ? 'ok  ' : 'FAIL'}  ${what}: ${value.toFixed(2)}${unit} (${bound}${unit})`);
  return holds;
}
