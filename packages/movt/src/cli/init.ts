import type { Command } from 'commander';
import { writeCheckpoint } from '../checkpoint-file.ts';
import { modelFormulaWeights } from '../formula-weights.ts';
import { initialWeights } from '../init.ts';
import { modelOf } from '../models.ts';
import { parameterCount } from '../parameters.ts';
import { type AnyModelOptions, addAnyModelOptions, anyPresetNames, chosenModel } from './model-options.ts';
import { wholeNumber } from './options.ts';
import { checkOutputs } from './outputs.ts';

interface InitOptions extends AnyModelOptions {
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
    .requiredOption('--preset <name>', anyPresetNames.join(', '))
    .requiredOption('--classes <count>', 'classes to tell apart', wholeNumber('--classes', 1, 65536))
    .requiredOption('-o, --output <file>', 'the checkpoint (safetensors)')
    .option('--seed <number>', 'draws the weights', wholeNumber('--seed', 0, 2 ** 32 - 1), 0)
    .option('--formula', 'weights by a formula of their names instead, those of the golden files');
  addAnyModelOptions(command).action(async ({ preset, classes, formula, seed, output, ...model }: InitOptions) => {
    const config = chosenModel(preset, classes, model);
    await checkOutputs([output], []);
    const weights = formula ? modelFormulaWeights(config) : initialWeights(config, seed);
    await writeCheckpoint(output, { config, weights, task: 'classification', classes: null });
    const how = formula ? 'formula' : `seed ${seed}`;
    const count = parameterCount(modelOf(config).parameters).toLocaleString('en-US');
    console.log(`${output}: ${preset}, ${classes} classes, ${count} untrained parameters (${how})`);
  });
}
