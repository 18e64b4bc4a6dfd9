import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { checkGradient } from '../../testing/check-gradient.ts';
import { checkKernel } from '../../testing/check-kernel.ts';
import { activationBackwardReference, activationReference } from './activation.reference.ts';
import type { ActivationProblem } from './activation.ts';
import { activationBackwardCheck } from './activation_backward.cases.ts';

checkGradient<ActivationProblem>({
  name: 'activation',
  problems: (['none', 'relu', 'gelu', 'gelu_tanh'] as const).map((activation) => ({ count: 150, activation })),
  inputs: (random, { count }) => ({ x: random.uniform(count, -6, 6) }),
  forward: activationReference,
  backward: activationBackwardReference,
});

test("relu's output serves its backward as well as its input", () => {
  const problem: ActivationProblem = { count: 4, activation: 'relu' };
  const x = [-1, 0, 2, NaN];
  const dy = [3, 4, 5, 6];
  const { y } = activationReference(problem, { x });
  assert.equal(activationBackwardReference(problem, { dy, x }), activationBackwardReference(problem, { dy, x: y }));
});

await checkKernel(activationBackwardCheck);
test.run();
