import { testContext } from '@movt/kernels/testing';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { uploadWeights } from '../gpu-weights.ts';
import { initialWeights } from '../init.ts';
import { modelOf } from '../models.ts';
import { parameterCount } from '../parameters.ts';
import { planMovt } from '../plan.ts';
import { presetConfig } from '../presets.ts';
import { costOf } from './cost-of.ts';
import { planCost } from './plan-cost.ts';

const BASE = modelOf(presetConfig('movt-base', 27));

/** model.md, section 6, to the digits that stand there. */
test('movt-base costs what the paper says, and what it left out', () => {
  for (const [frames, thop, paper, gmac] of [
    [4, '0.2965', '0.30', '0.366'],
    [16, '0.3911', '0.39', '0.461'],
    [32, '0.5173', '0.52', '0.587'],
  ] as const) {
    const cost = costOf(BASE, { batch: 1, frames, points: 60 });
    assert.is(cost.thop.gops.toFixed(4), thop);
    assert.is(cost.thop.gops.toFixed(2), paper);
    assert.is(cost.mac.gops.toFixed(3), gmac);
    assert.is(cost.thop.params, 4_560_923);
    assert.is(cost.mac.params, 5_613_595);
    assert.is(cost.flop.params, 5_613_595);
  }
});

test('movt-base on VB100', () => {
  const cost = costOf(modelOf(presetConfig('movt-base', 100)), { batch: 1, frames: 90, points: 250 });
  assert.is(cost.thop.gops.toFixed(3), '4.062');
  assert.is(cost.thop.gops.toFixed(2), '4.06');
  assert.is(cost.mac.gops.toFixed(3), '4.450');
});

test('the parts add up to the whole, and every parameter is counted with one of them', () => {
  for (const preset of ['movt-base', 'movt-small', 'movt-tiny']) {
    const model = modelOf(presetConfig(preset, 5));
    const { mac, thop, operations } = costOf(model, { batch: 1, frames: 8, points: 7 });
    assert.is(mac.params, parameterCount(model.parameters));
    assert.is(thop.params, parameterCount(model.parameters.filter(({ unseen }) => !unseen)));
    const sum = operations.reduce((total, { macs }) => total + macs, 0);
    assert.is(mac.gops, sum / 1e9);
    assert.ok(operations.every(({ macs, flops, bytes }) => Number.isInteger(macs) && flops >= 2 * macs && bytes > 0));
  }
});

test('features over several lags: their padding is not the model’s cost', () => {
  const config = { ...presetConfig('movt-tiny', 5), velocityLags: [1, 4], displacement: true };
  const { operations } = costOf(modelOf(config), { batch: 1, frames: 8, points: 7 });
  const first = operations.find(({ name }) => name === 'motion.mlp.0')!;
  // x and y of two lags and of the displacement, and occluded.
  assert.is(first.macs, 8 * 7 * 7 * config.motionHidden[0]);
  assert.is(first.parameters, (7 + 1) * config.motionHidden[0]);
});

test('a real plan does just that, and its padding', async () => {
  const context = await testContext();
  const config = presetConfig('movt-tiny', 6);
  const shape = { batch: 2, frames: 9, points: 5 };
  const rows = shape.batch * shape.points;
  const weights = uploadWeights(context, config, initialWeights(config, 1), false);
  const plan = await planMovt(context, config, weights, shape, false);
  const counted = costOf(modelOf(config), shape).operations;
  const sum = (key: 'macs' | 'flops') => counted.reduce((total, operation) => total + operation[key], 0);

  // Mean positions have 4 columns for 2, the head 8 outputs for 6.
  const padding = rows * 2 * config.positionHidden[0] + shape.batch * 2 * config.width;
  assert.is(plan.macs, sum('macs') + padding);
  // Two outputs more have a bias each; the plan joins E_M and E_P before their layer, where the tape adds up its two halves.
  const elements = shape.batch * 2 - rows * config.width;
  assert.is(plan.flops, sum('flops') + 2 * padding + elements);

  const { mac, flop, bytes, operations } = planCost(plan.dispatches);
  assert.equal([mac.gops, flop.gops], [plan.macs / 1e9, plan.flops / 1e9]);
  assert.is(operations.length, plan.dispatches.length);
  assert.is(
    bytes,
    plan.dispatches.reduce((total, dispatch) => total + dispatch.bytes, 0),
  );
  await plan.destroy();
  context.destroyBuffer(weights.buffer);
  assert.is(context.liveBytes, 0);
  context.destroy();
});

test.run();
