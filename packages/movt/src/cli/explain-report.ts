import { join } from 'node:path';
import { writeFileAtomic } from '@movt/kernels/safetensors/file';
import { type Image, writePng } from '@movt/tracker/image';
import type { TrackSet } from '@movt/tracker/tracks';
import type { Checkpoint } from '../checkpoint.ts';
import { importantCount } from '../evaluate/importance.ts';
import { drawImportance } from './picture/draw-importance.ts';
import { progress } from './progress.ts';

export const EXPLANATION = 'explain.json';
export const HISTOGRAM = 'importance.svg';
/** Clips that a line for people is printed of, and that a picture is drawn of. */
const SHOWN_CLIPS = 20;

/** Clips to explain, and the picture that they are drawn over. */
export interface Subject {
  set: TrackSet;
  /** The place of each clip in the data. */
  places: number[];
  /** What is said of the clip at each place: `clip 4 of walk.safetensors`. */
  clipNames: string[];
  frame: Image;
}

/** Why a clip is said to be of a class. */
export interface Explanation {
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

/** Tracks of a clip whose importance is above 0.5, on average. */
function meanImportantCount(explanations: readonly Explanation[]): number {
  return explanations.reduce((sum, { importance }) => sum + importantCount(importance), 0) / explanations.length;
}

/** What `--json` prints, without the adapter. */
export function explanationJson(explanations: readonly Explanation[], { classes }: Checkpoint, set: TrackSet) {
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

/** Writes the document, the histogram, and a picture of the first clip of each class. */
export async function writeExplanations(
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

/** A line for each clip, of the first ones, and the mean. */
export function describeExplanations(explanations: readonly Explanation[], names: readonly string[]): string {
  const lines = explanations.slice(0, SHOWN_CLIPS).map(({ name, predicted, importance, ...explanation }) => {
    const count = `${importantCount(importance)} of ${importance.length} tracks above 0.5`;
    const isRight = predicted === explanation.class;
    return `${name}: ${names[explanation.class]}${isRight ? '' : ` (answered ${names[predicted]})`}: ${count}`;
  });
  const rest = explanations.length - lines.length;
  const mean = `on average ${meanImportantCount(explanations).toFixed(1)} tracks of a clip above 0.5`;
  return [...lines, ...(rest > 0 ? [`and ${rest} more`] : []), mean].join('\n');
}
