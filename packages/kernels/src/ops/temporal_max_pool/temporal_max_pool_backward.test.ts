import { test } from 'uvu';
import { checkGradient } from '../../testing/check-gradient.ts';
import { checkKernel } from '../../testing/check-kernel.ts';
import { temporalMaxPoolBackwardReference, temporalMaxPoolReference } from './temporal_max_pool.reference.ts';
import type { TemporalMaxPoolProblem } from './temporal_max_pool.ts';
import { temporalMaxPoolBackwardCheck } from './temporal_max_pool_backward.cases.ts';

checkGradient<TemporalMaxPoolProblem>({
  name: 'temporal_max_pool',
  problems: [{ batch: 3, frames: 5, points: 2, channels: 4 }],
  inputs: (random, { batch, frames, points, channels }) => ({
    x: random.normal(batch * frames * points * channels),
    frames: Array.from({ length: batch }, () => random.integer(1, frames)),
  }),
  forward: temporalMaxPoolReference,
  backward: temporalMaxPoolBackwardReference,
});

await checkKernel(temporalMaxPoolBackwardCheck);
test.run();
