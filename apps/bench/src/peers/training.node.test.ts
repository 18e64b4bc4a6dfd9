/** A step of training in each peer, ours too, held against PyTorch's. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeSafetensors } from '@movt/kernels/safetensors/file';
import { formulaWeights, readGolden, relativeL2 } from '@movt/kernels/testing';
import { encodeCheckpoint, movtParameters, parseConfig } from 'movt';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { isInstalled } from './install.ts';
import { listPeers, PEERS_FOLDER, type PeerEntry } from './list.ts';
import { startPeer } from './process.ts';
import type { PeerOperations, TrainLoadRequest, TrainRequest } from './protocol.ts';
import { OPTIMISER, stepDifference } from './training-workload.ts';

const folder = await mkdtemp(join(tmpdir(), 'movt-peers-training-'));
const test = suite('peers that train');
test.after(() => rm(folder, { recursive: true, force: true }));

/** Between that of a step without weight decay, which is 1e-5 of a weight, and that of sums in another order. */
const BOUND = 1e-6;

/** A golden file's model and batch, as a peer gets them, and PyTorch's five steps from there. */
async function readQuestion(name: string) {
  const golden = readGolden(`tests/golden/${name}.safetensors`);
  const config = parseConfig(golden.config, name);
  const parameters = movtParameters(config);
  const weights = new Map(parameters.map(({ name, shape }) => [name, formulaWeights(name, shape)]));
  const path = join(folder, `${name}.safetensors`);
  const { tensors, metadata } = encodeCheckpoint({ config, weights, task: 'classification', classes: null });
  await writeSafetensors(path, tensors, metadata);
  const { shape, data } = golden.tensor('tracks');
  const [batch, frames, points] = shape;
  const labels = Int32Array.from(golden.tensor('target').data);
  return {
    load: { model: name, config, weights: path, optimiser: OPTIMISER },
    request: { batch, frames, points, clips: data, shape, labels, steps: 5 },
    names: parameters.map(({ name }) => name),
    losses: golden.tensor('train.losses').data,
    norms: golden.tensor('train.gradNorms').data,
    trained: (name: string) => golden.tensor(`trained.${name}`).data,
  };
}

/** Softmax does not see the bias of the keys: its gradient is rounding, of which AdamW makes steps of any size. */
function withoutKeyBias(name: string, values: Float32Array): Float32Array {
  const width = values.length / 3;
  return name.endsWith('in_proj_bias') ? values.map((value, i) => (i >= width && i < 2 * width ? 0 : value)) : values;
}

async function checkSteps(entry: PeerEntry, name: string): Promise<void> {
  const { load, request, names, losses, norms, trained } = await readQuestion(name);
  // With the driver's cache of compiled shaders, which peers go without where they are timed.
  const env = { ...entry.env, MESA_SHADER_CACHE_DISABLE: 'false' };
  const peer = startPeer<PeerOperations<TrainLoadRequest, TrainRequest>>({ ...entry, env });
  try {
    await peer.load(load);
    const one = { ...request, steps: 1 };
    await peer.prepare(one);
    const { output: first } = await peer.run(one);
    const { output } = await peer.run(request);
    for (const [step, told] of [first, output].entries()) {
      const at = step * (request.steps - 1);
      const error = relativeL2(told.subarray(0, 2), [losses[at], norms[at]]);
      assert.ok(error < 1e-5, `step ${at + 1}: loss and norm ${told.subarray(0, 2)}: off by ${error}`);
    }
    let at = 2;
    for (const name of names) {
      const expected = trained(name);
      const weights = withoutKeyBias(name, output.subarray(at, at + expected.length));
      const error = relativeL2(weights, withoutKeyBias(name, expected));
      assert.ok(error < BOUND, `${name} after ${request.steps} steps: off by ${error}`);
      at += expected.length;
    }
    assert.is(output.length, at);
  } finally {
    peer.stop();
  }
}

// The packages of others are a gigabyte, which `bench peers` installs.
const installed = await isInstalled(PEERS_FOLDER);
for (const entry of await listPeers('train', undefined)) {
  for (const name of ['movt-tiny', 'movt-tiny-prenorm-gelu']) {
    // It compiles a minute for each model on a software adapter, so it gets one.
    if (entry.name === 'jax-js' && name !== 'movt-tiny') continue;
    const declare = entry.package === undefined || installed ? test : test.skip;
    declare(`${entry.name} trains as PyTorch does: ${name}`, () => checkSteps(entry, name));
  }
}

test("a step's difference is the largest of its loss, its norm and its weights", () => {
  const ours = Float32Array.of(2, 4, 300, 400);
  assert.is(stepDifference(ours, ours), 0);
  for (const [i, expected] of [0.5, 0.25, 1 / 500, 1 / 500].entries()) {
    const other = ours.with(i, ours[i] + 1);
    assert.ok(Math.abs(stepDifference(other, ours) - expected) < 1e-7);
  }
  assert.ok(Number.isNaN(stepDifference(ours.with(3, NaN), ours)));
});

test.run();
