import { join } from 'node:path';
import { writeFileAtomic } from '@movt/kernels/safetensors/file';
import { type Command, Option } from 'commander';
import type { Checkpoint } from '../checkpoint.ts';
import { readModelCheckpoint } from '../checkpoint-file.ts';
import type { AnyClip, ClipSet } from '../datasets/clip-set.ts';
import { checkTruth } from '../evaluate/check-truth.ts';
import { type Evaluation, evaluate } from '../evaluate/evaluate.ts';
import { clipsOfSplit, heldOutSplit, type Split, selectClips, splitNames } from '../evaluate/split.ts';
import { clipsByAnswer, groupsAreVideos, type Per } from '../evaluate/videos.ts';
import { isMovt, type ModelConfig, modelOf } from '../models.ts';
import { predictorOf } from '../predictors.ts';
import { clipKindOf, MODEL_NAMES, readClips } from '../videos/model-clips-file.ts';
import { costJson, costTable, formatTable, predictionStages } from './cost.ts';
import {
  addDeviceOption,
  type Device,
  type DeviceWord,
  describeDevice,
  deviceJson,
  onlyGpu,
  withDevice,
} from './device.ts';
import { intoFolder } from './outputs.ts';
import { type AnyPredictor, predictAll } from './predict.ts';
import { progress } from './progress.ts';
import { addClipSizes, type ClipSizeOptions, givenSizes } from './videomae-options.ts';

interface EvalOptions extends ClipSizeOptions {
  model: string;
  data: string;
  split?: Split;
  per?: Per;
  device: DeviceWord;
  output?: string;
  json?: true;
}

const EVALUATION = 'eval.json';
const CONFUSION = 'confusion.svg';
const CALIBRATION = 'calibration.svg';

/** A set of clips to judge a model by, and how. */
interface Exam {
  set: ClipSet<AnyClip>;
  source: string;
  split: Split;
  per: Per;
  /** The clips of each answer, by index. */
  answers: number[][];
}

/** `movt eval`: how well a model does on labelled clips. */
export function addEval(program: Command): void {
  const command = program
    .command('eval')
    .description('how well a model does: accuracy, confusion, calibration; of values, correlation and error')
    .requiredOption('--model <run>', 'the folder of a training run, or a checkpoint (safetensors or .pth)')
    .requiredOption(
      '--data <path>',
      'clips with labels or targets: a tracks file, a folder of them, or what `movt data videos` wrote',
    )
    .addOption(splitOption())
    .addOption(
      new Option(
        '--per <unit>',
        'judge each clip, or each video by the mean of its clips; video where data tell videos',
      ).choices(['clip', 'video']),
    )
    .option('-o, --output <folder>', `where ${EVALUATION}, ${CONFUSION} and ${CALIBRATION} go`)
    .option('--json', 'print one JSON document');
  addDeviceOption(addClipSizes(command)).action(async (options: EvalOptions) => {
    const { model, data, output, json, device: asked } = options;
    const checkpoint = await readModelCheckpoint(model, givenSizes(options));
    const kind = clipKindOf(checkpoint.config);
    const name = MODEL_NAMES[kind];
    const word = isMovt(checkpoint.config) ? asked : onlyGpu(asked, `a ${name}`);
    const exam = prepareExam(await readClips(kind, data), data, checkpoint, options);
    const isClassifier = checkpoint.task === 'classification';
    await intoFolder(output, isClassifier ? [EVALUATION, CONFUSION, CALIBRATION] : [EVALUATION], () =>
      withDevice(word, false, async (device) => {
        progress.stage(`predicting ${exam.set.clips.length} clip(s)`);
        const predictor = await loadModel(device, checkpoint);
        const { outputs, costs } = await predictAll(predictor, exam.set.clips, false);
        const stages = predictionStages(costs, device.context?.liveBytes ?? 0, name);
        await predictor.destroy();
        const evaluation = evaluate(checkpoint.task, outputs, exam.set, exam.answers);
        const names = outputNames(checkpoint, exam.set);
        const document = {
          ...evaluationJson(evaluation, exam, checkpoint.classes ?? exam.set.classes),
          timing: costJson(stages),
          ...deviceJson(device),
        };
        if (output !== undefined) await writeEvaluation(output, evaluation, names, document);
        progress.end();
        if (json) console.log(JSON.stringify(document));
        else {
          console.log(`${describeExam(exam)}\n${describeEvaluation(evaluation, names)}`);
          console.log(`\n${costTable(stages)}\n${describeDevice(device)}`);
        }
      }),
    );
  });
}

/** The model on its device; a MovT runs elsewhere than on a GPU too. */
async function loadModel(
  device: Device,
  { config, ...rest }: Checkpoint<ModelConfig>,
  // biome-ignore lint/suspicious/noExplicitAny: what its clips are depends on the configuration
): Promise<AnyPredictor<any, unknown>> {
  if (isMovt(config)) return device.createPredictor({ config, ...rest });
  return predictorOf(device.context!, modelOf(config), rest.weights);
}

/** `--split`: which clips of a set a command is about. */
export function splitOption(): Option {
  return new Option('--split <name>', 'which clips; without it test, else validation, else all').choices(splitNames);
}

function prepareExam(
  whole: ClipSet<AnyClip>,
  source: string,
  checkpoint: Checkpoint<ModelConfig>,
  { split = heldOutSplit(whole), per: wanted }: Pick<EvalOptions, 'split' | 'per'>,
): Exam {
  checkTruth(checkpoint, whole, source);
  const kept = clipsOfSplit(whole, split, source);
  const { check } = modelOf(checkpoint.config);
  for (const i of kept) check(whole.clips[i], `clip ${i} of ${source}`);
  const set = selectClips(whole, kept);
  const per = wanted ?? (groupsAreVideos(set) ? 'video' : 'clip');
  return { set, source, split, per, answers: clipsByAnswer(set, per) };
}

/** Names of the classes or values, where nobody has named them by their number. */
export function outputNames(
  { config, task, classes }: Checkpoint<ModelConfig>,
  set: ClipSet<unknown>,
): readonly string[] {
  const word = task === 'classification' ? 'class' : 'output';
  return classes ?? set.classes ?? Array.from({ length: config.outputs }, (_, i) => `${word} ${i}`);
}

function evaluationJson(
  evaluation: Evaluation,
  { set, split, per, answers }: Exam,
  classes: readonly string[] | undefined,
) {
  const head = { task: evaluation.task, split, per, count: answers.length, clips: set.clips.length };
  if (evaluation.task === 'regression') {
    const { pearson, meanPearson, rmse } = evaluation;
    return { ...head, pearson, meanPearson, rmse };
  }
  const { top1, perClass, meanPerClass, nll, confusion, calibration } = evaluation;
  const { ece, bins } = calibration;
  return { ...head, ...(classes && { classes }), top1, perClass, meanPerClass, nll, ece, confusion, calibration: bins };
}

async function writeEvaluation(
  folder: string,
  evaluation: Evaluation,
  names: readonly string[],
  document: unknown,
): Promise<void> {
  progress.stage(`writing ${folder}`);
  if (evaluation.task === 'classification') {
    // Plots take a moment to load: whoever wants none does not wait for them.
    const { confusionPicture } = await import('../evaluate/confusion-picture.ts');
    const { calibrationPicture } = await import('../evaluate/calibration-picture.ts');
    await writeFileAtomic(join(folder, CONFUSION), confusionPicture(evaluation.confusion, names));
    await writeFileAtomic(join(folder, CALIBRATION), calibrationPicture(evaluation.calibration));
  }
  await writeFileAtomic(join(folder, EVALUATION), `${JSON.stringify(document)}\n`);
}

/** What was judged: `test split of x: 180 clips of 60 videos, …`. */
function describeExam({ set, source, split, per, answers }: Exam): string {
  const which = split === 'all' ? `all of ${source}` : `${split} split of ${source}`;
  const clips = `${set.clips.length} clip(s)`;
  if (per === 'video') return `${which}: ${clips} of ${answers.length} video(s), the answers of each video averaged`;
  return `${which}: ${clips}, each by itself`;
}

function describeEvaluation(evaluation: Evaluation, names: readonly string[]): string {
  if (evaluation.task === 'regression') {
    const { pearson, meanPearson, rmse } = evaluation;
    const rows = names.map((name, k) => [name, show(pearson[k]), rmse[k].toPrecision(4)]);
    return formatTable([['output', "Pearson's r", 'RMSE'], ...rows, ['mean', show(meanPearson), '']]);
  }
  const { top1, perClass, meanPerClass, nll, confusion, calibration } = evaluation;
  const count = sum(confusion.flat());
  const summary = [
    ['top-1', show(top1), `${Math.round(top1 * count)} of ${count}`],
    ['mean per class', show(meanPerClass), ''],
    ['NLL', show(nll), ''],
    ['ECE', show(calibration.ece), '15 bins'],
  ];
  const classes = names.map((name, label) => {
    const row = confusion[label];
    return [name, `${sum(row)}`, show(perClass[label]), commonestMistake(row, label, names)];
  });
  return `${formatTable(summary)}\n\n${formatTable([['class', 'count', 'top-1', 'most taken for'], ...classes])}`;
}

/** `walk (3)`: what a class was taken for most often, and how often; nothing where that never happened. */
function commonestMistake(row: readonly number[], label: number, names: readonly string[]): string {
  const mistakes = row.map((count, predicted) => (predicted === label ? 0 : count));
  const most = mistakes.reduce((a, b) => Math.max(a, b));
  return most > 0 ? `${names[mistakes.indexOf(most)]} (${most})` : '';
}

const sum = (counts: readonly number[]) => counts.reduce((a, b) => a + b, 0);

const show = (value: number | null) => (value === null ? '–' : value.toFixed(4));
