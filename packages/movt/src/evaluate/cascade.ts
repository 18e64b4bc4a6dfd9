import { badInput } from '@movt/kernels';
import { checkLogits, type Logits } from './check-logits.ts';
import { indexOfLargest, logProbabilities } from './log-probabilities.ts';

/** What a clip costs in each model, in one unit, whichever. */
export interface CascadeCosts {
  readonly smallCost: number;
  readonly bigCost: number;
}

/** A cascade with one threshold, judged. */
export interface CascadePoint {
  /** The small model answers where its confidence is at least this; see `ABOVE_ALL`. */
  readonly threshold: number;
  /** Share of the clips that the small model answers. */
  readonly coverage: number;
  /** Top-1 of all clips, whoever answers. */
  readonly accuracy: number;
  /** Top-1 of the small model's answers; null where it gives none. */
  readonly coveredAccuracy: number | null;
  /** smallCost + (1 − coverage)·bigCost, of a clip on average: the small model sees every clip. */
  readonly expectedCost: number;
}

/** What a threshold is picked for: see `chooseThreshold`. */
export type CascadeGoal = { readonly accuracy: number } | { readonly budget: number } | { readonly coverage: number };

/** The next number above 1: no confidence reaches it, so the large model answers everything. */
export const ABOVE_ALL = 1 + Number.EPSILON;

/** How sure a model is of its answer: the largest of its class probabilities, in float64. */
export function confidenceOf(logits: ArrayLike<number>): number {
  const logs = logProbabilities(logits);
  return Math.exp(logs[indexOfLargest(logs)]);
}

/**
 * Every cascade of two models that some clips can tell apart: the small one answers where its confidence is at least a
 * threshold, the rest goes to the large one. A point for each confidence that occurs (clips of the same confidence go
 * together), from all clips covered to none, and so in order of rising cost.
 *
 * @param small [clips][classes] logits of the small model
 * @param big [clips][classes] logits of the large model
 * @param labels [clips] the true classes
 * @returns points by rising threshold
 * @throws MovtError bad_input for answers about other clips or classes, and for costs that are no numbers of at least 0
 */
export function cascadeSweep(
  small: Logits,
  big: Logits,
  labels: readonly number[],
  costs: CascadeCosts,
): CascadePoint[] {
  const { clips, pointOf } = prepare('sweeping the threshold of a cascade', small, big, labels, costs);
  const points: CascadePoint[] = [];
  // Every clip is the large model's at first, then more and more the small one's.
  let smallRight = 0;
  let bigRight = clips.filter(({ isBigRight }) => isBigRight).length;
  points.push(pointOf(ABOVE_ALL, 0, smallRight, bigRight));
  for (const [i, { confidence, isSmallRight, isBigRight }] of clips.entries()) {
    smallRight += Number(isSmallRight);
    bigRight -= Number(isBigRight);
    if (clips[i + 1]?.confidence !== confidence) points.push(pointOf(confidence, i + 1, smallRight, bigRight));
  }
  return points.reverse();
}

/**
 * A cascade with one threshold, however far out: at or below every confidence the small model answers all, above every
 * confidence none.
 *
 * @throws MovtError bad_input as `cascadeSweep`, and for a threshold that is no number
 */
export function judgeCascade(
  small: Logits,
  big: Logits,
  labels: readonly number[],
  costs: CascadeCosts,
  threshold: number,
): CascadePoint {
  const action = 'judging a cascade';
  if (Number.isNaN(threshold)) throw badInput({ action, given: 'the threshold NaN', needed: 'a number' });
  const { clips, pointOf } = prepare(action, small, big, labels, costs);
  const covered = clips.filter(({ confidence }) => confidence >= threshold);
  const rest = clips.slice(covered.length);
  const smallRight = covered.filter(({ isSmallRight }) => isSmallRight).length;
  return pointOf(threshold, covered.length, smallRight, rest.filter(({ isBigRight }) => isBigRight).length);
}

/**
 * Picks the point of a sweep: for a wanted accuracy (of all clips) the cheapest that reaches it, for a budget the most
 * accurate that keeps within it, and of equals the cheaper; for a coverage the dearest, and so the surest, that covers
 * as much. To be judged on other clips than those of the sweep.
 *
 * @throws MovtError bad_input where no point will do
 */
export function chooseThreshold(sweep: readonly CascadePoint[], goal: CascadeGoal): CascadePoint {
  const refuse = (given: string, needed: string) =>
    badInput({ action: 'choosing the threshold of a cascade', given, needed });
  // Not every sweep comes by rising cost: another unit of cost may make the large model free.
  const byCost = [...sweep].sort((a, b) => a.expectedCost - b.expectedCost || b.coverage - a.coverage);
  if ('accuracy' in goal) {
    const found = byCost.find(({ accuracy }) => accuracy >= goal.accuracy);
    const best = sweep.reduce((most, { accuracy }) => Math.max(most, accuracy), 0);
    if (!found) throw refuse(`the accuracy ${goal.accuracy}`, `at most ${best}, the best that this cascade reaches`);
    return found;
  }
  if ('budget' in goal) {
    const within = byCost.filter(({ expectedCost }) => expectedCost <= goal.budget);
    if (within.length === 0) {
      throw refuse(`the budget ${goal.budget}`, `at least ${byCost[0]?.expectedCost}, what the cheapest cascade costs`);
    }
    return within.reduce((best, point) => (point.accuracy > best.accuracy ? point : best));
  }
  const covering = sweep.filter(({ coverage }) => coverage >= goal.coverage);
  if (covering.length === 0) throw refuse(`the coverage ${goal.coverage}`, 'at most 1, every clip');
  return covering.reduce((best, point) => (point.coverage < best.coverage ? point : best));
}

/** The clips by falling confidence, and what makes a point of counts. */
function prepare(action: string, small: Logits, big: Logits, labels: readonly number[], costs: CascadeCosts) {
  checkLogits(action, small, big, labels);
  const { smallCost, bigCost } = costs;
  const wrong = Object.entries(costs).find(([, cost]) => !(Number.isFinite(cost) && cost >= 0));
  if (wrong) throw badInput({ action, given: `${wrong[0]} = ${wrong[1]}`, needed: 'a finite number of at least 0' });
  const clips = small
    .map((logits, i) => ({
      confidence: confidenceOf(logits),
      isSmallRight: indexOfLargest(logits) === labels[i],
      isBigRight: indexOfLargest(big[i]) === labels[i],
    }))
    .sort((a, b) => b.confidence - a.confidence);
  const pointOf = (threshold: number, covered: number, smallRight: number, bigRight: number): CascadePoint => ({
    threshold,
    coverage: covered / clips.length,
    accuracy: (smallRight + bigRight) / clips.length,
    coveredAccuracy: covered > 0 ? smallRight / covered : null,
    expectedCost: smallCost + ((clips.length - covered) / clips.length) * bigCost,
  });
  return { clips, pointOf };
}
