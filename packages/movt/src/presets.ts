import { badInput } from '@movt/kernels';
import type { MovtConfig } from './config.ts';

type Preset = Omit<MovtConfig, 'outputs'>;

const PRESETS = {
  /** The paper's model: fitted so that it reproduces every cost that the paper prints. */
  'movt-base': {
    dim: 128,
    width: 256,
    heads: 8,
    feedForward: 2048,
    layers: 4,
    motionHidden: [128, 256],
    kernel: 3,
    positionHidden: [128, 128, 512],
    activation: 'relu',
    normFirst: false,
    velocityLags: [1],
    displacement: false,
  },
  /** For 15 to 60 points and some hundred training clips: 0.6 MB. */
  'movt-small': {
    dim: 64,
    width: 64,
    heads: 4,
    feedForward: 128,
    layers: 3,
    motionHidden: [32, 64],
    kernel: 5,
    positionHidden: [32, 64],
    activation: 'relu',
    normFirst: false,
    velocityLags: [1],
    displacement: false,
  },
  /** The smallest one with every part: for tests. */
  'movt-tiny': {
    dim: 16,
    width: 32,
    heads: 4,
    feedForward: 64,
    layers: 2,
    motionHidden: [8, 16],
    kernel: 3,
    positionHidden: [8],
    activation: 'relu',
    normFirst: false,
    velocityLags: [1],
    displacement: false,
  },
} as const satisfies Record<string, Preset>;

/** A name that `presetConfig` knows. */
export type PresetName = keyof typeof PRESETS;

/** The names of all presets, largest first. */
export const presetNames = Object.keys(PRESETS) as PresetName[];

/**
 * The configuration of a preset with a head of `outputs` classes or values.
 * @throws MovtError bad_input for a name that is no preset
 */
export function presetConfig(name: string, outputs: number): MovtConfig {
  if (!Object.hasOwn(PRESETS, name)) {
    throw badInput({ action: 'choosing a preset', given: `"${name}"`, needed: `one of ${presetNames.join(', ')}` });
  }
  return { ...PRESETS[name as PresetName], outputs };
}
