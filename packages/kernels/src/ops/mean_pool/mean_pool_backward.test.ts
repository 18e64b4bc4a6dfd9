import { test } from 'uvu';
import { checkGradient } from '../../testing/check-gradient.ts';
import { checkKernel } from '../../testing/check-kernel.ts';
import { drawMask } from './mean_pool.cases.ts';
import { meanPoolBackwardReference, meanPoolReference } from './mean_pool.reference.ts';
import type { MeanPoolProblem } from './mean_pool.ts';
import { meanPoolBackwardCheck } from './mean_pool_backward.cases.ts';

checkGradient<MeanPoolProblem>({
  name: 'mean_pool',
  problems: [{ batch: 3, points: 7, channels: 5, mask: true }],
  inputs: (random, problem) => ({
    x: random.normal(problem.batch * problem.points * problem.channels),
    mask: drawMask(random, problem),
  }),
  forward: meanPoolReference,
  backward: meanPoolBackwardReference,
});

await checkKernel(meanPoolBackwardCheck);
test.run();
