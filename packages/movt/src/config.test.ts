import { MovtError } from '@movt/kernels';
import { readGolden } from '@movt/kernels/testing';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { parseConfig } from './config.ts';
import { presetConfig, presetNames } from './presets.ts';

const tiny = presetConfig('movt-tiny', 5);

test('every preset is a valid configuration', () => {
  for (const name of presetNames) assert.equal(parseConfig({ ...presetConfig(name, 7) }, name), presetConfig(name, 7));
  assert.throws(() => presetConfig('toString', 7), /got "toString", need one of movt-base, movt-small, movt-tiny/);
});

test('movt-base and movt-tiny are the configurations of the golden files', () => {
  for (const name of ['movt-base', 'movt-tiny']) {
    const { config } = readGolden(`tests/golden/${name}.safetensors`);
    const parsed = parseConfig(config, name);
    assert.equal(parsed, presetConfig(name, parsed.outputs));
  }
});

const faults: [change: object, message: RegExp][] = [
  [{ heads: 5 }, /heads = 5, need a divisor of width/],
  [{ kernel: 4 }, /kernel = 4, need an odd number/],
  [{ layers: 1e9 }, /layers = 1000000000, need a whole number of 1 to 64/],
  [{ width: 2 ** 53 }, /width = 9007199254740992, need a whole number of 1 to 8192/],
  [{ dim: 2.5 }, /dim = 2.5, need a whole number/],
  [{ dim: '16' }, /dim = "16", need a whole number/],
  [{ motionHidden: [] }, /motionHidden = \[\], need a list of 1 to 8 layer widths/],
  [{ motionHidden: [8, -1] }, /motionHidden\.1 = -1, need a whole number of 1 to 8192/],
  [{ positionHidden: new Array(1e5).fill(8) }, /positionHidden = \[8,8,.{1,80}…, need a list of 0 to 8/],
  [{ activation: 'swish' }, /activation = "swish", need "relu" or "gelu"/],
  [{ normFirst: 1 }, /normFirst = 1, need true or false/],
  [{ velocityLags: [] }, /velocityLags = \[\], need a list of 1 to 8 whole numbers/],
  [{ velocityLags: [1, 0] }, /velocityLags\.1 = 0, need a whole number of 1 to 4096/],
  [{ displacement: 1 }, /displacement = 1, need true or false/],
  [{ outputs: undefined }, /outputs = nothing, need a whole number/],
  [{ dropout: 0.1 }, /dropout = 0.1, need no such key: the keys are dim, width/],
];

for (const [change, message] of faults) {
  test(`refuses ${JSON.stringify(change).slice(0, 50)}`, () => {
    assert.throws(
      () => parseConfig({ ...tiny, ...change }, 'm.safetensors'),
      (error: unknown) =>
        error instanceof MovtError &&
        error.code === 'bad_input' &&
        error.message.startsWith('reading the configuration in m.safetensors: got ') &&
        message.test(error.message),
    );
  });
}

test('refuses what is not an object, and a missing key', () => {
  for (const value of [null, 3, 'text']) assert.throws(() => parseConfig(value, 'x'), /need an object/);
  const { heads: _, ...rest } = tiny;
  assert.throws(() => parseConfig(rest, 'x'), /heads = nothing, need a value/);
});

test.run();
