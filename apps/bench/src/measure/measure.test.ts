import { compulsoryBytes, defineKernel, linearGrid, withTraits } from '@movt/kernels';
import { kernelRegistry } from '@movt/kernels/registry';
import { type KernelCheck, testContext } from '@movt/kernels/testing';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { measureKernel } from './measure-kernel.ts';
import { prepareKernel, type Subject } from './prepare.ts';
import type { Ceilings, KernelFailure, KernelRow } from './types.ts';

const ceilings: Ceilings = {
  f32_gflop_per_s: 100,
  f16_gflop_per_s: null,
  memory_gb_per_s: 10,
  cache_gb_per_s: 20,
  workgroup_gb_per_s: 50,
};
const options = { mode: 'hot', ceilings, budgetMs: 100 } as const;

interface Count {
  count: number;
}

/** y = value(x), element by element; `value` is WGSL. */
function elementWise(value: string, reference: (x: number) => number, inPlace = false): Subject<Count> {
  const kernel = defineKernel<Count>({
    name: 'element_wise',
    bindings: [
      ...(inPlace ? [] : [{ name: 'x', access: 'read', length: ({ count }: Count) => count } as const]),
      { name: 'y', access: 'read_write', length: ({ count }) => count },
    ],
    params: () => [],
    variant: ({ count }) => ({
      source: `
${inPlace ? '' : '@group(0) @binding(0) var<storage, read> x: array<f32>;'}
@group(0) @binding(${inPlace ? 0 : 1}) var<storage, read_write> y: array<f32>;
@compute @workgroup_size(64) fn main(@builtin(global_invocation_id) id: vec3u) {
  if (id.x < arrayLength(&y)) { y[id.x] = ${value}; }
}`,
      workgroups: linearGrid(Math.ceil(count / 64)),
    }),
    flops: ({ count }) => count,
  });
  const check: KernelCheck<Count> = {
    kernel,
    reference: (_, inputs) => ({ y: Float64Array.from(inputs[inPlace ? 'y' : 'x'], reference) }),
    cases: [],
    ...(inPlace ? { draw: { y: (random, { count }) => random.normal(count) } } : {}),
  };
  return { kernel, problem: { count: 4096 }, check };
}

const double = elementWise('2 * x[id.x]', (x) => 2 * x);
const row = (result: KernelRow | KernelFailure) => {
  if ('reason' in result) throw new Error(`${result.reason}: ${result.message}`);
  return result;
};

test('a right kernel gets a row whose numbers fit together', async () => {
  const context = await testContext();
  const before = context.liveBytes;
  const result = row(await measureKernel(context, double, options));
  assert.is(result.problem, 'count 4096');
  assert.is(result.byte_count, 2 * 4 * 4096);
  assert.is(result.intensity, 1 / 8);
  assert.is(result.samples_ms.length, result.summary.count);
  assert.ok(result.summary.count >= 3 && result.samples_ms.every((ms) => ms > 0 || result.clock === 'wall'));
  assert.ok(Math.abs(result.gflop_per_s / (4096 / result.summary.median_ms / 1e6) - 1) < 1e-9);
  assert.is(context.liveBytes, before, 'bytes left behind');
});

test('a fast wrong kernel is refused, with its worst element', async () => {
  const wrong = elementWise('select(2.0, 3.0, id.x == 77) * x[id.x]', (x) => 2 * x);
  const result = (await measureKernel(await testContext(), wrong, options)) as KernelFailure;
  assert.is(result.reason, 'wrong');
  assert.match(result.message, /1 of 4096 values outside .* worst at \[77\]/);
  assert.not.ok('summary' in result);
});

test('a kernel that does not compile is refused with line and source, and leaves nothing behind', async () => {
  const context = await testContext();
  const before = context.liveBytes;
  const result = (await measureKernel(
    context,
    elementWise('2 * z[id.x]', (x) => x),
    options,
  )) as KernelFailure;
  assert.is(result.reason, 'compile');
  assert.match(result.message, /line 5:.*expanded source.*unresolved value 'z'/);
  assert.match(result.message, '>    5 |');
  assert.is(context.liveBytes, before);
});

test('without timestamps, times come from the wall clock', async () => {
  const context = await testContext();
  const blind = withTraits(context, { ...context.traits, timestamps: false });
  const prepared = await prepareKernel(blind, double, { mode: 'hot' });
  assert.is(prepared.clock, 'wall');
  assert.match(prepared.distrusted!, 'no timestamps');
  assert.is(await prepared.verify(), undefined);
  const samples = [await prepared.sample(), await prepared.sample(), await prepared.sample()];
  assert.ok(samples.every(Number.isFinite));
  await prepared.destroy();
});

test('cold mode times single dispatches, with and without timestamps', async () => {
  const context = await testContext();
  for (const timestamps of new Set([context.traits.timestamps, false])) {
    const prepared = await prepareKernel(withTraits(context, { ...context.traits, timestamps }), double, {
      mode: 'cold',
    });
    assert.is(prepared.clock, timestamps ? 'timestamp' : 'wall', prepared.distrusted);
    assert.ok(Number.isFinite(await prepared.sample()));
    assert.is(await prepared.verify(), undefined);
    await prepared.destroy();
  }
});

test('a kernel that works on its own output starts from the same numbers every time', async () => {
  const context = await testContext();
  // Squared some hundred times, these would all be zero or infinite.
  const square = elementWise('y[id.x] * y[id.x]', (y) => y * y, true);
  const prepared = await prepareKernel(context, square, { mode: 'hot' });
  await prepared.sample();
  assert.is(await prepared.verify(), undefined);
  assert.ok(prepared.repeats <= 64, 'a pass for each dispatch, and so few of them');
  await prepared.destroy();
});

test('every kernel of the registry has something to measure', () => {
  const cases = kernelRegistry.flatMap(({ kernel, cases }) =>
    cases.filter(({ bench }) => bench).map((c) => ({ kernel, ...c })),
  );
  assert.ok(cases.length >= kernelRegistry.length);
  for (const { kernel, problem } of cases) assert.ok(compulsoryBytes(kernel, problem) > 0);
});

test.run();
