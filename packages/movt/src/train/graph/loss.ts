import { crossEntropy, mse, type PlanTensor } from '@movt/kernels';
import type { Task } from '../../checkpoint.ts';
import type { Tape, Value } from './tape.ts';

/** What is to be learned, on the GPU. */
export interface Wanted {
  readonly task: Task;
  /** `label_smoothing` of PyTorch's cross-entropy. */
  readonly labelSmoothing: number;
  /** u32 [batch] classes, or [batch, outputs] values. */
  readonly labels: PlanTensor;
  /** [1]: the share of the step's clips that this batch has. */
  readonly scale: PlanTensor;
}

/** The loss of a batch's outputs, [1]; they have its gradient from then on. */
export function recordLoss(tape: Tape, output: Value, { task, labelSmoothing, labels, scale }: Wanted): PlanTensor {
  const { plan } = tape;
  const { rows, columns, tensor } = output;
  const loss = tape.tensor('loss', 1);
  const gradient = tape.tensor(`d ${output.label}`, rows * columns);
  if (task === 'classification') {
    const problem = { batch: rows, classes: columns, smoothing: labelSmoothing };
    plan.dispatch(crossEntropy, problem, { logits: tensor, labels, scale, loss, dlogits: gradient });
  } else {
    plan.dispatch(mse, { length: rows * columns }, { y: tensor, wanted: labels, scale, loss, dy: gradient });
  }
  output.gradient = gradient;
  return loss;
}
