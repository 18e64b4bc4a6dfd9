import { badInput } from './errors.ts';
import { ALIGNMENT, type PlanRecorder, type PlanTensor } from './plan-types.ts';

/** The tensors of one plan, numbered in the order of their making. */
export interface PlanTensors extends Pick<PlanRecorder, 'tensor' | 'view'> {
  readonly all: readonly PlanTensor[];
}

/** @param label of the plan, for messages */
export function createTensors(label: string): PlanTensors {
  const all: PlanTensor[] = [];
  return {
    all,
    tensor(tensorLabel, length) {
      const made = { id: all.length, label: tensorLabel, length, start: 0 };
      all.push(made);
      return made;
    },
    view(whole, start, length) {
      if (start % (ALIGNMENT / 4) !== 0 || start + length > whole.length) {
        throw badInput({
          action: `planning ${label}`,
          given: `a view of ${whole.label} at ${start}, of ${length} elements`,
          needed: `a start that 64 divides, and an end within ${whole.length}`,
        });
      }
      return { ...whole, start: whole.start + start, length };
    },
  };
}
