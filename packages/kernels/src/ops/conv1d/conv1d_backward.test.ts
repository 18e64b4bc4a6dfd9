import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createPlan } from '../../runtime/plan.ts';
import { checkKernel } from '../../testing/check-kernel.ts';
import { assertClose, createRandom, describe, testContext } from '../../testing/index.ts';
import { dispatchGradient } from '../gradient_steps.ts';
import { conv1dBackwardReference, conv1dReference } from './conv1d.reference.ts';
import { conv1dBackwardOrderCheck, conv1dBackwardWeightCheck, conv1dBackwardXCheck } from './conv1d_backward.cases.ts';
import { type Conv1dBackwardProblem, conv1dBackward } from './conv1d_backward.ts';

await checkKernel(conv1dBackwardOrderCheck);
await checkKernel(conv1dBackwardXCheck);
await checkKernel(conv1dBackwardWeightCheck);

const PROBLEMS: readonly Conv1dBackwardProblem[] = [
  { batch: 2, frames: 5, points: 3, inputs: 4, outputs: 6, taps: 3, dyStride: 10 },
  { batch: 2, frames: 6, points: 2, inputs: 8, outputs: 5, taps: 3, relu: true },
  // Points enough for two stages.
  { batch: 3, frames: 3, points: 90, inputs: 5, outputs: 3, taps: 5 },
];

type Drawn = Record<'x' | 'weight' | 'bias' | 'dy', Float64Array> & { frames: Uint32Array };

function pose(problem: Conv1dBackwardProblem, seed: number): Drawn & { argmax: Uint32Array } {
  const { batch, frames, points, inputs, outputs, taps, dyStride = outputs } = problem;
  const random = createRandom(seed);
  const drawn: Drawn = {
    x: Float64Array.from(random.normal(batch * frames * points * inputs)),
    weight: Float64Array.from(random.normal(taps * outputs * inputs)),
    bias: Float64Array.from(random.normal(outputs)),
    dy: Float64Array.from(random.normal((batch * points - 1) * dyStride + outputs)),
    frames: Uint32Array.from({ length: batch }, () => random.integer(1, frames)),
  };
  const { argmax } = conv1dReference({ ...problem, maxOverTime: true, storeArgmax: true }, drawn);
  return { ...drawn, argmax: Uint32Array.from(argmax) };
}

const newSeed = () => (Math.random() * 2 ** 32) >>> 0;

for (const problem of PROBLEMS) {
  test(`conv1d backward ${describe(problem)}`, async () => {
    const seed = newSeed();
    const { bias: _, ...arrays } = pose(problem, seed);
    const expected = conv1dBackwardReference(problem, arrays);
    if (problem.relu) expected.dx = expected.dx.map((value, i) => (arrays.x[i] <= 0 ? 0 : value));
    const inputs = Object.fromEntries(
      Object.entries(arrays).map(([name, values]) => [
        name,
        values instanceof Uint32Array ? values : Float32Array.from(values),
      ]),
    );
    const builder = createPlan(await testContext(), 'conv1d backward');
    const tensors = Object.fromEntries(
      Object.entries(inputs).map(([name, values]) => [name, builder.input(name, values.length)]),
    );
    for (const [name, steps] of Object.entries(conv1dBackward(problem))) {
      const gradient = builder.tensor(name, expected[name as 'dx'].length);
      dispatchGradient(builder, steps, { ...tensors, [name]: gradient });
      builder.output(name, gradient);
    }
    const plan = await builder.build();
    const actual = await plan.run(inputs);
    const again = await plan.run(inputs);
    await plan.destroy();
    for (const [name, values] of Object.entries(expected)) {
      assertClose(actual[name], values, { rtol: 1e-5, atol: 1e-4 }, `${name} ${describe(problem)} seed ${seed}`);
    }
    assert.equal(again, actual, 'the same bits each time');
  });
}

test('the float64 gradients are those of central differences', () => {
  const problem = PROBLEMS[0];
  const seed = newSeed();
  const arrays = pose(problem, seed);
  const forward = { ...problem, maxOverTime: true, storeArgmax: true, yStride: problem.dyStride! };
  const expected = conv1dBackwardReference(problem, arrays);
  let compared = 0;
  for (const name of ['x', 'weight', 'bias'] as const) {
    const values = arrays[name];
    for (let i = 0; i < values.length; i += 5) {
      const value = values[i];
      const loss = (moved: number) => {
        values[i] = moved;
        const { y, argmax } = conv1dReference(forward, arrays);
        values[i] = value;
        // Columns that belong to somebody else are NaN.
        const sum = Array.from(y).reduce((total, each, j) => total + (Number.isNaN(each) ? 0 : each * arrays.dy[j]), 0);
        return { sum, kept: Array.from(argmax).every((frame, j) => frame === arrays.argmax[j]) };
      };
      const above = loss(value + 1e-5);
      const below = loss(value - 1e-5);
      // Across a change of maximum there is no gradient.
      if (!above.kept || !below.kept) continue;
      const slope = (above.sum - below.sum) / 2e-5;
      assertClose([expected[`d${name}`][i]], [slope], { rtol: 1e-7, atol: 1e-7 }, `d${name}[${i}] seed ${seed}`);
      compared++;
    }
  }
  assert.ok(compared > 20, `${compared} elements`);
});

test.run();
