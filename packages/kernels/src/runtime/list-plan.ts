import type { Kernel } from './kernel.ts';
import { createTensors } from './plan-tensors.ts';
import type { Operand, PlanRecorder } from './plan-types.ts';

/** One dispatch as it was asked for. */
export interface ListedDispatch {
  readonly kernel: Kernel<unknown>;
  readonly problem: unknown;
  readonly operands: Readonly<Record<string, Operand>>;
  readonly label: string;
}

/** A plan that is only listed. */
export interface PlanList extends PlanRecorder {
  /** So far, in their order. */
  readonly dispatches: readonly ListedDispatch[];
}

/** Takes down a plan without a GPU, so that what it would cost can be told. Nothing is checked against a device, and nothing can be run. */
export function listPlan(label: string): PlanList {
  const dispatches: ListedDispatch[] = [];
  const { tensor, view } = createTensors(label);
  return {
    dispatches,
    tensor,
    view,
    input: tensor,
    output() {},
    dispatch<Problem>(
      kernel: Kernel<Problem>,
      problem: Problem,
      operands: Readonly<Record<string, Operand>>,
      stepLabel = kernel.name,
    ) {
      // Kernel and problem go together; the list forgets their type.
      dispatches.push({ kernel: kernel as unknown as Kernel<unknown>, problem, operands, label: stepLabel });
    },
  };
}
