import { readGolden } from '@movt/kernels/testing';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { parseConfig } from './config.ts';
import { movtParameters, parameterCount } from './parameters.ts';
import { presetConfig } from './presets.ts';

test('movt-base has the number of parameters that the paper prints', () => {
  const parameters = movtParameters(presetConfig('movt-base', 27));
  assert.is(parameterCount(parameters), 5_613_595);
  // The paper's 4.56 M come from thop, which does not see inside nn.MultiheadAttention.
  assert.is(parameterCount(parameters.filter(({ name }) => !name.includes('.self_attn.'))), 4_560_923);
});

test('movt-small stays well under 1 MB in float32', () => {
  const bytes = 4 * parameterCount(movtParameters(presetConfig('movt-small', 27)));
  assert.ok(bytes < 700_000, `${bytes} bytes`);
});

for (const file of ['movt-tiny', 'movt-tiny-prenorm-gelu', 'movt-tiny-regression']) {
  test(`${file}: names and shapes are those of PyTorch's gradients`, () => {
    const golden = readGolden(`tests/golden/${file}.safetensors`);
    const parameters = movtParameters(parseConfig(golden.config, file));
    for (const { name, shape } of parameters) assert.equal(golden.tensor(`grad.${name}`).shape, shape, name);
    const gradients = golden.names.filter((name) => name.startsWith('grad.') && name !== 'grad.tracks');
    assert.is(parameters.length, gradients.length);
  });
}

test.run();
