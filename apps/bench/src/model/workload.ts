import { badInput } from '@movt/kernels';
import {
  initialWeights,
  type Model,
  type ModelConfig,
  modelOf,
  pixtPreset,
  pixtPresetNames,
  presetConfig,
  presetNames,
  videomaePreset,
  videomaePresetNames,
  type Weights,
} from 'movt';
import { drawClips, drawPixels, drawVideos } from './random-clips.ts';

/** Outputs of every model that is measured: Jester's classes. */
const CLASSES = 27;

/** A model with random weights, and clips for it: what `bench model` measures. */
export interface Workload {
  // biome-ignore lint/suspicious/noExplicitAny: what its clips are depends on the preset
  readonly model: Model<any>;
  readonly weights: Weights;
  /** The same clips for the same size of batch. */
  drawClips(batch: number): unknown[];
}

/** The presets that can be measured. */
export const workloadNames: readonly string[] = [...presetNames, ...pixtPresetNames, ...videomaePresetNames];

/**
 * @param points of a clip of tracks, or pixels of PixT's; VideoMAE takes whole frames
 * @throws MovtError bad_input for a name that is no preset, and for frames that a model cannot take
 */
export function workloadOf(preset: string, frames: number, points: number): Workload {
  const made = (config: ModelConfig, draw: Workload['drawClips']): Workload => ({
    model: modelOf(config),
    weights: initialWeights(config, 1),
    drawClips: draw,
  });
  if (videomaePresetNames.some((name) => name === preset)) {
    const config = videomaePreset(preset, { frames, outputs: CLASSES });
    return made(config, (batch) => drawVideos(batch, frames, config.size));
  }
  if (pixtPresetNames.includes(preset)) {
    const config = pixtPreset(preset, { points, outputs: CLASSES });
    return made(config, (batch) => drawPixels(batch, frames, points));
  }
  if (!presetNames.some((name) => name === preset)) {
    throw badInput({ action: 'choosing a model', given: preset, needed: `one of ${workloadNames.join(', ')}` });
  }
  if (frames < 2) throw badInput({ action: `measuring ${preset}`, given: '1 frame', needed: 'at least 2' });
  return made(presetConfig(preset, CLASSES), (batch) => drawClips(batch, frames, points));
}
