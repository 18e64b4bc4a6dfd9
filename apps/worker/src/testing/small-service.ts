import { type Checkpoint, initialWeights, type ModelConfig, parseVideomaeConfig, presetConfig } from 'movt';
import type { InferRequest, Service, ServiceState } from '../service.ts';
import { openService } from '../serving/service-for-tests.ts';
import { LIMITS } from './small-app.ts';

/** A service on a real device, which can be told what state to show and shows what it was asked. */
export interface SmallService extends Service {
  state: ServiceState;
  readonly asked: InferRequest[];
}

export const CLASSES = ['left', 'right', 'up: and away', 'down', 'ünder'];

const VIDEO = {
  ...{ model: 'videomae', frames: 2, size: 16, tubelet: 2, patch: 8, width: 16, layers: 1, heads: 2 },
  ...{ mlpRatio: 4, outputs: 5, normEps: 1e-6, fcNormEps: 1e-6 },
};

/** Models `movt` (versions 1 and 2), `values` (a regression) and `video`, of random weights; `broken` is one that cannot be loaded. */
export async function smallService(): Promise<SmallService> {
  const movt = presetConfig('movt-tiny', 5);
  const held = new Map<string, Checkpoint<ModelConfig> | Error>([
    ['movt/1', classifier(movt, 7)],
    ['movt/2', classifier(movt, 8)],
    ['values/1', { ...classifier(presetConfig('movt-tiny', 2), 9), task: 'regression', classes: null }],
    ['video/1', classifier(parseVideomaeConfig(VIDEO, 'the test'), 10)],
    ['broken/1', new Error('no checkpoint')],
  ]);
  const { service } = await openService(held, {
    limits: LIMITS,
    batching: { maxBatch: 32, maxDelayMs: 0, maxQueue: 64 },
  });
  const asked: InferRequest[] = [];
  const infer: Service['infer'] = (request) => {
    asked.push(request);
    return service.infer(request);
  };
  return Object.create(service, {
    state: { value: 'ready', writable: true },
    asked: { value: asked },
    infer: { value: infer },
  });
}

function classifier(config: ModelConfig, seed: number): Checkpoint<ModelConfig> {
  return { config, weights: initialWeights(config, seed), task: 'classification', classes: CLASSES };
}
