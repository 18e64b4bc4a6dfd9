import { badInput } from '@movt/kernels';
import { classificationMetrics, logProbabilities } from 'movt';
import { spreadOf } from 'movt/statistics';
import type { Trained } from '../experiment/trained.ts';
import type { Spread } from './report.ts';

/** [clips][classes] */
export type Logits = readonly Float32Array[];

/** One model's answers, seed by seed. */
export interface SeedLogits {
  readonly validation: readonly Logits[];
  readonly test: readonly Logits[];
}

/** The labels that answers are judged by. */
export interface Labels {
  readonly validation: readonly number[];
  readonly test: readonly number[];
}

/** @throws MovtError bad_input where the set has no validation or no test clips */
export function seedLogits(models: readonly Trained[]): SeedLogits {
  const of = (split: 'validation' | 'test') =>
    models.map(({ predictions, request }) => {
      const answers = predictions[split];
      if (answers) return answers.outputs;
      const needed = 'clips of all three splits: thresholds are chosen on validation, models judged on test';
      throw badInput({ action: `judging ${request.name}`, given: `no ${split} clips in ${request.data.path}`, needed });
    });
  return { validation: of('validation'), test: of('test') };
}

export function labelsOf({ predictions, request }: Trained): Labels {
  const { labels } = request.data.set;
  const of = (split: 'validation' | 'test') => predictions[split]!.indices.map((i) => labels![i]);
  return { validation: of('validation'), test: of('test') };
}

export const top1 = (logits: Logits, labels: readonly number[]): number =>
  classificationMetrics(logits.map(logProbabilities), labels).top1;

/** The spread of what each seed came to. */
export function spread(values: readonly number[]): Spread {
  const { mean: middle, sd } = spreadOf(values);
  return { mean: middle, sd: sd ?? 0, seeds: values };
}
