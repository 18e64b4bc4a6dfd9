import { badInput, type GpuContext } from '@movt/kernels';
import type { Tracks } from '@movt/tracker/tracks';
import {
  type Checkpoint,
  createTrackGradient,
  isMovt,
  type ModelConfig,
  type TrackGradient,
  trackImportance,
} from 'movt';

/** Says how much each track matters. It is loaded and compiled when it is first wanted, since few ask for it. */
export interface Importance {
  /** At once where it is loaded. Throws bad_input for a model that takes video, and for one of values. */
  prepare(): Promise<void>;
  /** Of each clip's tracks for one output, [N] a clip, the largest 1. */
  of(clips: readonly Tracks[], outputs: readonly number[]): Promise<Float32Array[]>;
  destroy(): Promise<void>;
}

/** @param usual a clip of the sizes that are compiled for */
export function createImportance(
  context: GpuContext,
  { config, ...checkpoint }: Checkpoint<ModelConfig>,
  usual: () => Tracks,
): Importance {
  let loading: Promise<TrackGradient> | null = null;

  async function load(): Promise<TrackGradient> {
    if (!isMovt(config) || checkpoint.task !== 'classification') {
      const given = isMovt(config) ? 'a model of values' : 'a model that takes video';
      throw badInput({ action: 'asking for importance', given, needed: 'a model that tells classes from tracks' });
    }
    const gradient = createTrackGradient(context, { ...checkpoint, config });
    try {
      await gradient.gradient([usual()], [0]);
      return gradient;
    } catch (error) {
      await gradient.destroy();
      throw error;
    }
  }

  function loaded(): Promise<TrackGradient> {
    loading ??= load().catch((error) => {
      loading = null;
      throw error;
    });
    return loading;
  }

  return {
    prepare: async () => void (await loaded()),
    async of(clips, outputs) {
      const gradients = await (await loaded()).gradient(clips, outputs);
      return gradients.map((values, i) => Float32Array.from(trackImportance(values, clips[i].N)));
    },
    async destroy() {
      await (await loading?.catch(() => null))?.destroy();
    },
  };
}
