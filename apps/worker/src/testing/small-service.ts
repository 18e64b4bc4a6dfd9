import type { GpuContext } from '@movt/kernels';
import {
  initialWeights,
  type ModelConfig,
  type ModelPredictor,
  modelOf,
  parameterCount,
  parseVideomaeConfig,
  predictorOf,
  presetConfig,
} from 'movt';
import { Refusal } from '../refusal.ts';
import type { Clip, InferRequest, ModelDescription, ModelStatus, Service, ServiceState } from '../service.ts';

/** A service without queue and batches: real models of random weights, one call of the predictor for each request. */
export interface SmallService extends Service {
  state: ServiceState;
  /** Requests wait for it before they run. */
  gate: Promise<void>;
  /** What was asked for, as it came. */
  readonly asked: InferRequest[];
}

interface Loaded {
  status: ModelStatus & { description: ModelDescription };
  predictor: ModelPredictor<Clip>;
}

export const CLASSES = ['left', 'right', 'up: and away', 'down', 'ünder'];

export const VIDEO_CONFIG = parseVideomaeConfig(
  {
    model: 'videomae',
    frames: 2,
    size: 16,
    tubelet: 2,
    patch: 8,
    width: 16,
    layers: 1,
    heads: 2,
    mlpRatio: 4,
    outputs: 5,
    normEps: 1e-6,
    fcNormEps: 1e-6,
  },
  'the test',
);

/** Models `movt` (versions 1 and 2), `values` (a regression) and `video`; `broken` is one that could not be loaded. */
export function smallService(context: GpuContext): SmallService {
  const movt = presetConfig('movt-tiny', 5);
  const versions = [
    load(context, 'movt', '1', movt, 7),
    load(context, 'movt', '2', movt, 8),
    load(context, 'values', '1', presetConfig('movt-tiny', 2), 9),
    load(context, 'video', '1', VIDEO_CONFIG, 10),
  ];
  const broken = {
    name: 'broken',
    version: '1',
    state: 'UNAVAILABLE',
    reason: 'no checkpoint',
    description: null,
  } as const;
  const unloaded = new Set<string>();
  const asked: InferRequest[] = [];

  function find(name: string, version?: string): Loaded {
    const named = versions.filter(({ status }) => status.name === name && !unloaded.has(name));
    const found = version === undefined ? named.at(-1) : named.find(({ status }) => status.version === version);
    if (found) return found;
    if (name === 'broken') throw new Refusal(503, 'model "broken" is not ready: no checkpoint', 5);
    throw new Refusal(404, `asking a model: got "${name}", need one of movt, values, video`);
  }

  const service: SmallService = {
    state: 'ready',
    adapter: context.adapter.name,
    gate: Promise.resolve(),
    asked,
    started: Promise.resolve(),
    models: () => [...versions.filter(({ status }) => !unloaded.has(status.name)).map(({ status }) => status), broken],
    model: (name, version) => find(name, version).status,
    async load(name) {
      if (name === 'broken') throw new Refusal(400, 'loading broken: got no checkpoint, need one');
      unloaded.delete(name);
      find(name);
    },
    reload: async () => unloaded.clear(),
    async unload(name) {
      find(name);
      unloaded.add(name);
    },
    async infer(request) {
      const { model, version, clips, features, signal } = request;
      asked.push(request);
      const { status, predictor } = find(model, version);
      for (const [i, clip] of clips.entries()) check(status.description.config, clip, `clip ${i}`);
      await Promise.race([service.gate, aborted(signal)]);
      const answer = await predictor.predict(clips, { features });
      return {
        model,
        version: status.version,
        outputs: answer.outputs,
        features: answer.features ?? null,
        timing: { queueMs: 0, computeMs: answer.cost.runMs, batch: clips.length },
      };
    },
    importance: () => Promise.reject(new Refusal(404, 'not here')),
    withDevice: (work) => work(context),
    statistics: () =>
      versions.map(({ status: { name, version } }) => ({
        name,
        version,
        lastInference: 0,
        inferenceCount: asked.length,
        executionCount: asked.length,
        pending: 0,
        ...{ success: NONE, fail: NONE, queue: NONE, computeInput: NONE, computeInfer: NONE, computeOutput: NONE },
        batches: [{ batchSize: 1, computeInfer: { count: 1, ns: 1.5 } }],
      })),
    gpuBytes: () => context.liveBytes,
    drain: () => Promise.resolve(),
    destroy: async () => {
      for (const { predictor } of versions) await predictor.destroy();
    },
  };
  return service;
}

const NONE = { count: 0, ns: 0 };

function aborted(signal: AbortSignal | undefined): Promise<never> {
  return new Promise((_, reject) => signal?.addEventListener('abort', () => reject(signal.reason)));
}

function check(config: ModelConfig, clip: Clip, what: string): void {
  try {
    modelOf(config).check(clip, what);
  } catch (error) {
    throw new Refusal(422, (error as Error).message);
  }
}

function load(context: GpuContext, name: string, version: string, config: ModelConfig, seed: number): Loaded {
  const model = modelOf(config);
  const isVideo = 'model' in config;
  const isValues = name === 'values';
  const outputs = isValues ? ['values', 'features'] : ['logits', 'probabilities', 'features'];
  const description: ModelDescription = {
    config,
    classes: isValues ? null : CLASSES,
    task: isValues ? 'regression' : 'classification',
    takes: isVideo ? 'video' : 'tracks',
    inputs: isVideo
      ? [{ name: 'video', datatype: 'UINT8', shape: [-1, 2, 16, 16, 3] }]
      : [{ name: 'tracks', datatype: 'FP32', shape: [-1, -1, -1, 3] }],
    outputs: outputs.map((output) => ({
      name: output,
      datatype: 'FP32',
      shape: [-1, output === 'features' ? (config as { width: number }).width : config.outputs],
    })),
    parameters: parameterCount(model.parameters),
    maxBatch: 32,
  };
  const status = { name, version, state: 'READY', reason: '', description } as const;
  const weights = initialWeights(config, seed);
  return { status, predictor: predictorOf(context, model, weights) };
}
