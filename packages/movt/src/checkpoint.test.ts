import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MovtError } from '@movt/kernels';
import { encodeSafetensors, float32Entry, type Safetensors } from '@movt/kernels/safetensors';
import { writeSafetensors } from '@movt/kernels/safetensors/file';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type Checkpoint, decodeCheckpoint, encodeCheckpoint } from './checkpoint.ts';
import { readCheckpoint, writeCheckpoint } from './checkpoint-file.ts';
import { initialWeights } from './init.ts';
import { presetConfig } from './presets.ts';

const config = presetConfig('movt-tiny', 5);
const seed = 97;
const checkpoint: Checkpoint = {
  config,
  weights: initialWeights(config, seed),
  task: 'classification',
  classes: ['wave', 'point', 'nod', 'Hände', '手'],
};

const folder = mkdtempSync(join(tmpdir(), 'movt-checkpoint-'));
test.after(() => rmSync(folder, { recursive: true }));

/** Typed arrays are compared as bytes: uvu's own comparison takes seconds when large ones differ. */
function assertSame(actual: Checkpoint, expected: Checkpoint) {
  assert.equal({ ...actual, weights: null }, { ...expected, weights: null });
  assert.equal([...actual.weights.keys()], [...expected.weights.keys()]);
  for (const [name, values] of expected.weights) {
    assert.is(Buffer.compare(Buffer.from(actual.weights.get(name)!.buffer), Buffer.from(values.buffer)), 0, name);
  }
}

/** The message with which the checkpoint is refused after `change` was made to its file. */
function refusal(change: (file: Safetensors) => void): string {
  const file = encodeCheckpoint(checkpoint);
  change(file);
  try {
    decodeCheckpoint(file, 'm.safetensors');
  } catch (error) {
    assert.instance(error, MovtError);
    assert.is((error as MovtError).code, 'bad_input');
    return (error as MovtError).message;
  }
  throw new Error('the checkpoint was accepted');
}

test('a checkpoint comes back as it was written, and nothing else lies beside it', async () => {
  const path = join(folder, 'whole.safetensors');
  await writeCheckpoint(path, checkpoint);
  assertSame(await readCheckpoint(path), checkpoint);
  assert.equal(readdirSync(folder), ['whole.safetensors']);
  const unnamed: Checkpoint = { ...checkpoint, task: 'regression', classes: null };
  await writeCheckpoint(path, unnamed);
  assertSame(await readCheckpoint(path), unnamed);
});

test('shards are read through their index, by its path or their folder', async () => {
  const sharded = mkdtempSync(join(folder, 'sharded-'));
  const { tensors, metadata } = encodeCheckpoint(checkpoint);
  const weightMap: Record<string, string> = {};
  const entries = [...tensors];
  for (let shard = 0; shard < 3; shard++) {
    const file = `model-0000${shard + 1}-of-00003.safetensors`;
    const part = entries.filter((_, i) => i % 3 === shard);
    for (const [name] of part) weightMap[name] = file;
    await writeSafetensors(join(sharded, file), new Map(part), metadata);
  }
  const index = join(sharded, 'model.safetensors.index.json');
  writeFileSync(index, JSON.stringify({ metadata: { total_size: 1 }, weight_map: weightMap }));
  assertSame(await readCheckpoint(index), checkpoint);
  assertSame(await readCheckpoint(sharded), checkpoint);
});

test('a folder is its model.safetensors or only safetensors file; with none or several others it is refused', async () => {
  const some = mkdtempSync(join(folder, 'some-'));
  const refused = async () => readCheckpoint(some).then(() => '', String);
  assert.match(await refused(), /reading the folder .*: got no checkpoint, need one \.safetensors file/);
  await writeCheckpoint(join(some, 'a.safetensors'), checkpoint);
  assertSame(await readCheckpoint(some), checkpoint);
  await writeCheckpoint(join(some, 'b.safetensors'), checkpoint);
  assert.match(await refused(), /got 2 of them \(/);
  const run = { ...checkpoint, weights: initialWeights(checkpoint.config, 99) };
  await writeCheckpoint(join(some, 'model.safetensors'), run);
  assertSame(await readCheckpoint(some), run);
  assert.match(String(await readCheckpoint(join(some, 'c.safetensors')).catch(String)), /no such file/);
});

test('half-precision weights are widened exactly', () => {
  const file = encodeCheckpoint(checkpoint);
  const half = (bits: number[]) => new Uint8Array(Uint16Array.from(bits).buffer);
  file.tensors.set('head.bias', { dtype: 'F16', shape: [5], data: half([0x3c00, 0xc000, 0x3555, 0x0001, 0x7bff]) });
  file.tensors.set('motion.conv.bias', { dtype: 'BF16', shape: [16], data: half(new Array(16).fill(0xbfc0)) });
  const { weights } = decodeCheckpoint(file, 'half');
  assert.equal([...weights.get('head.bias')!], [1, -2, 1365 / 4096, 2 ** -24, 65504]);
  assert.equal([...weights.get('motion.conv.bias')!], new Array(16).fill(-1.5));
});

test('missing, misshapen and unknown tensors are named with their shapes', () => {
  const message = refusal(({ tensors }) => {
    tensors.delete('fuse.bias');
    tensors.set('head.weight', float32Entry([32, 5], new Float32Array(160)));
    tensors.set('head.scale', float32Entry([], new Float32Array(1)));
  });
  assert.is(
    message,
    'reading m.safetensors: got no fuse.bias [32]; head.weight [32, 5] where the configuration asks for [5, 32]; ' +
      'an unknown head.scale [], need the 38 tensors of its configuration.',
  );
});

test('of many faults five are listed and the rest counted', () => {
  assert.match(
    refusal(({ tensors }) => tensors.clear()),
    /^reading m.safetensors: got (no [^;]+; ){5}and 33 more, need/,
  );
});

test('the same shape in other words does not pass: [1, 5] is not [5]', () => {
  const message = refusal(({ tensors }) => tensors.set('head.bias', float32Entry([1, 5], new Float32Array(5))));
  assert.match(message, /head\.bias \[1, 5\] where the configuration asks for \[5\]/);
});

test('weights that are not finite numbers are refused by name and index', () => {
  for (const value of [Number.NaN, Number.POSITIVE_INFINITY]) {
    const values = new Float32Array(32);
    values[17] = value;
    const message = refusal(({ tensors }) => tensors.set('fuse.bias', float32Entry([32], values)));
    assert.match(message, new RegExp(`fuse\\.bias\\[17\\] = ${value}, need finite weights`));
  }
  const integers = { dtype: 'I32', shape: [32], data: new Uint8Array(128) } as const;
  assert.match(
    refusal(({ tensors }) => tensors.set('fuse.bias', integers)),
    /fuse\.bias of m\.safetensors.*got I32/,
  );
});

test('metadata that is missing, not JSON or at odds with the model is refused', () => {
  assert.match(
    refusal(({ metadata }) => delete metadata.config),
    /no metadata "config"/,
  );
  assert.match(
    refusal(({ metadata }) => (metadata.config = '{')),
    /metadata "config" that is not JSON/,
  );
  assert.match(
    refusal(({ metadata }) => (metadata.config = '[]')),
    /reading the configuration in m\.safetensors/,
  );
  assert.match(
    refusal(({ metadata }) => (metadata.classes = '["a"]')),
    /1 entries in metadata "classes", need 5 names/,
  );
  assert.match(
    refusal(({ metadata }) => (metadata.classes = '"abcde"')),
    /metadata "classes" without a list/,
  );
  assert.match(
    refusal(({ metadata }) => (metadata.task = 'poetry')),
    /task = "poetry", need "classification" or/,
  );
});

test('a file of another kind is refused before any weight is read', async () => {
  const path = join(folder, 'tracks.safetensors');
  writeFileSync(path, encodeSafetensors(new Map([['tracks', float32Entry([1, 1, 1, 3], new Float32Array(3))]])));
  assert.match(
    String(await readCheckpoint(path).catch(String)),
    /no metadata "config", need the JSON of a model's config/,
  );
});

test.run();
