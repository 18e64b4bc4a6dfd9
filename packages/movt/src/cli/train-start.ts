import { badInput } from '@movt/kernels';
import type { Checkpoint } from '../checkpoint.ts';
import { readModelCheckpoint } from '../checkpoint-file.ts';
import type { AnyClip, ClipSet } from '../datasets/clip-set.ts';
import { initialWeights, type Weights } from '../init.ts';
import { type ModelConfig, parseModelConfig } from '../models.ts';
import type { StoredRun } from '../train/run-folder.ts';
import type { ImportOptions } from '../videomae/import.ts';
import { type ClipKind, clipKindOf } from '../videos/model-clips-file.ts';
import { type AnyModelOptions, chosenModel, clipKindOfPreset } from './model-options.ts';
import type { TrainOptions } from './train-options.ts';
import { givenSizes } from './videomae-options.ts';

/** The model that training begins with: what it learns from is known before the data are read, its sizes only after. */
export interface Start {
  readonly clips: ClipKind;
  /** The configuration for a set of so many classes or values, and the weights before the first step. */
  begin(set: ClipSet<AnyClip>, outputs: number, seed: number): { config: ModelConfig; weights: Weights };
}

/**
 * The model that a command line asks for, or a stored run's.
 * @throws MovtError bad_input for options that do not go together, and for a checkpoint that cannot be read
 */
export async function chooseStart(options: TrainOptions, stored: StoredRun | null): Promise<Start> {
  const refuse = (given: string, needed: string) => badInput({ action: 'training', given, needed });
  const { preset, from, velocityLags, displacement } = options;
  const motion = { ...(velocityLags && { velocityLags }), ...(displacement && { displacement }) };
  const sizes = givenSizes(options);
  if (preset !== undefined && from !== undefined) throw refuse('both --preset and --from', 'one of them');
  if (from !== undefined && Object.keys(motion).length > 0) {
    throw refuse('options of a new model, and --from', "the checkpoint's own, or --preset");
  }
  if (preset !== undefined) {
    if (Object.keys(sizes).length > 0) {
      throw refuse('--frames, --size or --heads, and --preset', 'neither: frames and size are those of the data');
    }
    const clips = clipKindOfPreset(preset);
    return {
      clips,
      begin: (set, outputs, seed) =>
        untrained(chosenModel(preset, outputs, { ...motion, ...sizesOf(clips, set) }), seed),
    };
  }
  const run = stored?.run;
  const known = run && { clips: clipKindOf(run.config), config: run.config };
  if (known && from === undefined && stored.state) {
    const { weights } = stored.state.trainer;
    return { clips: known.clips, begin: () => ({ config: known.config, weights }) };
  }
  const path = from ?? run?.from;
  if (path) {
    const checkpoint = await readModelCheckpoint(path, { ...(known && storedSizes(known.config)), ...sizes });
    return {
      clips: clipKindOf(checkpoint.config),
      begin: (_, outputs, seed) => withOutputs(checkpoint, outputs, seed, path),
    };
  }
  if (!known) throw refuse('neither --preset nor --from', 'one of them');
  return { clips: known.clips, begin: (_set, _outputs, seed) => untrained(known.config, seed) };
}

const untrained = (config: ModelConfig, seed: number) => ({ config, weights: initialWeights(config, seed) });

/** What a checkpoint of others did not say of a run that began from it. */
function storedSizes(config: ModelConfig): ImportOptions {
  if (!('model' in config) || config.model !== 'videomae') return {};
  const { frames, size, heads } = config;
  return { frames, size, heads };
}

/** The sizes of a new model that its clips decide. */
function sizesOf(kind: ClipKind, { clips: [clip] }: ClipSet<AnyClip>): AnyModelOptions {
  if ('pixels' in clip) return { frames: clip.T, size: clip.height };
  return kind === 'pixels' ? { points: clip.N } : {};
}

/** A model with a head of so many outputs: its own where it has as many, or else one drawn anew. */
function withOutputs({ config: found, weights }: Checkpoint<ModelConfig>, outputs: number, seed: number, path: string) {
  const config = parseModelConfig({ ...found, outputs }, path);
  if (outputs === found.outputs) return { config, weights };
  const fresh = initialWeights(config, seed);
  for (const name of weights.keys()) if (name.startsWith('head.')) weights.set(name, fresh.get(name)!);
  return { config, weights };
}
