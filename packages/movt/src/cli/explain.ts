import { badInput, type GpuContext } from '@movt/kernels';
import type { Command } from 'commander';
import type { Checkpoint } from '../checkpoint.ts';
import { readCheckpoint } from '../checkpoint-file.ts';
import { readDataset } from '../datasets/file.ts';
import { checkTruth } from '../evaluate/check-truth.ts';
import { trackImportance } from '../evaluate/importance.ts';
import { indexOfLargest } from '../evaluate/log-probabilities.ts';
import { clipsOfSplit, heldOutSplit, type Split, selectClips } from '../evaluate/split.ts';
import { createPredictor } from '../predict.ts';
import { createTrackGradient } from '../train/track-gradient.ts';
import { outputNames, splitOption } from './eval.ts';
import {
  describeExplanations,
  EXPLANATION,
  type Explanation,
  explanationJson,
  HISTOGRAM,
  type Subject,
  writeExplanations,
} from './explain-report.ts';
import { withGpu } from './gpu.ts';
import { addClipOptions, type ClipChoice } from './options.ts';
import { intoFolder } from './outputs.ts';
import { blankFrame } from './picture/draw-importance.ts';
import { CLIPS_AT_ONCE, predictAll } from './predict.ts';
import { progress } from './progress.ts';
import { trackClip } from './track-clip.ts';

interface ExplainOptions extends ClipChoice {
  model: string;
  data?: string;
  tracks?: string;
  video?: string;
  split?: Split;
  output?: string;
  json?: true;
}

/** `movt explain`: which tracks an answer hangs on. */
export function addExplain(program: Command): void {
  const command = program
    .command('explain')
    .description("how much each track matters, by the gradient of a class's logit with respect to it")
    .requiredOption('--model <run>', 'the folder of a training run, or a checkpoint (safetensors)')
    .option('--data <path>', 'a tracks file, or a folder of them: why clips are of their class, where they have labels')
    .option('--tracks <path>', 'the same: why the model answers as it does')
    .option('--video <path>', 'a video or a folder of images, tracked first: why the model answers as it does')
    .addOption(splitOption());
  addClipOptions(command, '32')
    .option('-o, --output <folder>', `where ${EXPLANATION}, ${HISTOGRAM} and pictures of clips go, blue to red`)
    .option('--json', 'print one JSON document')
    .action(async (options: ExplainOptions) => {
      const { output, json } = options;
      checkChoices(options);
      const checkpoint = await readCheckpoint(options.model);
      if (checkpoint.task !== 'classification') {
        throw badInput({
          action: 'explaining',
          given: 'a model that regresses values',
          needed: 'one that tells classes',
        });
      }
      const stored = await readClips(options, checkpoint);
      await intoFolder(output, [EXPLANATION, HISTOGRAM], () =>
        withGpu(async (context) => {
          const subject = stored ?? (await trackSubject(context, options));
          const explanations = await explainAll(context, checkpoint, subject);
          const document = { ...explanationJson(explanations, checkpoint, subject.set), adapter: context.adapter.name };
          const names = outputNames(checkpoint, subject.set);
          if (output !== undefined) await writeExplanations(output, explanations, subject, document);
          progress.end();
          if (json) console.log(JSON.stringify(document));
          else console.log(`${describeExplanations(explanations, names)}\nadapter: ${context.adapter.name}`);
        }),
      );
    });
}

function checkChoices({ data, tracks, video, split }: ExplainOptions): void {
  const refuse = (given: string, needed: string) => badInput({ action: 'explaining', given, needed });
  const sources = Object.entries({ data, tracks, video }).flatMap(([name, value]) => (value ? [`--${name}`] : []));
  if (sources.length === 0) throw refuse('no clips', '--data FILE, --tracks FILE or --video PATH');
  if (sources.length > 1) throw refuse(sources.join(' and '), 'one of them');
  if (split !== undefined && data === undefined) throw refuse(`--split with ${sources[0]}`, '--data, which has splits');
}

/** The clips of a file; null where a video is to be tracked. Only `--data` says what is true of them. */
async function readClips({ data, tracks, split }: ExplainOptions, checkpoint: Checkpoint): Promise<Subject | null> {
  const path = data ?? tracks;
  if (path === undefined) return null;
  const whole = await readDataset(path);
  const { clipNames } = whole;
  const frame = blankFrame(whole.picture);
  if (data === undefined) return { set: { clips: whole.clips }, places: [...clipNames.keys()], clipNames, frame };
  if (whole.labels) checkTruth(checkpoint, whole, data);
  const places = clipsOfSplit(whole, split ?? heldOutSplit(whole), data);
  return { set: selectClips(whole, places), places, clipNames, frame };
}

async function trackSubject(context: GpuContext, options: ExplainOptions): Promise<Subject> {
  const { tracks, lastFrame } = await trackClip(context, options.video!, options);
  return { set: { clips: [tracks] }, places: [0], clipNames: [options.video!], frame: lastFrame };
}

async function explainAll(context: GpuContext, checkpoint: Checkpoint, subject: Subject): Promise<Explanation[]> {
  const { clips, labels } = subject.set;
  progress.stage(`predicting ${clips.length} clip(s)`);
  const predictor = createPredictor(context, checkpoint);
  const { outputs } = await predictAll(predictor, clips, false);
  await predictor.destroy();
  const predicted = outputs.map(indexOfLargest);
  const classes = labels ?? predicted;
  const source = createTrackGradient(context, checkpoint);
  progress.stage(`explaining ${clips.length} clip(s)`);
  const explanations: Explanation[] = [];
  for (let first = 0; first < clips.length; first += CLIPS_AT_ONCE) {
    const some = clips.slice(first, first + CLIPS_AT_ONCE);
    const gradients = await source.gradient(some, classes.slice(first, first + CLIPS_AT_ONCE));
    for (const [k, gradient] of gradients.entries()) {
      const i = first + k;
      const clip = subject.places[i];
      explanations.push({
        clip,
        name: subject.clipNames[clip],
        class: classes[i],
        predicted: predicted[i],
        importance: trackImportance(gradient, clips[i].N),
      });
    }
    progress.advance(explanations.length, clips.length);
  }
  await source.destroy();
  return explanations;
}
