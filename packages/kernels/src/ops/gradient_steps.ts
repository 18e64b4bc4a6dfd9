import type { Kernel } from '../runtime/kernel.ts';
import type { Operand, PlanRecorder } from '../runtime/plan-types.ts';

/**
 * One dispatch of those that make a gradient, as data. `operands` names the tensor of each binding: the operands of the forward op, their
 * gradients with a d before the name, or `partials`, which one step writes and the next reads.
 */
export interface GradientStep {
  readonly kernel: Kernel<unknown>;
  readonly problem: unknown;
  readonly operands: Readonly<Record<string, string>>;
}

/** A step whose kernel and problem go together; a list of steps may then forget the type. */
export const gradientStep = <Problem>(
  kernel: Kernel<Problem>,
  problem: Problem,
  operands: Readonly<Record<string, string>>,
): GradientStep => ({ kernel: kernel as unknown as Kernel<unknown>, problem, operands });

/** Adds the steps to a plan; `tensors` holds all that they name but `partials`, which is made here. */
export function dispatchGradient(
  plan: PlanRecorder,
  steps: readonly GradientStep[],
  tensors: Readonly<Record<string, Operand>>,
  label?: string,
): void {
  const known: Record<string, Operand> = { ...tensors };
  for (const { kernel, problem, operands } of steps) {
    const bound: Record<string, Operand> = {};
    for (const { name, access, length } of kernel.bindings) {
      const tensor = operands[name];
      if (!tensor) continue;
      if (tensor === 'partials' && access === 'read_write') known.partials = plan.tensor('partials', length(problem));
      bound[name] = known[tensor];
    }
    plan.dispatch(kernel, problem, bound, label);
  }
}
