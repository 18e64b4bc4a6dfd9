import { indexOfLargest } from './log-probabilities.ts';

/** Answers whose confidence lies in (low, high]: one bar of a reliability diagram. */
export interface CalibrationBin {
  readonly low: number;
  readonly high: number;
  readonly count: number;
  /** Mean probability of the likeliest class; null where no answer lies here. */
  readonly confidence: number | null;
  /** Share of answers that are right; null where no answer lies here. */
  readonly accuracy: number | null;
}

export interface Calibration {
  /** Expected calibration error. */
  readonly ece: number;
  readonly bins: readonly CalibrationBin[];
}

const BINS = 15;

/**
 * How far confidence can be trusted: ECE = Σ_bins count/n · |accuracy − confidence| over 15 bins of equal width, as
 * Guo et al., "On Calibration of Modern Neural Networks" (ICML 2017) do.
 *
 * @param answers logarithms of the class probabilities, one list an answer
 * @param labels [answers] the true classes
 */
export function calibration(answers: readonly Float64Array[], labels: readonly number[]): Calibration {
  const sums = Array.from({ length: BINS }, () => ({ count: 0, confidence: 0, right: 0 }));
  for (const [i, answer] of answers.entries()) {
    const predicted = indexOfLargest(answer);
    const confidence = Math.exp(answer[predicted]);
    const sum = sums[Math.min(BINS, Math.max(1, Math.ceil(confidence * BINS))) - 1];
    sum.count++;
    sum.confidence += confidence;
    sum.right += predicted === labels[i] ? 1 : 0;
  }
  const bins = sums.map(({ count, confidence, right }, i) => ({
    low: i / BINS,
    high: (i + 1) / BINS,
    count,
    confidence: count > 0 ? confidence / count : null,
    accuracy: count > 0 ? right / count : null,
  }));
  const gaps = sums.reduce((total, { confidence, right }) => total + Math.abs(right - confidence), 0);
  return { ece: gaps / answers.length, bins };
}
