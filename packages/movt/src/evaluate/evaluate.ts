import { badInput } from '@movt/kernels';
import { mean } from 'simple-statistics';
import type { Task } from '../checkpoint.ts';
import type { ClipSet } from '../datasets/clip-set.ts';
import { type ClassificationMetrics, classificationMetrics } from './classification.ts';
import { logMeanProbabilities, logProbabilities } from './log-probabilities.ts';
import { type RegressionMetrics, regressionMetrics } from './regression.ts';
import { targetsOf } from './videos.ts';

/** A model's answers, scored. */
export type Evaluation =
  | ({ readonly task: 'classification' } & ClassificationMetrics)
  | ({ readonly task: 'regression' } & RegressionMetrics);

/**
 * Scores a model's outputs for the clips of a set. The probabilities (or values) of the clips of one answer are
 * averaged first.
 *
 * @param outputs [clips][outputs] logits, or values
 * @param set with a label below the number of outputs, or as many targets, for each clip
 * @param answers the clips of each, from `clipsByAnswer`
 * @throws MovtError bad_input where an output is no finite number
 */
export function evaluate(
  task: Task,
  outputs: readonly Float32Array[],
  set: ClipSet<unknown>,
  answers: readonly (readonly number[])[],
): Evaluation {
  checkOutputs(outputs);
  if (task === 'regression') {
    const values = answers.map((clips) =>
      Array.from(outputs[clips[0]], (_, k) => mean(clips.map((i) => outputs[i][k]))),
    );
    const targets = answers.map(([first]) => targetsOf(set, first));
    return { task, ...regressionMetrics(values, targets) };
  }
  const logs = answers.map((clips) => logMeanProbabilities(clips.map((i) => logProbabilities(outputs[i]))));
  const labels = answers.map(([first]) => set.labels![first]);
  return { task, ...classificationMetrics(logs, labels) };
}

function checkOutputs(outputs: readonly Float32Array[]): void {
  for (const [i, values] of outputs.entries()) {
    const wrong = values.find((value) => !Number.isFinite(value));
    if (wrong === undefined) continue;
    throw badInput({ action: 'evaluating', given: `the output ${wrong} for clip ${i}`, needed: 'finite outputs' });
  }
}
