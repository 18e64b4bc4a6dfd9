import { createRandom } from '@movt/kernels';
import { relativeL2, testContext } from '@movt/kernels/testing';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { lateFusion } from '../evaluate/late-fusion.ts';
import { modelFormulaWeights } from '../formula-weights.ts';
import { initialWeights, type Weights } from '../init.ts';
import { modelOf, parseModelConfig } from '../models.ts';
import { pixtPreset } from '../pixt/presets.ts';
import { presetConfig } from '../presets.ts';
import { fusionReference } from '../reference/fusion.ts';
import { createTapePredictor } from '../tape-predictor.ts';
import { checkModelGradient } from '../train/check-model-gradient.ts';
import { createTrainer } from '../train/trainer.ts';
import { parseVideomaeConfig } from '../videomae/config.ts';
import { fusionConfig } from './config.ts';
import { type FusionClip, fusionModel } from './model.ts';
import { fusionFrozen, fusionWeights } from './weights.ts';

const OUTPUTS = 5;
const videomae = parseVideomaeConfig(
  {
    model: 'videomae',
    frames: 2,
    size: 16,
    tubelet: 2,
    patch: 4,
    width: 24,
    layers: 1,
    heads: 2,
    mlpRatio: 4,
    outputs: OUTPUTS,
    normEps: 1e-6,
    fcNormEps: 1e-6,
  },
  'the test',
);
const movt = { ...presetConfig('movt-tiny', OUTPUTS), layers: 1 };
const pixt = { ...pixtPreset('pixt-tiny', { points: 6, outputs: OUTPUTS }), layers: 1 };

/** Of different lengths and numbers of points; the pixels are those that the reference needs told. */
const PIXELS = [1, 2].map((seed) =>
  Uint8Array.from(createRandom(seed).uniform(2 * 16 * 16 * 3, 0, 256), (value) => Math.floor(value)),
);
const CLIPS: FusionClip[] = [
  [6, 4],
  [3, 6],
].map(([T, N], i) => ({
  // Places below 0 and hidden points are not what pixels have: these serve as both.
  tracks: {
    T,
    N,
    data: createRandom(7 + i)
      .uniform(T * N * 3, 0, 1)
      .map((value, k) => (k % 3 === 2 ? 1 : value)),
  },
  video: { T: 2, height: 16, width: 16, pixels: () => PIXELS[i] },
}));
const LABELS = [4, 1];
const OPTIONS = {
  task: 'classification',
  dropout: 0,
  labelSmoothing: 0,
  weightDecay: 0,
  maxNorm: 1,
  seed: 1,
  layerDecay: 1,
} as const;

test("two blocks, with a MovT and with a PixT: answers and features are the float64 reference's", async () => {
  for (const points of [movt, pixt]) {
    const config = fusionConfig(points, videomae, 3, 2);
    const weights = modelFormulaWeights(config);
    const predictor = createTapePredictor(await testContext(), fusionModel(config), weights);
    const { outputs, features } = await predictor.predict(CLIPS, { features: true });
    await predictor.destroy();
    for (const [b, clip] of CLIPS.entries()) {
      const expected = fusionReference(config, weights, clip, PIXELS[b]);
      assert.ok(relativeL2(outputs[b], expected.output) < 1e-5, `clip ${b}: ${outputs[b]}`);
      assert.ok(relativeL2(features![b], expected.features) < 1e-5, `features of clip ${b}`);
    }
  }
});

test('gradients of all parameters are central differences of the float64 reference', async () => {
  const config = fusionConfig(pixt, videomae, 3, 2);
  const reference = (weights: Weights, clip: FusionClip) =>
    fusionReference(config, weights, clip, PIXELS[CLIPS.indexOf(clip)]).output;
  const weights = modelFormulaWeights(config); // as after training: nothing is zero
  await checkModelGradient(fusionModel(config), weights, { clips: CLIPS, labels: LABELS }, reference, 1);
});

test('with trained branches a fusion begins as their late fusion; variant 2 changes nothing of them, and learns all the same', async () => {
  const context = await testContext();
  const config = fusionConfig(movt, videomae, 2);
  const branches = {
    movt: { config: movt, weights: initialWeights(movt, 3) },
    videomae: { config: videomae, weights: initialWeights(videomae, 4) },
  };
  const weights = fusionWeights(config, 5, branches);
  const answersOf = async (model: ReturnType<typeof modelOf>, own: Weights, clips: readonly unknown[]) => {
    const predictor = createTapePredictor(context, model, own);
    const { outputs } = await predictor.predict(clips, {});
    await predictor.destroy();
    return outputs;
  };
  const fused = await answersOf(fusionModel(config), weights, CLIPS);
  const late = lateFusion(
    await answersOf(
      modelOf(movt),
      branches.movt.weights,
      CLIPS.map(({ tracks }) => tracks),
    ),
    await answersOf(
      modelOf(videomae),
      branches.videomae.weights,
      CLIPS.map(({ video }) => video),
    ),
  );
  for (const [b, logits] of late.entries()) assert.ok(relativeL2(fused[b], logits) < 1e-5, `clip ${b}`);

  const frozen = fusionFrozen(config);
  const trainer = createTrainer(context, fusionModel(config), weights, { ...OPTIONS, frozen });
  const losses: number[] = [];
  for (let i = 0; i < 30; i++) losses.push((await trainer.step([{ clips: CLIPS, labels: LABELS }], 3e-3)).loss);
  assert.ok(losses[29] < 0.3 * losses[0], `${losses[0]} → ${losses[29]}`);
  for (const [name, values] of await trainer.weights()) {
    const same = values.every((value, i) => value === weights.get(name)![i]);
    assert.is(same, /^(movt|videomae)\./.test(name), name);
  }
  await trainer.destroy();
});

test('learning rates fall from the head to both inputs, whose ends lie at one depth', () => {
  const { depth, depthOf } = fusionModel(fusionConfig({ ...movt, layers: 3 }, videomae, 3));
  const depths = {
    'head.weight': depth,
    'cross.0.movt.query.weight': depth - 1,
    'movt.encoder.layers.2.linear1.weight': depth - 2,
    'videomae.blocks.0.mlp.fc1.weight': depth - 2,
    'videomae.patch_embed.proj.weight': depth - 3,
    'movt.fuse.weight': 0,
  };
  for (const [name, wanted] of Object.entries(depths)) assert.is(depthOf(name), wanted, name);
});

test('a configuration is known by its key `model`, with either branch; what does not fit is refused', () => {
  for (const points of [movt, pixt]) {
    const config = fusionConfig(points, videomae, 1, 2);
    assert.equal(parseModelConfig(JSON.parse(JSON.stringify(config)), 'm'), config);
    assert.equal(modelOf(config).config, config);
  }
  const config = fusionConfig(movt, videomae, 2);
  const faults: [change: object, message: RegExp][] = [
    [{ variant: 4 }, /variant = 4, need 1, 2 or 3/],
    [{ blocks: 0 }, /blocks = 0, need a whole number of 1/],
    [{ outputs: 6 }, /branches of 5 and 5 outputs for a fusion of 6/],
    [{ movt: { ...movt, outputs: 4 } }, /branches of 4 and 5 outputs/],
    [{ movt: videomae }, /movt of m: got model = "videomae", need "pixt"/],
    [{ videomae: { ...videomae, frames: 3 } }, /videomae of m: got frames = 3, need a multiple of tubelet/],
  ];
  for (const [change, message] of faults) assert.throws(() => parseModelConfig({ ...config, ...change }, 'm'), message);
});

test('branches that a variant lacks, has no use for, or that are others than its own are refused', () => {
  const trained = (own: typeof movt) => ({
    movt: { config: own, weights: initialWeights(own, 1) },
    videomae: { config: videomae, weights: initialWeights(videomae, 1) },
  });
  const config = (variant: 1 | 2 | 3) => fusionConfig(movt, videomae, variant);
  assert.throws(() => fusionWeights(config(1), 0, trained(movt)), /trained branches for variant 1, need none/);
  assert.throws(() => fusionWeights(config(3), 0), /no branches for variant 3, need a trained MovT/);
  assert.throws(() => fusionWeights(config(3), 0, trained({ ...movt, layers: 2 })), /a branch movt of .*"layers":2/);
  assert.equal(fusionWeights(config(1), 9), initialWeights(config(1), 9));
  assert.equal(fusionFrozen(config(1)), []);
});

test.run();
