/** The value below which `share` (0 to 1) of the sorted or unsorted numbers lie; NaN for none. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((left, right) => left - right);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
}

/** `p50 / p99 (max)` in whole or tenth milliseconds. */
export function spread(values: readonly number[], share = 0.99): string {
  const [middle, high, worst] = [quantile(values, 0.5), quantile(values, share), quantile(values, 1)];
  return `${figure(middle)} / ${figure(high)} (max ${figure(worst)})`;
}

/** A number with the digits that matter: 6.7, 38, 446. */
export function figure(value: number): string {
  return value < 10 ? value.toFixed(1) : String(Math.round(value));
}
