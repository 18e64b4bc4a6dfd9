import { badInput } from '@movt/kernels';
import { type Checkpoint, isMovt, type ModelConfig, modelOf, parameterCount } from 'movt';
import type { Clip, ModelDescription, TensorSpec } from '../service.ts';
import type { Sizes } from './buckets.ts';

/** What is known of a model before it is on a device. */
export interface Kind {
  readonly description: Omit<ModelDescription, 'maxBatch'>;
  /** Clips as they usually come: what is compiled and run before the model is ready. */
  readonly usual: Sizes;
  sizesOf(clip: Clip): Sizes;
  /** A clip of these sizes in which nothing is to be seen. */
  blank(sizes: Sizes): Clip;
}

/** What `movt predict` samples from a video: 32 frames of 8×8 points. */
const USUAL_TRACKS: Sizes = { frames: 32, points: 64 };

/**
 * What the model of a checkpoint takes and answers.
 * @throws MovtError bad_input for a model that is neither MovT nor VideoMAE
 */
export function kindOf({ config, task, classes }: Checkpoint<ModelConfig>): Kind {
  if (isMovt(config)) {
    const inputs: TensorSpec[] = [{ name: 'tracks', datatype: 'FP32', shape: [-1, -1, -1, 3] }];
    return {
      description: { ...common(config, task, classes, config.width), takes: 'tracks', inputs },
      usual: USUAL_TRACKS,
      sizesOf: (clip) => ('N' in clip ? { frames: clip.T, points: clip.N } : wrongClip('video', 'tracks')),
      blank: ({ frames, points }) => ({ data: new Float32Array(frames * points * 3), T: frames, N: points }),
    };
  }
  if (config.model === 'videomae') {
    const { frames, size, patch } = config;
    const inputs: TensorSpec[] = [{ name: 'video', datatype: 'UINT8', shape: [-1, frames, size, size, 3] }];
    const usual = { frames, points: (size / patch) ** 2 };
    return {
      description: { ...common(config, task, classes, config.width), takes: 'video', inputs },
      usual,
      sizesOf: (clip) => ('pixels' in clip ? usual : wrongClip('tracks', 'video')),
      blank: () => ({ T: frames, height: size, width: size, pixels: () => new Uint8Array(frames * size * size * 3) }),
    };
  }
  throw badInput({ action: 'serving a model', given: `one of kind ${config.model}`, needed: 'a MovT or a VideoMAE' });
}

function common(
  config: ModelConfig,
  task: ModelDescription['task'],
  classes: readonly string[] | null,
  width: number,
): Pick<ModelDescription, 'config' | 'task' | 'classes' | 'parameters' | 'outputs'> {
  const answers = task === 'regression' ? ['values'] : ['logits', 'probabilities'];
  const outputs: TensorSpec[] = answers.map((name) => ({ name, datatype: 'FP32', shape: [-1, config.outputs] }));
  outputs.push({ name: 'features', datatype: 'FP32', shape: [-1, width] });
  return { config, task, classes, parameters: parameterCount(modelOf(config).parameters), outputs };
}

function wrongClip(given: string, needed: string): never {
  throw badInput({ action: 'checking a clip', given, needed });
}
