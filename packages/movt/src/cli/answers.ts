import type { Checkpoint } from '../checkpoint.ts';
import { probabilities } from '../probabilities.ts';

/** What a checkpoint says of its outputs. */
export type AnswerMeaning = Pick<Checkpoint, 'task' | 'classes'>;

/** Classes that a line for people names. */
const SHOWN_CLASSES = 3;

/** Outputs as a command's JSON has them. */
export function answersJson(outputs: readonly Float32Array[], { task, classes }: AnswerMeaning) {
  return {
    outputs: outputs.map((values) => Array.from(values)),
    ...(classes && { classes }),
    ...(task === 'classification' && { probabilities: outputs.map((values) => Array.from(probabilities(values))) }),
  };
}

/** One line a clip: the likeliest classes, or the values. */
export function describeAnswers(outputs: readonly Float32Array[], { task, classes }: AnswerMeaning): string[] {
  return outputs.map((values) => {
    if (task === 'regression') return Array.from(values, (value) => value.toPrecision(6)).join(', ');
    const ranked = Array.from(probabilities(values), (probability, i) => ({ probability, i }));
    ranked.sort((a, b) => b.probability - a.probability);
    const named = ranked.slice(0, SHOWN_CLASSES).map(({ probability, i }) => {
      return `${classes?.[i] ?? `class ${i}`}: ${(100 * probability).toFixed(1)} %`;
    });
    return named.join(', ');
  });
}
