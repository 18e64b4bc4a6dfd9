import type { Command } from 'commander';
import { writeCheckpoint } from '../checkpoint-file.ts';
import type { MovtConfig } from '../config.ts';
import { modelFormulaWeights } from '../formula-weights.ts';
import { initialWeights } from '../init.ts';
import { movtParameters, parameterCount } from '../parameters.ts';
import { presetNames } from '../presets.ts';
import { addModelOptions, chosenConfig, type ModelOptions } from './model-options.ts';
import { wholeNumber } from './options.ts';
import { checkOutputs } from './outputs.ts';

interface InitOptions extends ModelOptions {
  preset: string;
  classes: number;
  formula?: true;
  seed: number;
  output: string;
}

/** `movt init`: writes the checkpoint of an untrained model. */
export function addInit(program: Command): void {
  const command = program
    .command('init')
    .description('write an untrained checkpoint')
    .requiredOption('--preset <name>', presetNames.join(', '))
    .requiredOption('--classes <count>', 'classes to tell apart', wholeNumber('--classes', 1, 65536))
    .requiredOption('-o, --output <file>', 'the checkpoint (safetensors)')
    .option('--seed <number>', 'draws the weights', wholeNumber('--seed', 0, 2 ** 32 - 1), 0)
    .option('--formula', 'weights by a formula of their names instead, those of the golden files');
  addModelOptions(command).action(async ({ preset, classes, formula, seed, output, ...model }: InitOptions) => {
    const config = chosenConfig(preset, classes, model);
    await checkOutputs([output], []);
    const weights = formula ? modelFormulaWeights(config) : initialWeights(config, seed);
    await writeCheckpoint(output, { config, weights, task: 'classification', classes: null });
    const how = formula ? 'formula' : `seed ${seed}`;
    console.log(`${output}: ${preset}, ${classes} classes, ${count(config)} untrained parameters (${how})`);
  });
}

const count = (config: MovtConfig) => parameterCount(movtParameters(config)).toLocaleString('en-US');
