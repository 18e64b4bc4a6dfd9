import { MovtError } from '@movt/kernels';
import { float32Entry, type TensorEntry } from '@movt/kernels/safetensors';
import { formulaWeights } from '@movt/kernels/testing';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { VideomaeConfig } from './config.ts';
import { type ImportOptions, importVideomae } from './import.ts';
import { huggingFaceNames, looksLikeVideomae } from './names.ts';
import { videomaeParameters } from './parameters.ts';
import { videomaePreset } from './presets.ts';

const CONFIG: VideomaeConfig = {
  ...videomaePreset('videomae-small', { frames: 16, outputs: 7 }),
  ...{ patch: 4, width: 128, layers: 2, heads: 2 },
};
const parameters = videomaeParameters(CONFIG);

/** A file of one's own making: the formula's weights by the authors' names. */
const authors = (rename = (name: string) => name) =>
  new Map(parameters.map(({ name, shape }) => [rename(name), float32Entry(shape, formulaWeights(name, shape))]));

/** Every name of Hugging Face's model with two blocks, in its order, and which of ours it is, from row `third` × width. */
function huggingFace(): Map<string, TensorEntry> {
  const model = authors();
  const file = new Map<string, TensorEntry>();
  const put = (name: string, ours: string) => file.set(name, model.get(ours)!);
  const both = (name: string, ours: string) => {
    for (const kind of ['weight', 'bias']) put(`${name}.${kind}`, `${ours}.${kind}`);
  };
  both('videomae.embeddings.patch_embeddings.projection', 'patch_embed.proj');
  for (const i of [0, 1]) {
    const block = `videomae.encoder.layer.${i}`;
    put(`${block}.attention.attention.q_bias`, `blocks.${i}.attn.q_bias`);
    put(`${block}.attention.attention.v_bias`, `blocks.${i}.attn.v_bias`);
    const qkv = model.get(`blocks.${i}.attn.qkv.weight`)!;
    const third = qkv.data.length / 3;
    for (const [k, part] of ['query', 'key', 'value'].entries()) {
      const data = qkv.data.subarray(k * third, (k + 1) * third);
      file.set(`${block}.attention.attention.${part}.weight`, { ...qkv, shape: [128, 128], data });
    }
    both(`${block}.attention.output.dense`, `blocks.${i}.attn.proj`);
    both(`${block}.intermediate.dense`, `blocks.${i}.mlp.fc1`);
    both(`${block}.output.dense`, `blocks.${i}.mlp.fc2`);
    both(`${block}.layernorm_before`, `blocks.${i}.norm1`);
    both(`${block}.layernorm_after`, `blocks.${i}.norm2`);
  }
  both('fc_norm', 'fc_norm');
  both('classifier', 'head');
  return file;
}

const imported = (file: Map<string, TensorEntry>, options: ImportOptions = {}) =>
  importVideomae(file, options, 'x.pth');

function refused(file: Map<string, TensorEntry>, message: RegExp, options: ImportOptions = {}): void {
  assert.throws(
    () => imported(file, options),
    (error: unknown) => error instanceof MovtError && error.code === 'bad_input' && message.test(error.message),
    `expected a refusal like ${message}`,
  );
}

for (const wrapper of ['', 'module.', 'encoder.', 'backbone.', 'module.backbone.']) {
  test(`the authors' names${wrapper && ` under ${wrapper}`}`, () => {
    const file = authors((name) => wrapper + name);
    assert.ok(looksLikeVideomae(file.keys()));
    const { config, weights } = imported(file);
    assert.equal(config, CONFIG);
    for (const { name, shape } of parameters) assert.equal([...weights.get(name)!], [...formulaWeights(name, shape)]);
    assert.is(weights.size, parameters.length);
  });
}

test("Hugging Face's names", () => {
  const file = huggingFace();
  assert.ok(looksLikeVideomae(file.keys()));
  assert.equal(parameters.flatMap(({ name }) => huggingFaceNames(name)).sort(), [...file.keys()].sort());
  const { config, weights } = imported(file);
  assert.equal(config, { ...CONFIG, normEps: 1e-12, fcNormEps: 1e-5 });
  for (const { name, shape } of parameters) assert.equal([...weights.get(name)!], [...formulaWeights(name, shape)]);
});

test('what shapes do not say is asked for', () => {
  const { config } = imported(authors(), { frames: 8, size: 64, heads: 4 });
  assert.equal([config.frames, config.size, config.heads], [8, 64, 4]);
  refused(authors(), /frames = 15, need a multiple of tubelet/, { frames: 15 });
  refused(authors(), /size = 225, need a multiple of patch/, { size: 225 });
  refused(authors(), /heads = 3, need a divisor of width/, { heads: 3 });
});

test('a checkpoint of another model, size or stage is refused with what was expected', () => {
  const model = authors();
  refused(
    new Map([['conv1.weight', model.get('head.weight')!]]),
    /conv1\.weight\), need patch_embed\.proj\.weight.*videomae\.emb/,
  );
  refused(new Map(), /0 tensors by other names \(none\)/);
  refused(authors().set('mask_token', model.get('head.bias')!), /a checkpoint of pre-training \(it has mask_token\)/);
  const pretrained = authors((name) => `encoder.${name}`).set('decoder.blocks.0.norm1.weight', model.get('head.bias')!);
  refused(pretrained, /pre-training \(it has decoder\.blocks\.0.*Fine-tune it first/);
  const without = (name: string) => {
    const file = authors();
    file.delete(name);
    return file;
  };
  refused(without('head.weight'), /no head\.weight, need \[outputs, 128\]/);
  refused(
    without('blocks.1.norm1.bias'),
    /no blocks\.1\.norm1\.bias \[128\], need the \d+ tensors of a VideoMAE of 2 blocks/,
  );
  refused(
    without('fc_norm.weight').set('norm.weight', model.get('fc_norm.weight')!),
    /no fc_norm\.weight.*unknown norm\.weight/,
  );
  refused(authors().set('blocks.0.gamma_1', model.get('fc_norm.weight')!), /an unknown blocks\.0\.gamma_1/);
  refused(authors().set('blocks.9999.norm1.weight', model.get('fc_norm.weight')!), /layers = 10000, need/);
  refused(
    authors().set('blocks.0.mlp.fc1.weight', model.get('head.weight')!),
    /fc1\.weight \[7, 128\] where the configuration asks for \[512, 128\]/,
  );
  const flat = { ...model.get('patch_embed.proj.weight')!, shape: [128, 96] };
  refused(authors().set('patch_embed.proj.weight', flat), /\[128, 96\], need \[width, 3, tubelet, patch, patch\]/);
  refused(authors((name) => `encoder.${name}`).set('head.bias', model.get('head.bias')!), /two tensors of one name/);
  const half = huggingFace();
  const name = 'videomae.encoder.layer.0.attention.attention.key.weight';
  half.set(name, { ...half.get(name)!, dtype: 'F16' });
  refused(half, /F32, F16, F32, need one type/);
  refused(
    authors().set('head.bias', float32Entry([7], new Float32Array(7).fill(NaN))),
    /head\.bias\[0\] = NaN, need finite/,
  );
  assert.not(looksLikeVideomae(['motion.mlp.0.weight', 'head.weight']));
});

test.run();
