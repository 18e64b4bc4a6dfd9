import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { modelOf } from '../models.ts';
import { parameterCount } from '../parameters.ts';
import { pixtPreset } from '../pixt/presets.ts';
import { costOf } from './cost-of.ts';

const model = modelOf(pixtPreset('pixt-base', { points: 60, outputs: 27 }));

/** model.md, section 6, to the digits that stand there. */
test('PixT costs what the paper says: its embedding is no module', () => {
  const { thop, mac } = costOf(model, { batch: 1, frames: 32, points: 60 });
  assert.is(thop.gops.toFixed(4), '0.5085');
  assert.is(thop.gops.toFixed(2), '0.51');
  assert.is(thop.params, 4_412_315);
  assert.is(mac.params, thop.params + 60 * 128 + 4 * (4 * 256 * 256 + 4 * 256));
  assert.is(mac.params, parameterCount(model.parameters));
});

test('the fourth column of a colour is padding', () => {
  const [first] = costOf(model, { batch: 1, frames: 32, points: 60 }).operations;
  assert.equal([first.name, first.macs, first.parameters], ['motion.mlp.0', 32 * 60 * 3 * 128, 4 * 128]);
});

test.run();
