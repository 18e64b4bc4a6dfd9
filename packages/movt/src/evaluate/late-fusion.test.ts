import { createRandom } from '@movt/kernels';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { chooseWeight, lateFusion, lateFusionSweep } from './late-fusion.ts';

const near = (actual: number, expected: number, what = '') =>
  assert.ok(Math.abs(actual - expected) < 1e-6, `${what} ${actual} for ${expected}`);

const refused = (work: () => unknown, message: RegExp) =>
  assert.throws(work, (error: Error & { code?: string }) => error.code === 'bad_input' && message.test(error.message));

test('logits are combined half and half, or as told', () => {
  const [a, b] = [[[1, 2, -4]], [[3, -2, 0]]];
  assert.equal([...lateFusion(a, b)[0]], [2, 0, -2]);
  assert.equal([...lateFusion(a, b, 1)[0]], a[0]);
  assert.equal([...lateFusion(a, b, 0)[0]], b[0]);
  const [x, y, z] = lateFusion(a, b, 0.2)[0];
  for (const [value, expected] of [
    [x, 0.2 * 1 + 0.8 * 3],
    [y, 0.2 * 2 - 0.8 * 2],
    [z, -0.8],
  ]) {
    near(value, expected);
  }
});

test('two models that err on different clips do better together; the ends of a sweep are the models themselves', () => {
  // The first model knows classes 0 and 1, the second 2; where a model knows nothing it leans to a wrong class a little.
  const first = [[4, 0, 0], [0, 4, 0], [1, 0, 0], [0, 1, 0]]; // biome-ignore format: a clip a group
  const second = [[0, 1, 0], [1, 0, 0], [0, 0, 4], [0, 0, 4]]; // biome-ignore format: a clip a group
  const labels = [0, 1, 2, 2];
  const sweep = lateFusionSweep(first, second, labels, [0, 0.25, 0.5, 1]);
  assert.equal(
    sweep.map(({ top1 }) => top1),
    [0.5, 1, 1, 0.5],
  );
  // By hand: the likelihood of the first clip at one half is e² over e² + √e + 1.
  const half = Math.exp(2) / (Math.exp(2) + Math.exp(0.5) + 1);
  near(sweep[2].nll, -Math.log(half), 'all four clips are alike');
  assert.is(chooseWeight(sweep).weight, 0.5, 'as right as 0.25, and likelier');
});

test('of equal scores the weight next to one half is chosen', () => {
  const score = { top1: 0.5, nll: 1 };
  assert.is(chooseWeight([0, 0.4, 0.7, 1].map((weight) => ({ weight, ...score }))).weight, 0.4);
  assert.is(chooseWeight([{ weight: 0, top1: 0.6, nll: 9 }, { weight: 0.5, ...score }]).weight, 0); // biome-ignore format: two scores
});

test('scaling both models leaves the answers alone', () => {
  const random = createRandom(5);
  const rows = () => Array.from({ length: 40 }, () => random.normal(6));
  const [a, b, labels] = [rows(), rows(), Array.from({ length: 40 }, () => random.integer(0, 5))];
  const tripled = (logits: Float32Array[]) => logits.map((row) => row.map((value) => 3 * value));
  const weights = [0, 0.3, 0.5, 1];
  assert.equal(
    lateFusionSweep(tripled(a), tripled(b), labels, weights).map(({ top1 }) => top1),
    lateFusionSweep(a, b, labels, weights).map(({ top1 }) => top1),
  );
});

test('answers about other clips or classes are refused', () => {
  const one = [[1, 2]];
  refused(() => lateFusion([], []), /no clips/);
  refused(() => lateFusion(one, [...one, ...one]), /1 and for 2 clips/);
  refused(() => lateFusion(one, [[1, 2, 3]]), /3 outputs for clip 0, need 2/);
  refused(() => lateFusion(one, [[1, NaN]]), /output NaN for clip 0/);
  refused(() => lateFusion(one, one, 1.5), /weight 1.5/);
  refused(() => lateFusion(one, one, NaN), /weight NaN/);
  refused(() => lateFusionSweep(one, one, [2], [0.5]), /label 2 of clip 0, need a class from 0 to 1/);
  refused(() => lateFusionSweep(one, one, [0, 1], [0.5]), /2 labels for 1 clips/);
  refused(() => lateFusionSweep(one, one, [0], []), /no weights/);
});

test.run();
