import { test } from 'uvu';
import { createRandom } from '../../runtime/random.ts';
import { assertClose } from '../../testing/assert-close.ts';
import { checkKernel } from '../../testing/check-kernel.ts';
import { readGolden } from '../../testing/golden.ts';
import { mseCheck } from './mse.cases.ts';
import { mseReference } from './mse.reference.ts';

await checkKernel(mseCheck);

test("movt-tiny-regression: PyTorch's loss", () => {
  const golden = readGolden('tests/golden/movt-tiny-regression.safetensors');
  const { shape, data: y } = golden.tensor('output');
  const inputs = { y, wanted: golden.tensor('target').data, scale: [1] };
  const { loss } = mseReference({ length: shape[0] * shape[1] }, inputs);
  assertClose(loss, golden.tensor('loss').data, { rtol: 1e-6, atol: 0 }, 'loss');
});

test('dy is the gradient of the loss (central differences)', () => {
  const problem = { length: 7 };
  const y = Float64Array.from(createRandom(12).normal(7));
  const inputs = { y, wanted: createRandom(13).normal(7), scale: [0.7] };
  const step = 1e-5;
  const lossAt = (i: number, value: number) => mseReference(problem, { ...inputs, y: y.with(i, value) }).loss[0];
  const numeric = y.map((value, i) => (lossAt(i, value + step) - lossAt(i, value - step)) / (2 * step));
  assertClose(mseReference(problem, inputs).dy, numeric, { rtol: 1e-7, atol: 1e-9 }, 'dy');
});

test.run();
