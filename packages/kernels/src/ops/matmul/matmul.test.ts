import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { AdapterTraits } from '../../runtime/context.ts';
import { createRandom } from '../../runtime/random.ts';
import { checkKernel } from '../../testing/check-kernel.ts';
import { activationBackwardReference, activationReference } from '../activation/activation.reference.ts';
import { dropoutReference } from '../dropout/dropout.reference.ts';
import { matmulCheck } from './matmul.cases.ts';
import { matmulReference } from './matmul.reference.ts';
import { matmul } from './matmul.ts';

await checkKernel(matmulCheck);

test("relu's output after dropout gates the gradients of both", () => {
  const [m, n, k] = [9, 14, 5];
  const random = createRandom(7);
  const dropout = { p: 0.3, layer: 3 };
  const [dy, weight, before] = [random.normal(m * k), random.normal(n * k), random.normal(m * n)];
  const draw = [11, 12];
  const relu = { count: m * n, activation: 'relu' } as const;
  const through = (x: ArrayLike<number>) => dropoutReference({ length: m * n, ...dropout }, { x, draw }).y;
  const after = through(activationReference(relu, { x: before }).y);
  const dropped = through(matmulReference({ m, n, k }, { x: dy, weight }).y);
  const expected = activationBackwardReference(relu, { dy: dropped, x: before }).dx;
  const gate = { activation: 'relu', scale: 1 / (1 - dropout.p) } as const;
  const { y } = matmulReference({ m, n, k, gate }, { x: dy, weight, gate: after });
  for (let i = 0; i < m * n; i++) assert.ok(Math.abs(y[i] - expected[i]) < 1e-12, `element ${i}`);
});

test('a gate after an activation is refused, a p that is none, and a residual that does not fit', () => {
  const traits: AdapterTraits = { software: true, subgroupSize: 0, f16: false, timestamps: false };
  const sizes = { m: 4, n: 4, k: 4 };
  assert.throws(
    () => matmul.variant({ ...sizes, activation: 'relu', gate: { activation: 'relu' } }, traits),
    /relu and a gate of relu, need one of them/,
  );
  assert.throws(
    () => matmul.variant({ ...sizes, residual: true, residualRows: 3 }, traits),
    /a residual of 3 rows for 4, need/,
  );
  assert.throws(() => matmul.params({ ...sizes, dropout: { p: 1, layer: 0 } }, traits), /0 to below 1/);
});

test.run();
