import { badInput } from '@movt/kernels';
import { indexOfLargest } from 'movt/evaluate/log-probabilities';
import type { Answers } from '../study/predictions.ts';
import type { Trained } from '../study/trained.ts';

/** A model's answers for the test clips as they are, and their labels. */
export function testAnswers({ predictions, request }: Trained): Answers & { readonly labels: readonly number[] } {
  const { set, path } = request.data;
  const { test } = predictions;
  if (!test) throw badInput({ action: `judging ${request.name}`, given: `no test clips in ${path}`, needed: 'some' });
  return { ...test, labels: test.indices.map((i) => set.labels![i]) };
}

/** [test clips] 1 where the answer is right, else 0. */
export function storedRight(model: Trained): number[] {
  const { outputs, labels } = testAnswers(model);
  return outputs.map((output, i) => Number(indexOfLargest(output) === labels[i]));
}
