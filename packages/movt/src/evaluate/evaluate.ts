import { badInput, limitExceeded } from '@movt/kernels';
import type { TrackSet } from '@movt/tracker/tracks';
import { mean } from 'simple-statistics';
import type { Task } from '../checkpoint.ts';
import { type ClassificationMetrics, classificationMetrics } from './classification.ts';
import { logMeanProbabilities, logProbabilities } from './log-probabilities.ts';
import { type RegressionMetrics, regressionMetrics } from './regression.ts';

/** What one answer stands for: a clip, or a video, whose clips' answers are averaged. */
export type Per = 'clip' | 'video';

/** A model's answers, scored. */
export type Evaluation =
  | ({ readonly task: 'classification'; readonly count: number } & ClassificationMetrics)
  | ({ readonly task: 'regression'; readonly count: number } & RegressionMetrics);

/** The confusion matrix of more would not fit into memory, nor a picture. */
const MOST_CLASSES = 4096;

/**
 * Scores a model's outputs for the clips of a set. Per video the probabilities (or values) of its clips are averaged
 * first; a video is the clips of one group.
 *
 * @param outputs [clips][outputs] logits, or values
 * @param set with a label below the number of outputs, or as many targets, for each clip
 * @throws MovtError bad_input where an output is no number, or where clips of a video differ in what is true of them;
 *   limit_exceeded for more than 4096 classes
 */
export function evaluate(task: Task, outputs: readonly Float32Array[], set: TrackSet, per: Per): Evaluation {
  checkOutputs(outputs);
  const videos = per === 'clip' ? outputs.map((_, i) => [i]) : videosOf(set);
  const firsts = videos.map(([first]) => first);
  const count = videos.length;
  if (task === 'regression') {
    const answers = videos.map((clips) => outputs[clips[0]].map((_, k) => mean(clips.map((i) => outputs[i][k]))));
    return {
      task,
      count,
      ...regressionMetrics(
        answers,
        firsts.map((i) => targetsOf(set, i)),
      ),
    };
  }
  if (outputs[0].length > MOST_CLASSES) {
    throw limitExceeded({
      action: 'evaluating',
      given: `${outputs[0].length} classes`,
      needed: `at most ${MOST_CLASSES}`,
    });
  }
  const answers = videos.map((clips) => logMeanProbabilities(clips.map((i) => logProbabilities(outputs[i]))));
  return {
    task,
    count,
    ...classificationMetrics(
      answers,
      firsts.map((i) => set.labels![i]),
    ),
  };
}

/** Whether groups can be videos: the clips of each have one truth. Those of a subject, who did many things, have not. */
export function groupsAreVideos(set: TrackSet): boolean {
  return set.group !== undefined && findMixedGroup(set) === null;
}

/** The clips of each group, by index. */
function videosOf(set: TrackSet): number[][] {
  const refuse = (given: string, needed: string) => badInput({ action: 'averaging per video', given, needed });
  if (!set.group) throw refuse('clips without groups', 'a group for each clip: the video it came from');
  const mixed = findMixedGroup(set);
  if (mixed !== null) throw refuse(`group ${mixed} with clips of different truths`, 'one label or target a video');
  return [...clipsByGroup(set.group).values()];
}

function clipsByGroup(group: readonly number[]): Map<number, number[]> {
  const clips = new Map<number, number[]>();
  for (const name of group) clips.set(name, []);
  for (const [i, name] of group.entries()) clips.get(name)!.push(i);
  return clips;
}

/** The first group whose clips differ in label or targets, or null. */
function findMixedGroup(set: TrackSet): number | null {
  for (const [name, [first, ...others]] of clipsByGroup(set.group!)) {
    const truth = (i: number) => `${set.labels?.[i]} ${targetsOf(set, i)}`;
    if (others.some((i) => truth(i) !== truth(first))) return name;
  }
  return null;
}

/** [outputs] of one clip; none where the set has none. */
function targetsOf({ targets, clips }: TrackSet, i: number): Float32Array {
  const width = (targets?.length ?? 0) / clips.length;
  return targets?.subarray(i * width, (i + 1) * width) ?? new Float32Array(0);
}

function checkOutputs(outputs: readonly Float32Array[]): void {
  for (const [i, values] of outputs.entries()) {
    const wrong = values.find((value) => !Number.isFinite(value));
    if (wrong === undefined) continue;
    throw badInput({ action: 'evaluating', given: `the output ${wrong} for clip ${i}`, needed: 'finite outputs' });
  }
}
