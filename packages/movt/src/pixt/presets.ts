import { badInput } from '@movt/kernels';
import { presetConfig, presetNames } from '../presets.ts';
import type { PixtConfig } from './config.ts';

/** The names of all presets, largest first: each has the sizes of the MovT that is named like it. */
export const pixtPresetNames: readonly string[] = presetNames.map((name) => name.replace('movt', 'pixt'));

/**
 * The configuration of a preset for `points` pixels with a head of `outputs` classes or values.
 * @throws MovtError bad_input for a name that is no preset
 */
export function pixtPreset(name: string, { points, outputs }: Pick<PixtConfig, 'points' | 'outputs'>): PixtConfig {
  if (!pixtPresetNames.includes(name)) {
    throw badInput({ action: 'choosing a preset', given: `"${name}"`, needed: `one of ${pixtPresetNames.join(', ')}` });
  }
  const { positionHidden, velocityLags, displacement, ...trunk } = presetConfig(name.replace('pixt', 'movt'), outputs);
  return { model: 'pixt', points, ...trunk };
}
