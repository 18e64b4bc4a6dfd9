import { test } from 'uvu';
import { checkGradient } from '../../testing/check-gradient.ts';
import { checkKernel } from '../../testing/check-kernel.ts';
import {
  velocityLinearBackwardReference,
  velocityLinearParametersBackwardReference,
  velocityLinearReference,
} from './velocity_linear.reference.ts';
import {
  velocityLinearBackwardCheck,
  velocityLinearParametersBackwardCheck,
} from './velocity_linear_backward.cases.ts';
import type { VelocityLinearBackwardProblem } from './velocity_linear_backward.ts';

checkGradient<VelocityLinearBackwardProblem>({
  name: 'velocity_linear',
  problems: [
    { batch: 1, frames: 1, points: 2, channels: 3 },
    { batch: 3, frames: 5, points: 2, channels: 6 },
  ],
  inputs: (random, { batch, frames, points, channels }) => ({
    tracks: random.normal(batch * frames * points * 3),
    weight: random.normal(channels * 3),
    bias: random.normal(channels),
    frames: Array.from({ length: batch }, () => random.integer(1, frames)),
  }),
  forward: velocityLinearReference,
  backward: (problem, arrays) => ({
    ...velocityLinearBackwardReference(problem, arrays),
    ...velocityLinearParametersBackwardReference(problem, arrays),
  }),
});

await checkKernel(velocityLinearBackwardCheck);
await checkKernel(velocityLinearParametersBackwardCheck);
test.run();
