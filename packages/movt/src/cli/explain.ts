import { join } from 'node:path';
import { badInput, type GpuContext } from '@movt/kernels';
import { writeFileAtomic } from '@movt/kernels/safetensors/file';
import { type Image, writePng } from '@movt/tracker/image';
import type { TrackSet } from '@movt/tracker/tracks';
import type { Command } from 'commander';
import type { Checkpoint } from '../checkpoint.ts';
import { readCheckpoint } from '../checkpoint-file.ts';
import { readDataset } from '../datasets/file.ts';
import { checkTruth } from '../evaluate/check-truth.ts';
import { importantCount, trackImportance } from '../evaluate/importance.ts';
import { indexOfLargest } from '../evaluate/log-probabilities.ts';
import { clipsOfSplit, heldOutSplit, type Split, selectClips } from '../evaluate/split.ts';
import { createTrackGradient } from '../train/track-gradient.ts';
import { outputNames, splitOption } from './eval.ts';
import { withGpu } from './gpu.ts';
import { addClipOptions, type ClipChoice } from './options.ts';
import { intoFolder } from './outputs.ts';
import { blankFrame, drawImportance } from './picture/draw-importance.ts';
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

const EXPLANATION = 'explain.json';
const HISTOGRAM = 'importance.svg';
/** Clips that a line for people is printed of, and that a picture is drawn of. */
const SHOWN_CLIPS = 20;

/** Clips to explain, and the picture that they are drawn over. */
interface Subject {
  set: TrackSet;
  /** The place of each clip in the data. */
  places: number[];
  /** What is said of the clip at each place: `clip 4 of walk.safetensors`. */
  clipNames: string[];
  frame: Image;
}

/** Why a clip is said to be of a class. */
interface Explanation {
  /** The clip's place in the data. */
  clip: number;
  /** `clip 4 of walk.safetensors`. */
  name: string;
  /** The class whose logit is explained: the true one where it is known, else the predicted one. */
  class: number;
  predicted: number;
  /** [N] of 0 … 1. */
  importance: Float64Array;
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
  const { outputs } = await predictAll(context, checkpoint, clips, false);
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

/** Tracks of a clip whose importance is above 0.5, on average. */
function meanImportantCount(explanations: readonly Explanation[]): number {
  return explanations.reduce((sum, { importance }) => sum + importantCount(importance), 0) / explanations.length;
}

function explanationJson(explanations: readonly Explanation[], { classes }: Checkpoint, set: TrackSet) {
  const names = classes ?? set.classes;
  return {
    ...(names && { classes: names }),
    mean_important_count: meanImportantCount(explanations),
    clips: explanations.map(({ importance, ...rest }, i) => ({
      ...rest,
      ...(set.labels && { label: set.labels[i] }),
      important_count: importantCount(importance),
      importance: Array.from(importance),
    })),
  };
}

async function writeExplanations(
  folder: string,
  explanations: readonly Explanation[],
  { set, frame }: Subject,
  document: unknown,
): Promise<void> {
  progress.stage(`drawing into ${folder}`);
  const drawn = clipsToDraw(explanations);
  for (const [done, i] of drawn.entries()) {
    const picture = drawImportance(frame, set.clips[i], explanations[i].importance);
    await writePng(join(folder, `clip-${explanations[i].clip}.png`), picture);
    progress.advance(done + 1, drawn.length);
  }
  const { importancePicture } = await import('../evaluate/importance-picture.ts');
  const importances = explanations.map(({ importance }) => importance);
  await writeFileAtomic(join(folder, HISTOGRAM), importancePicture(importances, meanImportantCount(explanations)));
  await writeFileAtomic(join(folder, EXPLANATION), `${JSON.stringify(document)}\n`);
}

/** The first clip of each class, and of no more classes than anyone would look at. */
function clipsToDraw(explanations: readonly Explanation[]): number[] {
  const firsts = new Map<number, number>();
  for (const [i, explanation] of explanations.entries()) {
    if (!firsts.has(explanation.class)) firsts.set(explanation.class, i);
  }
  return [...firsts.values()].slice(0, SHOWN_CLIPS);
}

function describeExplanations(explanations: readonly Explanation[], names: readonly string[]): string {
  const lines = explanations.slice(0, SHOWN_CLIPS).map(({ name, predicted, importance, ...explanation }) => {
    const count = `${importantCount(importance)} of ${importance.length} tracks above 0.5`;
    const isRight = predicted === explanation.class;
    return `${name}: ${names[explanation.class]}${isRight ? '' : ` (answered ${names[predicted]})`}: ${count}`;
  });
  const rest = explanations.length - lines.length;
  const mean = `on average ${meanImportantCount(explanations).toFixed(1)} tracks of a clip above 0.5`;
  return [...lines, ...(rest > 0 ? [`and ${rest} more`] : []), mean].join('\n');
}
