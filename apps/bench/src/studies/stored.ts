import { badInput } from '@movt/kernels';
import { indexOfLargest } from 'movt/evaluate/log-probabilities';
import type { Answers } from '../experiment/predictions.ts';
import type { Trained } from '../experiment/trained.ts';

/** Answers and what is true. */
export type LabelledAnswers = Answers & { readonly labels: readonly number[] };

/** A model's answers for the test clips as they are. */
export const testAnswers = (model: Trained): LabelledAnswers => answersOf(model, 'test');

/** A model's answers for the validation clips. */
export const validationAnswers = (model: Trained): LabelledAnswers => answersOf(model, 'validation');

/** [test clips] 1 where the answer is right, else 0. */
export function storedRight(model: Trained): number[] {
  const { outputs, labels } = testAnswers(model);
  return outputs.map((output, i) => Number(indexOfLargest(output) === labels[i]));
}

function answersOf({ predictions, request }: Trained, split: 'validation' | 'test'): LabelledAnswers {
  const { set, path } = request.data;
  const answers = predictions[split];
  if (!answers)
    throw badInput({ action: `judging ${request.name}`, given: `no ${split} clips in ${path}`, needed: 'some' });
  return { ...answers, labels: answers.indices.map((i) => set.labels![i]) };
}
