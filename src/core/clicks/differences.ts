/** From measures of answers to the numbers that a taste is learned from. */

/** One number a measure; null where a measure says nothing of this answer. */
export type Measures = readonly (number | null)[];

/**
 * Standard deviation of each measure over the answers that can be shown; 0 for one that never changes.
 * @param answers at least one, all with the same measures
 */
export function deviationsOf(answers: readonly Measures[]): Float64Array {
  return Float64Array.from(answers[0]!, (_, m) => {
    const values = answers.map((answer) => answer[m] ?? null).filter((value) => value !== null);
    if (values.length === 0) return 0;
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
  });
}

/** Left less right in standard deviations; 0 where a measure says nothing of one of them, or never changes. */
export function differenceOf(left: Measures, right: Measures, deviations: Float64Array): Float64Array {
  return Float64Array.from(deviations, (deviation, m) => {
    const [a, b] = [left[m] ?? null, right[m] ?? null];
    return a === null || b === null || deviation === 0 ? 0 : (a - b) / deviation;
  });
}
