import { createRandom } from '@movt/kernels';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { ABOVE_ALL, cascadeSweep, chooseThreshold, confidenceOf, judgeCascade } from './cascade.ts';
import { createCascade } from './create-cascade.ts';
import { indexOfLargest } from './log-probabilities.ts';

const COSTS = { smallCost: 1, bigCost: 10 };

const refused = (work: () => unknown, message: RegExp) =>
  assert.throws(work, (error: Error & { code?: string }) => error.code === 'bad_input' && message.test(error.message));

/** Logits whose softmax gives class 0 the probability p, of two classes. */
const sure = (p: number) => Float32Array.of(Math.log(p / (1 - p)), 0);

/** Logits of clips drawn at random; `skill` tells how often a model is right, and how sure it is then. */
function drawn(count: number, classes: number, seed: number) {
  const random = createRandom(seed);
  const labels = Array.from({ length: count }, () => random.integer(0, classes - 1));
  const model = (skill: number) =>
    labels.map((label) => {
      // In steps of a quarter: many clips are equally sure.
      const logits = random.normal(classes).map((value) => Math.round(4 * value) / 4);
      logits[label] += skill;
      return logits;
    });
  return { labels, small: model(1), big: model(3) };
}

test('a sweep by hand: 0.9 right, 0.8 wrong, 0.6 right; the large model is right but on the last', () => {
  const small = [sure(0.9), sure(0.8), sure(0.6)];
  const big = [sure(0.99), [0, 5], [0, 5]];
  const sweep = cascadeSweep(small, big, [0, 1, 0], COSTS);
  const expected = [
    { coverage: 1, accuracy: 2 / 3, coveredAccuracy: 2 / 3, expectedCost: 1 },
    { coverage: 2 / 3, accuracy: 1 / 3, coveredAccuracy: 1 / 2, expectedCost: 13 / 3 },
    { coverage: 1 / 3, accuracy: 2 / 3, coveredAccuracy: 1, expectedCost: 23 / 3 },
    { coverage: 0, accuracy: 2 / 3, coveredAccuracy: null, expectedCost: 11 },
  ];
  assert.is(sweep.length, expected.length);
  for (const [i, { expectedCost, ...shares }] of expected.entries()) {
    const { threshold: _, expectedCost: cost, ...found } = sweep[i];
    assert.equal(found, shares);
    assert.ok(Math.abs(cost - expectedCost) < 1e-12, `${cost} for ${expectedCost}`);
  }
  assert.equal(
    sweep.map(({ threshold }) => threshold),
    [...small.map(confidenceOf).reverse(), ABOVE_ALL],
  );
});

test('every point of a sweep, and every threshold between and beyond, agrees with counting clip by clip', () => {
  const { labels, small, big } = drawn(300, 5, 11);
  const confidences = small.map(confidenceOf);
  const byCounting = (threshold: number) => {
    const covered = confidences.map((confidence) => confidence >= threshold);
    const right = labels.map((label, i) => indexOfLargest(covered[i] ? small[i] : big[i]) === label);
    const count = covered.filter(Boolean).length;
    return {
      threshold,
      coverage: count / labels.length,
      accuracy: right.filter(Boolean).length / labels.length,
      coveredAccuracy: count > 0 ? right.filter((isRight, i) => isRight && covered[i]).length / count : null,
      expectedCost: 1 + ((labels.length - count) / labels.length) * 10,
    };
  };
  const sweep = cascadeSweep(small, big, labels, COSTS);
  assert.is(sweep.length, new Set(confidences).size + 1, 'a point for each confidence, and one above all');
  assert.ok(sweep.length < 300, 'some clips are equally sure, and go together');
  for (const point of sweep) assert.equal(point, byCounting(point.threshold));
  for (const threshold of [
    Number.NEGATIVE_INFINITY,
    -1,
    0,
    0.2,
    0.5,
    0.77,
    1,
    ABOVE_ALL,
    2,
    Number.POSITIVE_INFINITY,
  ]) {
    assert.equal(judgeCascade(small, big, labels, COSTS, threshold), byCounting(threshold));
  }
  for (const [i, { coverage, expectedCost }] of sweep.slice(1).entries()) {
    assert.ok(coverage < sweep[i].coverage && expectedCost > sweep[i].expectedCost);
  }
});

test('a model that is certain beyond float64 is still below the last point', () => {
  const certain = [[2000, 0], [2000, 0]]; // biome-ignore format: two clips
  const sweep = cascadeSweep(certain, certain, [0, 1], COSTS);
  assert.equal(
    sweep.map(({ threshold, coverage }) => [threshold, coverage]),
    [
      [1, 1],
      [ABOVE_ALL, 0],
    ],
  );
  assert.ok(ABOVE_ALL > 1);
});

test('a threshold is picked for an accuracy, a budget or a coverage', () => {
  const point = (coverage: number, accuracy: number) => ({
    threshold: 1 - coverage,
    coverage,
    accuracy,
    coveredAccuracy: 1,
    expectedCost: 1 + (1 - coverage) * 10,
  });
  const sweep = [point(1, 0.7), point(0.8, 0.85), point(0.6, 0.8), point(0.3, 0.9), point(0, 0.9)];
  assert.is(chooseThreshold(sweep, { accuracy: 0.8 }).coverage, 0.8, 'the cheapest that reaches it');
  assert.is(chooseThreshold(sweep, { accuracy: 0.9 }).coverage, 0.3);
  assert.is(chooseThreshold(sweep, { accuracy: 0 }).coverage, 1);
  assert.is(chooseThreshold(sweep, { budget: 5 }).coverage, 0.8, 'more accurate than the one that spends it all');
  assert.is(chooseThreshold(sweep, { budget: 100 }).coverage, 0.3, 'of equals the cheaper');
  assert.is(chooseThreshold(sweep, { budget: 1 }).coverage, 1);
  assert.is(chooseThreshold(sweep, { coverage: 0.5 }).coverage, 0.6);
  assert.is(chooseThreshold(sweep, { coverage: 0.8 }).coverage, 0.8);
  refused(() => chooseThreshold(sweep, { accuracy: 0.95 }), /accuracy 0\.95, need at most 0\.9/);
  refused(() => chooseThreshold(sweep, { budget: 0.5 }), /budget 0\.5, need at least 1/);
  refused(() => chooseThreshold(sweep, { coverage: 1.1 }), /coverage 1\.1/);
  assert.is(chooseThreshold(sweep.map((p) => ({ ...p, expectedCost: 1 })), { accuracy: 0.8 }).coverage, 0.8); // biome-ignore format: one call
});

test('a threshold chosen on some clips is kept to on others', () => {
  const some = drawn(200, 4, 3);
  const { threshold } = chooseThreshold(cascadeSweep(some.small, some.big, some.labels, COSTS), { budget: 6 });
  const others = drawn(200, 4, 4);
  const judged = judgeCascade(others.small, others.big, others.labels, COSTS, threshold);
  assert.is(judged.threshold, threshold);
  assert.ok(Math.abs(judged.expectedCost - 6) < 2, `${judged.expectedCost}: the clips are alike, but not the same`);
});

test('the large model is asked about the clips below the threshold alone, and not called where there are none', async () => {
  const { labels, small, big } = drawn(64, 4, 8);
  const calls: { small: number[][]; big: number[][] } = { small: [], big: [] };
  const counting = (name: 'small' | 'big', logits: Float32Array[]) => async (clips: readonly number[]) => {
    calls[name].push([...clips]);
    return clips.map((clip) => logits[clip]);
  };
  const clips = labels.map((_, i) => i);
  const sweep = cascadeSweep(small, big, labels, COSTS);
  for (const { threshold, coverage, accuracy } of [sweep[0], sweep[Math.floor(sweep.length / 2)], sweep.at(-1)!]) {
    calls.small = [];
    calls.big = [];
    const cascade = createCascade(counting('small', small), counting('big', big), threshold);
    const { outputs, confidences, covered } = await cascade.answer(clips);
    const rest = clips.filter((i) => confidenceOf(small[i]) < threshold);
    assert.equal(calls.small, [clips]);
    assert.equal(calls.big, rest.length > 0 ? [rest] : []);
    assert.equal(cascade.asked, { small: 64, big: rest.length });
    assert.is(covered.filter(Boolean).length / 64, coverage, 'as the sweep says');
    assert.is(outputs.filter((output, i) => indexOfLargest(output) === labels[i]).length / 64, accuracy);
    assert.equal(confidences, small.map(confidenceOf));
    for (const i of clips) assert.is(outputs[i], covered[i] ? small[i] : big[i]);
    await cascade.answer(clips.slice(0, 3));
    assert.is(cascade.asked.small, 67, 'over all calls');
  }
});

test('what can be no cascade is refused', async () => {
  const one = [[1, 2]];
  refused(() => cascadeSweep(one, [[1]], [0], COSTS), /1 outputs for clip 0, need 2/);
  refused(() => cascadeSweep(one, one, [0], { smallCost: -1, bigCost: 1 }), /smallCost = -1/);
  refused(() => cascadeSweep(one, one, [0], { smallCost: 1, bigCost: Infinity }), /bigCost = Infinity/);
  refused(() => judgeCascade(one, one, [0], COSTS, NaN), /threshold NaN/);
  const model = async () => [];
  refused(() => createCascade(model, model, NaN), /threshold NaN/);
  const error = await createCascade(model, model, 0.5)
    .answer([1])
    .catch((thrown) => thrown);
  assert.is(error.code, 'bad_input');
  assert.match(error.message, /0 answers of the small model for 1 clips/);
});

test.run();
