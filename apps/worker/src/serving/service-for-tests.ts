import { createContext, createRandom, type GpuContext } from '@movt/kernels';
import { platformGpu } from '@movt/kernels/platform';
import type { Tracks } from '@movt/tracker/tracks';
import { type Checkpoint, createPredictor, initialWeights, type ModelConfig, presetConfig } from 'movt';
import type { Service } from '../service.ts';
import { createService, type ServiceOptions } from './create-service.ts';
import type { Repository } from './repository.ts';

/** A MovT of the smallest kind; the seed decides what it answers. */
export function tinyCheckpoint(seed: number, preset = 'movt-tiny'): Checkpoint {
  const config = presetConfig(preset, 5);
  return { config, weights: initialWeights(config, seed), task: 'classification', classes: ['a', 'b', 'c', 'd', 'e'] };
}

/** A clip of smooth random paths. */
export function drawClip(seed: number, T: number, N: number): Tracks {
  const steps = createRandom(seed).normal(T * N * 3);
  const data = new Float32Array(T * N * 3);
  for (let i = 0; i < data.length; i++) {
    if (i % 3 === 2) data[i] = steps[i] > 1 ? 1 : 0;
    else data[i] = 0.05 * steps[i] + (i >= N * 3 ? data[i - N * 3] : steps[i]);
  }
  return { data, T, N };
}

export const openContext = async () => createContext({ gpu: await platformGpu() });

/** What the models of these checkpoints answer when they are asked directly: [checkpoints][clips]. */
export async function directAnswers(checkpoints: readonly Checkpoint[], clips: readonly Tracks[]) {
  const context = await openContext();
  const answers: Float32Array[][] = [];
  for (const checkpoint of checkpoints) {
    const predictor = createPredictor(context, checkpoint);
    answers.push((await predictor.predict(clips)).outputs);
    await predictor.destroy();
  }
  context.destroy();
  return answers;
}

/** A repository of checkpoints by `NAME/VERSION`; what is no checkpoint is thrown. It may be changed. */
export function memoryRepository(held: Map<string, Checkpoint<ModelConfig> | Error>): Repository {
  return {
    list: async () => [...held.keys()].map((key) => ({ name: key.split('/')[0], version: key.split('/')[1] })),
    async read(name, version) {
      const found = held.get(`${name}/${version}`);
      if (!found) throw new Error(`no ${name}/${version}`);
      if (found instanceof Error) throw found;
      return found;
    },
  };
}

/** A service on a real device, with the contexts that it opened and the lines that it logged. */
export async function openService(
  held: Map<string, Checkpoint<ModelConfig> | Error> | Repository,
  options: Partial<ServiceOptions> = {},
): Promise<{ service: Service; contexts: GpuContext[]; lines: object[] }> {
  const contexts: GpuContext[] = [];
  const lines: object[] = [];
  const service = await createService({
    repository: held instanceof Map ? memoryRepository(held) : held,
    async gpu() {
      const context = await openContext();
      contexts.push(context);
      return context;
    },
    limits: { frames: 64, points: 64, clips: 64 },
    batching: { maxBatch: 8, maxDelayMs: 2, maxQueue: 64 },
    log: (line) => lines.push(line),
    ...options,
  });
  await service.started;
  return { service, contexts, lines };
}

/** A deadline that no test waits for. */
export const later = () => performance.now() + 120_000;
