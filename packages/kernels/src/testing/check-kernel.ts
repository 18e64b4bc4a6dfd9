import { test } from 'uvu';
import { type GpuContext, withTraits } from '../runtime/context.ts';
import { elementType, type Kernel } from '../runtime/kernel.ts';
import { createPlan } from '../runtime/plan.ts';
import type { Random } from '../runtime/random.ts';
import type { Tolerance } from './assert-close.ts';
import { type CaseForm, fewestShaders } from './fewest-shaders.ts';
import { createKernelBuffers } from './kernel-buffers.ts';
import { assertAnswer, describe, pose, type Question } from './question.ts';
import { testContext } from './test-context.ts';

/** Named arrays; floats where the reference computes, whole numbers in u32 bindings. */
export type Arrays = Record<string, ArrayLike<number>>;

/** How bindings are filled, by name. */
export type Draws<Problem> = Readonly<Record<string, (random: Random, problem: Problem) => ArrayLike<number>>>;

/** One problem to check a kernel on, and to time it on when `bench` is set. */
export interface KernelCase<Problem> {
  readonly problem: Problem;
  readonly bench?: boolean;
  readonly tolerance?: Tolerance;
  /** Check only the variant that the adapter chooses: for cases of very many workgroups, which take minutes in the others. */
  readonly chosenVariantOnly?: boolean;
  /** Inputs that are drawn otherwise than in the other cases: where the work depends on them, a case to time has as much as is counted. */
  readonly draw?: Draws<Problem>;
}

/** A kernel with what is needed to check it. */
export interface KernelCheck<Problem> {
  readonly kernel: Kernel<Problem>;
  /** The slow float64 answer: every `read_write` binding by name. */
  readonly reference: (problem: Problem, inputs: Arrays) => Arrays;
  readonly cases: readonly KernelCase<Problem>[];
  /** How far off a right answer may be, on problems that are none of the cases. */
  readonly tolerance?: (problem: Problem) => Tolerance;
  /**
   * For kernels that decide (an iteration that stops, a threshold): whether element i of an output hangs on a decision too close to call,
   * so that float32 may well fall on the other side. Such elements are not compared.
   */
  readonly doubtful?: (problem: Problem, inputs: Arrays, expected: Arrays) => (output: string, i: number) => boolean;
  /** Bindings that are not plain normal deviates: masks, counts, pixels; and `read_write` ones that are updated in place. */
  readonly draw?: Draws<Problem>;
}

/**
 * Registers one uvu test for each case: fresh seeded inputs, float64 reference, guard words, no bytes left behind.
 * Every variant that this adapter can run is checked, not only the one it would choose; on Deno, and of other CPUs' forms, fewestShaders. A case
 * that this leaves out, or that needs an f16 which the adapter has not, counts as skipped.
 */
export async function checkKernel<Problem>(check: KernelCheck<Problem>): Promise<void> {
  const { kernel, cases } = check;
  const runs = await runsOf(check);
  for (const of of cases) {
    const { problem, tolerance, draw } = of;
    const label = `${kernel.name} ${describe(problem).slice(0, 100)}`;
    const own = runs.filter((run) => run.of === of);
    const register = own.length > 0 ? test : test.skip;
    register(label, async () => {
      const seed = (Math.random() * 2 ** 32) >>> 0;
      const question = pose({ ...check, draw: { ...check.draw, ...draw } }, problem, seed);
      for (const { context } of own) {
        const actual = await runCase(context, kernel, problem, question);
        const { software, subgroupSize } = context.traits;
        assertAnswer(check, question, actual, tolerance, `seed ${seed} software ${software} subgroups ${subgroupSize}`);
      }
    });
  }
}

/** A case, and the shared context as one of the adapters that it is run as. */
interface Run<Problem> extends CaseForm {
  readonly of: KernelCase<Problem>;
  readonly context: GpuContext;
}

/** All that is run of a kernel's cases on this adapter. */
async function runsOf<Problem>({ kernel, cases }: KernelCheck<Problem>): Promise<Run<Problem>[]> {
  const context = await testContext();
  const isF16 = ({ problem }: KernelCase<Problem>) =>
    kernel.bindings.some((binding) => elementType(binding, problem) === 'f16');
  const runs = cases.filter((of) => context.traits.f16 || !isF16(of)).flatMap((of) => variantRuns(context, kernel, of));
  // Forms of a CPU other than this one are nobody's choice here.
  const isForeign = ({ context: { traits } }: Run<Problem>) =>
    traits.software && traits.subgroupSize !== context.traits.subgroupSize;
  if ('Deno' in globalThis) return fewestShaders(runs);
  return [...runs.filter((run) => !isForeign(run)), ...fewestShaders(runs.filter(isForeign))];
}

/** A case once for each different variant: as the adapter is, as a GPU, as a CPU without subgroups. */
function variantRuns<Problem>(context: GpuContext, kernel: Kernel<Problem>, of: KernelCase<Problem>): Run<Problem>[] {
  const { problem, bench = false, chosenVariantOnly = false } = of;
  const { traits } = context;
  const others = [
    { ...traits, software: false },
    { ...traits, software: true, subgroupSize: 0 },
  ];
  const byVariant = new Map<string, Run<Problem>>();
  for (const candidate of chosenVariantOnly ? [traits] : [traits, ...others]) {
    const variant = kernel.variant(problem, candidate);
    const { software, subgroupSize } = candidate;
    const form = software ? `software, subgroups of ${subgroupSize}` : 'GPU';
    byVariant.set(JSON.stringify(variant), { of, variant, form, bench, context: withTraits(context, candidate) });
  }
  return [...byVariant.values()];
}

async function runCase<Problem>(
  context: GpuContext,
  kernel: Kernel<Problem>,
  problem: Problem,
  { inputs }: Question<Problem>,
): Promise<Arrays> {
  const before = context.liveBytes;
  context.device.pushErrorScope('validation');
  const buffers = createKernelBuffers(context, kernel, problem, inputs);
  const builder = createPlan(context, kernel.name);
  builder.dispatch(kernel, problem, buffers.operands);
  const plan = await builder.build();
  await plan.run({});
  const actual = await buffers.readOutputs();
  await plan.destroy();
  buffers.destroy();
  const error = await context.device.popErrorScope();
  if (error) throw new Error(`${kernel.name} ${describe(problem)}: ${error.message}`);
  if (context.liveBytes !== before) throw new Error(`${kernel.name}: ${context.liveBytes - before} bytes left behind`);
  return actual;
}
