import { test } from 'uvu';
import { createRandom } from '../../runtime/random.ts';
import { assertClose } from '../../testing/assert-close.ts';
import { checkKernel } from '../../testing/check-kernel.ts';
import { readGolden } from '../../testing/golden.ts';
import { crossEntropyCheck } from './cross_entropy.cases.ts';
import { crossEntropyReference } from './cross_entropy.reference.ts';

await checkKernel(crossEntropyCheck);

test('the reference gives losses and gradients that were worked out by hand', () => {
  // logits whose softmax is known: [ln 1, ln 2, ln 5] → [1, 2, 5] / 8, and [0, 0, 0] → thirds.
  const logits = [0, Math.log(2), Math.log(5), 0, 0, 0];
  const plain = crossEntropyReference({ batch: 2, classes: 3, smoothing: 0 }, { logits, labels: [2, 0], scale: [1] });
  assertClose(plain.loss, [(Math.log(8 / 5) + Math.log(3)) / 2], { rtol: 1e-14, atol: 0 }, 'loss');
  const gradient = [1 / 16, 1 / 8, -3 / 16, -1 / 3, 1 / 6, 1 / 6];
  assertClose(plain.dlogits, gradient, { rtol: 1e-14, atol: 1e-16 }, 'dlogits');
  const smooth = crossEntropyReference(
    { batch: 2, classes: 3, smoothing: 0.3 },
    { logits, labels: [2, 0], scale: [1] },
  );
  const first = 0.1 * Math.log(8) + 0.1 * Math.log(4) + 0.8 * Math.log(8 / 5);
  assertClose(smooth.loss, [(first + Math.log(3)) / 2], { rtol: 1e-14, atol: 0 }, 'smoothed loss');
});

for (const file of ['movt-tiny', 'movt-tiny-prenorm-gelu']) {
  test(`${file}: PyTorch's loss`, () => {
    const golden = readGolden(`tests/golden/${file}.safetensors`);
    const { shape, data: logits } = golden.tensor('output');
    const [batch, classes] = shape;
    const inputs = { logits, labels: golden.tensor('target').data, scale: [1] };
    const { loss } = crossEntropyReference({ batch, classes, smoothing: 0 }, inputs);
    assertClose(loss, golden.tensor('loss').data, { rtol: 1e-6, atol: 0 }, 'loss');
  });
}

test('dlogits is the gradient of the loss (central differences)', () => {
  const problem = { batch: 4, classes: 5, smoothing: 0.1 };
  const logits = Float64Array.from(createRandom(11).normal(20));
  const inputs = { logits, labels: [0, 3, 4, 1], scale: [0.7] };
  const step = 1e-5;
  const lossAt = (i: number, value: number) =>
    crossEntropyReference(problem, { ...inputs, logits: logits.with(i, value) }).loss[0];
  const numeric = logits.map((value, i) => (lossAt(i, value + step) - lossAt(i, value - step)) / (2 * step));
  assertClose(crossEntropyReference(problem, inputs).dlogits, numeric, { rtol: 1e-7, atol: 1e-9 }, 'dlogits');
});

test.run();
