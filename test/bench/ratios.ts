// Medians of paired ratios: on a noisy machine two figures compare only within one round.

export function median(values: readonly number[]): number | undefined {
  const sorted = values.filter(Number.isFinite).sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  if (sorted.length % 2 === 1) return sorted[middle];
  const [low, high] = [sorted[middle - 1], sorted[middle]];
  return low === undefined || high === undefined ? undefined : (low + high) / 2;
}

/** The median over the rounds in which both were measured of ours ÷ theirs. */
export function medianRatio(
  ours: ReadonlyMap<number, number>,
  theirs: ReadonlyMap<number, number>,
): number | undefined {
  const ratios: number[] = [];
  for (const [round, value] of ours) {
    const other = theirs.get(round);
    if (other !== undefined && other > 0) ratios.push(value / other);
  }
  return median(ratios);
}
