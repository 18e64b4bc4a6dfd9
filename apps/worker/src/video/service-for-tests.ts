import type { GpuContext } from '@movt/kernels';
import { parseSafetensors } from '@movt/kernels/safetensors';
import { readFileBytes } from '@movt/kernels/safetensors/file';
import {
  type Checkpoint,
  decodeCheckpoint,
  initialWeights,
  type ModelConfig,
  parseVideomaeConfig,
  presetConfig,
} from 'movt';
import type { Service } from '../service.ts';
import { openService } from '../serving/service-for-tests.ts';

const VIDEO = {
  ...{ model: 'videomae', frames: 4, size: 32, tubelet: 2, patch: 8, width: 16, layers: 1, heads: 2 },
  ...{ mlpRatio: 4, outputs: 12, normEps: 1e-6, fcNormEps: 1e-6 },
};

/**
 * A service of `movt` (the shipped model: 12 motions), `video` (a VideoMAE of 12 classes), `other` (a MovT of 3) and `values` (a regression); the
 * last three know nothing.
 */
export async function videoService(): Promise<{
  service: Service;
  /** Names of the models that were asked, in order. */
  asked: string[];
  /** The newest. */
  context: () => GpuContext;
}> {
  const file = 'packages/movt/models/motion-12.safetensors';
  const random = (config: ModelConfig, task: Checkpoint['task']): Checkpoint<ModelConfig> => {
    return { config, task, classes: null, weights: initialWeights(config, 1) };
  };
  const checkpoints: Record<string, Checkpoint<ModelConfig>> = {
    movt: decodeCheckpoint(parseSafetensors(await readFileBytes(file), file), file),
    video: random(parseVideomaeConfig(VIDEO, 'the test'), 'classification'),
    other: random(presetConfig('movt-tiny', 3), 'classification'),
    values: random(presetConfig('movt-tiny', 2), 'regression'),
  };
  const { service, contexts } = await openService(
    {
      list: async () => Object.keys(checkpoints).map((name) => ({ name, version: '1' })),
      read: async (name) => checkpoints[name],
    },
    { limits: { frames: 64, points: 256, clips: 64 } },
  );
  const asked: string[] = [];
  const { infer } = service;
  service.infer = (request) => {
    asked.push(request.model);
    return infer(request);
  };
  return { service, asked, context: () => contexts.at(-1)! };
}
