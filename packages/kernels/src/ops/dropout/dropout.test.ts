import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createPlan } from '../../runtime/plan.ts';
import { createRandom, philox } from '../../runtime/random.ts';
import { assertClose } from '../../testing/assert-close.ts';
import { checkKernel } from '../../testing/check-kernel.ts';
import { testContext } from '../../testing/test-context.ts';
import { dropoutCheck } from './dropout.cases.ts';
import { type DropoutProblem, dropout } from './dropout.ts';

await checkKernel(dropoutCheck);

const LENGTH = 40_000;
const ones = new Float32Array(LENGTH).fill(1);

/** What the GPU makes of several inputs, all with one problem. */
async function run(problem: DropoutProblem, cases: readonly { x: Float32Array; draw: [number, number] }[]) {
  const builder = createPlan(await testContext(), 'dropout');
  const x = builder.input('x', problem.length);
  const draw = builder.input('draw', 2);
  const y = builder.tensor('y', problem.length);
  builder.dispatch(dropout, problem, { x, draw, y });
  builder.output('y', y);
  const plan = await builder.build();
  const results: Float32Array[] = [];
  for (const given of cases) results.push((await plan.run({ x: given.x, draw: Uint32Array.from(given.draw) })).y);
  await plan.destroy();
  return results;
}

const kept = (y: Float32Array) => y.reduce((count, value) => count + (value === 0 ? 0 : 1), 0) / LENGTH;
/** Share of elements at which both are kept or both dropped. */
const agreement = (a: Float32Array, b: Float32Array) =>
  a.reduce((count, value, i) => count + ((value === 0) === (b[i] === 0) ? 1 : 0), 0) / LENGTH;

test('the mask is bit for bit that of the CPU, at the ends of the range of words too', async () => {
  for (const p of [2 ** -32, 0.25, 0.5, 1 - 2 ** -32]) {
    const [y] = await run({ length: LENGTH, p, layer: 9 }, [{ x: ones, draw: [0xdeadbeef, 77] }]);
    for (let i = 0; i < LENGTH; i++) {
      const word = philox([i >>> 2, 77, 0, 0], [0xdeadbeef, 9])[i % 4];
      if ((y[i] !== 0) !== word >= p * 2 ** 32) throw new Error(`p ${p}: element ${i} is ${y[i]}, its word ${word}`);
    }
  }
});

test('forward and backward have one mask, and the backward is the gradient', async () => {
  const [x, dy] = [createRandom(41).normal(LENGTH), createRandom(42).normal(LENGTH)];
  const draw: [number, number] = [5, 6];
  const [y, dx] = await run({ length: LENGTH, p: 0.3, layer: 2 }, [
    { x, draw },
    { x: dy, draw },
  ]);
  assert.is(agreement(y, dx), 1);
  // The op is linear and its matrix diagonal, so its transpose is itself: dy·y(x) = dx(dy)·x, element for element.
  assertClose(
    y.map((value, i) => value * dy[i]),
    dx.map((value, i) => value * x[i]),
    { rtol: 1e-6, atol: 1e-37 },
    'dy·y and dx·x',
  );
});

test('the share that is kept, the mean, and masks of other seeds, draws and layers', async () => {
  const p = 0.2;
  const [first, again, otherSeed, otherDraw] = await run({ length: LENGTH, p, layer: 1 }, [
    { x: ones, draw: [1, 1] },
    { x: ones, draw: [1, 1] },
    { x: ones, draw: [2, 1] },
    { x: ones, draw: [1, 2] },
  ]);
  const [otherLayer] = await run({ length: LENGTH, p, layer: 2 }, [{ x: ones, draw: [1, 1] }]);
  assert.equal(first, again);
  const masks = [first, otherSeed, otherDraw, otherLayer];
  for (const mask of masks) {
    // Standard errors: √(p(1 − p) / n) = 0.002 of the share, and 0.0025 of the mean.
    assert.ok(Math.abs(kept(mask) - (1 - p)) < 0.01, `${kept(mask)} kept`);
    const mean = mask.reduce((sum, value) => sum + value, 0) / LENGTH;
    assert.ok(Math.abs(mean - 1) < 0.0125, `mean ${mean}`);
  }
  for (const [i, a] of masks.entries()) {
    // Independent masks agree at a share of p² + (1 − p)² = 0.68, of standard error 0.0023.
    for (const b of masks.slice(i + 1))
      assert.ok(Math.abs(agreement(a, b) - 0.68) < 0.0125, `${agreement(a, b)} alike`);
  }
});

test('a p that is none is refused', async () => {
  for (const p of [1, -0.1, NaN]) {
    const builder = createPlan(await testContext(), 'dropout');
    const [x, draw, y] = [builder.input('x', 4), builder.input('draw', 2), builder.tensor('y', 4)];
    assert.throws(() => builder.dispatch(dropout, { length: 4, p, layer: 0 }, { x, draw, y }), /0 to below 1/);
  }
});

test.run();
