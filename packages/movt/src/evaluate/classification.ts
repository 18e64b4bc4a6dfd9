import { mean } from 'simple-statistics';
import { type Calibration, calibration } from './calibration.ts';
import { indexOfLargest } from './log-probabilities.ts';

export interface ClassificationMetrics {
  /** Share of answers whose likeliest class is the true one. */
  readonly top1: number;
  /** [classes] top-1 among the answers of each class (its recall); null for a class that no answer belongs to. */
  readonly perClass: readonly (number | null)[];
  /** Mean of `perClass` over the classes that occur: balanced accuracy. */
  readonly meanPerClass: number;
  /** Mean negative log-likelihood of the true class, in nats: the cross-entropy without label smoothing. */
  readonly nll: number;
  /** [true class][predicted class] counts. */
  readonly confusion: readonly (readonly number[])[];
  readonly calibration: Calibration;
}

/**
 * Scores class probabilities. Balanced accuracy: Brodersen et al., "The Balanced Accuracy and Its Posterior
 * Distribution" (ICPR 2010). Of classes that are equally likely the first counts as predicted.
 *
 * @param answers logarithms of the class probabilities, one list an answer; at least one answer
 * @param labels [answers] the true classes, each below the number of classes
 */
export function classificationMetrics(
  answers: readonly Float64Array[],
  labels: readonly number[],
): ClassificationMetrics {
  const confusion = Array.from(answers[0], () => new Array<number>(answers[0].length).fill(0));
  for (const [i, answer] of answers.entries()) confusion[labels[i]][indexOfLargest(answer)]++;
  const perClass = confusion.map((row, label) => {
    const count = row.reduce((a, b) => a + b);
    return count > 0 ? row[label] / count : null;
  });
  return {
    top1: mean(answers.map((answer, i) => Number(indexOfLargest(answer) === labels[i]))),
    perClass,
    meanPerClass: mean(perClass.filter((share) => share !== null)),
    nll: mean(answers.map((answer, i) => -answer[labels[i]])),
    confusion,
    calibration: calibration(answers, labels),
  };
}
