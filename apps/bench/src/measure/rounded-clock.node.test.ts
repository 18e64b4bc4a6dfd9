import { createContext, defineKernel } from '@movt/kernels';
import { type KernelCheck, roundingGpu } from '@movt/kernels/testing';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { prepareKernel } from './prepare.ts';

const kernel = defineKernel<{ count: number }>({
  name: 'ones',
  bindings: [{ name: 'y', access: 'read_write', length: ({ count }) => count }],
  params: () => [],
  variant: ({ count }) => ({
    source: `@group(0) @binding(0) var<storage, read_write> y: array<f32>;
      @compute @workgroup_size(64) fn main(@builtin(global_invocation_id) id: vec3u) { y[id.x] = 1; }`,
    workgroups: [count / 64, 1, 1],
  }),
  flops: () => 0,
});
const check: KernelCheck<{ count: number }> = {
  kernel,
  reference: ({ count }) => ({ y: new Float64Array(count).fill(1) }),
  cases: [],
};

test('where timestamps are rounded, that is seen, and the wall clock used', async () => {
  const context = await createContext({ gpu: await roundingGpu() });
  assert.ok(context.traits.timestamps, 'no timestamp-query here');
  const prepared = await prepareKernel(context, { kernel, problem: { count: 6400 }, check }, { mode: 'hot' });
  assert.is(prepared.clock, 'wall');
  assert.match(prepared.distrusted!, /rounded to \d+\.?\d* µs/);
  assert.is(await prepared.verify(), undefined);
  await prepared.destroy();
  context.destroy();
});

test.run();
