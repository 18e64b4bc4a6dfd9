import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createPlan } from '../../runtime/plan.ts';
import { assertClose, createRandom, describe, testContext } from '../../testing/index.ts';
import { dispatchGradient } from '../gradient_steps.ts';
import { matmulBackwardReference, matmulReference } from './matmul.reference.ts';
import { type MatmulBackwardProblem, matmulBackward } from './matmul_backward.ts';

const CASES: readonly MatmulBackwardProblem[] = [
  { m: 1, n: 1, k: 1 },
  { m: 17, n: 33, k: 15 },
  { m: 20, n: 36, k: 12, weightKN: true },
  { m: 7, n: 5, k: 3, batch: 11 },
  { m: 5, n: 8, k: 12, batch: 3, batchedWeight: true },
  { m: 18, n: 6, k: 9, batch: 2, batchedWeight: true, weightKN: true },
  { m: 39, n: 7, k: 5, residualRows: 13 },
  { m: 6, n: 8, k: 12, batch: 5, residualRows: 6 },
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

for (const problem of CASES) {
  test(`matmul backward ${describe(problem)}`, async () => {
    const seed = newSeed();
    const inputs = draw(problem, seed);
    const expected = matmulBackwardReference(problem, inputs);
    const builder = createPlan(await testContext(), 'matmul backward');
    const tensors = Object.fromEntries(
      Object.entries(inputs).map(([name, values]) => [name, builder.input(name, values.length)]),
    );
    for (const [name, steps] of Object.entries(matmulBackward(problem))) {
      const gradient = builder.tensor(name, expected[name].length);
      dispatchGradient(builder, steps, { ...tensors, [name]: gradient });
      builder.output(name, gradient);
    }
    const plan = await builder.build();
    const actual = await plan.run(inputs);
    const again = await plan.run(inputs);
    await plan.destroy();
    const atol = 4e-6 * Math.sqrt(Math.max(problem.m * (problem.batch ?? 1), problem.n));
    for (const [name, values] of Object.entries(expected)) {
      assertClose(actual[name], values, { rtol: 1e-5, atol }, `${name} ${describe(problem)} seed ${seed}`);
    }
    assert.equal(again, actual, 'the same bits each time');
  });
}

test('the float64 gradients are those of central differences', () => {
  for (const problem of CASES.slice(0, 8)) {
    const seed = newSeed();
    const inputs = draw(problem, seed);
    const { n, residualRows } = problem;
    const operands: Record<string, Float64Array> = {
      x: Float64Array.from(inputs.x),
      weight: Float64Array.from(inputs.weight),
      bias: new Float64Array(n),
      ...(residualRows !== undefined && { residual: new Float64Array(residualRows * n) }),
    };
    const loss = () =>
      Array.from(matmulReference({ ...problem, bias: true, residual: residualRows !== undefined }, operands).y).reduce(
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
