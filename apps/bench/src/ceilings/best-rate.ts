import { createPlan, type GpuContext, type Kernel } from '@movt/kernels';
import { chooseSampling } from '../measure/sampling.ts';
import { median } from '../measure/statistics.ts';
import { createTimer, type Work } from '../measure/timer.ts';

const MOST_SAMPLES = 20;
/** Milliseconds for the samples of one problem. */
const BUDGET_MS = 300;

export interface RateOptions {
  /** Values of `read` bindings; the others hold zeros that were written once, since memory never written may not be there. */
  readonly inputs?: Readonly<Record<string, Float32Array>>;
  /** What comes before each dispatch, outside the time. */
  readonly before?: Work['before'];
}

/**
 * The highest rate that is reached on any of the problems, in units of `amount` a second. By timestamps it is that of the fastest
 * sample, since a ceiling is what can be done at best; on the wall clock, whose samples are differences, that of the median.
 */
export async function bestRate<Problem>(
  context: GpuContext,
  kernel: Kernel<Problem>,
  problems: readonly Problem[],
  amount: (problem: Problem) => number,
  { inputs = {}, before }: RateOptions = {},
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
    const timer = createTimer(context, { dispatch: plan.encode, ...(before ? { before } : {}) });
    const { clock, sample } = await chooseSampling(timer, before !== undefined);
    const samples: number[] = [];
    const end = performance.now() + BUDGET_MS;
    while (samples.length < MOST_SAMPLES && (samples.length === 0 || performance.now() < end))
      samples.push(await sample());
    const ms = clock === 'timestamp' ? Math.min(...samples) : median(samples);
    if (ms > 0) best = Math.max(best, (amount(problem) / ms) * 1000);
    timer.destroy();
    await plan.destroy();
  }
  return best;
}
