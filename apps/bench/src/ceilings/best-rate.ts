import { createPlan, type GpuContext, type Kernel } from '@movt/kernels';
import { chooseSampling } from '../measure/sampling.ts';
import { createTimer } from '../measure/timer.ts';

const MOST_SAMPLES = 20;
/** Milliseconds for the samples of one problem. */
const BUDGET_MS = 200;

/**
 * The highest rate that any sample of any of the problems reaches, in units of `amount` a second: a ceiling is what can be done at
 * best, and no single sample can be too fast.
 *
 * @param inputs values of `read` bindings; the others hold zeros that were written once, since memory never written may not be there
 */
export async function bestRate<Problem>(
  context: GpuContext,
  kernel: Kernel<Problem>,
  problems: readonly Problem[],
  amount: (problem: Problem) => number,
  inputs: Readonly<Record<string, Float32Array>> = {},
): Promise<number> {
  let best = 0;
  for (const problem of problems) {
    const values: Record<string, Float32Array> = {};
    const builder = createPlan(context, kernel.name);
    const operands = kernel.bindings.map(({ name, length }) => {
      values[name] = inputs[name] ?? new Float32Array(length(problem));
      return [name, builder.input(name, length(problem))] as const;
    });
    builder.dispatch(kernel, problem, Object.fromEntries(operands));
    const plan = await builder.build();
    await plan.run(values);
    const timer = createTimer(context, { dispatch: plan.encode });
    const { sample } = await chooseSampling(timer, false);
    const end = performance.now() + BUDGET_MS;
    for (let i = 0; i < MOST_SAMPLES && (i === 0 || performance.now() < end); i++) {
      best = Math.max(best, (amount(problem) / (await sample())) * 1000);
    }
    timer.destroy();
    await plan.destroy();
  }
  return best;
}
