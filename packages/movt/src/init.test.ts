import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { initialWeights } from './init.ts';
import { movtParameters } from './parameters.ts';
import { presetConfig } from './presets.ts';

const config = presetConfig('movt-base', 27);
const seed = 20261122;
const weights = initialWeights(config, seed);

/** Bounds of PyTorch's initialisation, stated apart from the table: 1/√fan_in of nn.Linear and nn.Conv1d, √(6/(in+out)) of Xavier. */
const bounds: Record<string, number> = {
  'motion.mlp.0.weight': 1 / Math.sqrt(3),
  'motion.mlp.2.bias': 1 / Math.sqrt(128),
  'motion.conv.weight': 1 / Math.sqrt(256 * 3),
  'motion.conv.bias': 1 / Math.sqrt(256 * 3),
  'position.6.weight': 1 / Math.sqrt(512),
  'fuse.weight': 1 / Math.sqrt(256),
  'encoder.layers.3.self_attn.in_proj_weight': Math.sqrt(6 / (256 + 768)),
  'encoder.layers.0.self_attn.out_proj.weight': 1 / Math.sqrt(256),
  'encoder.layers.1.linear2.weight': 1 / Math.sqrt(2048),
  'head.weight': 1 / Math.sqrt(256),
};

test('uniform parameters fill their interval evenly', () => {
  for (const [name, bound] of Object.entries(bounds)) {
    const values = weights.get(name)!;
    const n = values.length;
    const mean = values.reduce((sum, value) => sum + value, 0) / n;
    const variance = values.reduce((sum, value) => sum + value * value, 0) / n;
    assert.ok(
      values.every((value) => Math.abs(value) <= bound * (1 + 1e-6)),
      name,
    );
    // Five standard errors: of the mean bound/√(3n), of the mean square bound²·√(4/45)/√n.
    assert.ok(Math.abs(mean) < (5 * bound) / Math.sqrt(3 * n), `${name}: mean ${mean}`);
    assert.ok(Math.abs(variance - bound ** 2 / 3) < (1.5 * bound ** 2) / Math.sqrt(n), `${name}: variance ${variance}`);
  }
});

test('constant parameters', () => {
  for (const [name, constant] of [
    ['encoder.layers.0.norm1.weight', 1],
    ['encoder.layers.0.norm2.bias', 0],
    ['encoder.layers.2.self_attn.in_proj_bias', 0],
    ['encoder.layers.2.self_attn.out_proj.bias', 0],
  ] as const) {
    assert.ok(
      weights.get(name)!.every((value) => value === constant),
      name,
    );
  }
});

test('every parameter is there, no two drawn ones begin alike', () => {
  assert.equal(
    [...weights.keys()],
    movtParameters(config).map(({ name }) => name),
  );
  const drawn = [...weights.values()].filter((values) => values[0] !== values[1]);
  const begins = new Set(drawn.map((values) => Math.abs(values[1] / values[0])));
  assert.is(begins.size, drawn.length);
});

test('a seed repeats; another one differs', () => {
  const tiny = presetConfig('movt-tiny', 5);
  const head = (someSeed: number) => [...initialWeights(tiny, someSeed).get('head.weight')!].join();
  assert.is(head(3), head(3));
  assert.is.not(head(3), head(4));
});

test.run();
