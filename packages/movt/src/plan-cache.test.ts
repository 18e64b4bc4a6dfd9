import { createPlan, type GpuContext, temporalMean } from '@movt/kernels';
import { testContext } from '@movt/kernels/testing';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createPlanCache } from './plan-cache.ts';

/** A real plan for `points` points that stand still at `points`. */
function planOf(context: GpuContext, points: number) {
  const builder = createPlan(context, `mean of ${points}`);
  const tracks = builder.input('tracks', points * 3);
  const frames = builder.input('frames', 1);
  const y = builder.tensor('y', points * 2);
  builder.dispatch(temporalMean, { batch: 1, frames: 1, points }, { tracks, frames, y });
  builder.output('y', y);
  return builder.build();
}

const inputs = (points: number) => ({
  tracks: new Float32Array(points * 3).fill(points),
  frames: Uint32Array.of(1),
});

test('plans in use outlive a budget that none of them fits, and answer right', async () => {
  const context = await testContext();
  const before = context.liveBytes;
  const cache = createPlanCache(1);
  const sizes = [1, 70, 3, 200, 1, 70, 5, 3, 200, 1];
  await Promise.all(
    sizes.map((points) =>
      cache.use(
        `${points}`,
        () => planOf(context, points),
        async (plan) => {
          const { y } = await plan.run(inputs(points));
          assert.ok(
            y.every((value) => value === points),
            `${points} points`,
          );
        },
      ),
    ),
  );
  assert.is(cache.byteLength, 0, 'nobody uses them, and nothing fits the budget');
  assert.is(context.liveBytes, before);
});

test('the least recently used goes first', async () => {
  const context = await testContext();
  const built: number[] = [];
  const build = (points: number) => () => {
    built.push(points);
    return planOf(context, points);
  };
  const bytesOf = async (plan: { byteLength: number }) => plan.byteLength;
  const probe = createPlanCache(Infinity);
  const bytes = await probe.use('probe', build(10), bytesOf);
  await probe.destroy();
  const cache = createPlanCache(2 * bytes);
  for (const points of [10, 11, 10, 12, 10, 11]) await cache.use(`${points}`, build(points), bytesOf);
  // 12 drives 11 out, not 10, which was used after it; then 11 is built once more.
  assert.equal(built, [10, 10, 11, 12, 11]);
  await cache.destroy();
});

test('a building that fails is not remembered', async () => {
  const context = await testContext();
  const cache = createPlanCache(Infinity);
  const failing = () => Promise.reject(new Error('no room'));
  try {
    await cache.use('a', failing, async () => undefined);
    assert.unreachable();
  } catch (error) {
    assert.is((error as Error).message, 'no room');
  }
  await cache.use(
    'a',
    () => planOf(context, 2),
    async (plan) => assert.equal([...(await plan.run(inputs(2))).y], [2, 2, 2, 2]),
  );
  await cache.destroy();
});

test.run();
