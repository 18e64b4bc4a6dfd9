import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { fusionConfig } from '../fusion/config.ts';
import { modelOf } from '../models.ts';
import { parameterCount } from '../parameters.ts';
import { pixtPreset } from '../pixt/presets.ts';
import { presetConfig } from '../presets.ts';
import { videomaePreset } from '../videomae/presets.ts';
import { costOf } from './cost-of.ts';

const CLASSES = 5;
const shape = { batch: 1, frames: 8, points: 12 };
const PATCHES = 196;
const video = videomaePreset('videomae-small', { frames: 2, outputs: CLASSES });

for (const points of [
  presetConfig('movt-small', CLASSES),
  pixtPreset('pixt-small', { points: 12, outputs: CLASSES }),
]) {
  const name = 'model' in points ? points.model : 'movt';
  test(`a fusion costs both branches but for their heads, what its blocks multiply, and its head: ${name}`, () => {
    const model = modelOf(fusionConfig(points, video, 1, 2));
    const whole = costOf(model, shape);
    const branches = [points, video].map((config) => costOf(modelOf(config), shape));
    const [a, b] = [points.width, video.width];
    // Queries and what comes out, keys and values, both products, and four widths there and back.
    const block = (own: number, width: number, others: number, other: number) =>
      2 * own * width ** 2 + 2 * others * other * width + 2 * own * others * width + 8 * own * width ** 2;
    const blocks = 2 * (block(shape.points, a, PATCHES, b) + block(PATCHES, b, shape.points, a));
    // One head on both features does what two heads did.
    const sum = branches.reduce((total, { mac }) => total + mac.gops, 0) * 1e9 + blocks;
    assert.is(Math.round(whole.mac.gops * 1e9), Math.round(sum));
    assert.is(whole.mac.params, parameterCount(model.parameters));
    assert.is(whole.thop.params, parameterCount(model.parameters.filter(({ unseen }) => !unseen)));
  });
}

test.run();
