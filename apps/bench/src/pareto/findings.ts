import { percent, short } from '../report/numbers.ts';
import { type Axis, axisName, costOn, UNITS } from './axes.ts';
import { paretoFront } from './front.ts';
import type { ParetoPoint, ParetoReport } from './report.ts';

/** What was compared, on what, where and when: sentences. */
export function circumstances({ points, data, fingerprint, software, date, commit }: ParetoReport): string[] {
  const kinds = [...new Set(points.map(({ series }) => series))];
  const { width, height } = data.videoSize;
  const seeds = [...new Set(points.map(({ top1 }) => top1.seeds.length))].sort((a, b) => a - b);
  const seedText = seeds.length === 1 ? `${seeds[0]}` : `${seeds[0]} to ${seeds[seeds.length - 1]}`;
  return [
    `${points.length} models and combinations of models (${listing(kinds)}), ${seedText} seed${seedText === '1' ? '' : 's'} each. Data: ${data.source}. ` +
      `Trained on ${data.train} clips, chosen by ${data.validation}, judged by top-1 on ${data.test} test clips of ${data.classes.length} classes.`,
    `A clip is ${data.frames} frames of ${width} × ${height} with ${data.points} tracks; a model that takes fewer frames is given that many of them.`,
    `Times are of ${fingerprint.driver}${software ? `, a processor that stands in for a GPU (${fingerprint.cpu})` : ''}. ` +
      `${date.slice(0, 10)}${commit ? `, commit ${commit}` : ''}.`,
  ];
}

/** Who stands on the front of an axis, and at what price the most accurate one is there: one sentence. */
export function frontSentence(points: readonly ParetoPoint[], axis: Axis): string {
  const front = frontOf(points, axis);
  const cheapest = front[0];
  const best = front[front.length - 1];
  const unit = UNITS[axis.measure];
  const told = ({ point, cost }: FrontRow) => `${point.label} (${percent(point.top1.mean)} for ${short(cost)} ${unit})`;
  const counts = [...new Set(front.map(({ point }) => point.series))].map(
    (series) => `${front.filter(({ point }) => point.series === series).length} ${series}`,
  );
  const span =
    front.length === 1
      ? `it is ${told(cheapest)}`
      : `from ${told(cheapest)} to ${told(best)}, at ${short(best.cost / cheapest.cost)} times the cost`;
  return `By ${axisName(axis)}, ${front.length} of ${points.length} stand on the front (${listing(counts)}): ${span}.`;
}

/** What of the figures is left to chance: sentences. */
export function randomness({ points, data }: ParetoReport): string[] {
  const best = Math.max(...points.map(({ top1 }) => top1.mean));
  const error = Math.sqrt((best * (1 - best)) / data.test);
  return [
    'Seeds decide the first weights, the order of clips, augmentation and dropout. Points are means over seeds, ± their sample standard deviation; ' +
      'bars in pictures go from the least to the greatest seed.',
    'The test clips are a draw too, the same for all models: of a top-1 of ' +
      `${percent(best)} on ${data.test} clips the standard error is ${(100 * error).toFixed(1)} points. The front is that of the means: where ` +
      'ranges overlap, another draw may put another point on it.',
    'Counted costs are the same in every run. Times are those of one machine on one occasion.',
  ];
}

/** A point of a front. */
export interface FrontRow {
  readonly point: ParetoPoint;
  /** Its place among all points, from 0. */
  readonly place: number;
  readonly cost: number;
}

/** The front of an axis, by rising cost. */
export function frontOf(points: readonly ParetoPoint[], axis: Axis): FrontRow[] {
  const costs = points.map((point) => costOn(point, axis));
  const places = paretoFront(points.map(({ top1 }, i) => ({ cost: costs[i], accuracy: top1.mean })));
  return places.map((place) => ({ point: points[place], place, cost: costs[place] }));
}

function listing(words: readonly string[]): string {
  if (words.length < 2) return words.join('');
  return `${words.slice(0, -1).join(', ')} and ${words[words.length - 1]}`;
}
