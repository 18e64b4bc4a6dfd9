import { mean } from 'simple-statistics';
import { checkLogits, type Logits } from './check-logits.ts';
import { classificationMetrics } from './classification.ts';
import { logProbabilities } from './log-probabilities.ts';

/** Two models' accuracy among the clips of one class. */
export interface ClassAccuracy {
  readonly name: string;
  readonly clips: number;
  readonly a: number;
  readonly b: number;
}

/**
 * Per-class accuracy (recall) of two models on the same clips; classes without a clip are left out.
 *
 * @param classes a name for each
 * @throws MovtError bad_input for answers about other clips or classes
 */
export function perClassAccuracy(
  a: Logits,
  b: Logits,
  labels: readonly number[],
  classes: readonly string[],
): ClassAccuracy[] {
  checkLogits('comparing two models class by class', a, b, labels);
  const [first, second] = [a, b].map((logits) => classificationMetrics(logits.map(logProbabilities), labels).perClass);
  return classes.flatMap((name, label) => {
    const clips = labels.filter((other) => other === label).length;
    return clips > 0 ? [{ name, clips, a: first[label]!, b: second[label]! }] : [];
  });
}

/**
 * The same of models of several seeds: the mean over the seeds, which go in pairs.
 *
 * @param a [seeds][clips][classes] logits
 * @param b as many
 */
export function perClassOverSeeds(
  a: readonly Logits[],
  b: readonly Logits[],
  labels: readonly number[],
  classes: readonly string[],
): ClassAccuracy[] {
  const seeds = a.map((logits, seed) => perClassAccuracy(logits, b[seed], labels, classes));
  return seeds[0].map(({ name, clips }, row) => ({
    name,
    clips,
    a: mean(seeds.map((rows) => rows[row].a)),
    b: mean(seeds.map((rows) => rows[row].b)),
  }));
}
