import { badInput } from '@movt/kernels';
import type { Task } from '../checkpoint.ts';
import type { ClipSet } from '../datasets/clip-set.ts';
import { splitValidation } from '../datasets/validation.ts';
import { selectClips } from '../evaluate/split.ts';
import { clipsByAnswer } from '../evaluate/videos.ts';
import type { TrainSettings } from './settings.ts';

/** A set divided for training. */
export interface TrainingData<Clip> {
  readonly task: Task;
  /** Classes, or values. */
  readonly outputs: number;
  /** Names of the classes, where there are any. */
  readonly classes: readonly string[] | null;
  readonly train: ClipSet<Clip>;
  /** Null where there is none. */
  readonly validation: ClipSet<Clip> | null;
}

const [TRAIN, VALIDATION] = [0, 1];

/**
 * The training and the validation clips of a set. Clips of no split are all for training; those of the test split are left alone.
 * @param check refuses clips that no model can take
 * @param settings `validation` of the training clips are held out, drawn by the seed: see `splitValidation`
 * @throws MovtError bad_input for labels and targets together or neither, a label out of range, a class that no training clip has, an empty
 * split, and clips that no model can take
 */
export function splitForTraining<Clip>(
  set: ClipSet<Clip>,
  settings: TrainSettings,
  source: string,
  check: (clip: Clip, what: string) => void,
): TrainingData<Clip> {
  const refuse = (given: string, needed: string) => badInput({ action: `training on ${source}`, given, needed });
  const { clips, labels, targets } = set;
  const { validation: share, seed } = settings;
  for (const [i, clip] of clips.entries()) check(clip, `clip ${i} of ${source}`);
  const outputs = outputsOf(set, source);
  const wrong = labels?.findIndex((label) => !(Number.isInteger(label) && label >= 0 && label < outputs)) ?? -1;
  if (wrong >= 0) throw refuse(`label ${labels![wrong]} of clip ${wrong}`, `a class index of 0 to ${outputs - 1}`);
  const gap = targets?.findIndex((value) => !Number.isFinite(value)) ?? -1;
  if (gap >= 0) throw refuse(`target ${targets![gap]} of clip ${Math.floor(gap / outputs)}`, 'finite numbers');

  const partOf = ({ split }: ClipSet<Clip>, part: number) =>
    clips.flatMap((_, i) => ((split?.[i] ?? TRAIN) === part ? [i] : []));
  const own = partOf(set, VALIDATION).length;
  if (partOf(set, TRAIN).length === 0) throw refuse('no training clip', 'clips of split 0');
  if (share > 0 && own > 0) throw refuse(`${own} validation clips, and a share of ${share} to hold out`, 'one of them');
  const divided = share > 0 ? splitValidation(set, share, seed) : set;
  const [train, validation] = [partOf(divided, TRAIN), partOf(divided, VALIDATION)];
  if (validation.length > 0) clipsByAnswer(selectClips(set, validation), settings.perVideo ? 'video' : 'clip');
  else checkUnjudged(settings, refuse);
  if (labels) checkClasses(train, labels, set.classes, outputs, refuse);
  return {
    task: labels ? 'classification' : 'regression',
    outputs,
    classes: set.classes ?? null,
    train: selectClips(set, train),
    validation: validation.length > 0 ? selectClips(set, validation) : null,
  };
}

/**
 * How many classes or values a model of a set tells.
 * @throws MovtError bad_input for labels and targets together or neither
 */
export function outputsOf({ clips, labels, targets, classes }: ClipSet<unknown>, source: string): number {
  const refuse = (given: string, needed: string) => badInput({ action: `training on ${source}`, given, needed });
  if (labels && targets) throw refuse('labels and targets', 'one of them: classes to tell apart, or values to regress');
  if (targets) return targets.length / clips.length;
  if (!labels) throw refuse('neither labels nor targets', 'one of them');
  return classes?.length ?? highest(labels) + 1;
}

/** Refuses settings that go by validation where there is none. */
function checkUnjudged(
  { stopAfter, perVideo, watch }: TrainSettings,
  refuse: (given: string, needed: string) => Error,
): void {
  const idle = { stopAfter: stopAfter > 0, perVideo, 'watch = "score"': watch === 'score' };
  const [given] = Object.entries(idle).find(([, isAsked]) => isAsked) ?? [];
  if (given) throw refuse(`${given} and no validation clips`, 'some: clips of split 1, or a share to hold out');
}

/** A class that is never seen cannot be learned, and is a slip of the data more often than meant. */
function checkClasses(
  train: readonly number[],
  labels: readonly number[],
  classes: readonly string[] | undefined,
  outputs: number,
  refuse: (given: string, needed: string) => Error,
): void {
  const seen = new Set(train.map((i) => labels[i]));
  const absent = Array.from({ length: outputs }, (_, label) => label).filter((label) => !seen.has(label));
  if (absent.length === 0) return;
  const names = absent.slice(0, 10).map((label) => (classes ? `${label} (${classes[label]})` : `${label}`));
  const more = absent.length > names.length ? ` and ${absent.length - names.length} more` : '';
  throw refuse(`no training clip of class ${names.join(', ')}${more}`, 'at least one of each class');
}

const highest = (labels: readonly number[]) => labels.reduce((a, b) => Math.max(a, b), 0);
