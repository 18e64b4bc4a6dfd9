import { badInput, limitExceeded } from '@movt/kernels';
import type { Checkpoint } from '../checkpoint.ts';
import type { ClipSet } from '../datasets/clip-set.ts';
import type { ModelConfig } from '../models.ts';

/** The confusion matrix of more would not fit into memory, nor a picture. */
const MOST_CLASSES = 4096;

/**
 * Refuses data that does not tell what a model is to be judged by: labels for classes and targets for values, of the
 * model's number and with its names.
 *
 * @param source the data's name, for messages
 * @throws MovtError bad_input; limit_exceeded for more classes than can be told apart in a confusion matrix
 */
export function checkTruth(
  { config, task, classes }: Checkpoint<ModelConfig>,
  set: ClipSet<unknown>,
  source: string,
): void {
  const refuse = (given: string, needed: string) => badInput({ action: `reading ${source}`, given, needed });
  if (task === 'regression') {
    if (!set.targets) throw refuse('no targets', `${config.outputs} target(s) a clip: the model regresses values`);
    const width = set.targets.length / set.clips.length;
    if (width !== config.outputs) throw refuse(`${width} target(s) a clip`, `the model's ${config.outputs}`);
    return;
  }
  if (config.outputs > MOST_CLASSES) {
    const given = `a model of ${config.outputs} classes`;
    throw limitExceeded({ action: 'evaluating', given, needed: `at most ${MOST_CLASSES}` });
  }
  if (!set.labels) throw refuse('no labels', 'a label for each clip: the model tells classes apart');
  if (set.classes && set.classes.length !== config.outputs) {
    throw refuse(`${set.classes.length} classes`, `the ${config.outputs} of the model`);
  }
  const other = classes && set.classes ? set.classes.findIndex((name, i) => name !== classes[i]) : -1;
  if (other >= 0) {
    throw refuse(`"${set.classes![other]}" as class ${other}`, `"${classes![other]}", as the model calls it`);
  }
  const beyond = set.labels.findIndex((label) => label >= config.outputs);
  if (beyond >= 0) {
    throw refuse(
      `label ${set.labels[beyond]} of clip ${beyond}`,
      `a class of the model, from 0 to ${config.outputs - 1}`,
    );
  }
}
