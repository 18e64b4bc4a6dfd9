import type { Command } from 'commander';
import { writeCheckpoint } from '../checkpoint-file.ts';
import { movtFormulaWeights } from '../formula-weights.ts';
import { initialWeights } from '../init.ts';
import { movtParameters, parameterCount } from '../parameters.ts';
import { presetConfig, presetNames } from '../presets.ts';
import { wholeNumber } from './options.ts';
import { checkOutputs } from './outputs.ts';

interface InitOptions {
  preset: string;
  classes: number;
  formula?: true;
  seed: number;
  output: string;
}

/** `movt init`: writes the checkpoint of an untrained model. */
export function addInit(program: Command): void {
  program
    .command('init')
    .description('write an untrained checkpoint')
    .requiredOption('--preset <name>', presetNames.join(', '))
    .requiredOption('--classes <count>', 'classes to tell apart', wholeNumber('--classes', 1, 65536))
    .requiredOption('-o, --output <file>', 'the checkpoint (safetensors)')
    .option('--seed <number>', 'draws the weights', wholeNumber('--seed', 0, 2 ** 32 - 1), 0)
    .option('--formula', 'weights by a formula of their names instead, those of the golden files')
    .action(async ({ preset, classes, formula, seed, output }: InitOptions) => {
      const config = presetConfig(preset, classes);
      await checkOutputs([output], []);
      const weights = formula ? movtFormulaWeights(config) : initialWeights(config, seed);
      await writeCheckpoint(output, { config, weights, task: 'classification', classes: null });
      const how = formula ? 'formula' : `seed ${seed}`;
      console.log(`${output}: ${preset}, ${classes} classes, ${count(config)} untrained parameters (${how})`);
    });
}

const count = (config: ReturnType<typeof presetConfig>) =>
  parameterCount(movtParameters(config)).toLocaleString('en-US');
