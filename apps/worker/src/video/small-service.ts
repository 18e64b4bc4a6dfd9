/** For tests: a service of real models on a real device, without queue and batches; turns on the device are taken one after another. */
import type { GpuContext } from '@movt/kernels';
import { parseSafetensors } from '@movt/kernels/safetensors';
import { readFileBytes } from '@movt/kernels/safetensors/file';
import {
  type Checkpoint,
  createTrackGradient,
  decodeCheckpoint,
  initialWeights,
  type ModelConfig,
  modelOf,
  parameterCount,
  parseVideomaeConfig,
  predictorOf,
  presetConfig,
  trackImportance,
} from 'movt';
import { Refusal } from '../refusal.ts';
import type { Clip, InferRequest, ModelDescription, Service } from '../service.ts';

export interface SmallService extends Service {
  /** Models that were asked, in order. */
  readonly asked: string[];
  /** Another one stands for a device that was lost and made anew. */
  context: GpuContext;
  /** Work on the device waits for it. */
  gate: Promise<void>;
}

type Loaded = { name: string; version: string; state: 'READY'; reason: ''; description: ModelDescription };

/** Models `movt` (the shipped one: 12 motions), `video` (a tiny VideoMAE of 12 classes), `other` (of 3 classes) and `values`. */
export async function smallService(context: GpuContext): Promise<SmallService> {
  const file = 'packages/movt/models/motion-12.safetensors';
  const shipped = decodeCheckpoint(parseSafetensors(await readFileBytes(file), file), file);
  const random = (config: ModelConfig, task: Checkpoint['task'] = 'classification'): Checkpoint<ModelConfig> => ({
    config,
    task,
    classes: null,
    weights: initialWeights(config, 1),
  });
  const video = parseVideomaeConfig(
    {
      model: 'videomae',
      frames: 4,
      size: 32,
      tubelet: 2,
      patch: 8,
      width: 16,
      layers: 1,
      heads: 2,
      mlpRatio: 4,
      outputs: 12,
      normEps: 1e-6,
      fcNormEps: 1e-6,
    },
    'the test',
  );
  const checkpoints = new Map<string, Checkpoint<ModelConfig>>([
    ['movt', shipped],
    ['video', random(video)],
    ['other', random(presetConfig('movt-tiny', 3))],
    ['values', random(presetConfig('movt-tiny', 2), 'regression')],
  ]);
  const predictors = new Map(
    [...checkpoints].map(([name, { config, weights }]) => [name, predictorOf<Clip>(context, modelOf(config), weights)]),
  );
  const models = [...checkpoints].map(([name, checkpoint]) => ({ ...READY, name, description: describe(checkpoint) }));
  const asked: string[] = [];
  let last: Promise<unknown> = Promise.resolve();

  const find = (name: string, version = '1'): Loaded => {
    const found = models.find((model) => model.name === name && version === '1');
    if (found) return found;
    throw new Refusal(
      404,
      `asking a model: got '${name}' version ${version}, need one of ${models.map((m) => m.name)}.`,
    );
  };
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const turn = last.then(work);
    last = turn.catch(() => {});
    return turn;
  };

  const service: SmallService = {
    asked,
    context,
    gate: Promise.resolve(),
    state: 'ready',
    adapter: context.adapter.name,
    started: Promise.resolve(),
    models: () => models,
    model: find,
    async load() {},
    async reload() {},
    async unload() {},
    infer({ model, clips, features, signal }: InferRequest) {
      asked.push(model);
      const began = performance.now();
      return inTurn(async () => {
        signal?.throwIfAborted();
        const queueMs = performance.now() - began;
        const answer = await predictors.get(find(model).name)!.predict(clips, { features });
        const timing = { queueMs, computeMs: answer.cost.runMs, batch: 1 };
        return { model, version: '1', outputs: answer.outputs, features: answer.features ?? null, timing };
      });
    },
    importance: ({ clip, output }) =>
      inTurn(async () => {
        const gradient = createTrackGradient(context, shipped);
        const [of] = await gradient.gradient([clip], [output]);
        await gradient.destroy();
        return Float32Array.from(trackImportance(of, clip.N));
      }),
    withDevice: (work, signal) =>
      inTurn(async () => {
        await service.gate;
        signal?.throwIfAborted();
        return work(service.context);
      }),
    statistics: () => [],
    gpuBytes: () => context.liveBytes,
    async drain() {},
    async destroy() {
      for (const predictor of predictors.values()) await predictor.destroy();
    },
  };
  return service;
}

const READY = { version: '1', state: 'READY', reason: '' } as const;

function describe({ config, classes, task }: Checkpoint<ModelConfig>): ModelDescription {
  return {
    config,
    classes,
    task,
    takes: 'model' in config ? 'video' : 'tracks',
    inputs: [],
    outputs: [],
    parameters: parameterCount(modelOf(config).parameters),
    maxBatch: 32,
  };
}
