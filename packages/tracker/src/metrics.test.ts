import { createRandom } from '@movt/kernels';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type TapVidClip, tapVidMetrics } from './metrics.ts';

const seed = Math.floor(Math.random() * 2 ** 32);
const random = createRandom(seed);

/** Tracks of one point from rows of x, y, occluded. */
const onePoint = (rows: number[][]) => ({ data: Float32Array.from(rows.flat()), T: rows.length, N: 1 });

/**
 * The same metrics as set arithmetic: every evaluated (frame, point) is put into the sets that the paper's definitions
 * name, one threshold at a time.
 */
function restated({ truth, predicted, queryFrames, width, height, frames }: TapVidClip) {
  const { T, N } = truth;
  const at = ({ data }: typeof truth, t: number, n: number) => ({
    x: (data[(t * N + n) * 3] / width) * 256,
    y: (data[(t * N + n) * 3 + 1] / height) * 256,
    visible: !data[(t * N + n) * 3 + 2],
  });
  const annotated = new Set(frames ?? Array.from({ length: T }, (_, t) => t));
  const pairs = Array.from({ length: T * N }, (_, i) => ({ t: Math.floor(i / N), n: i % N }))
    .filter(({ t, n }) => annotated.has(t) && t > queryFrames[n])
    .map(({ t, n }) => ({ truth: at(truth, t, n), guess: at(predicted, t, n) }));
  const share = (part: unknown[], whole: unknown[]) => part.length / whole.length;

  const seen = pairs.filter(({ truth }) => truth.visible);
  const scores = [1, 2, 4, 8, 16].map((threshold) => {
    const isNear = ({ truth, guess }: (typeof pairs)[0]) =>
      (truth.x - guess.x) ** 2 + (truth.y - guess.y) ** 2 < threshold ** 2;
    const truePositive = seen.filter((pair) => pair.guess.visible && isNear(pair));
    const falsePositive = pairs.filter((pair) => pair.guess.visible && !(pair.truth.visible && isNear(pair)));
    const falseNegative = seen.filter((pair) => !(pair.guess.visible && isNear(pair)));
    return {
      delta: share(seen.filter(isNear), seen),
      jaccard: share(truePositive, [...truePositive, ...falseNegative, ...falsePositive]),
    };
  });
  const average = (key: 'delta' | 'jaccard') => scores.reduce((sum, score) => sum + score[key], 0) / 5;
  return {
    AJ: average('jaccard'),
    delta_avg: average('delta'),
    OA: share(
      pairs.filter(({ truth, guess }) => truth.visible === guess.visible),
      pairs,
    ),
  };
}

test('a case by hand', () => {
  // 512×256: a pixel across counts half. Frame 0 is the query. Distances at 256×256: 0.5, 3, 20, hidden, 0 but said
  // hidden.
  const truth = onePoint([
    [10, 10, 0],
    [20, 10, 0],
    [30, 10, 0],
    [40, 10, 0],
    [50, 10, 1],
    [60, 10, 0],
  ]);
  const predicted = onePoint([
    [99, 99, 1],
    [21, 10, 0],
    [30, 13, 0],
    [80, 10, 0],
    [50, 10, 0],
    [60, 10, 1],
  ]);
  const { AJ, delta_avg, OA, delta, jaccard } = tapVidMetrics({
    truth,
    predicted,
    queryFrames: [0],
    width: 512,
    height: 256,
  });
  assert.is(OA, 3 / 5);
  // Of four visible: within 1 and 2: frames 1, 5; within 4, 8, 16: frames 1, 2, 5.
  assert.equal(delta, [2 / 4, 2 / 4, 3 / 4, 3 / 4, 3 / 4]);
  assert.is(delta_avg, 13 / 20);
  // TP: frame 1, then 1 and 2. FP: frames 2, 3, 4, then 3, 4.
  assert.equal(jaccard, [1 / 7, 1 / 7, 2 / 6, 2 / 6, 2 / 6]);
  assert.ok(Math.abs(AJ - (2 / 7 + 1) / 5) < 1e-12);
});

test('a distance that equals the threshold is not within it', () => {
  const truth = onePoint([
    [0, 0, 0],
    [100, 100, 0],
  ]);
  const predicted = onePoint([
    [0, 0, 0],
    [104, 100, 0],
  ]);
  const { delta } = tapVidMetrics({ truth, predicted, queryFrames: [0], width: 256, height: 256 });
  assert.equal(delta, [0, 0, 0, 1, 1]);
});

test('only annotated frames after the query frame count', () => {
  const truth = onePoint([
    [0, 0, 0],
    [0, 0, 0],
    [0, 0, 0],
    [0, 0, 0],
  ]);
  const predicted = onePoint([
    [99, 0, 1],
    [99, 0, 1],
    [99, 0, 1],
    [0, 0, 0],
  ]);
  const clip = { truth, predicted, width: 256, height: 256 };
  assert.is(tapVidMetrics({ ...clip, queryFrames: [2] }).AJ, 1);
  assert.is(tapVidMetrics({ ...clip, queryFrames: [0], frames: [0, 3] }).AJ, 1);
  assert.is(tapVidMetrics({ ...clip, queryFrames: [0] }).OA, 1 / 3);
});

test('random clips score as the definitions say', () => {
  for (let round = 0; round < 200; round++) {
    const [T, N] = [random.integer(2, 12), random.integer(1, 9)];
    const [width, height] = [random.integer(20, 900), random.integer(20, 900)];
    const tracks = () => ({ data: new Float32Array(T * N * 3), T, N });
    const [truth, predicted] = [tracks(), tracks()];
    const noise = 2 ** random.integer(-2, 6);
    for (let i = 0; i < T * N * 3; i += 3) {
      truth.data.set([...random.uniform(2, 0, width), random.integer(0, 3) === 0 ? 1 : 0], i);
      const [dx, dy] = random.normal(2);
      const occluded = random.integer(0, 4) ? truth.data[i + 2] : 1 - truth.data[i + 2];
      predicted.data.set([truth.data[i] + noise * dx, truth.data[i + 1] + noise * dy, occluded], i);
    }
    const frames = Array.from({ length: T }, (_, t) => t).filter((t) => t === T - 1 || random.integer(0, 1));
    // Something is always left to find.
    truth.data[(T - 1) * N * 3 + 2] = 0;
    const queryFrames = Array.from({ length: N }, (_, n) => random.integer(0, n ? T - 1 : T - 2));
    const clip: TapVidClip = { truth, predicted, queryFrames, width, height, ...(round % 2 && { frames }) };
    const expected = restated(clip);
    const metrics = tapVidMetrics(clip);
    for (const key of ['AJ', 'delta_avg', 'OA'] as const) {
      assert.ok(
        Math.abs(metrics[key] - expected[key]) < 1e-12,
        `${key}: ${metrics[key]}, not ${expected[key]}; seed ${seed}`,
      );
    }
  }
});

test('what cannot be scored is refused', () => {
  const truth = onePoint([
    [0, 0, 0],
    [0, 0, 1],
  ]);
  const clip = { truth, predicted: truth, queryFrames: [0], width: 9, height: 9 };
  assert.throws(() => tapVidMetrics(clip), /no visible point/);
  assert.throws(() => tapVidMetrics({ ...clip, queryFrames: [0, 0] }), /\[2,1,3\] and 1, as in the truth/);
  assert.throws(() => tapVidMetrics({ ...clip, predicted: onePoint([[0, 0, 0]]) }), /predictions \[1,1,3\]/);
});

test.run();
