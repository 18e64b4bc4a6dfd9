import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createPlan } from '../../runtime/plan.ts';
import type { PlanBuilder, PlanTensor } from '../../runtime/plan-types.ts';
import { assertClose, createRandom, describe, testContext } from '../../testing/index.ts';
import { matmulBackwardReference, matmulReference } from './matmul.reference.ts';
import { type GradientStep, type MatmulBackwardProblem, matmulBackward } from './matmul_backward.ts';

const CASES: readonly MatmulBackwardProblem[] = [
  { m: 1, n: 1, k: 1 },
  { m: 17, n: 33, k: 15 },
  { m: 20, n: 36, k: 12, weightKN: true },
  { m: 7, n: 5, k: 3, batch: 11 },
  { m: 5, n: 8, k: 12, batch: 3, batchedWeight: true },
  { m: 18, n: 6, k: 9, batch: 2, batchedWeight: true, weightKN: true },
  // Rows enough for two stages, and rows that cannot be cut evenly.
  { m: 1440, n: 20, k: 8 },
  { m: 1009, n: 7, k: 12 },
];

function draw({ m, n, k, batch = 1, batchedWeight }: MatmulBackwardProblem, seed: number) {
  const random = createRandom(seed);
  return {
    x: random.normal(batch * m * k),
    weight: random.normal((batchedWeight ? batch : 1) * n * k),
    dy: random.normal(batch * m * n),
  };
}

const newSeed = () => (Math.random() * 2 ** 32) >>> 0;

function dispatchAll(builder: PlanBuilder, steps: readonly GradientStep[], tensors: Record<string, PlanTensor>) {
  const bound = { ...tensors };
  for (const { kernel, problem, operands } of steps) {
    const length = kernel.bindings.at(-1)!.length(problem as never);
    bound[operands.y] = builder.tensor(operands.y, length);
    const pairs = Object.entries(operands).map(([binding, tensor]) => [binding, bound[tensor]]);
    builder.dispatch(kernel as never, problem, Object.fromEntries(pairs));
  }
  return bound[steps.at(-1)!.operands.y];
}

for (const problem of CASES) {
  test(`matmul backward ${describe(problem)}`, async () => {
    const seed = newSeed();
    const inputs = draw(problem, seed);
    const builder = createPlan(await testContext(), 'matmul backward');
    const tensors = Object.fromEntries(
      Object.entries(inputs).map(([name, values]) => [name, builder.input(name, values.length)]),
    );
    for (const [name, steps] of Object.entries(matmulBackward(problem))) {
      builder.output(name, dispatchAll(builder, steps, tensors));
    }
    const plan = await builder.build();
    const actual = await plan.run(inputs);
    const again = await plan.run(inputs);
    await plan.destroy();
    const expected = matmulBackwardReference(problem, inputs);
    const atol = 4e-6 * Math.sqrt(Math.max(problem.m * (problem.batch ?? 1), problem.n));
    for (const [name, values] of Object.entries(expected)) {
      assertClose(actual[name], values, { rtol: 1e-5, atol }, `${name} ${describe(problem)} seed ${seed}`);
    }
    assert.equal(again, actual, 'the same bits each time');
  });
}

test('the float64 gradients are those of central differences', () => {
  for (const problem of CASES.slice(0, 6)) {
    const seed = newSeed();
    const inputs = draw(problem, seed);
    const { n } = problem;
    const operands = {
      x: Float64Array.from(inputs.x),
      weight: Float64Array.from(inputs.weight),
      bias: new Float64Array(n),
    };
    const loss = () =>
      Array.from(matmulReference({ ...problem, bias: true }, operands).y).reduce(
        (sum, y, i) => sum + y * inputs.dy[i],
        0,
      );
    const gradients = matmulBackwardReference(problem, inputs);
    for (const [name, values] of Object.entries(operands)) {
      for (const i of new Set([0, values.length >> 1, values.length - 1])) {
        const value = values[i];
        values[i] = value + 1e-3;
        const above = loss();
        values[i] = value - 1e-3;
        const slope = (above - loss()) / 2e-3;
        values[i] = value;
        assertClose([gradients[`d${name}`][i]], [slope], { rtol: 1e-8, atol: 1e-8 }, `d${name}[${i}] seed ${seed}`);
      }
    }
  }
});

test.run();
