import type { Command } from 'commander';
import { type MovtConfig, parseConfig } from '../config.ts';
import { presetConfig } from '../presets.ts';

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
