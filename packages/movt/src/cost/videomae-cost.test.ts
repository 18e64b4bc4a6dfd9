import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { modelOf } from '../models.ts';
import { parameterCount } from '../parameters.ts';
import { videomaePreset } from '../videomae/presets.ts';
import { costOf } from './cost-of.ts';

/** Of the smaller encoder, with the 174 classes of Something-Something-V2. */
function small(frames: number) {
  const model = modelOf(videomaePreset('videomae-small', { frames, outputs: 174 }));
  return { model, cost: costOf(model, { batch: 1, frames, points: 14 * 14 }) };
}

/** model.md, section 6, to the digits that stand there. */
test('VideoMAE costs what the paper says, and what it left out', () => {
  for (const [frames, thop, paper, gmac] of [
    [1, '3.1864', '3.19', '4.5737'],
    [2, '3.2442', '3.24', '4.6315'],
    [4, '6.4884', '6.49', '9.9710'],
    [16, '25.9535', '25.95', '56.8780'],
  ] as const) {
    const { cost } = small(frames);
    assert.is(cost.thop.gops.toFixed(4), thop);
    assert.is(cost.thop.gops.toFixed(2), paper);
    assert.is(cost.mac.gops.toFixed(4), gmac);
    if (frames === 1) continue; // patches of one frame are half as many weights
    assert.is(cost.thop.params, 16_629_294);
    assert.is(cost.mac.params, 21_946_926);
  }
});

test('every parameter is counted with an operation, also of the larger one', () => {
  const { model, cost } = small(1);
  assert.is(cost.mac.params, parameterCount(model.parameters));
  const base = modelOf(videomaePreset('videomae-base', { frames: 16, outputs: 400 }));
  assert.is(costOf(base, { batch: 1, frames: 16, points: 14 * 14 }).mac.params, parameterCount(base.parameters));
});

test.run();
