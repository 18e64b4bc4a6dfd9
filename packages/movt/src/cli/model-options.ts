import { badInput } from '@movt/kernels';
import type { Command } from 'commander';
import { type MovtConfig, parseConfig } from '../config.ts';
import type { ModelConfig } from '../models.ts';
import { pixtPreset, pixtPresetNames } from '../pixt/presets.ts';
import { presetConfig, presetNames } from '../presets.ts';
import { videomaePreset, videomaePresetNames } from '../videomae/presets.ts';
import { wholeNumber } from './options.ts';

/** What a model may differ in from its preset. */
export interface ModelOptions {
  velocityLags?: number[];
  displacement?: true;
}

/** Adds the options of `ModelOptions`. */
export function addModelOptions(command: Command): Command {
  const list = (text: string) => text.split(',').map((part) => (/^\d+$/.test(part.trim()) ? Number(part) : part));
  return command
    .option('--velocity-lags <list>', 'frames over which the motion branch sees ways: 1,2,4,8 (default: 1)', list)
    .option('--displacement', "the motion branch sees each point's way from its mean place too");
}

/** A preset with what was chosen otherwise. Throws bad_input for what no model can be. */
export function chosenConfig(preset: string, outputs: number, options: ModelOptions): MovtConfig {
  const { velocityLags, displacement } = options;
  const config = {
    ...presetConfig(preset, outputs),
    ...(velocityLags && { velocityLags }),
    ...(displacement && { displacement }),
  };
  return parseConfig(config, 'the command line');
}

/** What a model of any kind may differ in from its preset. */
export interface AnyModelOptions extends ModelOptions {
  points?: number;
  frames?: number;
  size?: number;
}

/** The presets of all kinds. */
export const anyPresetNames: readonly string[] = [...presetNames, ...pixtPresetNames, ...videomaePresetNames];

/** Adds the options of `AnyModelOptions`. */
export function addAnyModelOptions(command: Command): Command {
  return addModelOptions(command)
    .option('--points <count>', 'PixT: pixels of a clip, at most', wholeNumber('--points', 1, 65536))
    .option('--frames <count>', 'VideoMAE: frames of a clip (default: 16)', wholeNumber('--frames', 1, 256))
    .option('--size <pixels>', 'VideoMAE: along each side of a frame (default: 224)', wholeNumber('--size', 1, 1024));
}

/** The usual number of frames of VideoMAE's clips. */
const USUAL_FRAMES = 16;

/** A preset of any kind with what was chosen otherwise. Throws bad_input for what no such model can be. */
export function chosenModel(preset: string, outputs: number, options: AnyModelOptions): ModelConfig {
  const { points, frames, size, ...movt } = options;
  const refuseOthers = (others: object) => {
    const given = Object.keys(others).filter((name) => others[name as keyof typeof others] !== undefined);
    if (given.length > 0)
      throw badInput({ action: `choosing ${preset}`, given: given.join(', '), needed: 'its own options' });
  };
  if (videomaePresetNames.some((name) => name === preset)) {
    refuseOthers({ points, ...movt });
    return videomaePreset(preset, { frames: frames ?? USUAL_FRAMES, outputs, ...(size !== undefined && { size }) });
  }
  refuseOthers({ frames, size });
  if (pixtPresetNames.includes(preset)) {
    refuseOthers(movt);
    if (points === undefined)
      throw badInput({ action: `choosing ${preset}`, given: 'no --points', needed: 'how many pixels a clip has' });
    return pixtPreset(preset, { points, outputs });
  }
  refuseOthers({ points });
  return chosenConfig(preset, outputs, movt);
}
