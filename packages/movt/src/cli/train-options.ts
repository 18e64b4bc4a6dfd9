import { readFile } from 'node:fs/promises';
import { badInput } from '@movt/kernels';
import { fileError } from '@movt/kernels/safetensors/file';
import { type Command, Option } from 'commander';
import { parseSettings, type TrainSettingsInput } from '../train/settings.ts';
import type { ModelOptions } from './model-options.ts';
import { numberOption } from './options.ts';
import type { ClipSizeOptions } from './videomae-options.ts';

/** Options that are settings by another name. */
interface SettingOptions {
  epochs?: number;
  batchSize?: number;
  accumulate?: number;
  lr?: number;
  schedule?: string;
  warmUp?: number;
  plateau?: object;
  weightDecay?: number;
  dropout?: number;
  labelSmoothing?: number;
  maxNorm?: number;
  seed?: number;
  freeze?: string[];
  layerDecay?: number;
  validation?: number;
  watch?: string;
  stopAfter?: number;
  perVideo?: true;
  augment?: object;
}

export interface TrainOptions extends SettingOptions, ModelOptions, ClipSizeOptions {
  data?: string;
  preset?: string;
  from?: string;
  output: string;
  resume?: true;
  settings?: string;
}

const AUGMENTATION_HELP = `
What --augment changes in every clip, drawn anew in each epoch:
  crop=0.7        keeps a part of at least that share of the frames
  speed=1.3       plays it up to so much faster or slower
  dropPoints=0.3  takes away up to that share of the points
  rotation=15     turns it up to so many degrees either way
  scale=1.2       makes it up to so much larger or smaller
  shear=0.15      moves x by up to so much for a unit of y
  shift=0.05      moves it up to so far in x and in y
  flip            mirrors every other clip: not where left and right mean something
  recolour        exchanges and inverts red, green and blue, where a model sees colours
  drift=0.02      lets each point wander by itself, slowly, with that standard deviation
  occlusion=0.1   hides that share of the points for a spell`;

/** Adds an option for each setting; what each is when left out, and what it may be, `train/settings.ts` says. */
export function addSettingOptions(command: Command): Command {
  const recipe = parseSettings({}, 'the recipe');
  const add = (flags: string, text: string, preset: unknown, parse: (text: string) => unknown) =>
    command.addOption(new Option(flags, `${text} (default: ${preset})`).argParser(parse));
  const number = (flags: string, text: string, preset: number) => {
    return add(flags, text, preset || 'none', numberOption(flags.slice(0, flags.indexOf(' '))));
  };
  number('--epochs <count>', 'times that every clip is seen', recipe.epochs);
  number('--batch-size <count>', 'clips in a batch', recipe.batchSize);
  number('--accumulate <count>', 'batches whose gradients make one step', recipe.accumulate);
  number('--lr <rate>', 'learning rate', recipe.learningRate);
  add('--schedule <name>', 'plateau, cosine or constant', recipe.schedule, String);
  number('--warm-up <steps>', 'steps in which the learning rate rises', recipe.warmUp);
  const plateau = `factor=${recipe.plateau.factor},patience=${recipe.plateau.patience}`;
  add('--plateau <list>', `of ${Object.keys(recipe.plateau).join(', ')}`, plateau, assignments('--plateau'));
  number('--weight-decay <rate>', "AdamW's", recipe.weightDecay);
  number('--dropout <share>', "in the encoder's layers", recipe.dropout);
  number('--label-smoothing <share>', 'of the target that goes to all classes alike', recipe.labelSmoothing);
  number('--max-norm <norm>', 'to which gradients are clipped', recipe.maxNorm);
  add('--seed <number>', 'decides every draw', recipe.seed, numberOption('--seed'));
  add('--freeze <names>', 'parameters that stay, by the beginnings of their names: motion,fuse', 'none', (text) =>
    text.split(','),
  );
  number('--layer-decay <factor>', 'of the learning rate, from one layer to the one before it', recipe.layerDecay);
  number('--validation <share>', 'training clips held out, where the data has no validation clips', recipe.validation);
  add('--watch <what>', 'loss or score: what the plateau, --stop-after and the best epoch go by', recipe.watch, String);
  number('--stop-after <epochs>', 'without a better one', recipe.stopAfter);
  add('--augment <list>', 'see below: crop=0.7,rotation=10,flip', 'none', assignments('--augment'));
  return command
    .option('--per-video', 'validate by video: the clips of a group are averaged')
    .option('--settings <file>', 'settings as JSON, by the names in settings.json; options go before them')
    .addHelpText('after', AUGMENTATION_HELP);
}

/** A list such as `crop=0.7,flip`: numbers, words, or true where nothing is said. */
function assignments(option: string): (text: string) => Record<string, unknown> {
  return (text) =>
    Object.fromEntries(
      text.split(',').map((part) => {
        const [, key, value] = /^\s*(\w+)\s*(?:=\s*(\S+)\s*)?$/.exec(part) ?? [];
        if (!key || key === '__proto__') {
          throw badInput({ action: `reading ${option}`, given: `'${part}'`, needed: 'a list such as key=0.5,other=2' });
        }
        if (value === undefined) return [key, true];
        return [key, Number.isNaN(Number(value)) ? value : Number(value)];
      }),
    );
}

/** The settings that were given, by option or by file, and no others. Throws bad_input for one that may not be so. */
export async function givenSettings(options: TrainOptions): Promise<TrainSettingsInput> {
  const fromFile = options.settings === undefined ? {} : await readSettingsFile(options.settings);
  const given = Object.entries({
    epochs: options.epochs,
    batchSize: options.batchSize,
    accumulate: options.accumulate,
    learningRate: options.lr,
    schedule: options.schedule,
    warmUp: options.warmUp,
    plateau: options.plateau && { ...fromFile.plateau, ...options.plateau },
    weightDecay: options.weightDecay,
    dropout: options.dropout,
    labelSmoothing: options.labelSmoothing,
    maxNorm: options.maxNorm,
    seed: options.seed,
    frozen: options.freeze,
    layerDecay: options.layerDecay,
    validation: options.validation,
    watch: options.watch,
    stopAfter: options.stopAfter,
    perVideo: options.perVideo,
    augmentation: options.augment && { ...fromFile.augmentation, ...options.augment },
  }).filter(([, value]) => value !== undefined);
  const settings = { ...fromFile, ...Object.fromEntries(given) };
  parseSettings(settings, 'the command line');
  return settings;
}

async function readSettingsFile(path: string): Promise<TrainSettingsInput> {
  const text = await readFile(path, 'utf8').catch((error) => {
    throw fileError('reading', path, error);
  });
  try {
    const value = JSON.parse(text);
    parseSettings(value, path);
    return value;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw badInput({ action: `reading ${path}`, given: 'what is not JSON', needed: 'settings as JSON' });
  }
}
