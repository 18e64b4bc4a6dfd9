import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { parseSettings } from './settings.ts';

test("left out, settings are the paper's recipe and change no clip", () => {
  const settings = parseSettings({}, 'nothing');
  const { epochs, learningRate, dropout, maxNorm, schedule, plateau, augmentation } = settings;
  assert.equal([epochs, learningRate, dropout, maxNorm, schedule], [50, 1e-4, 0.1, 1, 'plateau']);
  assert.equal([plateau.factor, plateau.patience, plateau.threshold], [0.1, 10, 1e-4]);
  const { crop, speed, scale, flip, recolour, ...rest } = augmentation;
  assert.equal([crop, speed, scale, flip, recolour], [1, 1, 1, false, false]);
  assert.ok(Object.values(rest).every((value) => value === 0));
  assert.equal(parseSettings(JSON.parse(JSON.stringify(settings)), 'what was stored'), settings);
});

const faults: [given: unknown, message: RegExp][] = [
  [{ epochs: 0 }, /epochs = 0, need a whole number of 1 to 10000/],
  [{ dropout: 1 }, /dropout = 1, need a number of 0 to below 1/],
  [{ learningRate: '1e-3' }, /learningRate = "1e-3", need a number above 0/],
  [{ plateau: { factor: 1 } }, /plateau\.factor = 1, need a number above 0 and below 1/],
  [{ schedule: 'step' }, /schedule = "step", need "plateau", "cosine" or "constant"/],
  [{ frozen: ['motion', ''] }, /frozen\.1 = "", need a list of beginnings of parameters' names/],
  [{ layerDecay: 0 }, /layerDecay = 0, need a number above 0, to 1/],
  [{ augmentation: { speed: 0.5 } }, /augmentation\.speed = 0\.5, need a factor of 1 to 10/],
  [{ augmentation: { blur: 1 } }, /augmentation\.blur = 1, need no such key: the keys are crop, speed/],
  [{ lr: 1 }, /lr = 1, need no such key: the keys are epochs, batchSize/],
  [[], /got \[\], need an object/],
  [null, /got null, need an object/],
];

for (const [given, message] of faults) {
  test(`refuses ${JSON.stringify(given)}`, () => {
    assert.throws(
      () => parseSettings(given, 'x.json'),
      (error: Error) => message.test(error.message) && error.message.startsWith('reading the settings in x.json: got '),
    );
  });
}

test.run();
