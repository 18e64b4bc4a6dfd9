import { test } from 'uvu';
import { createPlan } from '../../runtime/plan.ts';
import { createRandom } from '../../runtime/random.ts';
import { assertClose } from '../../testing/assert-close.ts';
import { checkGradient } from '../../testing/check-gradient.ts';
import { checkKernel } from '../../testing/check-kernel.ts';
import { testContext } from '../../testing/test-context.ts';
import { layernormBackwardReference, layernormReference } from './layernorm.reference.ts';
import { type LayernormProblem, layernorm } from './layernorm.ts';
import { layernormBackwardCheck, layernormParametersBackwardCheck } from './layernorm_backward.cases.ts';
import { layernormBackward } from './layernorm_backward.ts';
import { layernormParametersBackward } from './layernorm_parameters_backward.ts';

checkGradient<LayernormProblem>({
  name: 'layernorm',
  problems: [
    { rows: 1, width: 3, eps: 0.1, residual: false, statistics: true },
    { rows: 5, width: 7, eps: 1e-5, residual: true, statistics: true },
  ],
  outputs: ['y'],
  inputs: (random, { rows, width, residual }) => ({
    x: random.normal(rows * width),
    weight: random.normal(width),
    bias: random.normal(width),
    ...(residual && { residual: random.normal(rows * width) }),
  }),
  forward: layernormReference,
  backward(problem, arrays) {
    const gradients = layernormBackwardReference(problem, arrays);
    return problem.residual ? { ...gradients, dresidual: gradients.dx } : gradients;
  },
});

await checkKernel(layernormBackwardCheck);
await checkKernel(layernormParametersBackwardCheck);

test('the backward finds in the statistics what the forward left there', async () => {
  const context = await testContext();
  const problem: LayernormProblem = { rows: 37, width: 60, eps: 1e-5, residual: false, statistics: true };
  const { rows, width } = problem;
  const seed = (Math.random() * 2 ** 32) >>> 0;
  const random = createRandom(seed);
  const inputs = {
    // A mean that is far from zero, a row that is constant, and one whose first number is far from all others.
    x: random.normal(rows * width).map((value, i) => {
      if (i < width) return 0.7;
      if (i === width) return 1e3;
      return i < 3 * width ? value : value + 1e4;
    }),
    dy: random.normal(rows * width),
    weight: random.normal(width),
    bias: random.normal(width),
  };
  const builder = createPlan(context, 'layernorm and its backward');
  const [x, dy, weight, bias] = Object.entries(inputs).map(([name, { length }]) => builder.input(name, length));
  const y = builder.tensor('y', rows * width);
  const statistics = builder.tensor('statistics', rows * 2);
  const dx = builder.tensor('dx', rows * width);
  const [dweight, dbias] = ['dweight', 'dbias'].map((name) => builder.tensor(name, width));
  builder.dispatch(layernorm, problem, { x, weight, bias, y, statistics });
  builder.dispatch(layernormBackward, problem, { dy, x, weight, statistics, dx });
  builder.dispatch(layernormParametersBackward, problem, { dy, x, statistics, dweight, dbias });
  for (const [name, tensor] of Object.entries({ dx, dweight, dbias })) builder.output(name, tensor);
  const plan = await builder.build();
  const actual = await plan.run(inputs);
  await plan.destroy();

  const expected = layernormBackwardReference(problem, { ...inputs, ...layernormReference(problem, inputs) });
  for (const [name, values] of Object.entries(expected)) {
    // A row that is constant multiplies gradients by 1 / √eps = 316.
    assertClose(actual[name], values, { rtol: 1e-5, atol: name === 'dx' ? 3e-4 : 3e-5 }, `${name} seed ${seed}`);
  }
});

test.run();
