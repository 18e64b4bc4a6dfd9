import { badInput } from '@movt/kernels';
import { parseVideomaeConfig, type VideomaeConfig } from './config.ts';

/** The authors' encoders: https://github.com/MCG-NJU/VideoMAE */
const PRESETS = {
  'videomae-small': { width: 384, layers: 12, heads: 6 },
  'videomae-base': { width: 768, layers: 12, heads: 12 },
} as const;

export type VideomaePresetName = keyof typeof PRESETS;

export const videomaePresetNames = Object.keys(PRESETS) as VideomaePresetName[];

/**
 * The configuration of a preset: patches of 16×16 pixels and two frames, or of one where there is only one.
 * @throws MovtError bad_input for a name that is no preset, and for frames and sizes that patches do not fill
 */
export function videomaePreset(
  name: string,
  { frames, outputs, size = 224 }: { frames: number; outputs: number; size?: number },
): VideomaeConfig {
  if (!Object.hasOwn(PRESETS, name)) {
    const needed = `one of ${videomaePresetNames.join(', ')}`;
    throw badInput({ action: 'choosing a preset', given: `"${name}"`, needed });
  }
  const config = {
    model: 'videomae',
    frames,
    size,
    tubelet: frames === 1 ? 1 : 2,
    patch: 16,
    ...PRESETS[name as VideomaePresetName],
    mlpRatio: 4,
    outputs,
    normEps: 1e-6,
    fcNormEps: 1e-6,
  };
  return parseVideomaeConfig(config, `the preset ${name}`);
}
